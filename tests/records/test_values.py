"""What a frame may hold on its way into the store."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.records.rows.values import values_of
from toolkit.tables import Column, Kind, Table

KINDS = Table(
    name="kinds",
    title="Kinds",
    one_row_is="a row",
    key=("name",),
    columns=(
        Column("name", "Name", Kind.IDENTIFIER, "Its name."),
        Column("text", "Text", Kind.TEXT, "Words.", is_required=False),
        Column("code", "Code", Kind.CODE, "A code.", is_required=False, codes={"a": "A", "b": "B"}),
        Column("whole", "Whole", Kind.WHOLE, "A count.", is_required=False, minimum=-5, maximum=2**63 - 1),
        Column("decimal", "Decimal", Kind.DECIMAL, "A share.", is_required=False),
        Column("day", "Day", Kind.DATE, "A day.", is_required=False),
        Column("month", "Month", Kind.MONTH, "A month.", is_required=False),
        Column("yes", "Yes", Kind.YES_NO, "Yes or no.", is_required=False),
    ),
)
EMPTY = dict.fromkeys(KINDS.names)


def one(column: str, value: object) -> object:
    frame = pd.DataFrame({**{name: [None] for name in KINDS.names}, "name": ["x"]}, dtype=object)
    frame[column] = pd.Series([value], dtype=object)
    return values_of(frame, KINDS)[column][0]


@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        ("name", 123, "123"),
        ("name", np.int64(123), "123"),
        ("name", " 007 ", " 007 "),
        ("text", "Zoë – 家族 😀", "Zoë – 家族 😀"),
        ("text", "", None),
        ("text", float("nan"), None),
        ("text", pd.NA, None),
        ("whole", 3.0, 3),
        ("whole", Decimal(3), 3),
        ("whole", 2**63 - 1, 2**63 - 1),
        ("decimal", 3, 3.0),
        ("decimal", Decimal("0.5"), 0.5),
        ("day", datetime(2010, 3, 4), date(2010, 3, 4)),
        ("day", pd.Timestamp("2010-03-04"), date(2010, 3, 4)),
        ("day", np.datetime64("2010-03-04"), date(2010, 3, 4)),
        ("day", pd.NaT, None),
        ("month", date(2010, 3, 1), date(2010, 3, 1)),
        ("yes", np.bool_(True), True),
    ],
)
def test_a_value_is_kept_as_what_it_is(column: str, value: object, stored: object) -> None:
    read = one(column, value)
    assert read == stored
    assert type(read) is type(stored)


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("name", 1.5, 'row 1, name: "1.5" is not text.'),
        ("name", None, "row 1, name: is empty."),
        ("text", "half \ud83d", "row 1, text: \"'half \\ud83d'\" is not text."),
        ("text", "nul \0", "row 1, text: \"'nul \\x00'\" is not text."),
        ("text", True, 'row 1, text: "True" is not text.'),
        ("code", "c", 'row 1, code: "c" is not one of the codes a, b.'),
        ("whole", 3.5, 'row 1, whole: "3.5" is not a whole number of at most 64 bits.'),
        ("whole", "3", 'row 1, whole: "3" is not a whole number of at most 64 bits.'),
        ("whole", 2**63, 'row 1, whole: "9223372036854775808" is not a whole number of at most 64 bits.'),
        ("whole", -6, 'row 1, whole: "-6" is not from -5 to 9.22337e+18.'),
        ("decimal", float("inf"), 'row 1, decimal: "inf" is not a number.'),
        ("decimal", 2**53 + 1, 'row 1, decimal: "9007199254740993" is not a number.'),
        ("decimal", True, 'row 1, decimal: "True" is not a number.'),
        ("day", "2010-03-04", 'row 1, day: "2010-03-04" is not a date without a time.'),
        ("day", datetime(2010, 3, 4, 9, 30), 'row 1, day: "2010-03-04 09:30:00" is not a date without a time.'),
        ("day", pd.Timestamp("2010-03-04", tz="UTC"), "is not a date without a time."),
        ("day", pd.Timestamp("2010-03-04") + pd.Timedelta(1, "ns"), "is not a date without a time."),
        ("month", date(2010, 3, 2), 'row 1, month: "2010-03-02" is not the first day of a month.'),
        ("yes", 1, 'row 1, yes: "1" is not true or false.'),
        ("yes", "yes", 'row 1, yes: "yes" is not true or false.'),
    ],
)
def test_what_would_have_to_be_guessed_is_refused(column: str, value: object, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        one(column, value)
    assert str(refused.value).startswith("Table kinds has values that cannot be stored:")
    assert sentence in str(refused.value)


def test_every_problem_is_said_at_once_by_row_and_column() -> None:
    frame = pd.DataFrame(
        {
            **{name: [None] * 3 for name in KINDS.names},
            "name": ["a", None, "c"],
            "code": ["a", "b", "z"],
            "day": [datetime(2010, 3, 4, 1), None, "soon"],
        }
    )
    with pytest.raises(InputError) as refused:
        values_of(frame, KINDS)
    said = str(refused.value).splitlines()[1:]
    assert [line.strip().split(":")[0] for line in said] == ["row 2, name", "row 3, code", "row 1, day", "row 3, day"]


def test_many_problems_are_counted() -> None:
    frame = pd.DataFrame({**{name: [None] * 100 for name in KINDS.names}})
    with pytest.raises(InputError, match="and 80 more"):
        values_of(frame, KINDS)


def test_columns_may_stand_in_any_order_but_not_be_missing_unknown_or_twice() -> None:
    frame = pd.DataFrame([{**EMPTY, "name": "x"}])
    assert list(values_of(frame[list(reversed(KINDS.names))], KINDS)) == list(KINDS.names)
    wrong = frame.drop(columns="day").rename(columns={"text": "txet"})
    wrong = pd.concat([wrong, wrong[["code"]]], axis=1)
    with pytest.raises(InputError) as refused:
        values_of(wrong, KINDS)
    said = str(refused.value)
    assert 'column "text" is missing; column "day" is missing' in said
    assert 'there is no column "txet". Did you mean "text"?' in said
    assert 'column "code" is there 2 times' in said


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_whole_columns_of_days_are_read_in_any_unit(unit: str) -> None:
    days = pd.Series(["2010-03-04", None, "1970-01-01"], dtype=f"datetime64[{unit}]")
    frame = pd.DataFrame({**{name: [None] * 3 for name in KINDS.names}, "name": ["a", "b", "c"]})
    frame["day"] = days
    assert values_of(frame, KINDS)["day"] == [date(2010, 3, 4), None, date(1970, 1, 1)]
    frame["day"] = days + pd.Timedelta(1, "s")
    with pytest.raises(InputError, match="row 3, day"):
        values_of(frame, KINDS)


@pytest.mark.parametrize(
    ("column", "dtype", "values"),
    [
        ("text", "category", ["a", None, "a"]),
        ("text", "string", ["a", None, "b"]),
        ("whole", "Int64", [1, None, 2]),
        ("whole", "int32", [1, 2, 3]),
        ("decimal", "float32", [0.5, None, 1.5]),
        ("yes", "boolean", [True, None, False]),
        ("yes", "bool", [True, True, False]),
    ],
)
def test_the_dtypes_of_pandas_are_read(column: str, dtype: str, values: list[object]) -> None:
    frame = pd.DataFrame({**{name: [None] * 3 for name in KINDS.names}, "name": ["a", "b", "c"]})
    frame[column] = pd.Series(values, dtype=dtype)
    read = values_of(frame, KINDS)[column]
    assert read == values
    assert {type(value) for value in read} <= {str, int, float, bool, type(None)}


def test_the_frame_given_is_left_as_it_was() -> None:
    frame = pd.DataFrame([{**EMPTY, "name": 1, "text": ""}])
    before = frame.copy(deep=True)
    values_of(frame, KINDS)
    pd.testing.assert_frame_equal(frame, before)
