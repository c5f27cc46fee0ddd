"""Two people who score on one day, and what is odd about scores without being wrong."""

from __future__ import annotations

import hashlib
from datetime import date

import pandas as pd
import pytest

from toolkit.intake.files.raw_sheet import RawSheet, Sheet
from toolkit.intake.review.review import Review, ReviewContext, review
from toolkit.tables import table

SCORES = table("progress_scores")
DECLARED = ReviewContext(declared={"higher_is": "better"}, today=date(2026, 1, 1))
START, END = date(2010, 3, 4), date(2010, 6, 4)
IDS = ("Family number", "Centre number")


def reviewed(*rows: tuple[object, ...], context: ReviewContext = DECLARED) -> Review:
    numbered = tuple((number, tuple(row)) for number, row in enumerate(rows, start=1))
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    return review(RawSheet("scores.csv", digest, "csv", (Sheet("", numbered),)), SCORES, context)


SCORED_BY = (*IDS, "Date of score", "Stage", "Score", "Scored by")


def test_two_people_who_score_on_one_day_are_both_kept() -> None:
    found = reviewed(SCORED_BY, ("F1", "C01", START, "start", 2, "W1"), ("F1", "C01", START, "start", 4, "W2"))
    assert found.problems == () and list(found.rows["scored_by"]) == ["W1", "W2"]
    stored = ReviewContext(declared={"higher_is": "better"}, existing=found.rows.head(1))
    again = reviewed(SCORED_BY, ("F1", "C01", START, "start", 4, "W2"), context=stored)
    assert again.problems == () and list(again.rows["score"]) == [4]


@pytest.mark.parametrize(("score", "cell"), [(2, "A3"), (4, "E3")])
def test_a_score_that_leaves_out_who_gave_it_may_be_one_that_says_so(score: int, cell: str) -> None:
    rows = (SCORED_BY, ("F1", "C01", START, "start", 2, "W1"), ("F1", "C01", START, "start", score))
    assert cell in {problem.cell for problem in reviewed(*rows).problems}
    stored = ReviewContext(declared={"higher_is": "better"}, existing=reviewed(*rows[:2]).rows)
    later = reviewed(SCORED_BY, ("F1", "C01", START, "start", score), context=stored)
    assert (later.already_stored, len(later.problems)) == (((2,), 0) if score == 2 else ((), 1))
    unsaid = ReviewContext(declared={"higher_is": "better"}, existing=reviewed(SCORED_BY, rows[2]).rows)
    named = reviewed(SCORED_BY, ("F1", "C01", START, "start", 2, "W1"), context=unsaid)
    assert (named.already_stored, len(named.problems)) == (((2,), 0) if score == 2 else ((), 1))


def joined(*rows: tuple[str, str, date], direction: str = "better") -> ReviewContext:
    registrations = pd.DataFrame(rows, columns=["family_id", "centre_id", "registered_on"])
    registrations["registered_on"] = pd.to_datetime(registrations["registered_on"])
    return ReviewContext(declared={"higher_is": direction}, registrations=registrations)


def test_a_score_before_the_family_joined_or_at_a_centre_it_did_not_join_is_a_notice() -> None:
    context = joined(("F1", "C01", START), ("F2", "C01", END), ("F2", "C01", date(2011, 1, 1)), ("F3", "C02", START))
    found = reviewed(
        SCORED_BY,
        ("F1", "C01", START, "start", 2),
        ("F2", "C01", START, "start", 2),
        ("F3", "C01", START, "start", 2),
        context=context,
    )
    assert found.problems == () and len(found.rows) == 3
    said = [(notice.sentence.split(".")[0], notice.rows) for notice in found.notices if "Check" in notice.sentence]
    assert said == [
        ("Row 4 scores a family that is not stored as having joined that centre", (4,)),
        ("Row 3 has a score from before the family joined that centre", (3,)),
    ]


def test_a_file_that_says_the_opposite_of_what_is_stored_is_read_with_a_notice() -> None:
    stored = reviewed(SCORED_BY, ("F1", "C01", START, "start", 2)).rows
    context = ReviewContext(declared={"higher_is": "worse"}, existing=stored)
    found = reviewed(SCORED_BY, ("F1", "C01", END, "end", 4), ("F1", "C02", END, "end", 4), context=context)
    assert found.problems == () and len(found.rows) == 2
    (notice,) = [one for one in found.notices if "opposite" in one.sentence]
    assert "what C01 has stored" in notice.sentence and notice.rows == (2,)


@pytest.mark.parametrize(("direction", "is_said"), [("better", True), ("worse", False)])
def test_a_scale_that_makes_most_families_worse_off_may_be_turned(direction: str, is_said: bool) -> None:
    rows = [(f"F{at}", "C01", day, stage, score) for at in range(6) for day, stage, score in
            ((START, "start", 4), (END, "end", 2 if at else 5))]  # fmt: skip
    found = reviewed(SCORED_BY, *rows, context=ReviewContext(declared={"higher_is": direction}))
    assert found.problems == ()
    assert any("the scale may be the other way round" in notice.sentence for notice in found.notices) == is_said
