"""Decisions of councillors: written down, kept for ever, refused in words for people, and told in the ledger."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from toolkit.errors import InputError, StoreError
from toolkit.publish.members.decisions import day_to_look_again, decide, ledger
from toolkit.publish.members.findings import ASKED, findings
from toolkit.records import Store

TODAY = date(2026, 11, 29)
ABOUT = "Recommendation 11"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store", simulated=True)


def test_the_newest_decision_stands_and_what_it_replaced_stays_on_record_with_a_line_in_the_audit(store) -> None:
    decide(store, ABOUT, words="  Keep them\nopen. ", look_again=date(2035, 1, 1), by="Ann")
    decide(store, ABOUT, words="Keep them open for three years.", look_again="1/6/2034", by="Bob")
    rows = ledger(findings([], simulated=True), store.decisions(), today=date(2034, 6, 1))
    assert [row.finding.asked.number for row in rows] == [asked.number for asked in ASKED]
    (row,) = [one for one in rows if one.decisions]
    assert [(one.words, one.look_again_on, one.by) for one in row.decisions] == [
        ("Keep them open.", date(2035, 1, 1), "Ann"),
        ("Keep them open for three years.", date(2034, 6, 1), "Bob"),
    ]
    assert row.is_due and not any(one.is_due for one in rows if one is not row)
    assert {(one.question, one.version) for one in row.decisions} == {("", 0)}
    lines = store.audit_lines(action="decided")
    assert lines["who"].tolist() == ["Bob", "Ann"] and "three years" in lines["detail"].iloc[0]
    assert store.check().is_whole, store.check().summary()


@pytest.mark.parametrize(
    ("words", "day", "said"),
    [
        ("", "31/12/2030", "The decision is empty. Write in a sentence what was decided"),
        ("x" * 501, "31/12/2030", "has 501 letters"),
        ("Visit the 4 families that were missed.", "31/12/2030", "The decision says “4 families”"),
        ("Go on.", "", "The day to look again is empty. Write day, month and year, such as 31/12/"),
        ("Go on.", "31/02/2030", "“31/02/2030” is no day"),
        ("Go on.", "next year", "“next year” is no day"),
        ("Go on.", "29/11/2020", "29 November 2020, is not after today"),
        ("Go on.", "29/11/2200", "more than 10 years ahead"),
    ],
)
def test_what_cannot_be_written_down_is_told_in_words_and_nothing_is_kept(store, words, day, said) -> None:
    with pytest.raises(InputError) as refused:
        decide(store, ABOUT, words=words, look_again=day, by="Ann")
    assert said in str(refused.value)
    assert store.decisions() == ()


def test_a_recommendation_that_nobody_made_is_refused_with_those_there_are(store) -> None:
    with pytest.raises(InputError, match=r"none of the recommendations: .*Recommendation 16"):
        decide(store, "Recommendation 61", words="Go on.", look_again="31/12/2030", by="Ann")


def test_whoever_has_not_seen_what_stands_is_told_who_decided_what(store) -> None:
    decide(store, ABOUT, words="Close none.", look_again="31/12/2030", by="Ann", seen=0)
    with pytest.raises(StoreError, match=r"since you opened this page: Ann.*Close none"):
        decide(store, ABOUT, words="Close one.", look_again="31/12/2030", by="Bob", seen=0)
    assert len(store.decisions(ABOUT)) == 1


@pytest.mark.parametrize("change", ["update decisions set words = 'other'", "delete from decisions"])
def test_the_database_refuses_to_change_or_remove_one(store, change: str) -> None:
    decide(store, ABOUT, words="Close none.", look_again="31/12/2030", by="Ann")
    with (
        sqlite3.connect(store.folder / "store.sqlite") as connection,
        pytest.raises(sqlite3.IntegrityError, match="decisions are append-only"),
    ):
        connection.execute(change)


@pytest.mark.parametrize("written", ["31/12/2030", "31.12.2030", " 31-12-2030 ", "2030-12-31", date(2030, 12, 31)])
def test_a_day_is_read_as_people_write_it(written) -> None:
    assert day_to_look_again(written, today=TODAY) == date(2030, 12, 31)
