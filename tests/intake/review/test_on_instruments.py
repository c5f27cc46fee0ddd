"""Scores on instruments other than 1 to 5: read on their own, refused by their own, brought back by the template."""

from __future__ import annotations

import hashlib
import io
from datetime import date

import openpyxl
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.intake.files.raw_sheet import RawSheet, Sheet
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.mapping.mapping import needs_mapping
from toolkit.intake.outgoing.template import template_bytes
from toolkit.intake.review.points import A_DAY, ALONE, ONE_SCORE, WITH_A_STOP, read_points
from toolkit.intake.review.review import Review, ReviewContext, review
from toolkit.records.rows.values import values_of
from toolkit.tables import TABLES
from toolkit.tables.instrument_scale import ONLY_BUILT_IN, instruments_of
from toolkit.tables.progress_scores import WHO

SCORES = TABLES["progress_scores"]
HELD = {
    "star": ("Family Star Plus", "2017", 1, 10, "whole", "better", "Physical health; Boundaries and behaviour"),
    "halves": ("Early help form", None, 1, 5, "half", "better", None),
    "need": ("Level of need", None, 1, 4, "whole", "worse", None),
}
ANCHORS = [("star", 1.0, "Stuck"), ("star", 9.0, "Effective parenting"), ("halves", 2.5, "Between the two")]
INSTRUMENTS = instruments_of(
    pd.DataFrame([(number, *of) for number, of in HELD.items()], columns=list(TABLES["instruments"].names)),
    pd.DataFrame(ANCHORS, columns=list(TABLES["instrument_anchors"].names)),
)
TODAY = date(2012, 12, 31)
DAY = date(2012, 3, 4)
HEAD = ("Family number", "Centre number", "Date of score", "Stage", "Score")


def context(**change: object) -> ReviewContext:
    return ReviewContext(**{"today": TODAY, "instruments": INSTRUMENTS, **change})


def reviewed(*rows: tuple[object, ...], table: str = "progress_scores", **change: object) -> Review:
    numbered = tuple((number, tuple(row)) for number, row in enumerate(rows, start=1))
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    return review(RawSheet("scores.csv", digest, "csv", (Sheet("", numbered),)), TABLES[table], context(**change))


def row(*more: object, score: object = 2, stage: str = "start", family: str = "F1") -> tuple[object, ...]:
    return (family, "C01", DAY, stage, score, *more)


def sentences(found: Review) -> list[str]:
    return [problem.sentence for problem in found.problems]


@pytest.mark.parametrize(
    ("instrument", "scores", "direction"),
    [("star", (1, 7, 10), "better"), ("halves", (1.0, 3.5, "4½"), "better"), ("need", (1, 2, 4), "worse")],
)
def test_scores_of_each_instrument_are_read_and_come_back_from_a_filled_in_template(
    instrument, scores, direction
) -> None:
    what = "Physical health" if instrument == "star" else "overall"
    rows = [
        row(instrument, what, "together", mark, score=score, family=f"F{at}")
        for at, (score, mark) in enumerate(zip(scores, ("no", "yes", None), strict=True))
    ]
    found = reviewed((*HEAD, "Instrument", "Dimension", "Who scored", "Second scoring"), *rows)
    assert sentences(found) == []
    assert list(found.rows["higher_is"]) == [direction] * 3  # no word of it in the file: the instrument says it
    again = review(
        read_sheet(template_bytes(SCORES, centre_id="C01", instruments=INSTRUMENTS, rows=found.rows), "t.xlsx"),
        SCORES,
        context(),
    )
    assert sentences(again) == []
    pd.testing.assert_frame_equal(again.rows, found.rows)
    assert values_of(again.rows, SCORES)["second_scoring"] == [None, True, None]


def test_everything_that_an_instrument_does_not_allow_is_said_at_once_by_its_cell() -> None:
    head = (*HEAD, "Instrument", "Dimension", "A higher score is")
    found = reviewed(
        head,
        row("star", "Physical health", None, score=11),
        row("star", "Physical helth", None, family="F2"),
        row("star", "Physical health", "worse", family="F3"),
        row("stars", "overall", "better", family="F4"),
        row("halves", "overall", None, score=3.25, family="F5"),
        row(None, "overall", "better", score=3.5, family="F6"),
        row(None, "overall", None, family="F7"),
        row("need", "overall", None, score=None, family="F8"),
    )
    assert sentences(found) == [
        'E2: Score is 11. Enter a whole number from 1 to 10: "Family Star Plus (2017)" has no other.',
        'G3: What was scored is "Physical helth". "Family Star Plus (2017)" has no such dimension. Did you mean '
        '"Physical health"? It has: Physical health, Boundaries and behaviour.',
        'H4: A higher score is worse. On "Family Star Plus (2017)" a higher score is "Better for the family". Put one '
        "of the two right.",
        "F5: Instrument is stars. No such instrument is stored. Import it first, into the table instruments, then what "
        'bears its name. Did you mean "star"?',
        'E6: Score is 3.25. Enter a number in whole or half points from 1 to 5: "Early help form" has no other.',
        "E7: Score is 3.5. Enter a whole number from 1 to 5.",
        'H8: A higher score is blank. Choose "Better for the family" or "Worse for the family".',
        'E9: Score is blank. Enter a whole number from 1 to 4: "Level of need" has no other.',
    ]
    assert len(found.rows) == 0


