"""What counts as equally far: distances are compared to a billionth of a standard deviation, not to the last bit.

Rounding must not decide who is matched: a covariate in other units, or from another zero, gives scores that differ in
their last digits. So scores within a billionth of each other are made one (`snapped`), and two distances are tied
where they differ by half a billionth. As different scores are then more than two such halves apart, no distance on one
side of a row is tied with two on the other, and "tied" is the same for whoever asks, in whatever order.
"""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers

TIE = 1e-9  # of a standard deviation
LOOK = 50_000  # rows are enough to learn the spread from
NOISE = 1e-10  # of the largest value: quantiles closer than this say nothing of the spread
PART = 65_536  # values looked up at once
BUCKETS = 2**20
RANGES = ((0.25, 0.75, 1.349), (0.05, 0.95, 3.290), (0.01, 0.99, 4.653))  # and their width in normal deviations


def spread(values: Floats) -> float:
    """Return a standard deviation that a few extreme values do not widen; 0 where nothing varies.

    Notes
    -----
    That of a normal distribution with the same quartiles, or 5 and 95 (1 and 99) per cent points where those are equal;
    never more than the standard deviation itself.
    """
    some = values[:: max(1, len(values) // LOOK)]
    if len(some) < 2:
        return 0.0
    deviation = float(some.std())
    noise = NOISE * float(np.abs(some).max())
    if deviation <= noise:
        deviation = float(values.std())
    for low, high, deviations in RANGES:
        width = float(np.subtract(*np.quantile(some, [high, low])))
        if width > noise:
            return min(deviation, width / deviations)
    return deviation


def tie_width(values: Floats) -> float:
    """Return by how little two distances differ when they are tied: of one number a row (n,), or of points (n, k)."""
    columns = [values] if values.ndim == 1 else list(values.T)
    return 0.5 * TIE * max((spread(column) for column in columns), default=0.0)


def snapped(values: Floats, tie: float) -> Floats:
    """Return the values with those that lie within two ties of the next lower one set to the lowest of their run.

    The array given is returned as it is where there are no such values.
    """
    finite = np.isfinite(values)
    if not finite.all():
        found = values.copy()
        found[finite] = snapped(values[finite], tie)
        return found
    ordered = np.sort(values)
    near = np.diff(ordered) <= 2 * tie
    if not (near & (ordered[1:] > ordered[:-1])).any():
        return values
    begins = np.flatnonzero(np.concatenate([[True], ~near]))
    lowest, highest = ordered[begins], ordered[np.append(begins[1:], len(ordered)) - 1]
    wide = highest > lowest
    return _lowered(values, lowest[wide], highest[wide], float(ordered[0]), float(ordered[-1]))


def _lowered(values: Floats, lowest: Floats, highest: Floats, low: float, high: float) -> Floats:
    """Return the values with those in a run, from lowest to highest, set to the lowest.

    Most values are told to be in none by the bucket they fall into, of many between `low` and `high`.
    """
    scale = (BUCKETS - 1) / (high - low)
    scale = scale if np.isfinite(scale) else 0.0

    def bucket(numbers: Floats) -> Integers:
        return ((numbers - low) * scale).astype(np.intp)

    edges = np.bincount(bucket(lowest), minlength=BUCKETS + 1) - np.bincount(bucket(highest) + 1, minlength=BUCKETS + 1)
    has_run = np.cumsum(edges) > 0
    found = values.copy()
    for begin in range(0, len(values), PART):
        here = found[begin : begin + PART]
        some = np.flatnonzero(has_run[bucket(here)])
        numbers = here[some]
        run = np.searchsorted(lowest, numbers, side="right") - 1
        inside = (run >= 0) & (numbers <= highest[run])
        here[some[inside]] = lowest[run[inside]]
    return found
