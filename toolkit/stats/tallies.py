"""Pairs and sets as tables, how many rows were used and what they are worth, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.stats.arrays import Booleans, Floats, Integers
from toolkit.stats.memberships import Memberships
from toolkit.stats.problem import Pairs


def pairs_table(labels: pd.Index, pairs: Pairs | None, sets: Integers | None, swapped: bool) -> pd.DataFrame:
    """Return ``set``, ``treated``, ``control``, ``distance``, one row a pair; swapped: controls sought the matches."""
    if pairs is None or sets is None:
        nothing = labels[:0]
        return pd.DataFrame({"set": np.empty(0, int), "treated": nothing, "control": nothing, "distance": []})
    treated, control = (pairs.other, pairs.focal) if swapped else (pairs.focal, pairs.other)
    columns = {"set": sets, "treated": labels[treated], "control": labels[control]}
    return pd.DataFrame(columns | {"distance": pairs.distance})


def only_set(members: Memberships, rows: int) -> Integers:
    """Return the set of each row, shape (rows,); 0 for rows in no set, or in several."""
    numbers = np.zeros(rows, dtype=np.int64)
    numbers[members.rows] = members.sets
    numbers[np.bincount(members.rows, minlength=rows) > 1] = 0
    return numbers


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
    return (
        f"Largest standardised difference: {balance['smd_before'].abs().max():.3f} before, {worst.max():.3f} after "
        f"({worst.idxmax()}); differences are divided by the {balance['denominator'].iloc[0]}."
    )


def counted_reasons(unmatched: pd.DataFrame) -> list[str]:
    """Return how many rows have no match for each reason."""
    return [f"{count:,}: {reason!s}" for reason, count in unmatched["reason"].value_counts(sort=False).items()]
