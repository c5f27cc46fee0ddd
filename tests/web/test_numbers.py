from __future__ import annotations

import doctest
from datetime import UTC, datetime, timedelta, timezone

import pandas as pd
import pytest

from toolkit.wording import numbers
from toolkit.wording.amounts import fewer_or_more
from toolkit.wording.numbers import counted, in_words, per_cent, pounds, uk_date, uk_time


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234, "1,234"),
        (-3, "−3"),
        (0.05, "0.1"),
        (2.0, "2"),
        (-2.04, "−2.0"),
        (123.4, "123"),
        (None, ""),
        (float("nan"), ""),
        (pd.NaT, ""),
        (pd.NA, ""),
        (True, "yes"),
        (pd.Timestamp("2010-03-04"), "4 March 2010"),
        ("x", "x"),
    ],
)
def test_a_value_is_written_as_people_write_it(value: object, shown: str) -> None:
    assert in_words(value) == shown


@pytest.mark.parametrize(
    ("difference", "shown"),
    [(-1.96, "2.0 fewer"), (0.36, "0.4 more"), (0.04, "no difference"), (-0.0, "no difference")],
)
def test_a_difference_is_said_as_fewer_or_more(difference: float, shown: str) -> None:
    assert fewer_or_more(difference) == shown


def test_days_shares_money_and_counts_are_british() -> None:
    assert uk_date("2010-03-04") == "4 March 2010"
    assert uk_date(None) == ""
    assert per_cent(0.456) == "46%"
    assert per_cent(None) == ""
    assert pounds(1234567.4) == "£1,234,567"
    assert counted(1, "family", "families") == "1 family"
    assert counted(0, "row") == "0 rows"


def test_a_time_from_anywhere_is_said_by_the_clock_in_britain() -> None:
    assert uk_time(datetime(2026, 7, 1, 2, 30, tzinfo=timezone(timedelta(hours=3)))) == "1 July 2026, 00:30"
    assert uk_time(datetime(2026, 12, 1, 9, 5, tzinfo=UTC)) == "1 December 2026, 09:05"
    assert uk_time(datetime(2026, 7, 1, 9, 5)) == uk_time(datetime(2026, 7, 1, 9, 5, tzinfo=UTC))


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(numbers).failed == 0
