"""The criteria of the decision as a reader sees them: the claim, how it stands, what was found and what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from toolkit.publish.decision.words import NAMES, STANDS
from toolkit.studies.progress_decision.criteria import (
    AGREEMENT,
    CHANGE,
    COMPLETE,
    COST,
    INFLATION,
    MEANING,
    TRACKING,
)

UNTOLD = "No figure can be given."
_UNITS: Mapping[str, tuple[float, str, str]] = MappingProxyType(
    {
        COMPLETE: (100, "{} of every 100 families", "at least {}"),
        AGREEMENT: (1, "agreement of {}, of 1 at most", "more than {}"),
        MEANING: (100, "{} of 100 pairs put right", "more than none; under {} counts as none"),
        CHANGE: (100, "{} of 100 pairs put right", "more than none; under {} counts as none"),
        INFLATION: (1, "{} points a year", "at most {}"),
        TRACKING: (100, "{} added to every 100 families", "at most {}"),
        COST: (1, "£{} a family", "at most £{}"),
    }
)
"""By criterion: what a figure is multiplied by, how it is told, and how what is asked is."""


def picture_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the rows that the picture and its table show: ``claim``, ``stands``, ``found`` and ``asked``.

    Parameters
    ----------
    rows
        Criteria as members may see them (`toolkit.publish.figures.progress_decision.decision_criteria`), or as the
        result's table ``decision_criteria`` has them.
    """
    return [
        {
            "claim": NAMES[row["name"]],
            "stands": STANDS[row["standing"]],
            "found": _found(row),
            "asked": "no limit was set" if row["threshold"] is None else _asked(row),
        }
        for row in rows
    ]


def _found(row: Mapping[str, Any]) -> str:
    times, said, _ = _UNITS[row["name"]]
    ends = [None if row[name] is None else _number(row[name], times) for name in ("low", "high")]
    if row["figure"] is None:
        return UNTOLD if None in ends else said.format(f"from {ends[0]} to {ends[1]}")
    about = said.format(_number(row["figure"], times))
    return about if None in ends or ends[0] == ends[1] else f"{about} (from {ends[0]} to {ends[1]})"


def _asked(row: Mapping[str, Any]) -> str:
    times, _, said = _UNITS[row["name"]]
    return said.format(_number(row["threshold"], times))


def _number(value: float, times: float) -> str:
    """Return a figure in words: of a hundred to one decimal, and points to two."""
    return f"{round(times * value, 1 if times > 1 else 2):g}".replace("-", "−")
