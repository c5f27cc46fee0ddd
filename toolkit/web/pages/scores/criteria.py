"""The criteria of the decision on scores as leads and members see them: one picture, and its figures in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.charts.decision import criteria_chart, criteria_in_words
from toolkit.publish.decision.picture import picture_rows
from toolkit.publish.decision.words import STANDS
from toolkit.web.parts.layout import chart

_LABELS = {"claim": "What is asked", "stands": "Is it so?", "found": "What was found", "asked": "Asked"}


def draw(rows: Sequence[Mapping[str, Any]]) -> None:
    """Draw every criterion as it stands; of one that is not known only the range, as of all that data cannot tell.

    Parameters
    ----------
    rows
        The table ``decision_criteria``: exact for staff, or as members may see it.
    """
    told = [{**row, "figure": None} if row["standing"] == "not_known" else row for row in rows]
    shown = pd.DataFrame(picture_rows(told))
    if shown.empty:
        return
    met = int((shown["stands"] == STANDS["met"]).sum())
    headline = f"Met: {met} of the {len(shown)} things we asked of the scores"
    chart(headline, criteria_chart(shown), criteria_in_words(shown), shown, _LABELS)
