"""How likely a column of another system's export is one of a table's: by its heading, and by the cells under it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from toolkit.intake.cells import Cell
from toolkit.intake.files.raw_sheet import RawSheet
from toolkit.intake.review.cell_readers import reader_for
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.headings import plain
from toolkit.intake.review.points import read_points
from toolkit.tables import Column, Kind
from toolkit.tables.instrument_scale import ONLY_BUILT_IN, named_among

_WORD = re.compile(r"[^\W_]+")
_TELLING = frozenset({Kind.DATE, Kind.MONTH, Kind.CODE, Kind.YES_NO, Kind.WHOLE})
"""Kinds whose readers accept few cells of other columns, so that a fit says something."""
_LONGEST = 80
_PERHAPS = 0.75
"""How near a heading is that often stands over a column and often over another."""


def confidence(text: str, sample: Sequence[Cell], column: Column, raw: RawSheet, context: ReviewContext) -> float:
    """Return how likely a column with this heading and these cells is the table's column, from 0 to 1.

    Parameters
    ----------
    text
        The heading.
    sample
        Filled cells under it.
    column
        The table's column.
    raw
        The file they are of.
    context
        What is known of families and centres, and today.
    """
    near = alike(text, column)
    if near == 1.0:
        return 1.0
    if not sample:
        return 0.7 * near
    if plain(text) in map(plain, column.perhaps):
        near = max(near, _PERHAPS)
    reader = reader_for(column, today=context.today, counts_from_1904=raw.counts_from_1904)
    values = [reader(cell).value for cell in sample]
    if column.is_on_instrument:
        values = [_best([value, *_on_any(cell, context)]) for cell, value in zip(sample, values, strict=True)]
    fit = sum(value is not None for value in values) / len(values)
    if fit < 0.3:
        return min(0.3, near)
    known = context.known(column.refers_to) or frozenset()
    share_known = sum(value in known for value in values) / len(values)
    if share_known >= 0.3:  # new families may well be among them
        return min(0.95, max(0.6 * near + 0.4 * share_known, 0.75 * share_known + 0.3 * near))
    tells = 0.5 if column.kind in _TELLING or column.is_on_instrument else 0.2
    return min(0.95, max(0.6 * near + 0.4 * fit if near >= 0.5 else 0.0, tells * fit + 0.3 * near))


def _on_any(cell: Cell, context: ReviewContext) -> Iterator[float | None]:
    """Yield what a cell would be on each instrument it may have been scored with."""
    known = context.instruments or ONLY_BUILT_IN
    declared = named_among(context.declared.get("instrument", ""), known)
    for instrument in known.values() if declared is None else (declared,):
        yield read_points(cell, instrument).value


def _best(values: Sequence[float | None]) -> float | None:
    return next((value for value in values if value is not None), None)


def alike(text: str, column: Column) -> float:
    """Return how near a heading is to what a column is called: 1 when it is called so."""
    heading = plain(text[:_LONGEST])
    words = set(_words(text[:_LONGEST]))
    best = 0.0
    for called in (column.label, column.name, *column.synonyms):
        if heading == plain(called):
            return 1.0
        theirs = set(_words(called))
        shared = len(words & theirs) / len(words | theirs) if words | theirs else 0.0
        contained = 0.75 if theirs and theirs <= words else 0.0
        best = max(best, shared, contained, SequenceMatcher(None, heading, plain(called)).ratio())
    return min(best, 0.95)


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.replace("_", " ").casefold()):
        yield "number" if word in {"id", "no", "ref", "reference", "code", "num"} else word
