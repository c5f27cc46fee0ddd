"""Units' rates drawn towards each other as far as their own numbers cannot tell, with how unsure they remain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from toolkit.errors import InputError
from toolkit.stats.arrays.types import AnyArray, Floats
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.providers.funnel import LEVELS, checked, named, one_order
from toolkit.stats.providers.hierarchy import Hierarchy, fit_hierarchy
from toolkit.stats.providers.means import estimates_of
from toolkit.stats.providers.notes import FEW_UNITS
from toolkit.stats.providers.spread import TauMethod, beta_of, gamma_of, is_no_spread, tau_squared_of
from toolkit.stats.providers.units import Units


@dataclass(frozen=True, slots=True)
class Shrunken(Shown):
    """Units' rates, each drawn towards the others.

    Attributes
    ----------
    unit : ndarray, shape (n,)
        Names, in the order given.
    raw : ndarray, shape (n,)
        Rates as they are; not a number where there are none.
    shrunk, low, high : ndarray, shape (n,)
        The mean of what each unit's true rate may be, and its interval. They carry how poorly the middle and the
        spread of true rates are known.
    plug_in : ndarray, shape (n,)
        Empirical Bayes: the mean if middle and spread were exactly as estimated.
    level : float
        Of the intervals.
    middle, spread : float
        Mean and standard deviation of true rates as estimated, on the scale of the rates; the spread is 0 where units
        differ by chance alone.
    spread_interval : tuple of float
        Of the standard deviation, on the scale that `kind` is reckoned on, at `level`.
    hierarchy : Hierarchy
        What the figures were made of.
    notes : tuple of Note
        What to know of them.
    """

    unit: AnyArray
    raw: Floats
    shrunk: Floats
    low: Floats
    high: Floats
    plug_in: Floats
    level: float
    middle: float
    spread: float
    spread_interval: tuple[float, float]
    hierarchy: Hierarchy
    notes: tuple[Note, ...] = ()

    @property
    def kind(self) -> str:
        """What the units' numbers are: ``binomial`` (logits), ``poisson`` (logarithms) or ``normal``."""
        return self.hierarchy.units.kind

    def tidy(self) -> pd.DataFrame:
        """Return one row a unit, in the order given."""
        columns = {name: getattr(self, name) for name in ("unit", "raw", "shrunk", "low", "high", "plug_in")}
        return pd.DataFrame(columns)

    def summary(self) -> str:
        """Return how far units differ and how far they were drawn together."""
        lines = [
            f"{len(self.unit)} units: true rates about {self.middle:.4g}, standard deviation {self.spread:.3g}.",
            f"Rates as they are run from {np.nanmin(self.raw):.4g} to {np.nanmax(self.raw):.4g}; drawn together, from "
            f"{self.shrunk.min():.4g} to {self.shrunk.max():.4g}.",
        ]
        return "\n".join([*lines, *self.notes])


