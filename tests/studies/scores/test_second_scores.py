"""The manager's list: every family in one place, by a rule written again here, and what it asks for settles it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from toolkit.studies.progress_change.readings import first_and_last
from toolkit.studies.progress_change.scores_to_check import scores_to_check
from toolkit.studies.progress_change.second_scores import SOON_DAYS, Standing, Why, newest_day, second_scores
from toolkit.tables import TABLES

TEXT = pd.StringDtype(na_value=np.nan)  # as the store's frames have it
TODAY, WAIT = date(2011, 6, 1), 183
DAY_0 = TODAY - timedelta(days=800)
WAITING = {Standing.LATE, Standing.SOON, Standing.NOT_YET}


class Rows:
    """A centre's rows, made by hand; a column that a row does not name is empty."""

    def __init__(self, **tables: Sequence[dict[str, Any]]) -> None:
        self.tables = tables

    def read(self, name: str) -> pd.DataFrame:
        columns = list(TABLES[name].names)
        rows = pd.DataFrame(list(self.tables.get(name, ())), columns=columns)
        if name != "progress_scores":
            return rows.astype({"family_id": TEXT} if "family_id" in columns else {})
        return rows.astype({"family_id": TEXT, "dimension": TEXT, "instrument": TEXT, "second_scoring": "boolean"})


def on(day: int) -> date:
    return DAY_0 + timedelta(days=day)


def score(family: str, day: int, stage: str = "start", **other: Any) -> dict[str, Any]:
    row = {"family_id": family, "centre_id": "C01", "scored_on": on(day), "stage": stage, "score": 2}
    return row | {"higher_is": "better"} | other


def joining(family: str, day: int, left: int | None = None) -> dict[str, Any]:
    left_on = None if left is None else on(left)
    return {"family_id": family, "centre_id": "C01", "registered_on": on(day), "left_on": left_on}


def known(family: str, to: int | None = None) -> dict[str, Any]:
    return {"family_id": family, "known_to": None if to is None else on(to)}


CENTRE = [{"centre_id": "C01", "tracks_progress_from": on(100)}]
# Few days, so that they meet: of joining and being scored, and on each side of late and soon. Day 800 is today.
DAYS = st.sampled_from([0, 99, 100, 300, 400, 616, 617, 618, 647, 648, 799, 800])
LEFT = st.sampled_from([None, None, 700, 800, 801])
QUICK = {"deadline": None, "phases": [Phase.explicit, Phase.reuse, Phase.generate]}  # to shrink would take minutes
SCORE = st.fixed_dictionaries(
    {
        "day": DAYS,
        "stage": st.sampled_from(["start", "start", "review", "end"]),
        "dimension": st.sampled_from([None, "overall", "housing"]),
        "second_scoring": st.sampled_from([None, False, True]),
    }
)
FAMILY = st.fixed_dictionaries(
    {
        "joins": st.lists(st.tuples(DAYS, LEFT), max_size=2, unique_by=lambda join: join[0]),
        "moves": st.sampled_from([None, None, 300, 800, 801]),
        "scores": st.lists(SCORE, max_size=4, unique_by=lambda one: (one["day"], one["dimension"] or "overall")),
    }
)
COUNTY = st.lists(FAMILY, min_size=4, max_size=20)


def rows_of(families: Sequence[dict[str, Any]]) -> Rows:
    scores, joins, homes = [], [], []
    for number, family in enumerate(families):
        name = f"F{number}"
        scores += [score(name, **one) for one in family["scores"]]
        joins += [joining(name, day, left) for day, left in family["joins"]]
        homes.append(known(name, family["moves"]))
    return Rows(progress_scores=scores, registrations=joins, families=homes, centres=CENTRE)


