"""How far a unit parts from its synthetic control after treatment, held against how far placebos part from theirs.

The plain difference, not its ratio to the fit before: with two or three times before nearly any mixture fits, and a
ratio to a fit that means nothing is noise. Placebos' differences stand for what the treated one's would have been
without treatment (Abadie, Diamond and Hainmueller, 2010, section 3.4). The range turns that test round: it holds every
effect that leaves the unit's difference one among the placebos'.

How the unit came to be looked at decides what it is held against:

- not for its outcome: the placebos as they are;
- because it had *risen before*: such units go back, or on, by themselves. What is held side by side is what each
  unit's own rise leaves of its difference, by regression over the placebos, in units of how much that wobbles at such
  a rise;
- because it *rose across* treatment: of many units one always rises most. How far the next one came out is known, and
  how much further the first may come by chance follows from how long the tail is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import optimize

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown

Chosen = Literal["no", "before", "across"]
CHOICES: tuple[str, ...] = get_args(Chosen)
TAIL = 3.0
"""The longest tail allowed for: the chance of a difference beyond x falls with x to the power of 3 or faster."""
POWER = 0.8
FEWEST = 19
"""Placebos from which one difference can be told from none at 95%."""


@dataclass(frozen=True, slots=True)
class Difference(Shown):
    """One unit's difference among placebos'.

    Attributes
    ----------
    estimate
        The unit's mean gap after treatment, less what was to be expected of a unit chosen so.
    errors : ndarray, shape (d,)
        The same of each placebo, as wide as it would be of the treated unit.
    chosen
        How the unit came to be looked at.
    """

    estimate: float
    errors: Floats
    chosen: Chosen

    @property
    def p_value(self) -> float:
        """How often a difference as large comes by chance; ties count against the unit."""
        own, sizes = abs(self.estimate), np.abs(self.errors)
        if self.chosen == "across":
            largest = float(sizes.max())
            return 1.0 if own <= largest else float((largest / own) ** TAIL)
        return (1 + int(np.sum(sizes >= own))) / (len(sizes) + 1)

    def reach(self, level: float = 0.95) -> float:
        """Return how far the range goes either way; infinite with too few placebos for the level.

        Raises
        ------
        InputError
            When the level is not between 0 and 1.
        """
        require_level(level)
        sizes = np.sort(np.abs(self.errors))
        if self.chosen == "across":
            return float(sizes[-1] * (1 - level) ** (-1 / TAIL))
        place = int(np.floor((1 - level) * (len(sizes) + 1) + 1e-9))
        return float(sizes[-place]) if place >= 1 else float("inf")

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the ends of the range: the effects that leave the unit's difference no larger than chance makes it."""
        reach = self.reach(level)
        return self.estimate - reach, self.estimate + reach

    def smallest_visible(self, level: float = 0.95, power: float = POWER) -> float:
        """Return the smallest fall that would be told from none in `power` of cases: the placebos lowered by it."""
        return self.reach(level) + float(np.quantile(self.errors, power))


def difference(
    own: float,
    placebos: Floats,
    *,
    chosen: Chosen = "no",
    rise: float = 0.0,
    rises: Floats | None = None,
) -> Difference:
    """Return a unit's difference among placebos'.

    Parameters
    ----------
    own
        The treated unit's mean gap after treatment.
    placebos : ndarray, shape (d,)
        Those of the placebos.
    chosen
        How the unit came to be looked at.
    rise, rises
        How much the treated unit and each placebo had risen before (`rise_before`); asked where ``chosen`` is
        ``before``.

    Raises
    ------
    InputError
        With fewer than three placebos, a value that is not finite, rises that are missing or of another number, or an
        unknown ``chosen``.
    """
    _checked(own, placebos, chosen, rises)
    if chosen != "before" or rises is None:
        return Difference(own, np.asarray(placebos, dtype=np.float64), chosen)
    middle = float(rises.mean())
    design = np.column_stack([np.ones(len(rises)), rises - middle])
    at = np.array([1.0, rise - middle])
    inner = np.linalg.pinv(design.T @ design)
    slope = inner @ design.T @ placebos
    leverage = np.einsum("ij,jk,ik->i", design, inner, design)
    left = (placebos - design @ slope) / np.sqrt(np.maximum(1 - leverage, 1e-9))
    squares = np.column_stack([np.ones(len(rises)), (rises - middle) ** 2])
    wobble, _ = optimize.nnls(squares, left**2)
    width = np.sqrt(np.maximum(squares @ wobble, 1e-300))
    own_width = float(np.sqrt(at**2 @ wobble * (1 + at @ inner @ at)))
    return Difference(float(own - at @ slope), np.asarray(left / width * own_width, dtype=np.float64), chosen)


def rise_before(outcomes: Floats, before: int) -> Floats:
    """Return how far each unit's last time before treatment lies above the mean of those before it, shape (u,)."""
    return np.asarray(outcomes[before - 1] - outcomes[: before - 1].mean(axis=0), dtype=np.float64)


def _checked(own: float, placebos: Floats, chosen: str, rises: Floats | None) -> None:
    problems = []
    if chosen not in CHOICES:
        problems.append(f'chosen is "{chosen}"; give {", ".join(CHOICES)}.')
    if len(placebos) < 3:
        problems.append(f"There are {len(placebos)} placebos; give 3 or more.")
    if not np.isfinite(np.append(placebos, own)).all():
        problems.append("A difference is not finite; leave out units that are not whole.")
    if chosen == "before" and (rises is None or len(rises) != len(placebos)):
        given = "none" if rises is None else len(rises)
        problems.append(f"rises has {given}; give how much each of the {len(placebos)} placebos had risen.")
    if problems:
        raise InputError("\n".join(problems))
