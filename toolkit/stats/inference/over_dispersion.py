"""How far units truly differ, beyond chance, and the limits of counts where they may."""

from __future__ import annotations

import numpy as np
from scipy import stats
from scipy.special import betaln, gammaln

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.note import Note

WINSORISED = 0.1
"""The share of units at either end whose standardised difference counts as the one at the edge."""
SURPRISING = 0.01


def between_units(rate: Floats, variance: Floats, target: float) -> float:
    """Return the standard deviation of units' true rates, by moments of the winsorised standardised differences.

    Parameters
    ----------
    rate, variance : ndarray, shape (n,)
        Each unit's rate, and its variance by chance alone, above 0.
    target : float
        The overall rate.

    Notes
    -----
    The additive model of Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, with DerSimonian and Laird's
    moment estimator. The winsorised squares of chance alone fall short of 1, which is allowed for.
    """
    if len(rate) < 2:
        return 0.0
    z = (rate - target) / np.sqrt(variance)
    z = z.clip(*np.quantile(z, [WINSORISED, 1 - WINSORISED]))
    edge = float(stats.norm.isf(WINSORISED))
    by_chance = 1 - 2 * (edge * stats.norm.pdf(edge) + WINSORISED) + 2 * WINSORISED * edge**2
    weight = 1 / variance
    excess = len(z) * (float((z * z).mean()) / by_chance - 1)
    return float(np.sqrt(max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))))


def beta_binomial_limits(total: Floats, share: float, between: float, level: float) -> tuple[Floats, Floats]:
    """Return the lowest and highest counts inside the limits where units' shares follow a beta distribution.

    Parameters
    ----------
    total : ndarray, shape (n,)
        What each count is of.
    share, between : float
        Mean and standard deviation of the units' true shares, the latter above 0.
    level : float
        Of the limits; see `binomial_limits`.
    """
    # The widest a share can spread is all units at 0 or 1; just short of it the quantiles are still numbers.
    alike = min(between**2 / (share * (1 - share)), 0.99)
    one, other = share * (1 - alike) / alike, (1 - share) * (1 - alike) / alike
    sizes, place = np.unique(total, return_inverse=True)
    ends = np.array([_beta_binomial_ends(int(size), one, other, (1 - level) / 2) for size in sizes])
    return ends[place.reshape(-1), 0], ends[place.reshape(-1), 1]


def _beta_binomial_ends(total: int, one: float, other: float, tail: float) -> tuple[float, float]:
    """Return the lowest and highest counts whose own tails are not below `tail`; SciPy's own search is slow."""
    counts = np.arange(total + 1)
    choose = gammaln(total + 1) - gammaln(counts + 1) - gammaln(total - counts + 1)
    chance = np.exp(choose + betaln(counts + one, total - counts + other) - betaln(one, other))
    below, above = np.cumsum(chance), np.cumsum(chance[::-1])
    return float(np.searchsorted(below, tail)), float(total - np.searchsorted(above, tail, side="right"))


def negative_binomial_limits(expected: Floats, between: float, level: float) -> tuple[Floats, Floats]:
    """Return the lowest and highest counts inside the limits where units' ratios follow a gamma distribution about 1.

    Parameters
    ----------
    expected : ndarray, shape (n,)
        Events expected.
    between : float
        Standard deviation of the units' true ratios, above 0.
    level : float
        Of the limits; see `binomial_limits`.
    """
    shape, tail = 1 / between**2, (1 - level) / 2
    chance = shape / (shape + expected)
    low, high = (np.asarray(find(tail, shape, chance)) for find in (stats.nbinom.ppf, stats.nbinom.isf))
    return np.where(expected > 0, low.clip(min=0), 0.0), np.where(expected > 0, high.clip(min=0), 0.0)


def notes_on_dispersion(dispersion: float, units: int, between: float | None) -> tuple[Note, ...]:
    """Return what to know of units that differ by more than chance.

    Parameters
    ----------
    dispersion : float
        Mean squared standardised difference.
    units : int
        How many have one.
    between : float or None
        The spread the limits allow for; None where they allow for chance alone.
    """
    figures: dict[str, float | int | str] = {"dispersion": dispersion, "units": units}
    if between:
        words = (
            f"Units differ by more than chance (dispersion {dispersion:.2f}): the limits allow for true rates that "
            f"differ with a standard deviation of {between:.3g}, so a unit outside stands out from that too."
        )
        return (Note("over_dispersion_allowed_for", words, figures | {"between": between}),)
    if between is None and units > 1 and stats.chi2.sf(dispersion * units, units - 1) < SURPRISING:
        words = (
            f"Units differ by more than chance (dispersion {dispersion:.2f}), so more lie outside the limits than are "
            "out of the ordinary. Use over_dispersed=True for limits that allow for true differences."
        )
        return (Note("over_dispersed", words, figures),)
    return ()
