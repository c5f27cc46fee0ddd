"""The stable order of many numbers, three to four times as fast as sorting them at once."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import AnyArray, Floats, Integers

FEW = 1_000
MANY = 250_000  # more than fit the processor's cache
LEAST_WIDTH = 1e-290


def stable_order(values: Floats) -> Integers:
    """Return the positions of finite values in ascending order, those of equal values in the order they stand."""
    return sorted_with_order(values)[1]


def sorted_with_order(values: Floats) -> tuple[Floats, Integers]:
    """Return finite values in ascending order, and their positions; equal values stay in the order they stand.

    Notes
    -----
    Values are first put into buckets of equal width, which NumPy orders by counting. Many go into 256 buckets, each
    then sorted by itself inside the processor's cache. Fewer go into 65,536, which leaves them so nearly sorted that
    NumPy's stable sort, which looks for runs, has little to do. Where most values share a few buckets, nothing is
    gained and little lost.
    """
    if len(values) <= MANY:
        return _sorted_few(values)
    buckets = _buckets(values, np.uint8)
    if buckets is None:
        return _sorted_plainly(values)
    order = np.argsort(buckets, kind="stable")
    ordered = values[order]
    begin = 0
    for end in np.cumsum(np.bincount(buckets)).tolist():
        part = slice(begin, end)
        ordered[part], inside = _sorted_few(ordered[part])
        order[part] = order[part][inside]
        begin = end
    return ordered, order


def _sorted_few(values: Floats) -> tuple[Floats, Integers]:
    buckets = _buckets(values, np.uint16) if len(values) >= FEW else None
    if buckets is None:
        return _sorted_plainly(values)
    first = np.argsort(buckets, kind="stable")
    ordered, second = _sorted_plainly(values[first])
    return ordered, first[second]


def _sorted_plainly(values: Floats) -> tuple[Floats, Integers]:
    order = np.argsort(values, kind="stable")
    return values[order], order


def _buckets(values: Floats, kind: type[np.unsignedinteger]) -> AnyArray | None:
    """Return each value's bucket, of as many as the type can number, or None where values do not spread."""
    last = np.iinfo(kind).max
    low, high = float(values.min()), float(values.max())
    width = (high - low) / last
    if not (np.isfinite(width) and width > LEAST_WIDTH):
        return None
    spread = values - low
    spread /= width  # rounding may go past `last`, but not by as much as 1
    return np.asarray(spread.astype(kind))
