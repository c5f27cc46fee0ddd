"""A centre by half year of first scores: each family once, averages of enough families only, and no claim of effect."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.charts.own_half_years import (
    CHANGE,
    SHARE,
    half_years_of_centre,
    half_years_of_centre_in_words,
    signed,
    table_of_half_years,
)
from toolkit.studies.progress_change.by_half_year import FEWEST_AVERAGED, HalfYears, by_half_year
from toolkit.studies.progress_change.one_centre import centre_progress
from toolkit.tables import TABLES

TEXT = pd.StringDtype(na_value=np.nan)  # as the store's frames have it


class Rows:
    """A centre's scores, made by hand."""

    def __init__(self, *scores: dict[str, Any]) -> None:
        self.scores = scores

    def read(self, name: str) -> pd.DataFrame:
        columns = list(TABLES[name].names)
        if name != "progress_scores":
            return pd.DataFrame(columns=columns)
        rows = pd.DataFrame(list(self.scores), columns=columns)
        return rows.astype({"family_id": TEXT, "dimension": TEXT, "instrument": TEXT, "second_scoring": "boolean"})


def score(family: str, day: date, value: int, **other: Any) -> dict[str, Any]:
    row = {"family_id": family, "centre_id": "C01", "scored_on": day, "stage": "start", "score": value}
    return row | {"higher_is": "better"} | other


def families(prefix: str, first_on: date, moves: list[int | None], **other: Any) -> list[dict[str, Any]]:
    """Return families that began at 3 on a day, each moved by so much 90 days later, or not scored again."""
    scores = []
    for n, move in enumerate(moves):
        scores.append(score(f"{prefix}{n}", first_on, 3, **other))
        if move is not None:
            scores.append(score(f"{prefix}{n}", first_on + timedelta(days=90), 3 + move, **other))
    return scores


LATE = score("Z", date(2012, 3, 31), 3)  # who had no time to be scored again, and is not counted


def test_a_half_year_ends_with_june_and_with_december_and_none_is_left_out() -> None:
    days = [date(2009, 6, 30), date(2009, 7, 1), date(2009, 12, 31), date(2011, 1, 1)]
    found = by_half_year(Rows(*(score(f"F{n}", day, 2) for n, day in enumerate(days)), LATE)).frame
    assert [day.date() for day in found["starts_on"]] == [
        date(2009, 1, 1), date(2009, 7, 1), date(2010, 1, 1), date(2010, 7, 1), date(2011, 1, 1)
    ]  # fmt: skip
    assert found["families"].tolist() == [1, 2, 0, 0, 1] and found["scored_again"].tolist() == [0] * 5


def test_an_average_is_of_ten_families_or_more_with_its_range() -> None:
    moves: list[int | None] = [1, 1, 2, 0, -1, 1, 0, 2, 1]
    rows = families("A", date(2009, 2, 1), [*moves, 1, None]) + families("B", date(2010, 2, 1), [*moves, None])
    found = by_half_year(Rows(*rows, LATE))
    enough, none, few = found.frame.to_dict("records")
    change = np.array([*moves, 1], dtype=float)
    reach = 2.262157 * change.std(ddof=1) / np.sqrt(10)  # Student's t of 9 degrees of freedom
    assert enough["mean_change"] == pytest.approx(0.8)
    assert (enough["low"], enough["high"]) == pytest.approx((0.8 - reach, 0.8 + reach), abs=1e-5)
    assert enough["share_again"] == pytest.approx(10 / 11)
    assert (few["families"], few["scored_again"], few["share_again"]) == (10, FEWEST_AVERAGED - 1, 0.9)
    assert pd.isna([few["mean_change"], few["low"], none["share_again"], none["mean_change"]]).all()
    assert found.mean_change == pytest.approx((change.sum() + sum(moves)) / 19)  # type: ignore[arg-type]


