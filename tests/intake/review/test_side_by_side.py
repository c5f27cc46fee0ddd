"""Scores side by side in a row, or a column for each thing scored, become rows; each problem stays at its own cell."""

from __future__ import annotations

import hashlib
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.intake.files.raw_sheet import RawSheet, Sheet
from toolkit.intake.mapping.mapping import needs_mapping
from toolkit.intake.review.review import Review, ReviewContext, review
from toolkit.tables import table

SCORES = table("progress_scores")
DECLARED = ReviewContext(declared={"higher_is": "better"}, today=date(2026, 1, 1))
START, END = date(2010, 3, 4), date(2010, 6, 4)
IDS = ("Family number", "Centre number")


def sheet(*rows: tuple[object, ...], first: int = 1) -> RawSheet:
    numbered = tuple((number, tuple(row)) for number, row in enumerate(rows, start=first))
    return RawSheet("scores.csv", hashlib.sha256(repr(rows).encode()).hexdigest(), "csv", (Sheet("", numbered),))


def reviewed(*rows: tuple[object, ...], context: ReviewContext = DECLARED) -> Review:
    return review(sheet(*rows), SCORES, context)


def read(found: Review) -> list[tuple[object, ...]]:
    columns = ["family_id", "centre_id", "scored_on", "stage", "dimension", "score"]
    return [tuple(row) for row in found.rows[columns].itertuples(index=False)]


@pytest.mark.parametrize(
    "headings",
    [
        ("Start date", "Start score", "End date", "End score"),
        ("Date of first score", "First score", "Date of last score", "Last score"),
        ("Date at start of support", "Score at start of support", "Date at end of support", "Score at end of support"),
        ("Baseline date", "Baseline rating", "Exit date", "Exit rating"),
        ("Initial (date)", "Initial (score)", "Final (date)", "Final (score)"),
    ],
)
def test_start_and_end_side_by_side_are_two_rows(headings: tuple[str, ...]) -> None:
    raw = sheet((*IDS, *headings), ("F1", "C01", START, 2, END, 4), ("F2", "C01", START, 3))
    found = review(raw, SCORES, DECLARED)
    assert found.problems == ()
    assert read(found) == [
        ("F1", "C01", START, "start", "overall", 2),
        ("F1", "C01", END, "end", "overall", 4),
        ("F2", "C01", START, "start", "overall", 3),
    ]
    assert found.row_numbers == (2, 2, 3)
    assert any(notice.sentence.startswith("Each score of a row was made a row of its own") for notice in found.notices)
    assert not needs_mapping(raw, SCORES, DECLARED.declared)


def test_headings_grouped_by_stage_in_the_row_above_are_read() -> None:
    found = reviewed(
        ("", "", "Start of support", "", "End of support"),
        (*IDS, "Date", "Score", "Date", "Score"),
        ("F1", "C01", START, 2, END, 4),
    )
    assert found.problems == ()
    assert [row[2:] for row in read(found)] == [(START, "start", "overall", 2), (END, "end", "overall", 4)]


def test_a_column_for_each_thing_scored_is_a_row_each_and_other_numbers_are_not_scores() -> None:
    found = reviewed(
        (*IDS, "Date of score", "Stage", "Parenting", "Home life", "Number of children", "Ward"),
        ("F1", "C01", START, "start", 2, 3, 4, 5),
        ("F1", "C01", END, "end", 4, None, 4, 5),
    )
    assert found.problems == ()
    assert [row[2:] for row in read(found)] == [
        (START, "start", "Parenting", 2),
        (START, "start", "Home life", 3),
        (END, "end", "Parenting", 4),
    ]
    assert any("Number of children" in notice.sentence and "not used" in notice.sentence for notice in found.notices)


def test_things_scored_and_stages_at_once_are_read() -> None:
    headings = (*IDS, "Start date", "Parenting (start)", "Home (start)", "End date", "Parenting (end)", "Home (end)")
    found = reviewed(headings, ("F1", "C01", START, 2, 1, END, 4, 5))
    assert [row[2:] for row in read(found)] == [
        (START, "start", "Parenting", 2),
        (START, "start", "Home", 1),
        (END, "end", "Parenting", 4),
        (END, "end", "Home", 5),
    ]


