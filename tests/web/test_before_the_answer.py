"""A new result's design comes first: nobody sees the answer until a lead has opened it, and then everyone does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from made_up import DRAW
from toolkit.accounts.roles import Action, Person, Role, may_do
from toolkit.publish.sealed.lines import Line, lines_of, note_answered, note_sealed
from toolkit.records import Store
from toolkit.studies.design_record import DesignRecord
from toolkit.web import results
from toolkit.web.pages.questions.frame import TAB

pytestmark = pytest.mark.usefixtures("drawn_by_hand")

QUESTION = "rec11_referrals"
RECORD = DesignRecord(QUESTION, "a" * 64, "b" * 64, "0.2.0", 11, "any_referral_12m", (DRAW,))
SENTENCE = "Joining a centre made referrals fewer: 3 in every 100."
BEFORE = "837 of 855 families that joined (97%) found families like them to be compared with."


def page(name: str, folder: str, role: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW[name](Store.open(Path(folder)), Person(Role(role)))


def content(sentence: str = SENTENCE, **parts: Any) -> dict[str, Any]:
    """Return a small result of Recommendation 11 as its file holds it."""
    numbers = {"joined": 855, "matched": 837, "unmatched": 18, "trials": 36, "rows": 9000, "caliper": 0.2, "ratio": 1}
    words = {"outcome": "any_referral_12m", "outcome_label": "Referred within a year", "happened": "were referred"}
    facts = {**numbers, **words, "within": "within a year", "margin": 0.01, "covariates_left_out": {}}
    facts |= {"first_trial": "2008-04", "last_trial": "2011-03", "share_matched": 0.98, "share_joined_later": 0.04}
    facts |= {"mean_treated": 0.07, "mean_control": 0.1, "caliper_on_logit": 0.13}
    verdict = {"code": "fewer", "sentence": sentence, "detail": "D.", "cannot_show": ["C."], "maryland_level": 2}
    verdict["evidence"] = "Strength of evidence: level 2 of 5."
    primary = {"outcome": "any_referral_12m", "estimator": "matched", "measure": "difference", "se": 0.01}
    primary |= {"estimate": -0.031, "low": -0.052, "high": -0.011}
    about = {"question": QUESTION, "title": "Do centres reduce referrals?", "kind": "matched_cohort"}
    named = {"protocol_hash": "a" * 64, "snapshot_hash": "b" * 64, "version": "0.2.0", "seed": 11, "format": 1}
    as_of = {"store_version": 1, "first_day": "2007-04-01", "last_day": "2012-03-31"}
    empty = {"balance": None, "gates": [], "flow": [], "tables": {}, "checks": [], "simulated": True}
    found = {**about, **named, **empty, "recommendation": "Recommendation 11", "as_of": as_of, "facts": facts}
    return {**found, "verdict": verdict, "estimates": [primary], **parts}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one result that was sealed and answered, and that nobody has opened."""
    made = Store.create(tmp_path / "store", simulated=True)
    put(made, "1", RECORD)
    return made


def put(store: Store, name: str, record: DesignRecord | None, **parts: Any) -> Path:
    folder = store.folder / "results" / QUESTION / name
    folder.mkdir(parents=True)
    if record is None:
        (folder / "result.json").write_text(json.dumps(content(**parts)))
        return folder
    note_sealed(store, record, by="Ann")
    (folder / "result.json").write_text(json.dumps(content(design=record.to_json(), **parts)))
    note_answered(store, record, folder, by="Ann")
    return folder


@pytest.fixture
def drawn(store: Store) -> Callable[..., AppTest]:
    def draw(name: str = "referrals", role: str = "lead", tab: str = "Answer") -> AppTest:
        kwargs = {"name": name, "folder": str(store.folder), "role": role}
        app = AppTest.from_function(page, default_timeout=60, kwargs=kwargs)
        app.session_state[TAB] = tab
        app.run()
        assert not app.exception
        return app

    return draw


def said(app: AppTest) -> str:
    """Return every word on a page, its tables and messages among them."""
    return "\n".join(_said(app.main)).replace("\\", "")


def _said(block: Any) -> Iterator[str]:
    for element in block.children.values():
        if hasattr(element, "children"):
            yield from _said(element)
        yield str(getattr(element, "proto", ""))
        yield str(getattr(element, "value", ""))


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("referrals", "lead"),
        ("referrals", "analyst"),
        ("answers-list", "lead"),
        ("publish", "lead"),
        ("runs", "lead"),
        ("runs", "analyst"),
    ],
)
def test_until_it_is_opened_no_page_says_a_word_of_the_answer(drawn, name: str, role: str) -> None:
    app = drawn(name, role)
    text = said(app)
    for word in (SENTENCE, "3 fewer", "-0.031", "0.052", "Answered: fewer", "Publish to scrutiny members"):
        assert word not in text
    if name == "runs":
        assert "Sealed: a lead opens it" in text
    elif name == "answers-list":
        assert "1 answer waits to be opened." in text and "Before the answer: not opened yet" in text
    else:
        assert BEFORE in text and "a fall of 2.1 in every 100" in text and RECORD.hash in text
        assert ("Open the answer" in [button.label for button in app.button]) is (role == "lead")


def test_a_lead_opens_the_answer_and_from_then_on_leads_and_analysts_see_it(drawn, store: Store) -> None:
    app = drawn()
    next(button for button in app.button if button.label == "Open the answer").click().run()
    assert not app.exception and SENTENCE in said(app) and "Open the answer" not in [b.label for b in app.button]
    (line,) = store.audit_lines(action="opened").to_dict("records")
    assert (line["who"], line["what"]) == ("Early intervention lead", "answer")
    detail = json.loads(line["detail"])
    assert (detail["design"], detail["result"]) == (RECORD.hash, f"results/{QUESTION}/1") and len(
        detail["sha256"]
    ) == 64
    for name, role in (("referrals", "analyst"), ("publish", "lead"), ("runs", "analyst")):
        assert SENTENCE in said(drawn(name, role))
    text = said(drawn(role="analyst", tab="Method"))
    assert BEFORE in text and "by Early intervention lead (line 4)" in text  # the order stays on the page


def test_the_audit_is_read_once_to_list_every_question(drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []

    def counted(store: Store, question: str = "") -> tuple[Line, ...]:
        reads.append(question)
        return lines_of(store, question)

    monkeypatch.setattr(results, "lines_of", counted)
    assert BEFORE in said(drawn("publish")) and reads == [""]


def test_an_answer_of_before_stays_on_the_page_under_the_new_design(drawn, store: Store) -> None:
    import os

    older = put(store, "0", None, sentence="What was said before.")
    os.utime(older / "result.json", ns=(1, 1))
    text = said(drawn())
    assert text.index(BEFORE) < text.index("The answer that was opened before") < text.index("What was said before.")
    assert SENTENCE not in text and "Scrutiny members do not see this answer yet." in text


def test_a_result_that_was_changed_since_cannot_be_opened_on_the_page(drawn, store: Store) -> None:
    file = store.folder / "results" / QUESTION / "1" / "result.json"
    file.write_text(file.read_text().replace("-0.031", "-0.041"))
    app = drawn()
    assert "Open the answer" not in [button.label for button in app.button]
    assert "The result's file is not the one that was answered" in said(app) and SENTENCE not in said(app)


def test_only_a_lead_may_open_an_answer() -> None:
    assert [role for role in Role if may_do(Person(role), Action.OPEN)] == [Role.LEAD]
