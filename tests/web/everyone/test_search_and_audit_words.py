"""What is looked for is found by the word a person would type, and a line of the audit reads as words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from toolkit.accounts.roles import Role
from toolkit.records import Store
from toolkit.web.pages.search import entries
from toolkit.web.titles import TITLES
from toolkit.wording.audit_lines import done_in_words, particulars_in_words
from toolkit.wording.search import Entry, found

HASH = "6a9b1b07" * 8


@pytest.mark.parametrize(
    ("role", "asked", "name"),
    [
        (Role.MEMBER, "neglect", "Child protection plan"),
        (Role.MEMBER, "how sure?", "Strength of evidence"),
        (Role.MEMBER, "cost", "Recommendation 10"),
        (Role.MEMBER, "money", "Recommendation 10"),
        (Role.LEAD, "cost", "Money and referrals"),
        (Role.LEAD, "made-up joining day", "A made-up joining day"),
    ],
)
def test_a_word_that_stands_for_another_finds_it(role: Role, asked: str, name: str) -> None:
    assert name in [one.name for one in found(entries(role), asked)]


def test_what_is_not_shown_is_looked_through_and_what_has_the_very_word_stands_first() -> None:
    same = Entry("Page", "Money", "", "/money")
    itself = Entry("Answer", "Scores", "They take time.", "/answers", "No one has entered what scoring costs.")
    assert found([same, itself], "costs") == [itself, same]
    assert found([same, itself], "costs neglect") == []


def test_a_member_finds_no_check_of_which_they_have_no_page() -> None:
    assert "Check" not in {one.kind for one in entries(Role.MEMBER)}


def test_a_line_of_the_audit_reads_as_words_and_no_fingerprint_stands_in_it_whole() -> None:
    assert done_in_words("viewed", "page reach", TITLES) == "viewed the page “Who is not reached”"
    detail = {
        "question": "rec12_reach",
        "registered": True,
        "instead_of": None,
        "hash": HASH,
        "files": {"a.json": HASH},
    }
    said = particulars_in_words(json.dumps(detail))
    assert said == "question: rec12_reach; registered: yes; fingerprint: 6a9b1b07…; files: a.json 6a9b1b07…"
    assert particulars_in_words("not the audit's") == "not the audit's"


def audit_page(folder: str) -> None:
    from pathlib import Path

    from toolkit.accounts.roles import Person, Role
    from toolkit.records import Store
    from toolkit.web.navigation import SHOW

    SHOW["audit"](Store.open(Path(folder)), Person(Role("administrator")))


def test_a_day_that_was_put_right_stays_right(tmp_path: Path) -> None:
    Store.create(tmp_path / "store", simulated=True)
    app = AppTest.from_function(audit_page, default_timeout=60, kwargs={"folder": str(tmp_path / "store")})
    app.query_params["from"] = "31/31/2026"
    app.run()
    assert ["31/31/2026" in error.value for error in app.error] == [True]
    app.text_input[1].set_value("1/3/2026")
    app.button[0].click().run()
    assert not app.error and app.query_params["from"] == "1/3/2026"
    app.run()  # the page is turned
    assert not app.error and app.text_input[1].value == "1/3/2026"
