"""The acceptance file: each problem by its cell, and the mended file stored."""

from __future__ import annotations

import pytest

from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.review.review import ReviewContext, review
from toolkit.tables import TABLES

SCORES = TABLES["progress_scores"]


@pytest.fixture
def made(messy, tmp_path):
    return messy.write_messy(tmp_path)


@pytest.fixture
def context(messy) -> ReviewContext:
    return ReviewContext(
        centre_ids=frozenset(["C01"]),
        permitted_centre_ids=frozenset(["C01"]),
        family_ids=frozenset(messy.FAMILIES),
        declared={"higher_is": "better"},
    )


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_messy_file_shows_each_problem_by_its_cell(made, context, kind) -> None:
    file = getattr(made, kind)
    found = review(read_sheet(file, file.name), SCORES, context)
    assert tuple(problem.sentence for problem in found.problems) == made.sentences
    assert tuple(problem.cell for problem in found.problems) == made.cells
    assert len(found.rows) == made.good_rows
    assert found.rows_read == len(found.rows) + len(found.left_out) == 9
    said = " ".join(notice.sentence for notice in found.notices)
    assert "Row 10 looks like a total (Total) and was left out." in said
    assert ("Windows (cp1252)" in said) == (kind == "csv")
    assert "Zoë B" in set(found.rows["scored_by"].dropna())


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_mended_file_is_clean_and_stores_once(made, context, kind) -> None:
    file = getattr(made, f"fixed_{kind}")
    found = review(read_sheet(file, file.name), SCORES, context)
    assert found.is_clean
    assert len(found.rows) == made.fixed_rows
    again = review(read_sheet(file, file.name), SCORES, ReviewContext(existing=found.rows, declared=context.declared))
    assert again.is_clean
    assert len(again.already_stored) == made.fixed_rows


def test_both_kinds_of_the_mended_file_hold_the_same_rows(made, context) -> None:
    one, other = (
        review(read_sheet(file, file.name), SCORES, context).rows for file in (made.fixed_xlsx, made.fixed_csv)
    )
    assert one.equals(other)
