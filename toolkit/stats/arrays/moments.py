"""Weighted means, variances and the standard deviation a standardised difference is divided by."""

from __future__ import annotations

import math

import numpy as np

from toolkit.stats.arrays.types import Floats

DENOMINATORS = {
    "ATT": "standard deviation of the treated before matching",
    "ATC": "standard deviation of the controls before matching",
    "ATE": "root mean of the two arms' variances before matching",
}
ALL_ROWS = "standard deviation of all rows before matching"
NEGLIGIBLE = 1.5e-8
"""A smaller share of a standard deviation is rounding: the root of what a double can tell apart."""
ROUNDING = 1e-12
"""Values that vary by a smaller share of their size do not vary."""


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


def standardising_deviation(inside: Floats, outside: Floats, estimand: str, binary: bool) -> tuple[float, str]:
    """Return the standard deviation that differences in means are divided by, and what it is of.

    Parameters
    ----------
    inside, outside : ndarray
        The values of the treated and of the controls.

    Notes
    -----
    It is that of `DENOMINATORS`. An arm where the values do not vary (one row, or none of a category's rows) has no
    standard deviation to divide by: then that of both arms serves, and where neither varies, that of all rows together.
    """
    smallest = ROUNDING * max((abs(float(arm[0])) for arm in (inside, outside) if len(arm)), default=0.0)
    spread = [variance(values, binary=binary) for values in (inside, outside)]
    found = deviation_of_variances(spread[0], spread[1], estimand, smallest)
    return found or (float(np.concatenate([inside, outside]).std()), ALL_ROWS)


def deviation_of_shares(inside: float, outside: float, everyone: float, estimand: str) -> tuple[float, str]:
    """Return the same for a term of 0 and 1, from the arms' shares and that of all rows."""
    found = deviation_of_variances(inside * (1 - inside), outside * (1 - outside), estimand, 0.0)
    return found or (math.sqrt(everyone * (1 - everyone)), ALL_ROWS)


def deviation_of_variances(inside: float, outside: float, estimand: str, smallest: float) -> tuple[float, str] | None:
    """Return the deviation of the arm asked for or, if not above `smallest`, of both arms; None if neither is."""
    own = {"ATT": inside, "ATC": outside}.get(estimand, math.nan)
    if math.sqrt(own) > smallest:
        return math.sqrt(own), DENOMINATORS[estimand]
    known = [each for each in (inside, outside) if math.isfinite(each)]
    both = math.sqrt(sum(known) / len(known)) if known else 0.0
    return (both, DENOMINATORS["ATE"]) if both > smallest else None


def standardised(difference: float, deviation: float) -> float:
    """Return a difference in means in standard deviations; 0 for what rounding leaves of none."""
    if abs(difference) <= NEGLIGIBLE * deviation:
        return 0.0
    return difference / deviation if deviation > 0 else math.copysign(math.inf, difference)
