"""The criteria of the decision on scores as leads and members see them: one picture, and its figures in a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from toolkit.charts.criteria import criteria_chart, criteria_in_words
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
from toolkit.web.parts.estimates import signed
from toolkit.web.parts.layout import chart
from toolkit.wording.numbers import MINUS, in_words

_LABELS = {"claim": "What is asked", "stands": "Is it so?", "found": "Found", "range": "The data fit", "asked": "Asked"}


def _in_100(share: float) -> str:
    return f"{100 * share:.0f} in 100"


def _pairs(rise: float) -> str:
    """Return by how much more often the right one of two families is picked."""
    return f"{signed(100 * rise)} in 100 pairs"


def _more_in_100(share: float) -> str:
    return f"{signed(100 * share)} in 100"


def _of_1(kappa: float) -> str:
    return f"{kappa:.2f} of 1".replace("-", MINUS)


def _points(a_year: float) -> str:
    return f"{a_year:.2f} points a year".replace("-", MINUS)


def _pounds(cost: float) -> str:
    return f"£{in_words(round(cost))}"


_AS: Mapping[str, tuple[Callable[[float], str], str]] = MappingProxyType(
    {
        COMPLETE: (_in_100, "at least {}"),
        AGREEMENT: (_of_1, "at least {}"),
        MEANING: (_pairs, "{} would matter"),
        CHANGE: (_pairs, "{} would matter"),
        INFLATION: (_points, "at most {}"),
        TRACKING: (_more_in_100, "at most {} referred"),
        COST: (_pounds, "at most {} a family"),
    }
)
"""How a criterion's figures are written, and what the protocol asks."""


def draw(rows: Sequence[Mapping[str, Any]]) -> None:
    """Draw every criterion as it stands; of one that is not known only the range, as of all that data cannot tell.

    Parameters
    ----------
    rows
        The table ``decision_criteria``: exact for staff, or as members may see it.
    """
    shown = pd.DataFrame([_in_words(row) for row in rows])
    if shown.empty:
        return
    met = int((shown["stands"] == STANDS["met"]).sum())
    stands = (STANDS["met"], STANDS["not_met"], STANDS["not_known"])
    drawn = shown.assign(
        said=[f"{how}: {found}" if found else how for how, found in zip(shown["stands"], shown["found"], strict=True)],
        asked=[f"Asked: {asked}" if asked else "" for asked in shown["asked"]],
    )
    chart(
        f"Met: {met} of the {len(shown)} things we asked of the scores",
        criteria_chart(drawn, stands),
        criteria_in_words(drawn),
        shown,
        _LABELS,
    )


def _in_words(row: Mapping[str, Any]) -> dict[str, str]:
    name = str(row["name"])
    written, asked = _AS[name]
    figure, low, high = (None if pd.isna(row[key]) else float(row[key]) for key in ("figure", "low", "high"))
    is_found = figure is not None and (row["standing"] != "not_known" or name == COST)
    has_range = low is not None and high is not None and name != COST
    return {
        "claim": NAMES[name],
        "stands": STANDS[row["standing"]],
        "found": written(figure) if is_found and figure is not None else "",
        "range": f"{written(low)} to {written(high)}" if has_range and low is not None and high is not None else "",
        "asked": "" if pd.isna(row["threshold"]) else asked.format(written(float(row["threshold"]))),
    }