def test_half_years_add_up_to_what_the_page_says_of_the_centre() -> None:
    rows = Rows(*families("A", date(2009, 2, 1), [1, None, 0]), *families("B", date(2010, 9, 1), [None, -1]), LATE)
    found, whole = by_half_year(rows), centre_progress(rows)
    assert (found.families, found.scored_again) == (whole.families, whole.scored_twice) == (5, 3)
    assert (found.frame["families"].sum(), found.frame["scored_again"].sum()) == (5, 3)


def test_scores_of_which_the_lowest_is_best_are_turned_round() -> None:
    down = families("A", date(2009, 2, 1), [-1] * 6 + [-2] * 6, higher_is="worse")
    found = by_half_year(Rows(*down, LATE | {"higher_is": "worse"}))
    assert found.mean_change == pytest.approx(1.5)


def test_families_that_all_moved_alike_have_no_range() -> None:
    found = by_half_year(Rows(*families("A", date(2009, 2, 1), [1] * 12), LATE))
    assert (found.mean_change, found.low, found.high) == (1.0, None, None)


def test_a_centre_without_scores_has_no_half_year() -> None:
    found = by_half_year(Rows())
    assert found.frame.empty and (found.families, found.scored_again, found.mean_change) == (0, 0, None)


@pytest.fixture(scope="module")
def shown() -> HalfYears:
    rows = families("A", date(2009, 2, 1), [1, 0] * 6) + families("B", date(2010, 9, 1), [None, -1])
    return by_half_year(Rows(*rows, LATE))


def test_the_charts_numbers_stand_in_its_words_and_its_table(shown: HalfYears) -> None:
    table, words = table_of_half_years(shown.frame), half_years_of_centre_in_words(shown.frame)
    drawn = half_years_of_centre(shown.frame).to_dict()
    (values,) = drawn["datasets"].values()
    bars = {(one["half_year"], one["kind"]): one["count"] for one in values}
    for row in table.to_dict("records"):
        again, all_of = row["Scored again"], row["Families"]
        assert bars[row["First scored in"], "Scored again"] == again
        assert bars[row["First scored in"], "Not scored again"] == all_of - again
        assert f"{row['First scored in']}: {again} of {all_of} scored again" in words
    assert table[CHANGE].tolist() == ["+0.5 (+0.17 to +0.83)", "too few", "too few", "too few"]
    assert "who moved by +0.5 points on average (+0.17 to +0.83)." in words


def test_a_column_of_which_nothing_is_told_is_left_out() -> None:
    few = by_half_year(Rows(*families("A", date(2009, 2, 1), [1, None]), LATE)).frame
    assert not {SHARE, CHANGE} & set(table_of_half_years(few).columns)


@pytest.mark.parametrize(
    ("points", "said"), [(0.004, "0"), (-0.004, "0"), (0.04, "+0.04"), (1, "+1"), (-1.264, "−1.26")]
)
def test_points_have_a_sign_where_they_are_not_nothing(points: float, said: str) -> None:
    assert signed(points) == said


def test_half_years_are_put_together_until_a_share_can_be_told_and_no_family_is_in_two() -> None:
    rows = [
        *families("A", date(2008, 2, 1), [1] * 4), *families("B", date(2008, 8, 1), [1, 0, 0, 0, 0, 0]),
        *families("C", date(2009, 8, 1), [1] * 12), *families("D", date(2010, 2, 1), [1, -1, None]),
    ]  # fmt: skip
    found = by_half_year(Rows(*rows, LATE))
    ends = [(row.starts_on.date(), row.until.date()) for row in found.spans.itertuples()]
    assert ends == [(date(2008, 1, 1), date(2008, 7, 1)), (date(2009, 1, 1), date(2010, 1, 1))]
    assert found.spans["scored_again"].tolist() == [10, 14]
    assert found.spans["scored_again"].sum() == found.scored_again
    assert found.spans["improved_in_100"].round(1).tolist() == [50.0, 92.9]
    assert (found.spans["low"] < found.spans["improved_in_100"]).all()
    assert by_half_year(Rows(*families("A", date(2008, 2, 1), [1] * 9), LATE)).spans.empty
