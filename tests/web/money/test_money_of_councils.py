"""All councils on the page of the money: real figures under no simulated banner of their own, as far as they may go."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import pytest
from council_worlds import Truth, council_codes, council_world
from streamlit.testing.v1 import AppTest

from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import read_bundle, write_bundle
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study
from toolkit.web.pages.questions.chooser import ASKED
from toolkit.web.pages.questions.frame import LABELS, PUBLISHED, TAB
from toolkit.web.results import MONEY_PANEL

EFFECT = re.compile(r"\d[\d,]*(?:\.\d)? (?:fewer|more)\b")
PROTOCOL = load_protocol(ANALYSES / f"{MONEY_PANEL}.toml")


def page(folder: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW["money-published"](Store.open(Path(folder)), Person(Role("lead")))


def drawn(folder: Path, truth: Truth) -> str:
    """All text of a lead's page, of a store of simulated families into which a made-up world was imported."""
    store = Store.create(folder, simulated=True)
    store.add({"area_counts": council_world(2, truth)}, by="Analyst", source_name="published", replaces=True)
    result = run_study(PROTOCOL, store.snapshot())
    assert not result.simulated
    write_bundle(result, verdict_for(result), newest(folder))
    said = []
    for tab in LABELS:
        app = AppTest.from_function(page, default_timeout=60, kwargs={"folder": str(folder)})
        app.query_params[ASKED] = MONEY_PANEL
        app.session_state[TAB] = tab
        app.run()
        assert not app.exception
        html = [element.proto.body for element in app.get("html")]
        said += [*html, *(one.value for one in (*app.markdown, *app.info, *app.header)), *_labels(app)]
    return " ".join(said)


def newest(folder: Path) -> Path:
    return folder / "results" / MONEY_PANEL / "one"


def _labels(app: AppTest) -> list[str]:
    return [one.label for one in app.expander]


@pytest.mark.parametrize(
    ("truth", "shown", "hidden"),
    [
        (Truth(elasticity=-0.3), "Ways to work it out, in every 100 referrals", "Not a finding"),
        (Truth(), "What was looked at, in every 100 referrals", "Ways to work it out"),
        (
            Truth(broken={council_codes().index("E10000034"): (2016, 0.4)}),
            "What Worcestershire records breaks in 2015/16",
            "in every 100 referrals, breaks",
        ),
    ],
    ids=["answered", "cannot tell", "cannot say"],
)
def test_figures_stand_where_the_verdict_lets_them(tmp_path: Path, truth: Truth, shown: str, hidden: str) -> None:
    said = drawn(tmp_path / "store", truth)
    assert shown in said and hidden not in said
    assert PUBLISHED in said and "Simulated data" not in said
    assert "Worcestershire beside its region and England" in said and "2,010" not in said and ">2009/10<" in said
    assert "What others found" in said and "None of it went into the answer" in said
    assert ("our range" in said) is shown.startswith("Ways")  # how others lie to ours is said of an answer alone
    if "breaks in the year" in shown:
        assert "Twice the money" not in said
    if shown.startswith("What was looked at"):
        outside = said.replace(escape(read_bundle(newest(tmp_path / "store")).verdict.sentence), "")
        assert not EFFECT.search(outside), outside
