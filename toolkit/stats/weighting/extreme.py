"""Weights that rest an arm on a few rows, or make it as good as much smaller than it is."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.variance.arms import NAMES

LARGEST_SHARE = 0.2  # of an arm's weight, in one row
LEAST_WORTH = 0.2  # an arm's effective sample size as a share of its rows
LEAST_BESIDE = 0.5  # and as a share of the other arm's


def extreme_weight_notes(weights: Floats, treated: Booleans) -> tuple[Note, ...]:
    """Return a note for each arm in which the weights are extreme: the arms hardly overlap.

    They are where one row has more than a fifth of an arm's weight; or where an arm is worth less than a fifth of its
    rows, and also less than half of what the other arm is worth: a large arm of which only the part like a small one
    counts is sound.

    Parameters
    ----------
    weights : ndarray, shape (n,)
        Of rows, from 0.
    treated : ndarray of bool, shape (n,)
        The arm.
    """
    found = {arm: _figures(weights[treated == arm]) for arm in (True, False)}
    notes = []
    for arm, (rows, worth, largest) in found.items():
        is_thin = worth < LEAST_WORTH * rows and worth < LEAST_BESIDE * found[not arm][1]
        if rows < 2 or not (largest > LARGEST_SHARE or is_thin):
            continue
        words = (
            f"The weights are extreme: the {rows:,} rows of the {NAMES[arm]} arm are worth {worth:,.1f} of equal "
            f"weight, and one row has {largest:.0%} of it. The arms hardly overlap, so the effect rests on a few: "
            'leave out what has no like (trim=0.1), or use method="overlap" of `weight`.'
        )
        figures: dict[str, float | int | str] = {
            "arm": NAMES[arm],
            "rows": rows,
            "effective_sample_size": worth,
            "largest_share": largest,
        }
        notes.append(Note("extreme_weights", words, figures))
    return tuple(notes)


def _figures(weights: Floats) -> tuple[int, float, float]:
    """Return the rows with a weight, the equally weighted rows they are worth, and the heaviest one's share."""
    total, squares = float(weights.sum()), float(weights @ weights)
    if not total > 0:
        return 0, 0.0, 0.0
    return int((weights > 0).sum()), total * total / squares, float(np.max(weights)) / total
