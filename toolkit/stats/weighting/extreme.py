"""Weights that rest an arm on a few rows, or make it as good as much smaller than it is."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.note import Note

LARGEST = 0.1
LEAST_SHARE = 0.1


def extreme_weight_notes(weights: Floats, treated: Booleans) -> tuple[Note, ...]:
    """Return a note for each arm whose weights are extreme."""
    return ()


def weight_figures(weights: Floats) -> tuple[float, float]:
    """Return an arm's effective sample size, (Σw)² / Σw², and the share of its weight that its heaviest row has."""
    total, squares = float(weights.sum()), float(weights @ weights)
    return total * total / squares, float(np.max(weights)) / total
