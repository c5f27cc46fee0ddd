"""How alike neighbours in a short series are, corrected for what fitting hides, and the covariance that follows."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.regression.poisson import PoissonFit

_GRID = np.linspace(0.0, 0.9, 46)


def serial_covariance(fit: PoissonFit, counts: Floats) -> tuple[Floats, float, float]:
    """Return the coefficients' covariance under first-order autocorrelation, the autocorrelation and the dispersion.

    Residuals of a fit are less alike, and smaller, than the errors they stand for, badly so in a short series. So the
    autocorrelation taken is the one, from 0 to 0.9, under which the residuals' own would be expected to be what it is;
    the dispersion, never below 1, is corrected in the same way.

    Parameters
    ----------
    fit : PoissonFit
        On rows in order of time.
    counts : ndarray, shape (n,)
        The counts fitted.

    Returns
    -------
    covariance : ndarray, shape (k, k)
    autocorrelation : float
    dispersion : float

    Notes
    -----
    With residual maker M and errors' correlation R, residuals have covariance M R M, so the expected sums of their
    products are traces of it: a method of moments. Over 20 quarters it still finds about half of an autocorrelation of
    0.6, so intervals of a series whose neighbours are much alike stay a little narrow.
    """
    residual, scaled, maker = fit.pearson(counts)
    apart = np.abs(np.subtract.outer(np.arange(len(counts)), np.arange(len(counts))))
    expected = []
    for rho in _GRID:
        left = maker @ np.power(rho, apart) @ maker
        expected.append(float(np.trace(left, offset=1) / np.trace(left)))
    observed = float(residual[1:] @ residual[:-1] / (residual @ residual)) if residual.any() else 0.0
    rho = float(np.interp(observed, np.maximum.accumulate(expected), _GRID))
    correlation = np.power(rho, apart)
    dispersion = max(1.0, float(residual @ residual / np.trace(maker @ correlation @ maker)))
    inner = scaled.T @ correlation @ scaled
    return np.asarray(dispersion * (fit.bread @ inner @ fit.bread), dtype=np.float64), rho, dispersion
