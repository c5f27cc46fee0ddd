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
        MEANING: (_more_in_100, "a rise that could be {} matters"),
        CHANGE: (_more_in_100, "a rise that could be {} matters"),
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
    chart(
        f"{met} of {len(shown)} things we asked of the scores are met",
        criteria_chart(shown, stands),
        criteria_in_words(shown),
        shown[list(_LABELS)],
        _LABELS,
    )


def _in_words(row: Mapping[str, Any]) -> dict[str, str]:
    name = str(row["name"])
    written, asked = _AS[name]
    ends = [row["low"], row["high"]]
    is_told = row["figure"] is not None and not pd.isna(row["figure"])
    has_range = name != COST and not any(end is None or pd.isna(end) for end in ends)
    hides = row["standing"] == "not_known" and name != COST
    return {
        "claim": NAMES[name],
        "stands": STANDS[row["standing"]],
        "found": written(float(row["figure"])) if is_told and not hides else "",
        "range": f"{written(float(ends[0]))} to {written(float(ends[1]))}" if has_range else "",
        "asked": "" if row["threshold"] is None else asked.format(written(float(row["threshold"]))),
    }
