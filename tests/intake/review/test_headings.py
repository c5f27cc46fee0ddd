"""Finding the headings and what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.intake.files.raw_sheet import Sheet
from toolkit.intake.review.headings import find_headings, heading_problems, near_miss, plain
from toolkit.tables import TABLES

SCORES = TABLES["progress_scores"]
WORDS = [
    (table, column, word)
    for table in TABLES.values()
    for column in table.columns
    for word in (column.label, column.name, *column.synonyms)
]


def sheet(*rows, merged=()) -> Sheet:
    return Sheet("S", tuple((number, tuple(cells)) for number, cells in enumerate(rows, 1) if cells), merged=merged)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_no_two_columns_of_a_table_share_a_heading(table) -> None:
    meant: dict[str, str] = {}
    for column in table.columns:
        for word in (column.label, column.name, *column.synonyms):
            assert meant.setdefault(plain(word), column.name) == column.name


@settings(deadline=None)  # other work may share the machine
@given(st.sampled_from(WORDS), st.sampled_from([str.upper, str.lower, str.title]), st.sampled_from(["", " ", ":", "*"]))
def test_a_heading_is_found_by_label_name_and_synonym_whatever_its_case_and_signs(word, change, sign) -> None:
    table, column, text = word
    others = [c.label for c in table.columns if c.name != column.name]
    heading = sign + change(text).replace(" ", "_" if sign == "*" else "  ") + sign
    found = find_headings(sheet((*others, heading)), table)
    assert found is not None
    assert found.columns[column.name] == len(others)


def test_a_heading_with_a_remark_in_brackets_is_found() -> None:
    found = find_headings(sheet(("Family number (ours)", "Centre", "Score (1-5)")), SCORES)
    assert found is not None
    assert dict(found.columns) == {"family_id": 0, "centre_id": 1, "score": 2}


def test_the_headings_may_stand_below_titles_and_blank_rows() -> None:
    found = find_headings(sheet(("Elm Lane",), (), ("Spring",), ("Family number", "Centre", "Score"), ("F1",)), SCORES)
    assert found is not None
    assert found.row == 4


def test_a_heading_merged_down_into_the_row_of_headings_counts() -> None:
    rows = (("Family number", "Reading"), (None, "Date", "Score"), ("F1", "1/1/2010", 2))
    found = find_headings(sheet(*rows, merged=((1, 0, 2, 0), (1, 1, 1, 2))), SCORES)
    assert found is not None
    assert (found.row, dict(found.columns)) == (2, {"family_id": 0, "scored_on": 1, "score": 2})


def test_rows_of_data_are_not_taken_for_headings() -> None:
    assert find_headings(sheet(("F1", "C01", "1/1/2010", "start", 3)), SCORES) is None


def test_a_missing_column_is_a_problem_that_names_it_and_a_near_miss() -> None:
    found = find_headings(sheet(("Famly numbr", "Centre", "Date", "Stage", "Higher is")), SCORES)
    assert found is not None
    said = [problem.sentence for problem in heading_problems(found, SCORES, {"higher_is": "better"})]
    assert said == [
        'There is no column "Family number". Column A is headed "Famly numbr": '
        'if it is that, change its heading to "Family number".',
        'There is no column "Score". Add it; the template has it ready.',
    ]
    assert near_miss("Famly numbr", SCORES, found.columns) == 'Did you mean "Family number"?'
    assert near_miss("Notes", SCORES, found.columns) == ""


def test_a_scale_whose_direction_nobody_said_is_a_problem_until_declared() -> None:
    found = find_headings(sheet(("Family number", "Centre", "Date", "Stage", "Score")), SCORES)
    assert found is not None
    assert [problem.sentence for problem in heading_problems(found, SCORES, {})] == [
        'The file does not say "A higher score is": better for the family or worse for the family. '
        "Say it when you upload the file, or add a column that says it in every row."
    ]
    assert heading_problems(found, SCORES, {"higher_is": "worse"}) == []


def test_two_columns_that_mean_the_same_are_a_problem() -> None:
    found = find_headings(sheet(("Family", "Centre", "Date", "Stage", "Score", "Rating")), SCORES)
    assert found is not None
    assert [problem.sentence for problem in heading_problems(found, SCORES, {"higher_is": "better"})] == [
        'F1: Columns E ("Score") and F ("Rating") both mean "Score". Keep one of them.'
    ]