def test_an_instrument_may_be_declared_of_a_file_named_by_its_title_and_only_one_of_them_said() -> None:
    declared = {"instrument": "need"}
    found = reviewed(HEAD, row(score=4), declared=declared)
    assert (sentences(found), list(found.rows["instrument"]), list(found.rows["higher_is"])) == (
        [],
        ["need"],
        ["worse"],
    )
    titled = reviewed((*HEAD, "Instrument"), row("LEVEL OF NEED"), row("EARLY help-form", score=2.5))
    assert list(titled.rows["instrument"]) == ["need", "halves"]
    other = reviewed((*HEAD, "Instrument"), row("halves"), row("one_to_five", family="F2"), declared=declared)
    assert sentences(other) == [
        f'F{at}: Instrument is {named}. You declared "Level of need" for the upload. Put one of the two right.'
        for at, named in ((2, "halves"), (3, "one_to_five"))
    ]
    turned = reviewed((*HEAD, "Instrument"), row("need"), declared={"higher_is": "better"})
    assert len(turned.problems) == 1 and '"Level of need" a higher score is "Worse' in sentences(turned)[0]
    with pytest.raises(InputError, match=r'No instrument "needs" is stored\. Did you mean "need"'):
        reviewed(HEAD, row(), declared={"instrument": "needs"})


def test_the_built_in_scale_named_or_not_is_the_same_row_and_needs_its_direction() -> None:
    head, better = (*HEAD, "Instrument", "Second scoring"), {"higher_is": "better"}
    stored = reviewed(HEAD, row(), declared=better).rows
    again = reviewed(
        head, row("one_to_five", "no"), row("1 to 5", "first", family="F2"), declared=better, existing=stored
    )
    assert (sentences(again), again.already_stored, list(again.rows["instrument"].isna())) == ([], (2,), [True])
    plain = reviewed(HEAD, row(), row(family="F2"), declared=better).notices
    assert "Rows 2 and 3 name no instrument, and were read on the built-in scale from 1 to 5." in [
        notice.sentence for notice in plain
    ]
    said = reviewed((*HEAD, "Instrument"), row(None))
    assert sentences(said) == [
        'Row 2: A higher score is blank. Choose "Better for the family" or "Worse for the family".'
    ]


def test_two_instruments_and_two_scorings_of_a_day_are_kept_apart() -> None:
    head, better = (*HEAD, "Instrument", "Second scoring"), {"higher_is": "better"}
    rows = (row(None, None), row("halves", None), row(None, "2nd", score=3), row("halves", "yes", score=2.5))
    found = reviewed(head, *rows, declared=better)
    assert (sentences(found), len(found.rows)) == ([], 4)
    again = reviewed(head, *rows, declared=better, existing=found.rows)
    assert (sentences(again), again.already_stored) == ([], (2, 3, 4, 5))
    same = reviewed(head, row("halves", None), row("halves", None, score=3))
    assert [problem.cell for problem in same.problems] == ["E2", "E3"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("family", "Self-assessment", "parent/carer", "Mum", "The family"), "family"),
        (("Practitioner", "key-worker", "Lead professional"), "worker"),
        (("Joint", "jointly", "both", "With the family"), "together"),
        (("Worker-only Star", "worker only", "did not engage"), "worker_only"),
        (("Retrospective", "in retrospect", "looking back"), "retrospect"),
    ],
)
def test_who_scored_is_read_as_councils_write_it(words, code) -> None:
    rows = [row(word, family=f"F{at}") for at, word in enumerate(words)]
    found = reviewed((*HEAD, "Who scored"), *rows, declared={"higher_is": "better"})
    assert (sentences(found), set(found.rows["who_scored"])) == ([], {code})
    assert code in WHO


@pytest.mark.parametrize(
    ("cell", "score"),
    [(3, 3.0), (3.5, 3.5), ("3.50", 3.5), (" 3½ ", 3.5), ("3 1/2", 3.5), ("4.0", 4.0)],
)
def test_a_half_point_that_is_certain_is_read_however_it_is_written(cell, score) -> None:
    assert read_points(cell, INSTRUMENTS["halves"]).value == score


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("3,5", WITH_A_STOP), ("7/10", ALONE), ("4 out of 5", ALONE), (date(2012, 10, 7), A_DAY), ("3-4", ONE_SCORE),
        ("3 to 4", ONE_SCORE), ("three", ""), ("٣", ""), ("½", ""), (3.25, ""), (5.5, ""), (True, ""), ("", ""),
        (float("nan"), ""), (float("inf"), ""), ("31/2", ALONE),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_refused_with_what_to_do(cell, advice) -> None:
    reading = read_points(cell, INSTRUMENTS["halves"])
    assert reading.value is None
    assert reading.refusal == f"{advice} {INSTRUMENTS['halves'].expected}".lstrip()


