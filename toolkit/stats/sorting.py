"""The stable order of many numbers, about twice as fast as sorting them at once."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays import Floats, Integers

FEW = 20_000
BUCKETS = 65_535


def stable_order(values: Floats) -> Integers:
    """Return the positions of values in ascending order, those of equal values in the order they stand.

    Notes
    -----
    Values are first put into buckets of equal width, which NumPy orders by counting; what is left is a list so nearly
    sorted that its stable sort, which looks for runs, has little to do. Where most values share a few buckets, nothing
    is gained and little lost.
    """
    if len(values) < FEW:
        return np.argsort(values, kind="stable")
    low, high = float(values.min()), float(values.max())
    width = (high - low) / BUCKETS
    if not (np.isfinite(width) and width > 1e-290):
        return np.argsort(values, kind="stable")
    first = np.argsort(np.minimum((values - low) / width, BUCKETS).astype(np.uint16), kind="stable")
    return np.asarray(first[np.argsort(values[first], kind="stable")], dtype=np.intp)