def shrink_shares(unit: Sequence[object], count: ArrayLike, total: ArrayLike, *, level: float = 0.95) -> Shrunken:
    """Return units' shares drawn towards each other, exactly for counts: true shares follow a beta distribution.

    Parameters
    ----------
    unit : sequence
        Names.
    count, total : array_like, shape (n,)
        How many of how many.
    level : float
        Of the intervals.

    Returns
    -------
    Shrunken
        In the order given; a unit with a total of 0 gets what the others leave possible.

    Raises
    ------
    InputError
        When a count is above its total, or nobody or everybody counts: no spread can then be told.

    Notes
    -----
    Gelman and others (2013), Bayesian Data Analysis, section 5.3, with flat priors as in `Hierarchy`.
    """
    require_level(level)
    unit, (count, total) = one_order(unit, count=count, total=total)
    x, n = checked(unit, count, total, LEVELS)
    if (x > n).any():
        raise InputError(f"The count is above its total for {named(unit, x > n)}.")
    if x.sum() in (0, n.sum()):
        raise InputError("Nobody or everybody counts at every unit, so there is nothing to draw together.")
    a, b = beta_of(x, n)
    spread = 0.0 if is_no_spread(a + b) else float(np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1))))
    found = fit_hierarchy(Units("binomial", x, n, np.zeros(len(x))), is_conjugate=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        raw = x / n
    return _shrunken(unit, raw, (a + x) / (a + b + n), a / (a + b), spread, found, level)


def shrink_ratios(unit: Sequence[object], count: ArrayLike, expected: ArrayLike, *, level: float = 0.95) -> Shrunken:
    """Return ratios of events counted to expected drawn towards each other: true ratios follow a gamma distribution.

    Parameters
    ----------
    unit : sequence
        Names.
    count, expected : array_like, shape (n,)
        Events counted and expected.
    level : float
        Of the intervals.

    Returns
    -------
    Shrunken
        In the order given.

    Raises
    ------
    InputError
        When a number is missing or below 0, or nothing was counted.

    Notes
    -----
    Clayton and Kaldor (1987), Biometrics 43, 671-681, with flat priors as in `Hierarchy`.
    """
    require_level(level)
    unit, (count, expected) = one_order(unit, count=count, expected=expected)
    x, e = checked(unit, count, expected, LEVELS)
    if not x.sum() > 0:
        raise InputError("Nothing was counted at any unit, so there is nothing to draw together.")
    shape, rate = gamma_of(x, e)
    spread = 0.0 if is_no_spread(shape) else float(np.sqrt(shape) / rate)
    found = fit_hierarchy(Units("poisson", x, e, np.zeros(len(x))), is_conjugate=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        raw = x / e
    return _shrunken(unit, raw, (shape + x) / (rate + e), shape / rate, spread, found, level)


def shrink_means(
    unit: Sequence[object],
    mean: ArrayLike,
    error: ArrayLike,
    *,
    method: TauMethod = "reml",
    level: float = 0.95,
) -> Shrunken:
    """Return means drawn towards each other: true means are normal about their own mean.

    Parameters
    ----------
    unit : sequence
        Names.
    mean, error : array_like, shape (n,)
        Means and their standard errors, above 0.
    method : str
        How the spread is estimated for `Shrunken.plug_in`: ``reml``, ``paule_mandel`` or ``dersimonian_laird``.
    level : float
        Of the intervals.

    Returns
    -------
    Shrunken
        In the order given.

    Raises
    ------
    InputError
        When a mean is missing, a standard error is not above 0, or the method is unknown.

    Notes
    -----
    Morris (1983), Journal of the American Statistical Association 78, 47-55, on why intervals must carry the spread's
    own uncertainty; Gelman and others (2013), Bayesian Data Analysis, section 5.4.
    """
    require_level(level)
    unit, (mean, error) = one_order(unit, mean=mean, error=error)
    y, s = estimates_of(unit, mean, error)
    tau_squared = tau_squared_of(y, s, method)
    middle = float(np.average(y, weights=1 / (s**2 + tau_squared)))
    plug_in = middle + tau_squared / (tau_squared + s**2) * (y - middle)
    found = fit_hierarchy(Units("normal", y, s, np.zeros(len(y))))
    return _shrunken(unit, y, plug_in, middle, float(np.sqrt(tau_squared)), found, level)


def _shrunken(
    unit: Sequence[object],
    raw: Floats,
    plug_in: Floats,
    middle: float,
    spread: float,
    found: Hierarchy,
    level: float,
) -> Shrunken:
    known, kind = found.known(), found.units.kind
    at = found.points
    if kind != "normal":
        at = special.expit(at) if kind == "binomial" else np.exp(at)
    tail = (1 - level) / 2
    cumulative = np.cumsum(known, axis=1) - known / 2
    ends = np.array([np.interp([tail, 1 - tail], row, found.points) for row in cumulative])
    if kind != "normal":
        ends = special.expit(ends) if kind == "binomial" else np.exp(ends)
    low, high = found.spread_quantiles((tail, 1 - tail))
    return Shrunken(
        unit=np.asarray(unit, dtype=object),
        raw=raw,
        shrunk=known @ at,
        low=ends[:, 0],
        high=ends[:, 1],
        plug_in=plug_in,
        level=level,
        middle=middle,
        spread=spread,
        spread_interval=(float(low), float(high)),
        hierarchy=found,
        notes=_notes(len(raw), spread),
    )


def _notes(units: int, spread: float) -> tuple[Note, ...]:
    notes = []
    if spread == 0:
        words = (
            "Units differ no more than chance would have them, so the best single estimate of the spread is 0. That "
            "does not show that they are alike: the intervals allow for differences that chance may hide."
        )
        notes.append(Note("no_spread_found", words, {"units": units}))
    if units < FEW_UNITS:
        words = f"{units} units show little of how far true rates differ, so little can be learnt of one from the rest."
        notes.append(Note("few_units", words, {"units": units}))
    return tuple(notes)
