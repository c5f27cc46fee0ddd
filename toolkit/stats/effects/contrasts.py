"""From two means to one measure: difference, ratio or odds ratio, by the delta method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.effects.rounding import require_error
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class Contrast(Shown):
    """A measure with its standard error and interval; for ratios the error is the logarithm's."""

    estimate: float
    se: float
    interval: tuple[float, float]
    p_value: float


def contrast_of(
    measure: str,
    control: float,
    treated: float,
    covariance: Floats,
    degrees_of_freedom: float,
    level: float,
    least: float = 0.0,
) -> Contrast:
    """Compare two means.

    Parameters
    ----------
    measure : {"difference", "ratio", "odds_ratio"}
        Ratios are worked out on the logarithm.
    control, treated : float
        The means.
    covariance : ndarray, shape (2, 2)
        Their covariance, control first.
    degrees_of_freedom : float
        Of the t distribution.
    level : float
        Of the interval.
    least : float
        The standard error of the difference at or below which it is rounding; see `least_error`.

    Raises
    ------
    InputError
        When a mean is outside what the measure can be of, or there is no standard error.
    """
    if not is_possible(measure, control, treated):
        needed = "both means above 0" if measure == "ratio" else "both means between 0 and 1"
        raise InputError(
            f'The measure "{measure}" needs {needed}; they are {treated:.4g} (treated) and {control:.4g} (control). '
            'Use measure="difference".'
        )
    require_error(_error_along(gradient_of("difference", control, treated), covariance), least)
    if measure == "difference":
        value = treated - control
    elif measure == "ratio":
        value = float(np.log(treated / control))
    else:
        value = float(np.log(treated / (1 - treated)) - np.log(control / (1 - control)))
    se = _error_along(gradient_of(measure, control, treated), covariance)
    return with_t(value, se, degrees_of_freedom, level, is_log=measure != "difference")


def _error_along(gradient: Floats, covariance: Floats) -> float:
    return float(np.sqrt(max(float(gradient @ covariance @ gradient), 0.0)))


def with_t(value: float, se: float, degrees_of_freedom: float, level: float, *, is_log: bool) -> Contrast:
    """Return the interval and two-sided p-value of a value from the t distribution."""
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    require_error(se, 0.0)
    is_normal = np.isinf(degrees_of_freedom)
    reach = float(ndtri(0.5 + level / 2) if is_normal else stdtrit(degrees_of_freedom, 0.5 + level / 2)) * se
    p_value = 2 * float(ndtr(-abs(value) / se) if is_normal else stdtr(degrees_of_freedom, -abs(value) / se))
    low, high = value - reach, value + reach
    if is_log:
        return Contrast(float(np.exp(value)), se, (float(np.exp(low)), float(np.exp(high))), p_value)
    return Contrast(value, se, (low, high), p_value)


def gradient_of(measure: str, control: float, treated: float) -> Floats:
    """Return how a measure (ratios: its logarithm) moves with the two means, control first."""
    if measure == "difference":
        return np.array([-1.0, 1.0])
    if measure == "ratio":
        return np.array([-1 / control, 1 / treated])
    return np.array([-1 / (control * (1 - control)), 1 / (treated * (1 - treated))])


def is_possible(measure: str, control: float, treated: float) -> bool:
    """Whether the measure exists for these means."""
    if measure == "difference":
        return True
    if measure == "ratio":
        return min(control, treated) > 0
    return min(control, treated) > 0 and max(control, treated) < 1
