"""Which terms are squares or products of others, so that they need not be squared and multiplied once more."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Floats

ROWS = 64
EXACT = 1e-6


def made_of_others(matrix: Floats) -> frozenset[int]:
    """Return the columns that two others give exactly, as a + b·x + c·y + d·x·y with d needed (y may be x).

    Parameters
    ----------
    matrix : ndarray, shape (n, k)
        The terms' values; 64 rows of them, evenly spread, are looked at.

    Notes
    -----
    A column that others are made of is itself made of none: of two that give each other, the later stays.
    """
    rows = np.unique(np.linspace(0, len(matrix) - 1, ROWS).astype(np.intp))
    values = matrix[rows] - matrix[rows].mean(axis=0)
    size = np.sqrt((values * values).sum(axis=0))
    values = values[:, size > 0] / size[size > 0]
    names = np.flatnonzero(size > 0)
    count = len(names)
    if count < 2 or len(rows) < 8:
        return frozenset()
    first, second = np.triu_indices(count)
    plain = np.stack([np.ones((len(first), len(rows))), values.T[first], values.T[second]], axis=2)
    crossed = (values.T[first] * values.T[second])[:, :, None]
    left_plain = _left(plain, values)
    left = _left(np.concatenate([plain, crossed], axis=2), values)
    given = (left < EXACT) & (left_plain > 1e3 * EXACT)
    found: set[int] = set()
    for column in range(count):
        parents = np.flatnonzero(given[:, column])
        if any(first[pair] not in found and second[pair] not in found for pair in parents):
            found.add(column)
    return frozenset(int(names[column]) for column in found)


def _left(designs: Floats, values: Floats) -> Floats:
    """Return what each design (p, rows, columns) leaves of each column of length 1, shape (p, k)."""
    bases = np.linalg.qr(designs)[0]
    left = values - bases @ (bases.transpose(0, 2, 1) @ values)
    return np.asarray(np.sqrt((left * left).sum(axis=1)), dtype=np.float64)
