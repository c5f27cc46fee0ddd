"""A file put right on a page: which cells are offered, what is read then, and that the file itself stays as it was."""

from __future__ import annotations

import pytest

from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.review.amending import amended, as_file, rows_to_amend, says_declared
from toolkit.intake.review.review import ReviewContext, review
from toolkit.tables import table

SCORES = table("progress_scores")
HEAD = "Family number,Centre,Date,Stage,Score,Room\n"
FILE = (
    HEAD + "F1,C01,01/05/2012,start,7,a\nJoan Smith,C01,31/02/2012,start,2,b\n"
    "F3,C01,03/05/2012,start,3,c\nF3,C01,03/05/2012,start,3,d\n"
)
CONTEXT = ReviewContext(declared={"higher_is": "better"})


def test_wrong_cells_are_offered_as_they_stand_and_a_name_is_not_repeated() -> None:
    raw = read_sheet(FILE.encode(), "may.csv")
    rows = rows_to_amend(raw, review(raw, SCORES, CONTEXT))
    assert [(row.number, [(cell.name, cell.text) for cell in row.wrong]) for row in rows] == [
        (2, [("E2", "7")]), (3, [("A3", ""), ("C3", "31/02/2012")]), (5, [("A5", "F3")]),
    ]  # fmt: skip
    assert {cell.label for cell in rows[0].others} == {"Family number", "Centre number", "Date of score", "Stage"}


def test_what_is_put_right_is_read_and_reviewed_again_and_the_file_stays_as_it_was() -> None:
    raw = read_sheet(FILE.encode(), "may.csv")
    right = amended(raw, SCORES, {(2, 4): "4", (3, 0): "F2", (3, 2): "29/02/2012"}, {5})
    found = review(right, SCORES, CONTEXT)
    assert found.is_clean and found.row_numbers == (2, 3, 4)
    assert found.rows["score"].tolist() == [4, 2, 3]
    assert (right.content_hash, raw.sheets[0].rows[1][1][4]) == (raw.content_hash, "7")
    said = [notice.sentence for notice in found.notices]
    assert "Put right on the page: E2, A3 and C3. Taken out on the page: row 5." in said
    worse = review(amended(raw, SCORES, {(2, 4): "8", (4, 1): " "}), SCORES, CONTEXT)
    assert {problem.cell for problem in worse.problems} >= {"E2", "B4"}


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        (FILE, False),
        (HEAD.replace("Room", "A higher score is") + "F1,C01,01/05/2012,start,4,better\n", True),
        (HEAD.replace("Room", "A higher score is") + "F1,C01,01/05/2012,start,4,\n", False),
        (HEAD.replace("Room", "Instrument") + "F1,C01,01/05/2012,start,4,star\n", True),
        ("Client,Site\nF1,C01\n", False),
    ],
)
def test_the_direction_is_asked_only_where_a_row_does_not_say_it(text: str, is_said: bool) -> None:
    assert says_declared(read_sheet(text.encode(), "may.csv"), SCORES) is is_said


def test_a_row_filled_in_by_hand_is_reviewed_as_a_file_of_one_row() -> None:
    written = {column.name: column.example for column in SCORES.columns if column.example}
    found = review(as_file(SCORES, written, "here"), SCORES)
    assert found.is_clean and len(found.rows) == 1  # and is not taken for the template's example
    wrong = review(as_file(SCORES, written | {"score": "9", "scored_on": ""}, "here"), SCORES)
    assert {problem.column for problem in wrong.problems} == {"Score", "Date of score"}
