"""Days and months as people in the UK write them."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.intake.review.dates import (
    EARLIEST,
    ENTER_A_DATE,
    EXCEL_DAY_0,
    MONTHS,
    PIVOT,
    months_after,
    read_date,
    read_month,
)
from toolkit.intake.review.reading import How

DAYS = st.dates(EARLIEST, date(2049, 12, 31))
SEPARATORS = st.sampled_from("/-.")


def ordinal(day: int) -> str:
    return f"{day}" + ("th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th"))


FULL_YEAR = {
    "padded": lambda d, s: f"{d.day:02d}{s}{d.month:02d}{s}{d.year}",
    "short": lambda d, s: f"{d.day}{s}{d.month}{s}{d.year}",
    "spaced": lambda d, s: f" {d.day} {s} {d.month} {s} {d.year} ",
    "iso": lambda d, s: f"{d.year}{s}{d.month:02d}{s}{d.day:02d}",
    "words": lambda d, s: f"{d.day} {MONTHS[d.month - 1].capitalize()} {d.year}",
    "short words": lambda d, s: f"{d.day:02d}-{MONTHS[d.month - 1][:3].upper()}-{d.year}",
    "ordinal": lambda d, s: f"{ordinal(d.day)} of {MONTHS[d.month - 1]} {d.year}",
    "weekday": lambda d, s: f"{d:%A} {d.day} {MONTHS[d.month - 1][:3]}, {d.year}",
    "midnight": lambda d, s: f"{d.day:02d}{s}{d.month:02d}{s}{d.year} 00:00:00",
}
SHORT_YEAR = {
    "padded": lambda d, s: f"{d.day:02d}{s}{d.month:02d}{s}{d.year % 100:02d}",
    "words": lambda d, s: f"{d.day} {MONTHS[d.month - 1][:3].capitalize()} {d.year % 100:02d}",
    "apostrophe": lambda d, s: f"{d.day} {MONTHS[d.month - 1]} '{d.year % 100:02d}",
}


@settings(deadline=None)  # other work may share the machine
@given(DAYS, SEPARATORS, st.sampled_from(sorted(FULL_YEAR)))
def test_every_way_of_writing_a_day_with_a_full_year_reads_as_that_day(day, separator, way) -> None:
    reading = read_date(FULL_YEAR[way](day, separator))
    assert (reading.value, reading.how, reading.refusal) == (day, None, "")


@settings(deadline=None)  # other work may share the machine
@given(DAYS, SEPARATORS, st.sampled_from(sorted(SHORT_YEAR)))
def test_a_year_of_two_digits_is_read_by_the_stated_pivot_and_said(day, separator, way) -> None:
    reading = read_date(SHORT_YEAR[way](day, separator))
    assert reading.value == day
    assert reading.how is How.TWO_DIGIT_YEAR


def test_the_pivot_stands_between_49_and_50() -> None:
    assert PIVOT == 50
    assert read_date("1/1/49").value == date(2049, 1, 1)
    assert read_date("1/1/70").value == date(1970, 1, 1)
    assert read_date("1/1/50").refusal == f"1950 is not a likely year. {ENTER_A_DATE}"


@settings(deadline=None)  # other work may share the machine
@given(DAYS, st.sampled_from([int, float, str]))
def test_an_excel_day_number_is_that_day_and_said(day, kind) -> None:
    reading = read_date(kind((day - EXCEL_DAY_0).days))
    assert (reading.value, reading.how) == (day, How.SERIAL)


@settings(deadline=None)  # other work may share the machine
@given(DAYS, st.times())
def test_days_of_the_workbook_are_kept_and_a_time_of_day_is_said(day, at) -> None:
    assert read_date(day).value == day
    reading = read_date(datetime.combine(day, at))
    assert reading.value == day
    assert (reading.how is How.TIME_DROPPED) == (at != time.min)


@settings(deadline=None)  # other work may share the machine
@given(DAYS)
def test_the_month_is_never_read_before_the_day(day) -> None:
    american = f"{day.month:02d}/{day.day:02d}/{day.year}"
    reading = read_date(american)
    if day.day > 12:
        assert reading.value is None
        assert reading.refusal == (
            f"The second number, {day.day}, cannot be a month. Put the day first: "
            f"{day.day:02d}/{day.month:02d}/{day.year}."
        )
    else:
        assert reading.value == date(day.year, day.day, day.month)


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("31/02/2010", f"February 2010 has only 28 days. {ENTER_A_DATE}"),
        ("29/02/2011", f"February 2011 has only 28 days. {ENTER_A_DATE}"),
        ("31 April 2010", f"April 2010 has only 30 days. {ENTER_A_DATE}"),
        ("04/03", f"It has no year. {ENTER_A_DATE}"),
        ("March 2010", f"That is a month without a day. {ENTER_A_DATE}"),
        ("Mar-10", f"That is a month without a day. {ENTER_A_DATE}"),
        ("2010", f"That is a year alone. {ENTER_A_DATE}"),
        (2010, f"That is a year alone. {ENTER_A_DATE}"),
        ("04/03/1010", f"1010 is not a likely year. {ENTER_A_DATE}"),
        (date(1900, 1, 4), f"1900 is not a likely year. {ENTER_A_DATE}"),
        ("04032010", ENTER_A_DATE),
        ("20100304", ENTER_A_DATE),
        ("040310", ENTER_A_DATE),
        ("00/03/2010", ENTER_A_DATE),
        ("04/00/2010", ENTER_A_DATE),
        ("32/13/2010", ENTER_A_DATE),
        ("04/03-2010", ENTER_A_DATE),
        ("4 Foo 2010", ENTER_A_DATE),
        ("March 4 2010", ENTER_A_DATE),
        ("04/03/2010 25:00", ENTER_A_DATE),
        ("٠٤/٠٣/٢٠١٠", ENTER_A_DATE),
        ("yesterday", ENTER_A_DATE),
        ("n/a", ENTER_A_DATE),
        (True, ENTER_A_DATE),
        (7, ENTER_A_DATE),
        (-40000, ENTER_A_DATE),
        (1e300, ENTER_A_DATE),
        (time(12, 30), ENTER_A_DATE),
    ],
)
def test_what_is_no_certain_day_is_refused_with_what_to_do(written, refusal) -> None:
    reading = read_date(written)
    assert (reading.value, reading.refusal) == (None, refusal)


def test_a_number_is_no_day_in_a_workbook_that_counts_from_1904() -> None:
    assert read_date(40241).value == date(2010, 3, 4)
    reading = read_date(40241, counts_from_1904=True)
    assert reading.value is None
    assert reading.refusal.startswith("This workbook counts days from 1904")
    assert read_date(date(2010, 3, 4), counts_from_1904=True).value == date(2010, 3, 4)


@settings(deadline=None)  # other work may share the machine
@given(st.text(max_size=30))
def test_any_text_gives_a_day_or_a_refusal_and_never_both(text) -> None:
    for read in (read_date, read_month):
        reading = read(text)
        assert (reading.value is None) == bool(reading.refusal)


@settings(deadline=None)  # other work may share the machine
@given(st.floats() | st.integers())
def test_any_number_gives_a_day_or_a_refusal_and_never_both(number) -> None:
    for read in (read_date, read_month):
        reading = read(number)
        assert (reading.value is None) == bool(reading.refusal)


MONTH_WAYS = {
    "words": lambda d: f"{MONTHS[d.month - 1].capitalize()} {d.year}",
    "short": lambda d: f"{MONTHS[d.month - 1][:3]}-{d.year}",
    "numbers": lambda d: f"{d.month:02d}/{d.year}",
    "iso": lambda d: f"{d.year}-{d.month:02d}",
    "day": lambda d: f"01/{d.month:02d}/{d.year}",
}


@settings(deadline=None)  # other work may share the machine
@given(DAYS, st.sampled_from(sorted(MONTH_WAYS)))
def test_every_way_of_writing_a_month_reads_as_its_first_day(day, way) -> None:
    reading = read_month(MONTH_WAYS[way](day))
    assert (reading.value, reading.how) == (day.replace(day=1), None)


@settings(deadline=None)  # other work may share the machine
@given(DAYS)
def test_a_short_year_of_a_month_and_a_day_within_it_are_said(day) -> None:
    short = read_month(f"{MONTHS[day.month - 1][:3].capitalize()}-{day.year % 100:02d}")
    assert (short.value, short.how) == (day.replace(day=1), How.TWO_DIGIT_YEAR)
    within = read_month(day)
    assert within.value == day.replace(day=1)
    assert (within.how is How.DAY_DROPPED) == (day.day != 1)


def test_two_numbers_of_two_digits_are_no_month() -> None:
    assert read_month("03/09").refusal.startswith("It could be a day or a month.")
    assert read_month("13/2009").refusal == "Enter a month and year, such as March 2009."


def test_months_after_ends_with_the_month() -> None:
    assert months_after(date(2010, 11, 3), 3) == date(2011, 2, 28)