def test_scores_side_by_side_are_found_on_any_instrument() -> None:
    head = ("Family number", "Centre number", "First date", "First", "Last date", "Last", "Instrument", "Dimension")
    rows = (("F1", "C01", DAY, 2, date(2012, 6, 1), 9, "star", "physical  Health"),)
    found = reviewed(head, *rows)
    assert sentences(found) == []
    assert list(zip(found.rows["stage"], found.rows["score"], found.rows["dimension"], strict=True)) == [
        ("start", 2.0, "Physical health"), ("end", 9.0, "Physical health"),
    ]  # fmt: skip
    raw = RawSheet("s.csv", "0", "csv", (Sheet("", tuple(enumerate((head, *rows), start=1))),))
    assert not needs_mapping(raw, SCORES, {}, INSTRUMENTS)
    halves = reviewed(head[:6], ("F1", "C01", DAY, 2.5, date(2012, 6, 1), 4.5), declared={"instrument": "halves"})
    assert (sentences(halves), list(halves.rows["score"])) == ([], [2.5, 4.5])


def test_a_file_checked_where_no_instrument_is_known_says_that_it_was_not_held_against_one() -> None:
    found = reviewed((*HEAD, "Instrument"), row("star", score=11), row(None, score=7), instruments=None)
    assert [problem.cell for problem in found.problems] == ["E3", "Row 3"]
    assert any("were not held against it" in one.sentence and one.rows == (2,) for one in found.notices)


def test_a_template_of_before_the_columns_is_read_and_its_example_left_out() -> None:
    old = tuple(column for column in SCORES.columns if not column.came_later)
    example = tuple(column.codes.get(column.example, column.example) for column in old)
    found = reviewed(
        tuple(column.label for column in old), example, declared={"higher_is": "better"}, instruments=ONLY_BUILT_IN
    )
    assert (sentences(found), len(found.rows)) == ([], 0)
    assert "Row 2 is the template's example and was left out." in [one.sentence for one in found.notices]


def test_a_turned_scale_is_looked_for_on_each_instrument_by_its_own_direction() -> None:
    head = (*HEAD, "Instrument")
    better = [row("need", score=4, family=f"F{at}") for at in range(6)]
    better += [(f"F{at}", "C01", date(2012, 9, 1), "end", 1, "need") for at in range(6)]
    assert not any("other way round" in one.sentence for one in reviewed(head, *better).notices)
    worse = [(*cells[:4], 5 - cells[4], cells[5]) for cells in better]
    assert any("other way round" in one.sentence for one in reviewed(head, *worse).notices)


def test_an_instrument_is_checked_as_a_whole_and_its_anchors_against_it() -> None:
    head = tuple(column.label for column in TABLES["instruments"].columns)
    rows = (
        ("a", "A", None, 5, 1, "Whole points", "better", None),
        ("one_to_five", "Ours", None, 1, 5, "0.5", "better", None),
        ("b", "B", None, 0, 40, "1", "worse", "x; y"),
    )
    found = reviewed(head, *rows, table="instruments")
    assert [problem.cell for problem in found.problems] == ["E2", "A3"]
    assert list(found.rows["step"]) == ["whole"]
    anchors = reviewed(
        ("Instrument number", "Value", "Meaning"),
        *(("star", 2, "Stuck"), ("star", 2.5, "No"), ("one_to_five", 6, "No"), ("none", 1, "No")),
        table="instrument_anchors",
    )
    assert [problem.cell for problem in anchors.problems] == ["B3", "B4", "A5"]


def test_the_template_offers_explains_and_checks_for_what_the_council_scores_with() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(SCORES, instruments=INSTRUMENTS)))
    sheet = book.worksheets[0]
    at = SCORES.names.index("score") + 1
    assert (
        "9: Effective parenting" in sheet.cell(1, at).comment.text
        and "2.5: Between the two" in sheet.cell(1, at).comment.text
    )
    notes = [tuple(cell.value for cell in cells) for cells in book["Notes"].iter_rows()]
    assert ("star", "", "Family Star Plus (2017)") in [cells[:3] for cells in notes]
    assert ("9", "Effective parenting") in [cells[1:3] for cells in notes]
    rule = next(
        one for one in sheet.data_validations.dataValidation if f"{sheet.cell(2, at).coordinate}:" in str(one.sqref)
    )
    assert (rule.type, rule.formula1, rule.formula2) == ("decimal", "1", "10")
    assert "halves: a number in whole or half points from 1 to 5." in rule.error