def where_it_stands(family: dict[str, Any]) -> tuple[Standing, str]:
    """Say where a family stands, one rule after the other, from its own few days."""
    joined, left = max(family["joins"], default=(None, None))
    in_stay = [
        (one["day"], one["dimension"] or "overall", one["stage"])
        for one in family["scores"]
        if not one["second_scoring"] and (joined is None or one["day"] >= joined)
    ]
    first = min((day for day, _, _ in in_stay), default=None)
    asked = {what for day, what, _ in in_stay if day == first}
    answered = {what for day, what, _ in in_stay if day != first}
    if in_stay and asked <= answered:
        return Standing.DONE, ""
    if first is None and (joined is None or joined < 100):
        return Standing.CANNOT, Why.BEFORE_SCORING
    if family["moves"] is not None and on(family["moves"]) <= TODAY:
        return Standing.CANNOT, Why.MOVED_UNSCORED if first is None else Why.MOVED
    if left is not None and on(left) <= TODAY:
        return Standing.CANNOT, Why.LEFT_UNSCORED if first is None else Why.LEFT
    if any(stage == "end" for _, _, stage in in_stay):
        return Standing.CANNOT, Why.ENDED
    if first is None:
        return Standing.CANNOT, Why.NOT_SCORED
    ahead = (on(first) + timedelta(days=WAIT) - TODAY).days
    return (Standing.LATE if ahead < 0 else Standing.SOON if ahead <= SOON_DAYS else Standing.NOT_YET), ""


@settings(max_examples=20, **QUICK)
@given(COUNTY)
def test_each_family_of_the_centre_stands_in_one_place_by_the_rule(families) -> None:
    found = second_scores(rows_of(families), as_of=TODAY, wait_days=WAIT)
    belong = {f"F{n}": family for n, family in enumerate(families) if family["joins"] or any_counts(family)}
    assert sorted(found.frame["family_id"]) == sorted(belong)
    assert sum(len(found.of(place)) for place in Standing) == len(belong)
    for row in found.frame.itertuples():
        assert (row.standing, row.why) == where_it_stands(belong[row.family_id]), belong[row.family_id]
        assert pd.notna(row.due_on) == (row.standing in WAITING)
        assert (row.why != "") == (row.standing == Standing.CANNOT)
    order = [list(Standing).index(place) for place in found.frame["standing"]]
    assert order == sorted(order)
    assert all(found.of(place)["due_on"].is_monotonic_increasing for place in WAITING)


def any_counts(family: dict[str, Any]) -> bool:
    return any(not one["second_scoring"] for one in family["scores"])


@settings(max_examples=10, **QUICK)
@given(COUNTY)
def test_giving_the_scores_that_the_list_asks_for_settles_its_families_and_no_other(families) -> None:
    rows = rows_of(families)
    before = second_scores(rows, as_of=TODAY, wait_days=WAIT)
    due = before.frame["standing"].isin([Standing.LATE, Standing.SOON])
    assert list(before.to_score["family_id"].unique()) == list(before.frame.loc[due, "family_id"])
    given_now = [
        {**row, "scored_on": TODAY + timedelta(days=1), "stage": "review", "score": 3, "higher_is": "better"}
        for row in before.to_score.to_dict("records")
    ]
    scores = [*rows.tables["progress_scores"], *given_now]
    after = second_scores(Rows(**{**rows.tables, "progress_scores": scores}), as_of=TODAY, wait_days=WAIT)
    was = before.frame.set_index("family_id")["standing"].where(~due.to_numpy(), Standing.DONE)
    assert after.frame.set_index("family_id")["standing"].to_dict() == was.to_dict()


ONE_STAY = st.lists(
    st.fixed_dictionaries(
        {
            "joins": st.lists(st.tuples(st.just(0), st.none()), max_size=1),
            "moves": st.none(),
            "scores": st.lists(
                st.fixed_dictionaries({"day": DAYS, "stage": st.sampled_from(["start", "review"])}),
                max_size=3,
                unique_by=lambda one: one["day"],
            ),
        }
    ),
    min_size=4,
    max_size=20,
)


@settings(max_examples=10, **QUICK)
@given(ONE_STAY)
def test_the_list_and_the_study_agree_on_who_was_never_scored_again(families) -> None:
    families = [{**one, "scores": [s | {"dimension": None, "second_scoring": None} for s in one["scores"]]}
                for one in families]  # fmt: skip
    last_score = {"joins": [], "moves": None, "scores": [
        {"day": 800, "stage": "start", "dimension": None, "second_scoring": None}]}  # fmt: skip
    rows = rows_of([*families, last_score])  # the study's today is the day of the last score of all
    found = second_scores(rows, as_of=TODAY, wait_days=WAIT).frame.set_index("family_id")
    study = first_and_last(rows, dimension="overall", wait_days=WAIT).frame.set_index("family_id")
    for family, is_twice in study["last"].notna().items():
        assert (found.loc[family, "standing"] == Standing.DONE) == is_twice
        # On the very day it is due a family is not late yet, and the study counts it: one scored that day is in time.
        assert is_twice or found.loc[family, "standing"] in (Standing.LATE, Standing.SOON)


