from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.intake.published.layouts import LAYOUTS
from toolkit.intake.published.measures import MEASURES, measure
from toolkit.intake.published.suppression_marks import CENSUS_MARKS, EXPLORE_MARKS, read_numbers
from toolkit.intake.published.wide import CENSUS_COLUMNS, LOOKED_AFTER_COLUMNS
from toolkit.tables import table


@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from(["{}", "{:,}", " {:,} ", "{:,}\u00a0", "{}.0"]))
def test_a_number_is_read_however_it_is_written(numbers: list[int], style: str) -> None:
    read = read_numbers(pd.Series([style.format(number) for number in numbers]), CENSUS_MARKS)
    np.testing.assert_array_equal(read.values, numbers)
    assert set(read.status) == {"published"} and not read.is_wrong.any()


@pytest.mark.parametrize("marks", [CENSUS_MARKS, EXPLORE_MARKS])
def test_every_mark_is_a_status_of_the_table_in_capitals_or_not(marks: dict[str, str]) -> None:
    codes = next(column.codes for column in table("area_counts").columns if column.name == "status")
    read = read_numbers(pd.Series([form for mark in marks for form in (mark, f" {mark.upper()} ")]), marks)
    assert np.isnan(read.values).all() and not read.is_wrong.any()
    assert set(read.status) <= set(codes) - {"published"}


@pytest.mark.parametrize("cell", ["12a", "-3", "inf", "nan", "#VALUE!", "1 2", "££"])
def test_anything_else_is_wrong_and_not_a_number(cell: str) -> None:
    read = read_numbers(pd.Series([cell, "7"]), EXPLORE_MARKS)
    assert list(read.is_wrong) == [True, False]
    assert np.isnan(read.values[0]) and read.values[1] == 7


def test_money_may_be_under_nought() -> None:
    assert read_numbers(pd.Series(["-3,013.50"]), CENSUS_MARKS, may_be_negative=True).values[0] == -3013.5


def test_every_column_a_layout_reads_is_a_measure_with_a_meaning() -> None:
    read = {name for layout in LAYOUTS for name in (*layout.columns.values(), *layout.split.values())}
    read |= {*CENSUS_COLUMNS.values(), *LOOKED_AFTER_COLUMNS.values()}
    assert read == set(MEASURES)
    assert all(described.meaning.endswith(".") and described.unit for described in MEASURES.values())


def test_a_measure_that_is_not_there_is_answered_with_the_closest() -> None:
    with pytest.raises(InputError, match='Did you mean "re_referrals_12m"'):
        measure("rereferrals_12m")
