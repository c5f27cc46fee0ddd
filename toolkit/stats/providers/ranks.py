"""How little is known of units' ranks. To say that a league table cannot be drawn, never to draw one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import AnyArray, Floats
from toolkit.stats.inference.level import level_problems
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.providers.hierarchy import Hierarchy
from toolkit.stats.providers.shrinkage import Shrunken
from toolkit.stats.sample.asked import whole_problems

SURE = 0.95


@dataclass(frozen=True, slots=True)
class RankUncertainty(Shown):
    """The ranks each unit might hold. There is no rank in it: only how far it might be from anywhere to anywhere.

    Attributes
    ----------
    unit : ndarray, shape (n,)
        Names, in the order given.
    low, high : ndarray, shape (n,)
        The interval of each unit's rank, 1 the lowest true rate.
    in_bottom_quarter, in_top_quarter : ndarray, shape (n,)
        How likely the unit's true rate is among the lowest, and the highest, quarter.
    level : float
        Of the intervals.
    notes : tuple of Note
        How much of the ranking is unknown.
    """

    unit: AnyArray
    low: Floats
    high: Floats
    in_bottom_quarter: Floats
    in_top_quarter: Floats
    level: float
    notes: tuple[Note, ...]

    def tidy(self) -> pd.DataFrame:
        """Return one row a unit, in the order given."""
        names = ("unit", "low", "high", "in_bottom_quarter", "in_top_quarter")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    def summary(self) -> str:
        """Return how much of the ranking is unknown."""
        return "\n".join(self.notes)


def rank_uncertainty(
    shrunken: Shrunken, *, generator: np.random.Generator | int, draws: int = 4000, level: float = 0.95
) -> RankUncertainty:
    """Return how little is known of units' ranks.

    Parameters
    ----------
    shrunken : Shrunken
        Of `shrink_shares`, `shrink_ratios` or `shrink_means`.
    generator : numpy.random.Generator or int
        Where chance comes from, or a seed for it.
    draws : int
        How often all units' true rates are drawn, at least 100.
    level : float
        Of the intervals.

    Returns
    -------
    RankUncertainty
        In the order given.

    Raises
    ------
    InputError
        For fewer than 100 draws or two units, a level that is no share, or a seed that is no whole number from 0.

    Notes
    -----
    Goldstein and Spiegelhalter (1996), JRSS A 159, 385-443; Marshall and Spiegelhalter (1998), BMJ 316, 1701-1705.
    """
    problems = [*level_problems(level), *whole_problems("draws", draws, 0)]
    if not isinstance(generator, np.random.Generator):
        problems.extend(whole_problems("generator", generator, 0))
    if problems:
        raise InputError("\n".join(problems))
    units = len(shrunken.unit)
    if draws < 100 or units < 2:
        raise InputError(f"{draws} draws of {units} units say nothing of ranks. Give 100 draws or more, of 2 or more.")
    rates = draw_rates(shrunken.hierarchy, np.random.default_rng(generator), draws)
    ranks = rates.argsort(axis=1).argsort(axis=1) + 1.0
    tail = (1 - level) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf")
    bottom, top = (ranks <= units / 4).mean(axis=0), (ranks > units - units / 4).mean(axis=0)
    return RankUncertainty(shrunken.unit, low, high, bottom, top, level, (_note(low, high, bottom, top, level),))


def draw_rates(found: Hierarchy, generator: np.random.Generator, draws: int) -> Floats:
    """Return draws of all units' true places on the scale together, shape (draws, n)."""
    often = generator.multinomial(draws, found.weights)
    width = float(found.points[1] - found.points[0])
    drawn = []
    for node in np.flatnonzero(often):
        mass = found.place[node] * found.likelihood
        below = np.cumsum(mass, axis=1)
        chance = generator.random((len(mass), often[node])) * below[:, -1:]
        cells = np.array([np.searchsorted(row, each) for row, each in zip(below, chance, strict=True)])
        drawn.append((found.points[cells] + width * (generator.random(cells.shape) - 0.5)).T)
    return np.concatenate(drawn)


def _note(low: Floats, high: Floats, bottom: Floats, top: Floats, level: float) -> Note:
    units = len(low)
    span = float((high - low + 1).mean())
    sure = int(((bottom >= SURE) | (top >= SURE)).sum())
    words = (
        f"A unit's {100 * level:g}% interval of rank covers {span:.1f} of the {units} places on average; {sure} can be "
        f"said to be in the top or bottom quarter with a probability of {SURE:g} or more. No ranking can be made of "
        "these units."
        if span > 1
        else f"The {units} units' ranks are known."
    )
    return Note("ranks_unknown" if span > 1 else "ranks_known", words, {"span": span, "units": units, "sure": sure})