def test_a_family_is_late_from_the_day_after_it_was_due_and_due_soon_for_thirty_days_before() -> None:
    places = {616: Standing.LATE, 617: Standing.SOON, 647: Standing.SOON, 648: Standing.NOT_YET}  # 800 - 183 is 617
    rows = Rows(progress_scores=[score(f"F{day}", day) for day in places])
    found = second_scores(rows, as_of=TODAY, wait_days=WAIT).frame.set_index("family_id")
    assert found["standing"].to_dict() == {f"F{day}": place for day, place in places.items()}
    assert found.loc["F617", "due_on"] == pd.Timestamp(TODAY)


def test_a_second_score_is_asked_of_the_same_thing_on_the_same_instrument() -> None:
    same = {"dimension": "housing", "instrument": "star", "higher_is": "worse"}
    scores = [
        score("A", 100, **same),
        score("A", 300, "review", dimension="housing"),  # on another instrument
        score("B", 100, **same),
        score("B", 300, "review", **same),
    ]
    found = second_scores(Rows(progress_scores=scores), as_of=TODAY, wait_days=WAIT)
    places = found.frame.set_index("family_id")["standing"].to_dict()
    assert places == {"A": Standing.LATE, "B": Standing.DONE}
    # Which way a scale runs is not among what is filled in: it is declared, never assumed.
    asked = {"family_id": "A", "centre_id": "C01", "dimension": "housing", "instrument": "star"}
    assert found.to_score.to_dict("records") == [asked]


def test_a_family_that_joins_again_begins_again() -> None:
    scores = [score("A", 100), score("A", 300, "end"), score("B", 100), score("B", 500)]
    joins = [joining("A", 90, left=310), joining("A", 400), joining("B", 90), joining("B", 450)]
    found = second_scores(Rows(progress_scores=scores, registrations=joins), as_of=TODAY, wait_days=WAIT)
    places = found.frame.set_index("family_id")
    assert places.loc["A", ["standing", "why"]].tolist() == [Standing.CANNOT, Why.NOT_SCORED]
    assert places.loc["B", "standing"] == Standing.LATE
    assert places.loc["B", "due_on"] == pd.Timestamp(on(500 + WAIT))


def test_a_centre_without_a_row_has_an_empty_list_and_no_newest_day() -> None:
    found = second_scores(Rows(), as_of=TODAY, wait_days=WAIT)
    assert found.frame.empty and found.to_score.empty and newest_day(Rows()) is None
    assert newest_day(Rows(progress_scores=[score("A", 5)], registrations=[joining("A", 9)])) == on(9)


def test_scores_that_others_contradict_are_listed_with_what_to_check() -> None:
    scores = [
        score("A", 50, "review"), score("A", 100),  # reviewed before its start, and before it joined
        score("B", 100), score("B", 200, "review", higher_is="worse"),
        score("C", 100), score("D", 100),
    ]  # fmt: skip
    joins = [joining("A", 90), joining("B", 90), joining("D", 90)]
    found = scores_to_check(Rows(progress_scores=scores, registrations=joins))
    said = [(row.family_id, row.scored_on.date(), row.check.split(".")[0]) for row in found.itertuples()]
    assert said == [
        ("C", on(100), "The family is not stored as having joined your centre"),
        ("A", on(50), f"The family joined later: {on(90):%d/%m/%Y}"),
        ("A", on(50), f"The family's first score, at the start of support, is later: {on(100):%d/%m/%Y}"),
        ("B", on(200), 'It says that a higher score is "Worse for the family"'),
    ]
    assert found["stage"].tolist() == ["At the start of support", "At a review", "At a review", "At a review"]
    assert scores_to_check(Rows(progress_scores=scores[2:3] + scores[4:])).empty  # no registration is known at all
    assert scores_to_check(Rows()).empty
