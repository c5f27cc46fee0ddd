"""Scores that stand side by side in a row: start and end, or a column for each thing scored.

A sheet so laid out has no column "Score" with a "Stage" beside it, but headings such as "Start score" and "End score",
or one for each thing scored. Each such column is a reading of the row, with its own stage, day and thing scored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from toolkit.intake.cells import Cell, as_text, column_letters, is_blank, visible
from toolkit.intake.files.raw_sheet import Sheet
from toolkit.intake.review.headings import Headings
from toolkit.intake.review.points import read_points
from toolkit.tables import Table
from toolkit.tables.instrument_scale import ONE_TO_FIVE, Instrument, named_among
from toolkit.tables.progress_scores import BUILT_IN, PROGRESS_SCORES, STAGE_WORDS, STAGES

_REVIEWS = ("mid", "interim", "midpoint", "middle")
_STAGE_OF = {**{stage: stage for stage in STAGES}, **STAGE_WORDS, **dict.fromkeys(_REVIEWS, "review")}
_OF_DAYS = frozenset({"date", "dated", "day", "when"})
_OF_SCORES = frozenset({"score", "scores", "scored", "rating", "level", "progress"})
_FILLERS = frozenset({"the", "of", "at", "on", "for", "a", "was", "support", "point", "s"})
# Small whole numbers that are no scores stand under such headings.
_COUNTED = frozenset(
    (
        *("number", "no", "num", "count", "id", "ref", "total", "sum", "average", "mean", "change", "difference"),
        *("children", "child", "adults", "siblings", "age", "ages", "size", "worker", "ward", "group", "phase"),
        *("sessions", "visits", "contacts", "attended", "weeks", "months", "days", "hours", "year", "years"),
        *("term", "quarter", "decile", "quintile", "band", "tier", "priority"),
    )
)
_SAMPLED = 200
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """One column of scores.

    Parameters
    ----------
    position
        Where it stands, from 0.
    stage
        The stage of every score in it; empty where the row's own column says it.
    dimension
        What is scored in it; empty where the row's own column says it, or nothing.
    day
        Where the day of its scores stands; None when the sheet has no such column.
    has_own_day
        Whether that day is for these scores only, so that it means nothing without a score.
    """

    position: int
    stage: str
    dimension: str
    day: int | None
    has_own_day: bool

    def headings(self, of: Headings) -> Headings:
        """Return the sheet's headings as they are for this column's scores alone."""
        columns = {name: at for name, at in of.columns.items() if name not in ("score", "scored_on")}
        columns["score"] = self.position
        if self.day is not None:
            columns["scored_on"] = self.day
        if self.stage:
            columns.pop("stage", None)
        if self.dimension:
            columns.pop("dimension", None)
        return replace(of, columns=columns, doubled={}, unknown=())

    def said(self, texts: Sequence[str]) -> str:
        """Return in words what the column is read as."""
        heading = f'column {column_letters(self.position)}, "{visible(texts[self.position])}"'
        about = f'of "{visible(self.dimension)}"' if self.dimension else ""
        stage = f"{STAGES[self.stage][0].lower()}{STAGES[self.stage][1:]}" if self.stage else ""
        return f"{heading}, as scores {' '.join(part for part in (about, stage) if part)}".rstrip()


def score_columns(
    sheet: Sheet, headings: Headings, table: Table, scales: Collection[Instrument] = (ONE_TO_FIVE,)
) -> tuple[ScoreColumn, ...]:
    """Return the columns of scores of a sheet that has them side by side; none for any other sheet or table.

    Parameters
    ----------
    sheet
        The sheet.
    headings
        Its headings as they were found.
    table
        The table it is read for.
    scales
        The instruments whose scores may stand in it.
    """
    if table.name != PROGRESS_SCORES.name:
        return ()
    texts = _whole_texts(sheet, headings)
    if "score" in headings.columns and not texts.is_grouped:
        return ()
    parsed = [_parsed(texts.texts[at], at, sheet, headings, scales) for at in _candidates(headings, texts.is_grouped)]
    days = {(one.stage, one.dimension): one.position for one in parsed if one.is_day}
    staged = [one for one in parsed if one.is_score and one.stage]
    plain = [one for one in parsed if one.is_score and not one.stage and one.dimension]
    if staged:
        found = [_with_day(one, days, headings) for one in staged]
        return tuple(found)
    if len(plain) < 2 and not any(_OF_SCORES & set(_words(texts.texts[one.position])) for one in plain):
        return ()
    common = headings.columns.get("scored_on")
    return tuple(ScoreColumn(one.position, "", one.dimension, common, has_own_day=False) for one in plain)


def scales(known: Mapping[str, Instrument], declared: Mapping[str, str], headings: Headings) -> tuple[Instrument, ...]:
    """Return the instruments whose scores may stand in a file: the declared one, all where its rows say it."""
    if "instrument" in headings.columns:
        return tuple(known.values())
    of_all = named_among(declared.get("instrument", BUILT_IN), known)
    return (ONE_TO_FIVE,) if of_all is None else (of_all,)


@dataclass(frozen=True, slots=True)
class _Texts:
    texts: tuple[str, ...]
    is_grouped: bool


@dataclass(frozen=True, slots=True)
class _Parsed:
    position: int
    stage: str
    dimension: str
    is_day: bool
    is_score: bool


def _whole_texts(sheet: Sheet, headings: Headings) -> _Texts:
    """Return each heading with the group it stands under, where the row above groups columns by stage."""
    above = next((cells for number, cells in sheet.rows if number == headings.row - 1), ())
    groups = ["" if is_blank(cell) else " ".join(as_text(cell).split()) for cell in above]
    if sum(_stage(group) != "" for group in groups) < 2:
        return _Texts(headings.texts, is_grouped=False)
    whole, group = [], ""
    for at, text in enumerate(headings.texts):
        group = groups[at] if at < len(groups) and groups[at] else group
        whole.append(f"{group} {text}" if _stage(group) and text else text)
    return _Texts(tuple(whole), is_grouped=True)


def _candidates(headings: Headings, is_grouped: bool) -> Iterator[int]:
    yield from headings.unknown
    if is_grouped:
        for name in ("score", "scored_on"):
            if name in headings.columns:
                yield from (headings.columns[name], *headings.doubled.get(name, ()))


def _parsed(text: str, at: int, sheet: Sheet, headings: Headings, scales: Collection[Instrument]) -> _Parsed:
    words = _words(text)
    said = set(words)
    cells = _below(sheet, headings.row, at)
    is_day = bool(said & _OF_DAYS) or (bool(_stage(text)) and not said & _OF_SCORES and _mostly(cells, _is_day))
    looks_scored = _mostly(cells, partial(_is_score, scales)) and not said & _COUNTED
    is_score = not is_day and (looks_scored or (bool(said & _OF_SCORES) and bool(_stage(text)) and not said & _COUNTED))
    rest = [
        word
        for word in _WORD.findall(text)
        if word.casefold() not in _FILLERS | _OF_DAYS | _OF_SCORES and word.casefold() not in _STAGE_OF
    ]
    return _Parsed(at, _stage(text), " ".join(rest), is_day, is_score)


def _with_day(one: _Parsed, days: Mapping[tuple[str, str], int], headings: Headings) -> ScoreColumn:
    own = days.get((one.stage, one.dimension), days.get((one.stage, "")))
    return ScoreColumn(one.position, one.stage, one.dimension, own, has_own_day=own is not None)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _stage(text: str) -> str:
    """Return the one stage a heading names; empty where it names none, or two."""
    stages = {_STAGE_OF[word] for word in _words(text) if word in _STAGE_OF}
    return stages.pop() if len(stages) == 1 else ""


def _below(sheet: Sheet, row: int, at: int) -> list[Cell]:
    cells = (cells[at] for number, cells in sheet.rows if number > row and at < len(cells))
    return [cell for cell in cells if not is_blank(cell)][:_SAMPLED]


def _mostly(cells: Sequence[Cell], is_so: Callable[[Cell], bool]) -> bool:
    return bool(cells) and sum(map(is_so, cells)) >= len(cells) / 2


def _is_score(scales: Collection[Instrument], cell: Cell) -> bool:
    return any(read_points(as_text(cell), scale).value is not None for scale in scales)


def _is_day(cell: Cell) -> bool:
    return isinstance(cell, date) or re.fullmatch(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", as_text(cell).strip()) is not None
