"""What must hold between the cells of an instrument."""

from __future__ import annotations

import pandas as pd

from toolkit.tables.findings import Finding
from toolkit.tables.instruments import INSTRUMENTS
from toolkit.tables.progress_scores import BUILT_IN


def lowest_is_below_highest(rows: pd.DataFrame, stored: pd.DataFrame) -> list[Finding]:
    """Find instruments whose lowest score is not below their highest."""
    label = INSTRUMENTS.column("lowest").label
    both = rows.dropna(subset=["lowest", "highest"])
    return [
        Finding(
            int(row),
            "highest",
            f'"{label}" in the same row is {lowest}. Put the wrong one right; which end is best is said by '
            f'"{INSTRUMENTS.column("higher_is").label}".',
        )
        for row, lowest, highest in zip(both.index, both["lowest"], both["highest"], strict=True)
        if highest <= lowest
    ]


def not_the_built_in(rows: pd.DataFrame, stored: pd.DataFrame) -> list[Finding]:
    """Find rows for the built-in scale, which needs none."""
    of = rows[rows["instrument_id"] == BUILT_IN]
    sentence = "That is the built-in scale, in whole points from 1 to 5. Give an instrument of your own another number."
    return [Finding(int(row), "instrument_id", sentence) for row in of.index]
