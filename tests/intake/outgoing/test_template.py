"""The template: what a manager opens in Excel, and what comes back."""

from __future__ import annotations

import io
import re
from datetime import datetime

import openpyxl
import pytest

from toolkit.errors import InputError
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.outgoing.template import CHECKED_ROWS, PREFILLED_ROWS, template_bytes, write_template
from toolkit.intake.review.cell_readers import expected
from toolkit.intake.review.review import ReviewContext, review
from toolkit.intake.review.sheets import LISTS_SHEET, NOTES_SHEET
from toolkit.tables import TABLES, Kind

EVERY_TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
SCORES = TABLES["progress_scores"]


def opened(table, **options):
    return openpyxl.load_workbook(io.BytesIO(template_bytes(table, **options)))


def validation_of(sheet, letter: str):
    found = [one for one in sheet.data_validations.dataValidation if f"{letter}2:{letter}" in str(one.sqref)]
    assert len(found) == 1
    return found[0]


@EVERY_TABLE
@pytest.mark.parametrize("centre_id", [None, "C07", "=1+1"])
def test_an_unchanged_template_gives_no_problem_and_no_row(table, centre_id) -> None:
    found = review(read_sheet(template_bytes(table, centre_id=centre_id), "t.xlsx"), table, ReviewContext())
    assert found.is_clean
    assert len(found.rows) == 0
    assert "Row 2 is the template's example and was left out." in [notice.sentence for notice in found.notices]


@EVERY_TABLE
def test_headings_are_locked_and_frozen_and_cells_are_not(table) -> None:
    sheet = opened(table).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.label for column in table.columns]
    assert sheet.freeze_panes == "A2"
    assert sheet.protection.sheet
    assert all(cell.protection.locked for cell in sheet[1])
    assert not any(cell.protection.locked for cell in sheet[2])
    for letter, dimension in sheet.column_dimensions.items():
        assert not dimension.protection.locked, letter


@EVERY_TABLE
def test_every_column_is_checked_as_typed_and_says_what_to_enter(table) -> None:
    sheet = opened(table).worksheets[0]
    wanted = {
        Kind.CODE: "list", Kind.YES_NO: "list", Kind.DATE: "date", Kind.MONTH: "date", Kind.WHOLE: "whole",
        Kind.DECIMAL: "decimal", Kind.TEXT: None, Kind.IDENTIFIER: None,
    }  # fmt: skip
    for cell, column in zip(sheet[1], table.columns, strict=True):
        validation = validation_of(sheet, cell.column_letter)
        kind = Kind.WHOLE if column.is_on_instrument else column.kind  # where no other instrument is known
        assert validation.type == wanted[kind], column.name
        assert str(validation.sqref).endswith(str(CHECKED_ROWS + 1))
        assert validation.error == expected(column)[:255]
        assert validation.prompt == column.description[:255]


@EVERY_TABLE
def test_drop_downs_offer_the_plain_meanings(table) -> None:
    book = opened(table)
    sheet = book.worksheets[0]
    for cell, column in zip(sheet[1], table.columns, strict=True):
        offered = list(column.codes.values()) if column.codes else ["yes", "no"]
        if column.kind in {Kind.CODE, Kind.YES_NO}:
            lists = validation_of(sheet, cell.column_letter).formula1
            name, _, cells = lists.partition("!")
            assert name == LISTS_SHEET
            assert book[LISTS_SHEET].sheet_state == "hidden"
            assert [one[0].value for one in book[LISTS_SHEET][cells.replace("$", "")]] == offered


def test_a_score_is_checked_between_its_limits() -> None:
    validation = validation_of(opened(SCORES).worksheets[0], "F")
    assert (validation.formula1, validation.formula2) == ("1", "5")
    assert validation.error == "Enter a whole number from 1 to 5."


def test_a_given_centre_is_filled_in_and_rows_with_nothing_else_are_not_data() -> None:
    book = opened(SCORES, centre_id="C07")
    sheet = book.worksheets[0]
    assert {sheet.cell(row, 2).value for row in range(2, PREFILLED_ROWS + 2)} == {"C07"}
    for column, value in enumerate(("F9", "C07", datetime(2010, 3, 4), "At a review", None, 4), start=1):
        sheet.cell(3, column).value = value
    sheet.cell(3, 7).value = "Better for the family"
    buffer = io.BytesIO()
    book.save(buffer)
    found = review(read_sheet(buffer.getvalue(), "t.xlsx"), SCORES, ReviewContext(centre_ids=frozenset(["C07"])))
    assert found.is_clean
    assert found.row_numbers == (3,)
    assert found.rows_read == 2
    said = [notice.sentence for notice in found.notices]
    assert "Rows 4 to 301 have only the centre number and were taken as not filled in." in said


def test_an_example_that_was_changed_is_data() -> None:
    book = opened(SCORES)
    book.worksheets[0]["F2"] = 3
    buffer = io.BytesIO()
    book.save(buffer)
    found = review(read_sheet(buffer.getvalue(), "t.xlsx"), SCORES, ReviewContext())
    assert found.row_numbers == (2,)


@EVERY_TABLE
def test_the_notes_sheet_says_what_every_column_and_code_means(table) -> None:
    notes = opened(table)[NOTES_SHEET]
    words = {str(cell.value) for row in notes.iter_rows() for cell in row if cell.value is not None}
    for column in table.columns:
        assert {column.label, column.description, expected(column)} <= words
        assert set(column.codes) | set(column.codes.values()) <= words


def test_the_same_template_is_the_same_bytes(tmp_path) -> None:
    write_template(SCORES, tmp_path / "a.xlsx", centre_id="C07")
    assert (tmp_path / "a.xlsx").read_bytes() == template_bytes(SCORES, centre_id="C07")


def test_a_template_that_cannot_be_written_says_so(tmp_path) -> None:
    with pytest.raises(InputError, match="The template cannot be written to"):
        write_template(SCORES, tmp_path / "no" / "a.xlsx")


def test_the_families_of_a_centre_are_offered_and_another_may_be_typed() -> None:
    content = template_bytes(SCORES, centre_id="C01", families=("F1", "F2"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    rules = [rule for rule in book.worksheets[0].data_validations.dataValidation if str(rule.sqref).startswith("A2")]
    assert [(rule.type, rule.errorStyle) for rule in rules] == [("list", "information")]
    listed = {cell.value for row in book["Lists"].iter_rows() for cell in row}
    assert {"F1", "F2"} <= listed
    assert content != template_bytes(SCORES, centre_id="C01")


def test_what_to_enter_is_said_in_whole_sentences() -> None:
    said = [expected(column) for one in TABLES.values() for column in one.columns]
    assert "Enter who gave the score, by initials or staff number, such as W07." in said
    assert not [sentence for sentence in said if re.search(r"the (what|who|scored by|confirmed by)\b", sentence)]
