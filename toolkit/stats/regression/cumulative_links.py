"""The five links of a cumulative model, each as a distribution with its density and that density's derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class CumulativeLink(Shown):
    """A distribution F such that P(score ≤ j) = F(cut_j - x'β).

    Attributes
    ----------
    name : str
        By what it is asked for.
    share : callable
        Of places: the shares below and above each, and the density there. Both shares are exact in their own tail, and
        infinite places are allowed.
    slopes : callable
        Of places and multiples of their densities: the same multiples of the density's first and second derivative.
    place : callable
        Of shares below: the places.
    longest : float
        A parameter beyond this (columns in standard deviations) has run away.
    """

    name: str
    share: Callable[[Floats], tuple[Floats, Floats, Floats]]
    slopes: Callable[[Floats, Floats], tuple[Floats, Floats]]
    place: Callable[[Floats], Floats]
    longest: float


def _logit(at: Floats) -> tuple[Floats, Floats, Floats]:
    tail = np.exp(-np.abs(at))
    whole = 1 + tail
    large, small = 1 / whole, tail / whole
    above_middle = at >= 0
    return np.where(above_middle, large, small), np.where(above_middle, small, large), large * small


def _logit_slopes(at: Floats, density: Floats) -> tuple[Floats, Floats]:
    lean = -np.tanh(at / 2)  # one less twice the share below
    return density * lean, density * (3 * lean * lean - 1) / 2


def _probit(at: Floats) -> tuple[Floats, Floats, Floats]:
    from scipy.special import ndtr

    return ndtr(at), ndtr(-at), np.exp(-at * at / 2) / np.sqrt(2 * np.pi)


def _probit_slopes(at: Floats, density: Floats) -> tuple[Floats, Floats]:
    at = np.clip(at, -40.0, 40.0)
    return -at * density, (at * at - 1) * density


def _probit_place(share: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(share), dtype=np.float64)


def _cloglog(at: Floats) -> tuple[Floats, Floats, Floats]:
    inside = np.clip(at, -700.0, 6.5)
    hazard = np.exp(inside)
    above = np.where(at > 6.5, 0.0, np.exp(-hazard))
    return np.where(at > 6.5, 1.0, -np.expm1(-hazard)), above, hazard * above


def _cloglog_slopes(at: Floats, density: Floats) -> tuple[Floats, Floats]:
    hazard = np.exp(np.clip(at, -700.0, 6.5))
    return density * (1 - hazard), density * ((1 - hazard) ** 2 - hazard)


def _loglog(at: Floats) -> tuple[Floats, Floats, Floats]:
    above, below, density = _cloglog(-at)
    return below, above, density


def _loglog_slopes(at: Floats, density: Floats) -> tuple[Floats, Floats]:
    first, second = _cloglog_slopes(-at, density)
    return -first, second


def _cauchit(at: Floats) -> tuple[Floats, Floats, Floats]:
    return np.arctan2(1.0, -at) / np.pi, np.arctan2(1.0, at) / np.pi, 1 / (np.pi * (1 + at * at))


def _cauchit_slopes(at: Floats, density: Floats) -> tuple[Floats, Floats]:
    at = np.clip(at, -1e50, 1e50)
    whole = 1 + at * at
    return -2 * at * density / whole, density * (6 * at * at - 2) / whole / whole


LINKS = {
    "logit": CumulativeLink("logit", _logit, _logit_slopes, lambda p: np.log(p / (1 - p)), 360.0),
    "probit": CumulativeLink("probit", _probit, _probit_slopes, _probit_place, 36.0),
    "cloglog": CumulativeLink("cloglog", _cloglog, _cloglog_slopes, lambda p: np.log(-np.log1p(-p)), 360.0),
    "loglog": CumulativeLink("loglog", _loglog, _loglog_slopes, lambda p: -np.log(-np.log(p)), 360.0),
    "cauchit": CumulativeLink("cauchit", _cauchit, _cauchit_slopes, lambda p: np.tan(np.pi * (p - 0.5)), 1e6),
}
"""Logistic; normal; Gumbel's of smallest values (complementary log-log) and of largest (log-log); Cauchy's."""


def link_of(name: str) -> CumulativeLink:
    """Return a link by its name.

    Raises
    ------
    InputError
        For one that is not known, with near misses.
    """
    if name not in LINKS:
        raise InputError(f'There is no link "{name}". {did_you_mean(str(name), LINKS)}')
    return LINKS[name]


def chance_between(low: Floats, high: Floats, link: CumulativeLink) -> tuple[Floats, Floats, Floats]:
    """Return the chance between two places and the densities at the lower and the upper; not above 0 where crossed.

    Far above the middle the chance is taken from the shares above, so that little is lost to rounding.
    """
    low_below, low_above, low_density = link.share(low)
    high_below, high_above, high_density = link.share(high)
    return np.where(low > 0, low_above - high_above, high_below - low_below), low_density, high_density
