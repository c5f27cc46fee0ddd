from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from toolkit.errors import ProtocolError
from toolkit.studies.matched_cohort.checks import pre_registration
from toolkit.studies.preregistration import FILE, read_register, register
from toolkit.studies.protocol_file import load_protocol

PROTOCOL = Path(__file__).parents[2] / "analyses" / "rec11_referrals.toml"


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    path = tmp_path / "rec11_referrals.toml"
    path.write_bytes(PROTOCOL.read_bytes())
    return path


class _Evidence:
    """What the check looks at: the protocol alone."""

    def __init__(self, path: Path) -> None:
        self.protocol = load_protocol(path)


def _status(path: Path) -> tuple[str, str]:
    check = pre_registration.check(_Evidence(path))
    return check.status, check.sentence


def test_a_registered_protocol_passes_and_names_its_day(protocol):
    assert _status(protocol)[0] == "warn"
    register(protocol, on=date(2026, 11, 23))
    status, sentence = _status(protocol)
    assert status == "pass" and "23 November 2026" in sentence


def test_a_change_is_seen_and_on_record_once_it_is_registered_with_a_reason(protocol):
    register(protocol, on=date(2026, 11, 1))
    protocol.write_text(protocol.read_text("utf-8") + "\n# another thought\n", "utf-8")
    assert "changed since without a record" in _status(protocol)[1]
    with pytest.raises(ProtocolError, match="Say why it changed"):
        register(protocol, on=date(2026, 11, 2))
    register(protocol, on=date(2026, 11, 2), why="a covariate was named twice")
    status, sentence = _status(protocol)
    assert status == "warn" and "1 November 2026" in sentence and "2 November 2026" in sentence
    assert [entry.why for entry in read_register(protocol.parent, protocol.stem).entries] == [
        "",
        "a covariate was named twice",
    ]


def test_registering_the_same_version_twice_adds_nothing(protocol):
    first = register(protocol, on=date(2026, 11, 1))
    assert register(protocol, on=date(2026, 11, 9)) == first
    assert len((protocol.parent / FILE).read_text("utf-8").splitlines()) == 2


def test_a_row_that_cannot_be_read_is_named(protocol):
    (protocol.parent / FILE).write_text(
        "question,hash,registered_on,why\nrec11_referrals,abc,yesterday,\n", encoding="utf-8"
    )
    with pytest.raises(ProtocolError, match="row 2"):
        load_protocol(protocol)


def test_the_protocols_of_the_house_are_registered_as_they_are():
    from toolkit.studies.protocol_file import list_protocols

    for path in list_protocols(PROTOCOL.parent):
        loaded = load_protocol(path)
        assert loaded.hash in {entry.hash for entry in loaded.registered.entries}, (
            f"{path.name} has changed: register it with toolkit register {path.stem} --why '...'"
        )


def test_a_reason_that_looks_like_a_formula_runs_nowhere_and_reads_as_it_was_given(protocol):
    register(protocol, on=date(2026, 11, 1))
    protocol.write_text(protocol.read_text("utf-8") + "\n# another thought\n", "utf-8")
    given = '=HYPERLINK("http://x", "why")'
    register(protocol, on=date(2026, 11, 2), why=given)
    assert "\"'=HYPERLINK" in (protocol.parent / FILE).read_text("utf-8")
    assert read_register(protocol.parent, protocol.stem).entries[-1].why == given
