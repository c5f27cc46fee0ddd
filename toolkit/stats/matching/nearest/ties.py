"""What counts as equally far: distances are compared to a billionth of a standard deviation, not to the last bit.

Rounding must not decide who is matched: a covariate in other units, or from another zero, gives scores that differ in
their last digits. So scores within a billionth of each other are made one (`snapped`), and two distances are tied
where they differ by half a billionth. As different scores are then more than two such halves apart, no distance on one
side of a row is tied with two on the other, and "tied" is the same for whoever asks, in whatever order.
"""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Floats

TIE = 1e-9  # of a standard deviation
LOOK = 50_000  # rows are enough to learn the spread from
NOISE = 1e-10  # of the largest value: quantiles closer than this say nothing of the spread
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
    ordered = np.sort(values[np.isfinite(values)])
    gaps = np.diff(ordered)
    near = gaps <= 2 * tie
    if not (near & (gaps > 0)).any():
        return values
    begins = np.flatnonzero(np.concatenate([[True], ~near]))
    lowest, highest = ordered[begins], ordered[np.append(begins[1:], len(ordered)) - 1]
    wide = highest > lowest
    lowest, highest = lowest[wide], highest[wide]
    run = np.searchsorted(lowest, values, side="right") - 1
    is_inside = (run >= 0) & (values <= highest[np.maximum(run, 0)])
    return np.where(is_inside, lowest[run], values)
