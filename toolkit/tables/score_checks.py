"""What must hold between the progress scores of one family, and between the rows of one file of scores."""

from __future__ import annotations

from datetime import date

import pandas as pd

from toolkit.tables.findings import Finding
from toolkit.tables.progress_scores import DIRECTIONS

_OF_ONE_FAMILY = ["family_id", "centre_id", "dimension"]
_NEEDED = [*_OF_ONE_FAMILY, "scored_on", "stage"]


def starts_before_it_ends(rows: pd.DataFrame, stored: pd.DataFrame) -> list[Finding]:
    """Find review and end scores before the family's first start score, in the file or stored.

    A family without a start score breaks nothing: its start may come in a later file.
    """
    first_start: dict[tuple[str, ...], date] = {}
    for frame in (stored, rows):
        starts = frame[frame["stage"] == "start"].dropna(subset=_NEEDED)
        keys = starts[_OF_ONE_FAMILY].itertuples(index=False, name=None)
        for key, scored_on in zip(keys, starts["scored_on"], strict=True):
            day = _day(scored_on)
            first_start[key] = min(day, first_start.get(key, day))
    later = rows[rows["stage"].isin(["review", "end"])].dropna(subset=_NEEDED)
    keys = later[_OF_ONE_FAMILY].itertuples(index=False, name=None)
    return [
        Finding(
            int(row),
            "scored_on",
            f"The family's first score, at the start of support, is later: {first_start[key]:%d/%m/%Y}. "
            "Put the wrong date or stage right.",
        )
        for row, key, scored_on in zip(later.index, keys, later["scored_on"], strict=True)
        if _day(scored_on) < first_start.get(key, date.min)
    ]


def one_direction(rows: pd.DataFrame, stored: pd.DataFrame) -> list[Finding]:
    """Find rows that say another thing of a higher score than the first row of the same centre and thing scored."""
    first_said: dict[tuple[str, str], tuple[int, str]] = {}
    findings: list[Finding] = []
    complete = rows.dropna(subset=["centre_id", "dimension", "higher_is"])
    columns = (complete[name] for name in ("centre_id", "dimension", "higher_is"))
    for row, centre, dimension, direction in zip(complete.index, *columns, strict=True):
        at, said = first_said.setdefault((centre, dimension), (int(row), direction))
        if direction != said:
            findings.append(
                Finding(
                    int(row), "higher_is", f'Row {at} says "{DIRECTIONS[said]}". Say the same in every row of the file.'
                )
            )
    return findings


def _day(value: date) -> date:
    return value.date() if isinstance(value, pd.Timestamp) else value
