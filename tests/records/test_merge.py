"""Referrals and episodes of several files: one row each, whatever came first, came twice or knew less."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.intake.origin import Origin
from toolkit.records import Store
from toolkit.records.erasure.retention import load_policy
from toolkit.records.rows.merged import Merged
from toolkit.tables import TABLES

ALL = "closed_on,closure_reason,nfa,outcome,source"
CENSUS = frozenset({"referrals", "section_47", "protection_plan"})


@dataclass(frozen=True)
class File:
    """A file as a connector hands it on: what it is, and the rows of each table with what they speak of."""

    origin: Origin
    referrals: tuple[tuple[dict[str, Any], str], ...] = ()
    episodes: tuple[tuple[dict[str, Any], str], ...] = ()
    name: str = "file"

    def frames(self) -> dict[str, pd.DataFrame]:
        both = {"referrals": self.referrals, "episodes": self.episodes}
        return {
            name: pd.DataFrame([row for row, _ in rows], columns=list(TABLES[name].names))
            for name, rows in both.items()
            if rows
        }

    def about(self) -> dict[str, Any]:
        both = {"referrals": self.referrals, "episodes": self.episodes}
        said = {name: [signs for _, signs in rows] for name, rows in both.items() if rows}
        return {"speaks_of": said, "origin": self.origin, "source_name": self.name, "content_hash": repr(self)}

    def into(self, store: Store) -> Merged:
        return store.merge(self.frames(), by="t", **self.about())


def referral(child: str = "K1", day: date = date(2023, 2, 1), **values: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"source": "6", "outcome": None, "closed_on": None, "closure_reason": None}
    known = {**known, "referral_id": f"{child} {day} {values.get('source', '6')}", **values}
    return {**known, "child_id": child, "received_on": day, "referred_back": None}


def said(row: dict[str, Any]) -> str:
    """What a connector says that a referral speaks of: of an outcome only where there is one."""
    return ALL if row["outcome"] else ALL.replace("nfa,outcome", "nfa")


def census(year: int, *referrals: dict[str, Any], made: str = "", episodes: Sequence[dict[str, Any]] = ()) -> File:
    origin = Origin("census", date(year, 3, 31), "file", made, date(year, 3, 31), CENSUS)
    return File(origin, tuple((row, said(row)) for row in referrals), tuple((row, "ended_on") for row in episodes))


def annex(as_of: date, *referrals: dict[str, Any]) -> File:
    origin = Origin("annex_a", as_of, "given", newest_day=as_of, covers=frozenset({"referrals"}))
    return File(origin, tuple((row, "nfa,source") for row in referrals))


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return {
        name: [tuple(map(str, row)) for row in store.read(name).itertuples(index=False)]
        for name in ("referrals", "episodes")
    }


def only(store: Store) -> Any:
    (row,) = store.read("referrals").itertuples()
    return row


CLOSED = {"closed_on": date(2023, 5, 1), "closure_reason": "RC8", "outcome": "assessed_not_in_need"}


def test_a_poorer_file_leaves_what_it_does_not_speak_of(empty: Store) -> None:
    census(2024, referral(**CLOSED)).into(empty)
    done = annex(date(2024, 6, 30), referral(source="3A")).into(empty)
    assert (only(empty).outcome, only(empty).closure_reason, only(empty).source) == (
        "assessed_not_in_need",
        "RC8",
        "3A",
    )
    assert done.changes.tables["referrals"].kept == 1
    assert dict(done.changes.tables["referrals"].altered[0].columns) == {"source": ("6", "3A")}


def test_the_later_day_stands_whichever_was_imported_later_and_it_is_said(empty: Store) -> None:
    census(2024, referral(**CLOSED)).into(empty)
    done = census(2023, referral()).into(empty)
    assert only(empty).closure_reason == "RC8" and done.changes.is_nothing
    assert done.changes.later == ((1, "file"),)
    assert "An older file came after a newer one" in done.changes.sentences()[0]
    (older,) = done.changes.tables["referrals"].outdated
    assert dict(older.columns) == {"closed_on": (date(2023, 5, 1), None), "closure_reason": ("RC8", None)}
    census(2025, referral()).into(empty)
    assert pd.isna(only(empty).closed_on), "a later return says that it is open"


def test_an_older_file_gives_what_a_later_one_does_not_speak_of(empty: Store) -> None:
    annex(date(2024, 6, 30), referral(source="3A")).into(empty)
    census(2024, referral(**CLOSED)).into(empty)
    assert (only(empty).source, only(empty).closure_reason) == ("3A", "RC8")


def test_a_plan_that_a_later_return_leaves_out_was_there_all_the_same(empty: Store) -> None:
    census(2023, referral(outcome="in_need")).into(empty)
    census(2024, referral(**CLOSED)).into(empty)
    assert (only(empty).outcome, only(empty).closure_reason) == ("in_need", "RC8")
    census(2024, referral(outcome="nfa"), made="2024-07-01").into(empty)
    assert only(empty).outcome == "nfa", "whether there was further action is the latest word"


def test_a_return_sent_again_replaces_what_it_said_of_each_child_and_lists_the_children_it_has_not(
    empty: Store,
) -> None:
    enquiry = {"child_id": "K1", "kind": "section_47", "started_on": date(2023, 2, 3), "ended_on": None}
    census(2023, referral("K1"), referral("K2"), episodes=[enquiry]).into(empty)
    done = census(2023, referral("K1", date(2023, 2, 10))).into(empty)
    assert sorted(empty.read("referrals")["child_id"]) == ["K1", "K2"] and empty.read("episodes").empty
    of = done.changes.tables["referrals"]
    (right,) = of.altered
    assert dict(right.columns) == {"received_on": (date(2023, 2, 1), date(2023, 2, 10))}
    assert [row["child_id"] for row in of.no_longer] == ["K2"]
    assert done.changes.count("taken_out") == 1
    again = census(2023, referral("K1", date(2023, 2, 10)), made="later")
    replace(again, origin=replace(again.origin, is_whole=True)).into(empty)
    assert empty.read("referrals")["child_id"].tolist() == ["K1"]
    assert empty.check().is_whole, empty.check().summary()


def test_a_child_of_whom_a_record_was_left_out_keeps_what_the_first_return_had(empty: Store) -> None:
    census(2023, referral("K1"), referral("K1", date(2022, 5, 1))).into(empty)
    again = census(2023, referral("K1", closed_on=date(2023, 3, 1)))
    replace(again, referrals=tuple((row, f"{signs},part") for row, signs in again.referrals)).into(empty)
    assert len(empty.read("referrals")) == 2


def test_files_that_number_a_referral_each_in_their_own_way_mean_the_same_one(empty: Store) -> None:
    census(2024, referral(), referral(source="1A")).into(empty)
    own = File(
        Origin("ssd", date(2024, 5, 1), "newest day", covers=frozenset({"referrals"})),
        tuple(
            (referral(referral_id=number, source=source), f"{ALL},number")
            for number, source in (("R1", "1A"), ("R2", "6"))
        ),
    )
    own.into(empty)
    assert len(empty.read("referrals")) == 2
    moved = referral(day=date(2023, 2, 9), referral_id="R1", source="1A")
    replace(own, origin=replace(own.origin, as_of=date(2025, 5, 1)), referrals=((moved, f"{ALL},number"),)).into(empty)
    assert sorted(empty.read("referrals")["received_on"].dt.day) == [1, 9], (
        "R1 keeps its place when its day is put right"
    )


def test_two_referrals_of_a_day_that_one_system_numbers_apart_stay_two(empty: Store) -> None:
    for year, number in ((2023, "R1"), (2024, "R2")):
        origin = Origin("ssd", date(year, 5, 1), "given", covers=frozenset({"referrals"}))
        File(origin, ((referral(referral_id=number), f"{ALL},number"),)).into(empty)
    assert len(empty.read("referrals")) == 2


def test_a_dry_run_says_what_would_change_and_changes_nothing(empty: Store) -> None:
    census(2023, referral()).into(empty)
    later = census(2024, referral(**CLOSED), referral("K2"))
    told = empty.changes_of(later.frames(), **later.about())
    assert empty.version == 1 and told == later.into(empty).changes
    assert told.tidy()[["what", "column", "before", "after"]].to_dict("records")[0]["what"] == "added"
    assert (told.children, told.known_children) == (2, 1)
    line = json.loads(empty.audit_lines(action="added")["detail"].iloc[0])
    assert line["changes"]["referrals"]["added"] == 1 and line["as_of"] == "2024-03-31"


def test_a_merged_upload_is_withdrawn_whatever_came_after_and_earlier_versions_still_read(empty: Store) -> None:
    census(2023, referral(outcome="in_need")).into(empty)
    census(2024, referral(**CLOSED)).into(empty)
    annex(date(2024, 6, 30), referral(source="3A")).into(empty)
    empty.withdraw(2, by="t")
    assert (only(empty).source, only(empty).outcome, pd.isna(only(empty).closed_on)) == ("3A", "in_need", True)
    empty.withdraw(1, by="t")
    assert (only(empty).source, pd.isna(only(empty).outcome)) == ("3A", True)
    assert empty.read("referrals", version=2)["closure_reason"].tolist() == ["RC8"]
    empty.withdraw(3, by="t")
    assert empty.read("referrals").empty and empty.check().is_whole, empty.check().summary()


def test_referrals_received_while_a_case_is_open_are_stored_and_marked(empty: Store) -> None:
    ended = {"closed_on": date(2023, 5, 1), "closure_reason": "RC7"}
    days = (date(2023, 2, 1), date(2023, 3, 1), date(2023, 5, 1))
    done = census(2024, *(referral(day=day, **(ended if day.month < 5 else {})) for day in days)).into(empty)
    assert done.changes.while_open == 1 and len(empty.read("referrals")) == 3
    assert any("while a case of the child was open" in sentence for sentence in done.changes.sentences())


def test_a_correction_by_hand_stands_before_files_of_earlier_days(empty: Store) -> None:
    census(2023, referral()).into(empty)
    fixed = empty.read("referrals").assign(source="1A")
    empty.correct({"referrals": fixed}, by="t", source_name="hand")
    census(2024, referral(**CLOSED)).into(empty)
    assert (
        only(empty).source == "1A" and len(empty.row_history("referrals", {"referral_id": only(empty).referral_id})) > 2
    )


def test_what_other_tables_hold_is_not_merged(empty: Store) -> None:
    with pytest.raises(InputError, match="not families"):
        empty.merge({"families": pd.DataFrame()}, speaks_of={}, origin=Origin(), by="t", source_name="t")
    with pytest.raises(InputError, match="what it speaks of"):
        one = census(2023, referral())
        empty.merge(one.frames(), speaks_of={"referrals": []}, origin=one.origin, by="t", source_name="t")


def test_retention_keeps_the_words_of_what_stands_and_takes_those_of_what_goes(empty: Store) -> None:
    old = {"closed_on": date(1990, 1, 5), "closure_reason": "RC8", "outcome": "assessed_not_in_need"}
    census(1990, referral("K1", date(1989, 1, 1)), referral("K2", outcome="in_need")).into(empty)
    census(1991, referral("K1", date(1989, 1, 1), **old), referral("K2")).into(empty)
    empty.apply_retention(load_policy(empty.folder), by="t", today=date(2040, 1, 1))
    assert empty.read("referrals")[["child_id", "outcome"]].values.tolist() == [["K2", "in_need"]]
    census(1992, referral("K2", source="3A"), referral("K1", date(1991, 6, 1))).into(empty)
    assert sorted(empty.read("referrals")["outcome"].fillna("").tolist()) == ["", "in_need"]
    assert sorted(empty.read("referrals")["source"].tolist()) == ["3A", "6"]


# The same files in any order, and again.

CHILDREN = [f"K{number}" for number in range(60)]
DAYS = [date(2022, 11, 1), date(2022, 12, 5)]
SPOKEN = [ALL, "nfa,outcome,source", "closed_on,closure_reason", "source", "received_on"]


def any_file(number: int, chance: Random) -> File:
    """A file of its own kind and day about many children, each referral known by its day or by a number."""
    kind = chance.choice(["census", "ssd", "annex_a", "list"])
    as_of = date(2023, 1, 1) + timedelta(days=chance.randrange(3) * 400)
    origin = Origin(kind, as_of, "given", f"{number}", as_of, CENSUS if kind != "list" else frozenset())  # type: ignore[arg-type]
    referrals: dict[str, tuple[dict[str, Any], str]] = {}
    episodes: dict[tuple[str, date], tuple[dict[str, Any], str]] = {}
    for child in CHILDREN:
        for _ in range(chance.randrange(3)):
            day, ending = chance.choice(DAYS), chance.choice([None, "RC8", "RC7"])
            closed_on = day + timedelta(days=9) if ending else None
            outcome = CLOSED["outcome"] if ending == "RC8" else chance.choice([None, "nfa", "in_need"])
            row = referral(
                child, day, source=chance.choice(["6", "1A", "10"]), closure_reason=ending, closed_on=closed_on,
                outcome=outcome,
            )  # fmt: skip
            signs = chance.choice(SPOKEN)
            if kind == "ssd" and chance.random() < 0.5:
                row, signs = {**row, "referral_id": f"{child} R{chance.randrange(2)}"}, f"{signs},number"
            referrals[row["referral_id"]] = (row, signs)
        if chance.random() < 0.4:
            day, ended_on = chance.choice(DAYS), chance.choice([None, date(2022, 12, 9)])
            enquiry = {"child_id": child, "kind": "section_47", "started_on": day, "ended_on": ended_on}
            episodes[child, day] = (enquiry, chance.choice(["ended_on", "started_on"]))
    return File(origin, tuple(referrals.values()), tuple(episodes.values()), f"file {number}")


@settings(max_examples=2, deadline=None, phases=[Phase.generate])  # sixty children each
@given(seed=st.integers(0, 2**32))
def test_the_same_files_in_any_order_give_the_same_rows_and_again_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = Random(seed)
    files = [any_file(number, chance) for number in range(5)]
    shuffled = chance.sample(files, len(files))
    first, second, without = (Store.create(tmp_path_factory.mktemp("order") / "store") for _ in range(3))
    for store, its in ((first, files), (second, shuffled), (without, shuffled[:-1])):
        for one in its:
            one.into(store)
    assert rows(first) == rows(second)
    version = first.version
    assert all(one.into(first).receipt is None for one in shuffled) and first.version == version
    second.withdraw(second.version, by="t")  # it reads as if it had never come
    assert rows(second) == rows(without)
    assert second.check().is_whole, second.check().summary()
