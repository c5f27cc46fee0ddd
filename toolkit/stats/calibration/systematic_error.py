"""How far an analysis errs where the truth is known to be nought: the systematic error that its negative controls show.

A negative control is a comparison made in the same way as the one of interest, of something that the treatment cannot
have changed. What it finds beyond chance is the analysis's own error (Lipsitch, Tchetgen Tchetgen and Cohen 2010);
many of them show how such errors are spread (Schuemie and others 2014).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown

BY_CHANCE = 0.9
"""The share of sound analyses whose controls are taken to err, and to be spread, by chance alone."""


@dataclass(frozen=True, slots=True)
class SystematicError(Shown):
    """What negative controls show of an analysis: errors spread about a mean, on the controls' own scale.

    Attributes
    ----------
    mean, sd : float
        Of the errors.
    mean_se : float
        How well the mean is known; 0 where it is taken as it was estimated.
    controls : int
        How many controls it rests on.
    found, found_se : float
        The controls' weighted mean before anything was taken for chance, and its standard error.
    """

    mean: float
    sd: float
    mean_se: float
    controls: int
    found: float
    found_se: float

    @property
    def expected_absolute(self) -> float:
        """How large an error is to be expected, whichever way (the "EASE" of Schuemie and others 2020)."""
        spread = math.hypot(self.sd, self.mean_se)
        if spread == 0:
            return abs(self.mean)
        z = self.mean / spread
        density, below = math.exp(-z * z / 2) / math.sqrt(2 * math.pi), math.erf(z / math.sqrt(2))
        return spread * 2 * density + self.mean * below

    def summary(self) -> str:
        """Return what the controls show in a line."""
        return (
            f"{self.controls} negative controls: systematic error {self.mean:.4g} on average "
            f"(known to within {1.96 * self.mean_se:.2g}), standard deviation {self.sd:.4g}."
        )


def systematic_error(estimates: Floats, errors: Floats) -> SystematicError:
    """Fit the distribution of systematic error to independent negative controls, by maximum likelihood.

    Parameters
    ----------
    estimates : ndarray, shape (k,)
        What the analysis found for each control, on a scale on which nought is no effect (logs of ratios).
    errors : ndarray, shape (k,)
        Their standard errors; 0 where an estimate has none.

    Returns
    -------
    SystematicError
        With ``mean_se`` 0: mean and spread are taken as estimated, as Schuemie and others do.

    Raises
    ------
    InputError
        When there are fewer than two, or a number is missing or below 0.

    Notes
    -----
    Estimates are normal about their own systematic error, and these normal about the mean: Schuemie, Ryan, DuMouchel,
    Suchard and Madigan (2014), *Statistics in Medicine* 33, 209-218. Given the spread, the mean is a weighted mean, so
    the likelihood is climbed in one dimension.

    Examples
    --------
    >>> found = systematic_error([0.2, 0.5, 0.3, 0.6], [0.1, 0.1, 0.1, 0.1])
    >>> round(found.mean, 3), round(found.sd, 3)
    (0.4, 0.122)
    """
    from scipy.optimize import minimize_scalar

    values, each_error = _numbers(estimates, "estimates"), _numbers(errors, "errors")
    _require_controls(values, each_error, "errors")
    variances = each_error**2

    def weights(spread: float) -> Floats:
        return np.asarray(1 / np.maximum(variances + spread**2, 1e-12))

    def unlikely(spread: float) -> float:
        each = weights(spread)
        mean = float(each @ values / each.sum())
        return float(each @ (values - mean) ** 2 - np.log(each).sum())

    widest = float(np.ptp(values)) + 1e-9
    best = minimize_scalar(unlikely, bounds=(0.0, widest), method="bounded", options={"xatol": 1e-10 * widest})
    spread = float(best.x) if best.fun < unlikely(0.0) else 0.0
    each = weights(spread)
    mean = float(each @ values / each.sum())
    return SystematicError(mean, spread, 0.0, len(values), mean, float(1 / np.sqrt(each.sum())))


def systematic_error_beyond_chance(
    estimates: Floats, covariance: Floats, weights: Floats | None = None
) -> SystematicError:
    """Return the systematic error that dependent negative controls show beyond what chance alone would.

    Few records make controls that are all noise. To move an estimate by their noise would widen every interval and
    mend none, so mean and spread are what exceeds that which chance gives nine sound analyses in ten.

    Parameters
    ----------
    estimates : ndarray, shape (k,)
        As in `systematic_error`.
    covariance : ndarray, shape (k, k)
        Of the estimates: controls made of the same rows are not independent.
    weights : ndarray, shape (k,), optional
        What each counts in the mean, such as its events; equal where not given.

    Returns
    -------
    SystematicError
        ``mean`` is what is left after drawing towards nought, ``mean_se`` how well that is known.

    Raises
    ------
    InputError
        When there are fewer than two, shapes differ, or a number is missing.

    Notes
    -----
    The mean error is taken as drawn from a normal distribution about nought and drawn back towards it, as in Efron and
    Morris's positive-part estimate (1973, *Journal of the American Statistical Association* 68, 117-130), which takes
    for chance what is less than one standard error of the controls' mean; here it is 1.64, so that a sound analysis is
    left as it is nine times in ten. The spread is judged by the weighted sum of squares about the mean; given
    ``covariance`` its distribution is that of a multiple of a chi-square with the same first two moments
    (Satterthwaite).
    """
    from scipy.special import chdtri, ndtri

    values, covariance = _numbers(estimates, "estimates"), np.asarray(covariance, dtype=np.float64)
    shares = np.ones(len(values)) if weights is None else _numbers(weights, "weights")
    _require_controls(values, shares, "weights")
    if covariance.shape != (len(values), len(values)) or not np.isfinite(covariance).all():
        raise InputError(f"covariance must hold {len(values)} x {len(values)} numbers, one row an estimate.")
    if (shares < 0).any() or shares.sum() <= 0:
        raise InputError("weights must be 0 or more, and not all 0.")
    shares = shares / shares.sum()
    found, variance = float(shares @ values), float(shares @ covariance @ shares)
    by_luck = float(ndtri(0.5 + BY_CHANCE / 2)) ** 2 * variance
    kept = max(0.0, 1 - by_luck / found**2) if found else 0.0
    about = np.diag(shares) - np.outer(shares, shares)
    by_chance = about @ covariance
    expected = float(np.trace(by_chance))
    freedom = expected**2 / max(float(np.sum(by_chance * by_chance.T)), 1e-300)
    usual = expected * float(chdtri(freedom, 1 - BY_CHANCE)) / freedom if expected > 0 else 0.0
    beyond = max(0.0, float(values @ about @ values) - usual) / float(np.trace(about))
    return SystematicError(
        kept * found, math.sqrt(beyond), math.sqrt(kept * variance), len(values), found, math.sqrt(variance)
    )


def _numbers(values: Floats, name: str) -> Floats:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or not np.isfinite(numbers).all():
        raise InputError(f"{name} must be numbers, one for each control, none missing.")
    return numbers


def _require_controls(values: Floats, beside: Floats, name: str) -> None:
    if len(values) != len(beside):
        raise InputError(f"There are {len(values)} estimates and {len(beside)} {name}. Give one for each control.")
    if len(values) < 2:
        raise InputError(f"There are {len(values)} negative controls. Give two or more.")
    if (beside < 0).any():
        raise InputError(f"{name} must be 0 or more.")
