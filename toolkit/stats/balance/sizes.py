"""Pairs and sets as tables, how many rows were used and what they are worth, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.stats.arrays.types import Booleans, Floats


def rows_by_arm(kinds: Mapping[str, Booleans], treated: Booleans) -> pd.DataFrame:
    """Return how many rows of each kind each arm has, one row a kind."""
    return pd.DataFrame(
        {
            "treated": [int((kind & treated).sum()) for kind in kinds.values()],
            "control": [int((kind & ~treated).sum()) for kind in kinds.values()],
        },
        index=list(kinds),
    )


def effective_sizes(weights: Floats, treated: Booleans) -> pd.Series:
    """Return (Σw)² / Σw² by arm (Kish, 1965)."""
    sizes = {}
    for name, arm in (("treated", treated), ("control", ~treated)):
        inside = weights[arm]
        squares = float((inside * inside).sum())
        sizes[name] = float(inside.sum()) ** 2 / squares if squares > 0 else 0.0
    return pd.Series(sizes, name="effective_sample_size")


def largest_difference(balance: pd.DataFrame) -> str:
    """Return the sentence on the largest standardised difference of a balance table."""
    worst = balance["smd"].abs()
    place = int(worst.argmax())
    return (
        f"Largest standardised difference: {balance['smd_before'].abs().max():.3f} before, {worst.iloc[place]:.3f} "
        f"after ({balance.index[place]}); differences are divided by the {balance['denominator'].iloc[place]}."
    )
