"""Weighted means, variances and the standard deviation a standardised difference is divided by."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Floats

DENOMINATORS = {
    "ATT": "standard deviation of the treated before matching",
    "ATC": "standard deviation of the controls before matching",
    "ATE": "root mean of the two arms' variances before matching",
}


def is_binary(values: Floats) -> bool:
    """Whether all values are 0 or 1."""
    few = values[:100]
    if not ((few == 0) | (few == 1)).all():
        return False
    return bool(((values == 0) | (values == 1)).all())


def variance(values: Floats, weights: Floats | None = None, binary: bool = False) -> float:
    """Return the variance; with weights, the unbiased form for reliability weights; p(1 - p) for 0/1 values."""
    if len(values) == 0:
        return float("nan")
    if weights is None:
        mean = float(values.mean())
        if binary:
            return mean * (1 - mean)
        return float(values.var(ddof=1)) if len(values) > 1 else float("nan")
    # Sums of products rather than BLAS, whose threads wait for a core on a busy machine.
    total = float(weights.sum())
    mean = float((weights * values).sum()) / total
    if binary:
        return mean * (1 - mean)
    deviation = values - mean
    spare = total - float((weights * weights).sum()) / total
    return float((weights * deviation * deviation).sum()) / spare if spare > 0 else float("nan")


def standardising_deviation(inside: Floats, outside: Floats, estimand: str, binary: bool) -> float:
    """Return the standard deviation that differences in means are divided by (see `DENOMINATORS`).

    Parameters
    ----------
    inside, outside : ndarray
        The values of the treated and of the controls.
    """
    spread = [variance(values, binary=binary) for values in (inside, outside)]
    return float(deviation_of_variances(np.array(spread[0]), np.array(spread[1]), estimand))


def deviation_of_variances(inside: Floats, outside: Floats, estimand: str) -> Floats:
    """Return the same from the variances of the treated and of the controls, term by term."""
    which = {"ATT": inside, "ATC": outside, "ATE": (inside + outside) / 2}[estimand]
    return np.asarray(np.sqrt(which), dtype=np.float64)
