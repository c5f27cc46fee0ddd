"""Over-dispersion of standard scores: extremes brought in or left out, phi, tau squared, and whether there is any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.shown import Shown

Extremes = Literal["winsorised", "truncated", "kept"]
EXTREMES = ("winsorised", "truncated", "kept")
TRIMMED = 0.1
"""The share of units at either end that is brought in or left out."""


@dataclass(frozen=True, slots=True)
class Dispersion(Shown):
    """How much further units differ than chance alone would have them.

    Attributes
    ----------
    z : ndarray, shape (n,)
        Standard scores by chance alone, as they are.
    is_used : ndarray of bool, shape (n,)
        Which units phi rests on.
    is_extreme : ndarray of bool, shape (n,)
        Which were brought in to the edge, or left out.
    phi : float
        Mean square of the scores, extremes brought in or left out. About 1 by chance when none are, less when some.
    tau_squared : float
        Variance of the true rates on the scale of the scores, by moments; 0 where phi shows none.
    units : int
        How many phi rests on.
    statistic, p_value : float
        Sum of squares of all scores as they are, and how often chance alone gives one as large.
    """

    z: Floats
    is_used: Booleans
    is_extreme: Booleans
    phi: float
    tau_squared: float
    units: int
    statistic: float
    p_value: float


def dispersion_of(
    z: Floats,
    error: Floats,
    *,
    extremes: Extremes = "winsorised",
    trimmed: float = TRIMMED,
    kurtosis: Floats | None = None,
    is_centred: bool = False,
) -> Dispersion:
    """Return phi, tau squared and a test of standard scores.

    Parameters
    ----------
    z : ndarray, shape (n,)
        Standard scores.
    error : ndarray, shape (n,)
        Standard errors by chance alone, above 0, on the scale the scores were made on.
    extremes : str
        ``winsorised`` (scores beyond the edges count as at them: CQC), ``truncated`` (the units left out: SHMI) or
        ``kept``.
    trimmed : float
        The share at either end, from 0 to below 0.5.
    kurtosis : ndarray, shape (n,), optional
        Excess kurtosis of each score by chance alone, for the test; 0 where not given (normal scores).
    is_centred : bool
        Whether the middle was estimated from these units, which takes a degree of freedom from the test.

    Raises
    ------
    InputError
        For an unknown word, a share out of range, or fewer than two units left.

    Notes
    -----
    Phi and tau squared: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, and Spiegelhalter and others
    (2012), JRSS A 175, 1-47, after DerSimonian and Laird; edges are quantiles as R's type 7. Truncation is by tenths
    of ranks as NHS Digital's SHMI has it: rank times 1/trimmed over (n + 1), rounded down, lowest and highest class
    left out. The test refers the sum of squares to a multiple of chi-squared with the same mean and variance.
    """
    if extremes not in EXTREMES:
        raise InputError(f"extremes is {extremes!r}. Give one of {', '.join(EXTREMES)}.")
    if not 0 <= trimmed < 0.5:
        raise InputError(f"trimmed is {trimmed:g}. Give a share from 0 to below 0.5, such as {TRIMMED}.")
    is_extreme = np.zeros(len(z), dtype=bool)
    used, is_used = z, np.ones(len(z), dtype=bool)
    if extremes == "winsorised" and trimmed:
        low, high = np.quantile(z, [trimmed, 1 - trimmed])
        is_extreme, used = (z < low) | (z > high), z.clip(low, high)
    elif extremes == "truncated" and trimmed:
        classes = np.floor(stats.rankdata(z) * (1 / trimmed) / (len(z) + 1))
        is_extreme = (classes < 1) | (classes >= 1 / trimmed - 1)
        is_used = ~is_extreme
    units = int(is_used.sum())
    if units < 2:
        raise InputError(f"{units} of {len(z)} units are left to judge dispersion by. Give more, or extremes='kept'.")
    phi = float((used[is_used] ** 2).mean())
    weight = error[is_used] ** -2.0
    excess = units * phi - (units - 1)
    tau_squared = max(0.0, excess / float(weight.sum() - (weight**2).sum() / weight.sum()))
    statistic = float((z**2).sum())
    p_value = _chance_of(statistic, len(z), kurtosis, is_centred)
    return Dispersion(z, is_used, is_extreme, phi, tau_squared, units, statistic, p_value)


def _chance_of(statistic: float, units: int, kurtosis: Floats | None, is_centred: bool) -> float:
    """Return how often chance gives a sum of squares as large, by a multiple of chi-squared with the same moments."""
    freedom = units - is_centred
    variance = (2 * units + (0.0 if kurtosis is None else float(kurtosis.sum()))) * freedom / units
    scale = variance / (2 * freedom)
    return float(stats.chi2.sf(statistic / scale, freedom / scale))


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
    The additive model of Spiegelhalter (2005) with DerSimonian and Laird's moment estimator. Unlike `dispersion_of`,
    which gives the published figure, it allows for winsorised squares of chance alone falling short of 1.
    """
    if len(rate) < 2:
        return 0.0
    z = (rate - target) / np.sqrt(variance)
    z = z.clip(*np.quantile(z, [TRIMMED, 1 - TRIMMED]))
    edge = float(stats.norm.isf(TRIMMED))
    by_chance = 1 - 2 * (edge * stats.norm.pdf(edge) + TRIMMED) + 2 * TRIMMED * edge**2
    weight = 1 / variance
    excess = len(z) * (float((z * z).mean()) / by_chance - 1)
    return float(np.sqrt(max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))))
