"""Regression to the mean: what readings that are partly chance do by themselves, with nothing changed.

Extremes fall back towards the mean: those chosen for an extreme reading, those at the ends of a scale, those with many
events. For a normal score: Davis (1976), American Journal of Epidemiology 104, 493-498; Gardner and
Heady (1973), Journal of Chronic Diseases 26, 781-795. For counts of events: Robbins (1956); Hauer (1997), Observational
Before-After Studies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.ordinal.change import ordinal_scores
from toolkit.stats.sample.numbers import numbers_of

RULES = ("mean", "both")


@dataclass(frozen=True, slots=True)
class FallBack(Shown):
    """What is expected of those chosen, had nothing been done.

    Attributes
    ----------
    chosen : float
        The share of all that the rule chooses.
    first : float
        Their mean reading when chosen (of the mean of the readings they were chosen by).
    after : float
        Their mean at the next reading.
    change : float
        `after` less `first`.
    change_in_sd : float
        The same, in standard deviations of one reading.
    """

    chosen: float
    first: float
    after: float
    change: float
    change_in_sd: float

    def summary(self) -> str:
        """Return what it means, in plain words."""
        way = "fall" if self.change < 0 else "rise"
        return (
            f"Those chosen averaged {self.first:.3g} when chosen. With nothing done they would {way} to "
            f"{self.after:.3g} by themselves, a change of {self.change:+.3g}: only a change beyond that can be an "
            "effect."
        )


def regression_to_the_mean(
    correlation: float,
    *,
    above: float = -math.inf,
    below: float = math.inf,
    mean: float = 0.0,
    sd: float = 1.0,
    readings: int = 1,
    rule: str = "mean",
) -> FallBack:
    """Return the change expected by choosing alone, for a normal score read again.

    Parameters
    ----------
    correlation : float
        Between two readings of the same person with nothing done, 0 to 1. Take it from people who were not chosen,
        over the same time.
    above, below : float
        Those are chosen whose reading lies between: above a cut, below one, or between two.
    mean, sd : float
        Of one reading among all.
    readings : int
        How many readings they are chosen by.
    rule : {"mean", "both"}
        With two or more readings: whether the mean of them must be beyond the cut, or (two only) both of them.

    Returns
    -------
    FallBack
        Their mean when chosen, at the next reading, and the change.

    Raises
    ------
    InputError
        When a number cannot be, or nobody would be chosen.

    Notes
    -----
    Chosen by one reading above a cut c standard deviations from the mean, the fall is ``(1 - ρ) φ(c) / (1 - Φ(c))``:
    .7626 at ρ = .5, c = 1. With both of two readings beyond the cut the next has a slope of ``ρ / (1 + ρ)`` on each.

    Examples
    --------
    >>> round(regression_to_the_mean(0.5, above=1.0).change_in_sd, 4)
    -0.7626
    """
    _check(correlation, sd, readings, rule, above, below)
    if rule == "both" and readings == 2:
        return _by_both(correlation, (above - mean) / sd, (below - mean) / sd, mean, sd)
    share = correlation if readings > 1 else 1.0
    spread = sd * math.sqrt((1 + (readings - 1) * share) / readings)
    chosen, beyond = _truncated((above - mean) / spread, (below - mean) / spread)
    return _fall_back(chosen, mean + spread * beyond, mean + correlation * sd * sd / spread * beyond, sd)


def expected_from_noise(first: ArrayLike, correlation: float, *, levels: int = 5) -> Floats:
    """Return the mean change to expect by starting score when nothing changes but readings are not exact.

    A score far from the mean is partly chance, so the next reading of the same thing lies nearer to it: the change
    is ``(1 - correlation) * (mean - score)`` (Galton, 1886; Davis, 1976, American Journal of Epidemiology 104).

    Parameters
    ----------
    first : array_like, shape (n,)
        First scores of all, those without a second reading too.
    correlation : float
        Between two readings of the same thing (test and retest), 0 to 1. The data of first and last readings do not
        give it. Where families were scored twice, `change_beyond_regression` needs none; else it is from elsewhere.
    levels : int
        The scale's highest score.

    Returns
    -------
    ndarray, shape (levels,)
        Points, by starting score from 1. Its mean over all starters is 0: noise moves nobody on average.

    Raises
    ------
    InputError
        When a score is not on the scale, or the correlation cannot be.
    """
    _check_correlation(correlation)
    mean = float(ordinal_scores(first, "first", levels).mean())
    return np.asarray((1 - correlation) * (mean - np.arange(1, levels + 1)), dtype=np.float64)


def expected_next_counts(counts: ArrayLike) -> Floats:
    """Return how many events to expect next, with nothing done, of those who had each number before.

    Events (referrals) fall on people whose rates differ, so that a count is partly chance: with gamma-distributed
    rates the expected next count lies between the count and the mean, ``mean + (1 - mean / variance) (count - mean)``.

    Parameters
    ----------
    counts : array_like, shape (n,)
        Events of all, those not chosen too, over as long as will follow.

    Returns
    -------
    ndarray, shape (n,)
        The mean itself for everybody where counts vary no more than chance.

    Raises
    ------
    InputError
        When a count is missing or below 0, or there are fewer than two.
    """
    values = numbers_of(counts, "counts").reshape(-1)
    wrong = int((~(np.isfinite(values) & (values >= 0))).sum())
    if wrong or len(values) < 2:
        raise InputError(f"{wrong} of {len(values)} counts are missing or below 0. Give two or more, from 0.")
    mean, variance = float(values.mean()), float(values.var(ddof=1))
    weight = max(0.0, 1 - mean / variance) if variance > 0 else 0.0
    return np.asarray(mean + weight * (values - mean), dtype=np.float64)


def _check(correlation: float, sd: float, readings: int, rule: str, above: float, below: float) -> None:
    _check_correlation(correlation)
    if not (sd > 0 and readings >= 1 and above < below):
        raise InputError(
            f"sd is {sd:g}, readings {readings}, and those between {above:g} and {below:g} are chosen. Give an sd "
            "above 0, one reading or more, and a lower end below the upper."
        )
    if rule not in RULES:
        raise InputError(f'There is no rule "{rule}". {did_you_mean(rule, RULES)}')
    if rule == "both" and (readings != 2 or not math.isinf(above) ^ math.isinf(below)):
        raise InputError('rule="both" is for two readings and one cut: give readings=2 and one of above and below.')


def _check_correlation(correlation: float) -> None:
    if not 0 <= correlation <= 1:
        raise InputError(f"correlation is {correlation}. Give a number from 0 to 1.")


def _truncated(low: float, high: float) -> tuple[float, float]:
    """Return the share of a standard normal between two ends, and its mean there."""
    from scipy.special import ndtr

    chosen = float(ndtr(high) - ndtr(low)) if low <= 0 else float(ndtr(-low) - ndtr(-high))
    if chosen < 1e-300:
        raise InputError("Nobody would be chosen: the cut is too far from the mean. Give it in the score's own units.")
    return chosen, (_density(low) - _density(high)) / chosen


def _by_both(correlation: float, low: float, high: float, mean: float, sd: float) -> FallBack:
    """Return the change when both of two readings are beyond one cut (moments of a truncated bivariate normal)."""
    from scipy import stats
    from scipy.special import ndtr

    side = 1.0 if math.isinf(high) else -1.0
    cut = low if side > 0 else -high
    if correlation == 1.0:
        chosen, beyond = _truncated(cut, math.inf)
        return _fall_back(chosen, mean + side * sd * beyond, mean + side * sd * beyond, sd)
    pair = stats.multivariate_normal(mean=[0, 0], cov=[[1, correlation], [correlation, 1]])
    chosen = float(pair.cdf([-cut, -cut]))
    if chosen < 1e-12:
        raise InputError("Nobody would be chosen: the cut is too far from the mean. Give it in the score's own units.")
    root = math.sqrt((1 - correlation) / (1 + correlation))
    beyond = (1 + correlation) * _density(cut) * float(ndtr(-cut * root)) / chosen
    after = 2 * correlation / (1 + correlation) * beyond
    return _fall_back(chosen, mean + side * sd * beyond, mean + side * sd * after, sd)


def _fall_back(chosen: float, first: float, after: float, sd: float) -> FallBack:
    return FallBack(chosen=chosen, first=first, after=after, change=after - first, change_in_sd=(after - first) / sd)


def _density(value: float) -> float:
    return 0.0 if math.isinf(value) else math.exp(-value * value / 2) / math.sqrt(2 * math.pi)
