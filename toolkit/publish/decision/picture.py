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
        AGREEMENT: (1, "agreement of {}", "more than {}, where 0 is luck and 1 is always"),
        MEANING: (100, "{} in 100 pairs", "surely above luck; under {} counts as none"),
        CHANGE: (100, "{} in 100 pairs", "surely above luck; under {} counts as none"),
        INFLATION: (1, "{} points a year", "up by at most {}"),
        TRACKING: (100, "{} in 100 families referred", "a rise of at most {}"),
        COST: (1, "£{} a family", "at most £{}"),
    }
)
"""By criterion: what a figure is multiplied by, how it is told, and how what is asked is."""
_SIGNED: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        MEANING: ("{} below luck", "{} above luck", "luck"),
        CHANGE: ("{} below luck", "{} above luck", "luck"),
        INFLATION: ("down {}", "up {}", "0"),
        TRACKING: ("down {}", "up {}", "0"),
    }
)
"""How a figure below, above and at nought is told, by criterion; the others are never below."""


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
    about, low, high = (
        None if row[name] is None else _signed(row["name"], row[name], times) for name in ("figure", "low", "high")
    )
    if about is None:
        ranged = said.replace(" of {}", " {}")  # "agreement from", where a figure is "agreement of"
        return UNTOLD if low is None or high is None else ranged.format(f"from {low} to {high}")
    told = said.format(about)
    return told if low is None or high is None or low == high else f"{told} (from {low} to {high})"


def _signed(criterion: str, value: float, times: float) -> str:
    number = _number(abs(value), times)
    if criterion not in _SIGNED:
        return number if value >= 0 else f"−{number}"
    below, above, none = _SIGNED[criterion]
    return none if number == "0" else (below if value < 0 else above).format(number)


def _asked(row: Mapping[str, Any]) -> str:
    times, _, said = _UNITS[row["name"]]
    return said.format(_number(row["threshold"], times))


def _number(value: float, times: float) -> str:
    """Return a figure in words: of a hundred to one decimal, and points to two."""
    return f"{round(times * value, 1 if times > 1 else 2):g}"