def test_each_problem_is_named_at_its_own_cell_and_good_readings_of_the_row_are_kept() -> None:
    found = reviewed(
        (*IDS, "Start date", "Start score", "End date", "End score"),
        ("F1", "C01", START, 7, END, 2),
        ("F2", "C01", END, 1, START, 2),
        ("F3", "C01", START),
        ("F4", "C01", None, 3, END),
    )
    assert [problem.sentence.split(":")[0] for problem in found.problems] == ["D2", "E3", "D4", "C5"]
    assert "The family's first score, at the start of support, is later: 04/06/2010" in found.problems[1].sentence
    assert read(found) == [("F1", "C01", END, "end", "overall", 2), ("F2", "C01", END, "start", "overall", 1)]
    assert list(found.left_out["row"]) == [2, 3, 4, 5]
    assert any("has a day without a score in row 5" in notice.sentence for notice in found.notices)


def test_scores_with_no_day_of_their_own_are_refused_with_what_to_add() -> None:
    found = reviewed((*IDS, "Date of score", "Start score", "End score"), ("F1", "C01", START, 2, 4))
    assert [problem.cell for problem in found.problems] == ["D1", "E1"]
    assert 'Add a column "End date".' in found.problems[1].sentence and found.rows.empty


def test_two_columns_for_the_same_scores_are_refused() -> None:
    headings = (*IDS, "Start date", "Start score", "First score")
    found = reviewed(headings, ("F1", "C01", START, 2, 3))
    assert any('Columns D ("Start score") and E ("First score")' in one.sentence for one in found.problems)
    assert found.rows.empty


def test_what_is_stored_already_is_left_out_and_what_contradicts_it_refused() -> None:
    rows = ((*IDS, "Start date", "Start score", "End date", "End score"), ("F1", "C01", START, 2, END, 4))
    stored = reviewed(*rows).rows.head(1)
    again = reviewed(*rows, context=ReviewContext(declared={"higher_is": "better"}, existing=stored))
    assert again.problems == () and [row[3] for row in read(again)] == ["end"] and again.already_stored == (2,)
    other = ReviewContext(declared={"higher_is": "better"}, existing=stored.assign(score=5))
    assert reviewed(*rows, context=other).problems[0].cell == "D2"


def test_a_row_that_says_the_scale_the_other_way_is_named_by_its_row() -> None:
    headings = (*IDS, "Start date", "Start score", "End date", "End score", "A higher score is")
    found = reviewed(
        headings, ("F1", "C01", START, 2, END, 4, "better"), ("F2", "C01", START, 2, END, 4, "worse"),
        context=ReviewContext(),
    )  # fmt: skip
    assert {problem.cell for problem in found.problems} == {"G3"}
    assert all("Row 2 says" in problem.sentence for problem in found.problems)


def test_a_sheet_with_a_score_a_row_is_read_as_ever() -> None:
    found = reviewed((*IDS, "Date of score", "Stage", "Score", "Final comments"), ("F1", "C01", START, "start", 2, 5))
    assert read(found) == [("F1", "C01", START, "start", "overall", 2)]
    assert any('"Final comments", is not used' in notice.sentence for notice in found.notices)


scores = st.none() | st.integers(1, 5)


@given(st.lists(st.tuples(scores, scores, scores, scores), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_side_by_side_and_one_a_row_are_the_same_scores(rows: list[tuple[int | None, ...]]) -> None:
    wide, long = [], []
    for number, found in enumerate(rows):
        wide.append((f"F{number}", "C01", START, found[0], found[1], END, found[2], found[3]))
        for at, (day, stage, what) in enumerate(
            ((START, "start", "Parenting"), (START, "start", "Home"), (END, "end", "Parenting"), (END, "end", "Home"))
        ):
            if found[at] is not None:
                long.append((f"F{number}", "C01", day, stage, what, found[at]))
    headings = ("Start date", "Start score: Parenting", "Start score: Home")
    side = reviewed((*IDS, *headings, "End date", "End score: Parenting", "End score: Home"), *wide)
    tall = reviewed((*IDS, "Date of score", "Stage", "What was scored", "Score"), *long)
    pd.testing.assert_frame_equal(side.rows, tall.rows)
