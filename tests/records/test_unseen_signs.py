"""Signs that are not seen hide no line of the audit, neither in the database nor on a terminal nor in JSON."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as some
from typer.testing import CliRunner

from toolkit.cli import console
from toolkit.cli.main import app
from toolkit.records import Store
from toolkit.records.database.schema import AUDIT
from toolkit.wording.signs import visible, visible_json

RED, TURNED, TAG = "\x1b[31mRED\x1b[0m", "\u202egnihton", "\U000e0041"
NASTY = f"{RED}\r\n{TURNED}\x9b2J\u2028{TAG}\ud800"


def unseen(text: str) -> list[str]:
    return [
        sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") and sign not in "\n\t"
    ]


@given(text=some.text(some.characters(exclude_categories=["Cs"])))
@example(text=RED + TURNED + TAG)
@settings(max_examples=200, deadline=None)
def test_what_is_spelt_out_says_the_same_and_hides_nothing(text: str) -> None:
    assert not unseen(visible(text)) and "\n" not in visible(text)
    for ascii_only in (True, False):
        written = visible_json(json.dumps({"a": [text]}, ensure_ascii=ascii_only))
        assert json.loads(written) == {"a": [text]} and not unseen(written)
    if all(sign.isprintable() for sign in text):
        assert visible(text) == text


def test_names_in_any_language_stay_as_they_are() -> None:
    for name in ("Ŵyn Ó Briain", "Zoë's Centre – 0–5", "سارة", "陳", "a\u00a0b"):
        assert visible(name) == name


def test_no_line_of_the_audit_hides_itself(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    seen = NASTY.replace("\ud800", "")
    store.audit(who=seen, action=f"refused{RED}", what=seen, detail={"why": seen, seen: 1})
    with store.engine.connect() as connection:
        line = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.line.desc()).limit(1)).one()
    assert not any(unseen(getattr(line, part)) for part in ("who", "action", "what", "detail"))
    assert "\n" not in line.who + line.what + line.detail
    assert json.loads(line.detail) == {"why": seen, seen: 1}
    assert store.check_audit().is_whole


def test_a_terminal_and_json_get_none_even_of_lines_written_before(tmp_path: Path, capsys) -> None:
    store = Store.create(tmp_path / "store")
    store.audit(who="t", action="viewed", what="page")
    old = RED + TURNED
    with store.engine.begin() as connection:  # as an earlier version wrote it
        for trigger in connection.execute(sa.text("select name from sqlite_master where type = 'trigger'")).scalars():
            connection.execute(sa.text(f'drop trigger "{trigger}"'))
        connection.execute(sa.update(AUDIT).values(what=old))
    for more in ([], ["--json"]):
        shown = CliRunner().invoke(app, ["audit", "show", "--store", str(store.folder), *more])
        assert shown.exit_code == 0 and not unseen(shown.output), shown.output
        assert "31mR" in shown.output
    console.complain(f"No such centre: {old}.")
    console.say(f"No such centre: {old}.\nAnother line.")
    said = capsys.readouterr()
    assert not unseen(said.out + said.err) and "Another line." in said.out.splitlines()
