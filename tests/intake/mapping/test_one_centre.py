"""A centre's own file without a column for the centre, and its words for the stage: real workbooks, read as said."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest

from toolkit.errors import InputError
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.mapping.chosen import NO_COLUMN, by_position, still_missing
from toolkit.intake.mapping.mapping import needs_mapping, propose, with_columns
from toolkit.intake.mapping.one_centre import lacks_centres
from toolkit.intake.review.context import OneCentre, ReviewContext
from toolkit.intake.review.review import review
from toolkit.tables import table

SCORES = table("progress_scores")
CONTEXT = ReviewContext(
    centre_ids=frozenset({"C03", "C05"}),
    permitted_centre_ids=frozenset({"C03"}),
    family_ids=frozenset({"F000001", "F000002"}),
    declared={"higher_is": "better"},
    today=date(2012, 12, 31),
)
OURS = replace(CONTEXT, all_of=OneCentre("C03", "Amberfold"))
OWN = ("Family no", "Date seen", "Score (1-5)", "When", "Worker")
TAKEN = 'All rows were taken as being of Amberfold (C03): the file has no column "Centre number".'


def book(*headings: str, stages=("before", "after"), more=()):
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(headings)
    for at in range(6):
        day = datetime(2012, 5 + at % 2, 1 + at)
        sheet.append([f"F00000{1 + at // 2 % 2}", day, at % 5 + 1, stages[at % 2], "W07", *more])
    content = io.BytesIO()
    made.save(content)
    return read_sheet(content.getvalue(), "own.xlsx")


def proposed(raw, context=OURS) -> dict[str, int]:
    proposal = propose(raw, SCORES, context)
    assert proposal is not None
    return {name: at for at, name in proposal.columns.items()}


@pytest.mark.parametrize(
    "stages",
    [("before", "after"), ("First", "Last"), ("start", "end"), ("Pre-support", "Post-support"), ("1st", "Final")],
)
@pytest.mark.parametrize("heading", ["When", "Time point", "Visit", "Stage"])
def test_a_centres_own_file_is_proposed_whole_and_read_as_of_its_one_centre(heading, stages) -> None:
    raw = book("Family no", "Date seen", "Score (1-5)", heading, "Worker", stages=stages)
    assert needs_mapping(raw, SCORES, CONTEXT.declared)
    columns = proposed(raw)
    assert columns == {"family_id": 0, "scored_on": 1, "score": 2, "stage": 3, "scored_by": 4}
    proposal = propose(raw, SCORES, CONTEXT)
    assert proposal is not None
    named = with_columns(raw, SCORES, proposal, proposal.columns)
    assert lacks_centres(named, SCORES, CONTEXT)
    found = review(named, SCORES, OURS)
    assert found.problems == ()
    assert set(found.rows["centre_id"]) == {"C03"}
    assert list(found.rows["stage"]) == ["start", "end"] * 3
    said = [notice.sentence for notice in found.notices]
    assert TAKEN in said
    own = [one for one in said if one.startswith("Stage ")]
    assert len(own) == sum(stage.casefold() not in ("start", "end") for stage in stages)
    if stages[0] == "before":
        assert own[0] == 'Stage "before" was read as "At the start of support" (rows 2, 4 and 6).'


def test_without_being_said_the_centre_is_missing_as_before() -> None:
    raw = book("Family no", "Date", "Score", "Stage", "Worker")
    found = review(raw, SCORES, CONTEXT)
    assert 'There is no column "Centre number".' in found.problems[0].message
    assert len(found.rows) == 0
    assert not any("taken as being" in notice.sentence for notice in found.notices)


def test_a_file_that_has_the_column_is_read_as_it_says_its_blank_cells_too() -> None:
    for cell, problem in (("C05", "You upload for C03 only."), (None, "Centre number is blank.")):
        raw = book("Family no", "Date", "Score", "Stage", "Worker", "Centre", more=[cell])
        assert not lacks_centres(raw, SCORES, CONTEXT)
        found = review(raw, SCORES, OURS)
        assert len(found.rows) == 0
        assert problem in found.problems[0].message
        assert TAKEN not in [notice.sentence for notice in found.notices]


def test_a_column_that_holds_centres_is_not_passed_over() -> None:
    raw = book("Family no", "Date", "Score", "Stage", "Worker", "Where", more=["C05"])
    assert not lacks_centres(raw, SCORES, CONTEXT)
    proposal = propose(raw, SCORES, CONTEXT)
    assert proposal is not None
    chosen = {"family_id": 0, "centre_id": NO_COLUMN, "scored_on": 1, "score": 2, "stage": 3}
    assert still_missing(SCORES, chosen) == ["Centre number"]
    assert still_missing(SCORES, chosen, but={"centre_id"}) == []
    with pytest.raises(InputError, match=r'column F \("Where"\) says which centre a row is of. Choose it for "Centre'):
        by_position(raw, SCORES, proposal, chosen, CONTEXT)
    assert by_position(raw, SCORES, proposal, {**chosen, "centre_id": 5}, CONTEXT)[5] == "centre_id"


def test_a_centre_of_another_is_refused_however_it_was_said() -> None:
    raw = book("Family no", "Date", "Score", "Stage", "Worker")
    found = review(raw, SCORES, replace(CONTEXT, all_of=OneCentre("C05")))
    assert len(found.rows) == 0
    assert "You upload for C03 only." in found.problems[0].message


def test_a_second_score_may_be_a_review_or_the_end_so_it_is_offered_and_not_read() -> None:
    raw = book(*OWN, stages=("1st", "2nd"))
    assert proposed(raw)["stage"] == 3
    proposal = propose(raw, SCORES, CONTEXT)
    assert proposal is not None
    found = review(with_columns(raw, SCORES, proposal, proposal.columns), SCORES, OURS)
    assert [problem.cell for problem in found.problems] == ["D3", "D5", "D7"]
    assert "Stage is 2nd. Choose" in found.problems[0].message


def test_days_under_when_are_days() -> None:
    raw = book("Family no", "When", "Score (1-5)", "Kind", "Worker")
    assert proposed(raw)["scored_on"] == 1
    assert proposed(raw)["stage"] == 3


def test_scores_side_by_side_are_of_the_one_centre_too() -> None:
    made = openpyxl.Workbook()
    made.active.append(["Family no", "Date before", "Score before", "Date after", "Score after", "Worker"])
    made.active.append(["F000001", datetime(2012, 5, 1), 2, datetime(2012, 9, 1), 4, "W07"])
    content = io.BytesIO()
    made.save(content)
    raw = read_sheet(content.getvalue(), "own.xlsx")
    assert lacks_centres(raw, SCORES, CONTEXT)
    found = review(raw, SCORES, OURS)
    assert found.problems == ()
    assert found.rows[["centre_id", "stage", "score"]].values.tolist() == [["C03", "start", 2], ["C03", "end", 4]]
    assert TAKEN in [notice.sentence for notice in found.notices]
