"""What must hold between the progress scores of one family, and between the rows of one file of scores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from toolkit.tables.findings import Finding
from toolkit.tables.progress_scores import DIRECTIONS

_OF_ONE_FAMILY = ["family_id", "centre_id", "dimension"]  # and the instrument, which may be empty
_NEEDED = [*_OF_ONE_FAMILY, "scored_on", "stage"]


def starts_before_it_ends(rows: pd.DataFrame, stored: pd.DataFrame) -> list[Finding]:
    """Find review and end scores before the family's first start score, in the file or stored.

    A family without a start score breaks nothing: its start may come in a later file.
    """
    first_start: dict[tuple[str, ...], date] = {}
    for frame in (stored, rows):
        starts = frame[frame["stage"] == "start"].dropna(subset=_NEEDED)
        for key, scored_on in zip(_keys(starts), starts["scored_on"], strict=True):
            day = _day(scored_on)
            first_start[key] = min(day, first_start.get(key, day))
    later = rows[rows["stage"].isin(["review", "end"])].dropna(subset=_NEEDED)
    return [
        Finding(
            int(row),
            "scored_on",
            f"The family's first score, at the start of support, is later: {first_start[key]:%d/%m/%Y}. "
            "Put the wrong date or stage right.",
        )
        for row, key, scored_on in zip(later.index, _keys(later), later["scored_on"], strict=True)
        if _day(scored_on) < first_start.get(key, date.min)
    ]


def one_direction(rows: pd.DataFrame, stored: pd.DataFrame) -> list[Finding]:
    """Find rows that say another thing of a higher score than the first of the same centre, instrument and thing."""
    first_said: dict[tuple[str, str, str], tuple[int, str]] = {}
    findings: list[Finding] = []
    complete = rows.dropna(subset=["centre_id", "dimension", "higher_is"])
    columns = (complete[name] for name in ("centre_id", "dimension", "higher_is"))
    for row, of, centre, dimension, direction in zip(complete.index, _instruments(complete), *columns, strict=True):
        at, said = first_said.setdefault((centre, dimension, of), (int(row), direction))
        if direction != said:
            findings.append(
                Finding(
                    int(row), "higher_is", f'Row {at} says "{DIRECTIONS[said]}". Say the same in every row of the file.'
                )
            )
    return findings


def _keys(rows: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    return zip(*(rows[name] for name in _OF_ONE_FAMILY), _instruments(rows), strict=True)


def _instruments(rows: pd.DataFrame) -> list[str]:
    return ["" if pd.isna(one) else one for one in rows["instrument"]]


def _day(value: date) -> date:
    return value.date() if isinstance(value, pd.Timestamp) else value
