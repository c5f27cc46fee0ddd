"""Chart of our estimate beside what others published, in per cent for one dose, each under its own words."""

from __future__ import annotations

import pandas as pd

from toolkit.charts.forest_plot import forest_chart
from toolkit.charts.theme import Drawn


def published_effects_chart(rows: pd.DataFrame, dose: str) -> Drawn:
    """Draw estimates and their ranges; a figure without a range is a point.

    Parameters
    ----------
    rows
        ``label``, ``words``, ``estimate``, ``low``, ``high`` in per cent, ``kind`` (``main`` for ours, ``other``).
    dose
        What they are effects of, in words: "for every 1% more spent".
    """
    return forest_chart(rows, f"Per cent, {dose}")


def published_effects_in_words(rows: pd.DataFrame) -> str:
    """Return what the chart shows for a person who cannot see it."""
    if not len(rows):
        return "No figure is drawn."
    return "Per cent. " + " ".join(f"{row.label}: {row.words}." for row in rows.itertuples())
