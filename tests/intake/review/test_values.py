"""One reader a kind of column."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.intake.cells import CellFault, neutralised, restored, shown
from toolkit.intake.files.sheet_scan import ERROR, NOT_WORKED_OUT
from toolkit.intake.review.cell_readers import code_meanings, expected, reader_for
from toolkit.intake.review.reading import How
from toolkit.tables import TABLES, Column, Kind

TODAY = date(2026, 11, 23)
SCORES, FAMILIES, REFERRALS = TABLES["progress_scores"], TABLES["families"], TABLES["referrals"]
ALL_COLUMNS = [(table.name, column) for table in TABLES.values() for column in table.columns]


def read(column: Column, cell):
    return reader_for(column, today=TODAY)(cell)


SCORE = SCORES.column("score")


@pytest.mark.parametrize("cell", [4, 4.0, "4", " 4 ", "4.0", "4.00"])
def test_a_whole_number_may_be_written_as_number_or_text(cell) -> None:
    value = read(SCORE, cell).value
    assert value == 4
    assert type(value) is int


@pytest.mark.parametrize(
    "cell",
    [4.5, "4.5", 0, 6, 7, -1, "seven", "4/5", "4 or 5", "٤", "²", "½", "1e0", "0x4", "nan", "inf", "", True, "-",
     float("nan"), float("inf"), 1e300, "9" * 400, date(1900, 1, 4), time(4, 0), "4,0", "4 0"],
)  # fmt: skip
def test_what_is_no_score_is_refused_with_the_range(cell) -> None:
    assert read(SCORE, cell).refusal == "Enter a whole number from 1 to 5."


@settings(deadline=None)  # other work may share the machine
@given(st.integers(-(10**6), 10**6))
def test_scores_from_1_to_5_and_no_others_are_accepted(number) -> None:
    for cell in (number, float(number), str(number), f"{number}.0"):
        assert (read(SCORE, cell).value == number) == (1 <= number <= 5)


@settings(deadline=None)  # other work may share the machine
@given(st.floats(0, 1e12, allow_nan=False).map(lambda amount: round(amount, 2)))
def test_an_amount_reads_the_same_as_number_with_commas_and_with_a_pound_sign(amount) -> None:
    column = TABLES["investments"].column("amount_gbp")
    for cell in (amount, f"{amount:.2f}", f"{amount:,.2f}", f"£{amount:,.2f}"):
        assert read(column, cell).value == pytest.approx(amount)
    assert read(column, f"-{amount + 1:.2f}").refusal == "Enter a number, 0 or more."


@pytest.mark.parametrize("cell", ["12,50", "1,2345", "(100)", "100-", "£", "£-5", "12 500"])
def test_an_amount_that_could_mean_two_things_is_refused(cell) -> None:
    assert read(TABLES["investments"].column("amount_gbp"), cell).refusal == "Enter a number, 0 or more."


@pytest.mark.parametrize("table_name,column", [(n, c) for n, c in ALL_COLUMNS if c.kind is Kind.CODE])
def test_every_code_is_read_by_itself_and_by_its_meaning_in_any_case(table_name, column) -> None:
    written = code_meanings(column)
    assert len(written) >= len(column.codes)
    for code, meaning in column.codes.items():
        for word in (code, code.lower(), f" {code.upper()} ", meaning, meaning.upper(), meaning.replace(" ", "  ")):
            assert read(column, word).value == code


def test_a_code_typed_as_a_number_is_that_code() -> None:
    source = REFERRALS.column("source")
    assert [read(source, cell).value for cell in (4, 4.0, "4", 10.0)] == ["4", "4", "4", "10"]


def test_a_word_near_a_code_is_asked_after() -> None:
    assert read(SCORES.column("stage"), "strat").refusal == (
        'Did you mean "start"? Choose "At the start of support", "At a review" or "At the end of support".'
    )
    assert read(SCORES.column("stage"), "banana").refusal == (
        'Choose "At the start of support", "At a review" or "At the end of support".'
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [("yes", True), ("Y", True), (" TRUE ", True), (1, True), (1.0, True), ("1", True), (True, True),
     ("No", False), ("n", False), ("false", False), (0, False), ("0", False), (False, False)],
)  # fmt: skip
def test_yes_and_no_have_their_usual_forms(cell, value) -> None:
    assert read(FAMILIES.column("lone_parent"), cell).value is value


@pytest.mark.parametrize("cell", ["maybe", "yes?", 2, -1, "x", date(2010, 1, 1)])
def test_what_is_neither_yes_nor_no_is_refused(cell) -> None:
    assert read(FAMILIES.column("lone_parent"), cell).refusal == "Enter yes or no."


FAMILY = SCORES.column("family_id")


@pytest.mark.parametrize(
    ("cell", "value"),
    [("F000123", "F000123"), ("000123", "000123"), (123, "123"), (123.0, "123"), ("é-1", "é-1"), ("😀1", "😀1"),
     ("'=A1", "=A1"), ("ABCD", "ABCD"), ("A B 1", "A B 1")],
)  # fmt: skip
def test_an_identifier_is_kept_as_written(cell, value) -> None:
    assert read(FAMILY, cell).value == value


def test_spaces_around_an_identifier_are_left_out_and_said() -> None:
    reading = read(FAMILY, "\u00a0F1 ")
    assert (reading.value, reading.how) == ("F1", How.SPACES_DROPPED)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (datetime(2010, 3, 1), "Excel may have changed it."),
        (True, "Excel may have changed it."),
        (1.5, "A fraction cannot name anything."),
        (1.2345678901234567e19, "Excel keeps only 15 digits"),
        ("F1\u200b", "a sign in it that cannot be seen"),
        ("F\u202e1", "a sign in it that cannot be seen"),
        ("F1\x07", "a sign in it that cannot be seen"),
        ("F1\nF2", "a line break"),
        ("F" * 101, "It has 101 characters. Enter at most 100."),
        ("#N/A", "a spreadsheet error"),
        ("#ref!", "a spreadsheet error"),
    ],
)
def test_an_identifier_that_may_not_be_what_was_meant_is_refused(cell, says) -> None:
    reading = read(FAMILY, cell)
    assert reading.value is None
    assert says in reading.refusal


@pytest.mark.parametrize("name", ["Smith Jones", "Smith, Jane", "Mrs. J. Smith", "Zoë O'Neil"])
def test_a_persons_name_is_refused_and_not_repeated(name) -> None:
    reading = read(FAMILY, name)
    assert reading.refusal == "Enter the family number, never a name."
    assert name not in reading.hidden
    assert "looks like a name" in reading.hidden


def test_a_day_in_a_column_of_words_is_refused_for_excel_made_it() -> None:
    assert "type it again" in read(TABLES["area_counts"].column("period"), date(2010, 3, 1)).refusal
    assert read(TABLES["area_counts"].column("period"), 2010.0).value == "2010"


def test_the_default_is_recognised_in_any_case() -> None:
    assert read(SCORES.column("dimension"), "Overall").value == "overall"
    assert read(SCORES.column("dimension"), "Parenting").value == "Parenting"


def test_days_to_come_are_refused_where_only_what_happened_is_recorded() -> None:
    day = SCORES.column("scored_on")
    assert read(day, TODAY).value == TODAY
    assert read(day, date(2026, 11, 24)).refusal.startswith("That is in the future: today is 23/11/2026.")
    expected_child = TABLES["children"].column("birth_month")
    assert read(expected_child, "May 2027").value == date(2027, 5, 1)
    assert read(expected_child, "May 2028").refusal.startswith("That is more than 10 months ahead.")


@pytest.mark.parametrize("fault", [ERROR, NOT_WORKED_OUT])
@pytest.mark.parametrize("column", [c for _, c in ALL_COLUMNS], ids=[f"{n}.{c.name}" for n, c in ALL_COLUMNS])
def test_no_kind_of_column_takes_a_cell_without_a_value(column, fault) -> None:
    assert read(column, fault).refusal == fault.advice


ANY_CELL = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.builds(CellFault, st.text(min_size=1), st.just("Type it again."))
)


@settings(deadline=None)  # other work may share the machine
@given(ANY_CELL, st.sampled_from([c for _, c in ALL_COLUMNS]))
def test_any_cell_in_any_column_gives_a_value_or_says_what_to_do(cell, column) -> None:
    reading = read(column, cell)
    assert (reading.value is None) == bool(reading.refusal)
    assert isinstance(shown(cell), str)


@pytest.mark.parametrize("column", [c for _, c in ALL_COLUMNS], ids=[f"{n}.{c.name}" for n, c in ALL_COLUMNS])
def test_every_example_reads_and_every_column_says_what_to_enter(column) -> None:
    assert expected(column).endswith(".")
    if column.example:
        assert read(column, column.example).value is not None
    else:
        assert not column.is_required


@settings(deadline=None)  # other work may share the machine
@given(st.text())
def test_no_text_written_out_can_run_as_a_formula_and_all_come_back(text) -> None:
    written = neutralised(text)
    assert not written.startswith(("=", "@", "\t", "\r"))
    assert written[:1] not in {"+", "-"} or written[1:].replace(",", "").replace(".", "").isdigit()
    if not text.startswith("'"):
        assert restored(written) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "blank"), ("  ", "blank"), (7.0, "7"), (4.5, "4.5"), (True, "TRUE"), (date(2010, 3, 4), "04/03/2010"),
        (datetime(2010, 3, 4, 14, 30), "04/03/2010 14:30"), ("seven", "seven"), ("n.a.", '"n.a."'),
        ("two words", '"two words"'), ("x" * 70, "x" * 60 + "…"), ("a\u202eb", "a□b"), (date(999, 1, 2), "02/01/0999"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_a_person_would_write_it(cell, text) -> None:
    assert shown(cell).strip('"') == text.strip('"')
