"""What is odd about scores without being wrong: said beside a file that is read, never a reason to refuse it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pandas as pd

from toolkit.intake.cells import as_text, visible
from toolkit.intake.problems import Notice, listed_rows, rows_notice
from toolkit.intake.review.columns import ReadRows
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.duplicates import plain_values
from toolkit.intake.review.headings import plain
from toolkit.tables import Kind
from toolkit.tables.progress_scores import DIRECTIONS, PROGRESS_SCORES, STAGES

FEWEST_PAIRS = 5
"""Families scored at start and end, fewer than which say nothing of the scale."""
MOST_WORSE = 0.6
"""The share of them that would be worse off at the end from which the scale may be turned."""


def score_notices(read: ReadRows, stored: pd.DataFrame, context: ReviewContext) -> Iterator[Notice]:
    """Yield what a person should look at again: families not at the centre, days before they were, a turned scale.

    Parameters
    ----------
    read
        The file's rows.
    stored
        The scores stored already, as `toolkit.intake.review.duplicates.stored_frame` gives them.
    context
        With the registrations that are stored, where they are known.
    """
    if read.table.name != PROGRESS_SCORES.name:
        return
    yield from _stages_in_other_words(read)
    yield from _of_registrations(read, context.registrations)
    yield from _other_direction(read, stored)
    yield from _turned(read)


def _stages_in_other_words(read: ReadRows) -> Iterator[Notice]:
    own = {plain(word) for word in (*STAGES, *STAGES.values())}
    by_word: dict[tuple[str, str], list[int]] = {}
    for number, cell, stage in zip(read.numbers, read.cells.get("stage", ()), read.values["stage"], strict=False):
        if stage is not None and cell is not None and plain(as_text(cell)) not in own:
            by_word.setdefault((visible(as_text(cell)).strip().casefold(), stage), []).append(number)
    for (word, stage), numbers in by_word.items():
        rows = _once(numbers)
        yield Notice(f'Stage "{word}" was read as "{STAGES[stage]}" ({listed_rows(rows)}).', tuple(rows))


def _of_registrations(read: ReadRows, registrations: pd.DataFrame | None) -> Iterator[Notice]:
    if registrations is None:
        return
    joined: dict[tuple[str, str], date] = {}
    days = plain_values(registrations["registered_on"], Kind.DATE)
    for family, centre, day in zip(registrations["family_id"], registrations["centre_id"], days, strict=True):
        at = (str(family), str(centre))
        joined[at] = min(day, joined.get(at, day))
    nowhere, early = [], []
    for _, (number, family, centre, day) in _values(read, "family_id", "centre_id", "scored_on"):
        since = joined.get((family, centre))
        if since is None:
            nowhere.append(number)
        elif day < since:
            early.append(number)
    if nowhere:
        yield rows_notice(
            _once(nowhere),
            "scores a family that is not stored as having joined that centre. Check the centre.",
            "score families that are not stored as having joined that centre. Check the centre.",
        )
    if early:
        yield rows_notice(
            _once(early),
            "has a score from before the family joined that centre. Check the day.",
            "have scores from before the families joined that centre. Check the days.",
        )


def _other_direction(read: ReadRows, stored: pd.DataFrame) -> Iterator[Notice]:
    """Yield a notice a centre whose stored scores say the other thing of a higher score."""
    said: dict[tuple[str, str], set[str]] = {}
    of_built_in = stored[stored["instrument"].isna()]  # another instrument's direction is its own
    columns = (of_built_in[name] for name in ("centre_id", "dimension", "higher_is"))
    for centre, dimension, direction in zip(*columns, strict=True):
        said.setdefault((centre, dimension), set()).add(direction)
    other: dict[tuple[str, str], list[int]] = {}
    for at, (number, centre, dimension, direction) in _values(read, "centre_id", "dimension", "higher_is"):
        if read.values["instrument"][at] is not None:
            continue
        before = said.get((centre, dimension), set())
        if before and direction not in before:
            other.setdefault((centre, direction), []).append(number)
    for (centre, direction), rows in sorted(other.items()):
        yield Notice(
            f'This file says that a higher score is "{DIRECTIONS[direction]}"; what {centre} has stored says the '
            "opposite. Check that the scale was turned since.",
            tuple(_once(rows)),
        )


def _turned(read: ReadRows) -> Iterator[Notice]:
    """Yield a notice a centre whose families would mostly be worse off at the end: the scale may be the other way."""
    first: dict[tuple[Any, ...], float] = {}
    last: dict[tuple[Any, ...], float] = {}
    for at, (_, family, centre, what, stage, score, direction) in _values(
        read, "family_id", "centre_id", "dimension", "stage", "score", "higher_is"
    ):
        key = (centre, family, what, read.values["instrument"][at])
        turned = score if direction == "better" else -score
        if stage == "start":
            first.setdefault(key, turned)
        elif stage == "end":
            last[key] = turned
    changes: dict[str, list[float]] = {}
    for key in first.keys() & last.keys():
        changes.setdefault(key[0], []).append(last[key] - first[key])
    for centre, found in sorted(changes.items()):
        worse = sum(change < 0 for change in found)
        if len(found) >= FEWEST_PAIRS and worse >= MOST_WORSE * len(found):
            yield Notice(
                f"By these scores most families of {centre} are worse off at the end of support than at its start. "
                "Check what is said of a higher score: the scale may be the other way round."
            )


def _values(read: ReadRows, *names: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield the row's place, with its number and these values, of each row that has them all."""
    columns = [read.values[name] for name in names]
    for at, (number, values) in enumerate(zip(read.numbers, zip(*columns, strict=True), strict=True)):
        if all(value is not None for value in values):
            yield at, (number, *values)


def _once(numbers: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(numbers))
