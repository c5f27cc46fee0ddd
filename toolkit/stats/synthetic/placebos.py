"""Placebos: the same synthetic control of each unit that was not treated, and of the treated one before it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.asked import whole_problems
from toolkit.stats.synthetic.control import checked_outcomes, synthetic_control


class Control(Protocol):
    """A synthetic control of one unit, by whatever way."""

    @property
    def gaps(self) -> Floats:
        """The unit less its synthetic control at every time, shape (t,)."""


Fit = Callable[[Floats, int, int], Control]
"""Fits outcomes (t, u), a treated column and a number of times before."""


@dataclass(frozen=True, slots=True)
class SpacePlacebos(Shown):
    """The treated unit's synthetic control among those of units not treated.

    Attributes
    ----------
    real
        Of the treated unit.
    gaps : ndarray, shape (d, t)
        Of each donor, as if it had been treated, in order of columns. The treated unit is among no placebo's donors.
    before
        How many of the first times came before treatment.
    """

    real: Control
    gaps: Floats
    before: int

    @property
    def ratios(self) -> Floats:
        """Of each donor, the root mean square of gaps after over before, shape (d,); infinite for a perfect fit."""
        return _ratios(self.gaps, self.before)

    @property
    def before_rmse(self) -> Floats:
        """Of each donor, the root mean square of gaps before, shape (d,)."""
        return np.asarray(np.sqrt((self.gaps[:, : self.before] ** 2).mean(axis=1)), dtype=np.float64)

    @property
    def differences(self) -> Floats:
        """Of each donor, the mean gap after treatment, shape (d,)."""
        return np.asarray(self.gaps[:, self.before :].mean(axis=1), dtype=np.float64)

    @property
    def difference(self) -> float:
        """The treated unit's mean gap after treatment."""
        return float(self.real.gaps[self.before :].mean())

    @property
    def rank(self) -> int:
        """The treated unit's place among all, 1 for the largest ratio; ties count against it."""
        own = float(_ratios(self.real.gaps[None, :], self.before)[0])
        return 1 + int(np.sum(self.ratios >= own))

    @property
    def p_value(self) -> float:
        """The share of units, the treated one among them, whose ratio is as large: never below 1 in their number.

        It is the size of a test only where the treated unit could as well have been any other: a unit chosen for how
        its outcome moved could not (`toolkit.stats.synthetic.chosen`).
        """
        return self.rank / (len(self.gaps) + 1)


def space_placebos(
    outcomes: ArrayLike, treated: int, before: int, *, shift: bool = False, fit: Fit | None = None
) -> SpacePlacebos:
    """Return the synthetic control of the treated unit, and of every other as a placebo, matched on every earlier time.

    Parameters
    ----------
    outcomes : array_like, shape (t, u)
        By time and unit; whole.
    treated, before, shift
        As of `synthetic_control`.
    fit
        Another way to fit each, such as `augmented_control`; `shift` is then not asked.

    Raises
    ------
    InputError
        As of `synthetic_control`, or where there are fewer than four units.
    """

    def plain(panel: Floats, column: int, times: int) -> Control:
        return synthetic_control(panel, column, times, shift=shift)

    fit = fit or plain
    values = checked_outcomes(outcomes, treated, before)
    real = fit(values, treated, before)
    units = values.shape[1]
    if units < 4:
        raise InputError(
            f"outcomes has {units} units; each placebo needs two donors beside the treated unit: give 4 or more."
        )
    others = np.delete(values, treated, axis=1)
    return SpacePlacebos(real, np.array([fit(others, column, before).gaps for column in range(units - 1)]), before)


def time_placebos(
    outcomes: ArrayLike, treated: int, before: int, fit: Fit, *, after: int = 1, most: int = 5
) -> tuple[tuple[int, SpacePlacebos], ...]:
    """Return what the same fit finds at each start moved back to a time when nothing was done yet.

    Parameters
    ----------
    outcomes, treated, before, fit
        As of `space_placebos`. Times from treatment on are not read.
    after
        Times from each moved start on that are compared, as far as they come before treatment.
    most
        Of the starts that can be moved to, so many are tried: the last ones, with the most times before them.

    Returns
    -------
    tuple of (int, SpacePlacebos)
        The number of times before the moved start, from 2 on, and the unit among the placebos there. Empty with two
        times before treatment: no start can be moved.

    Raises
    ------
    InputError
        As of `space_placebos`, or where `after` or `most` is no whole number from 1.
    """
    problems = [*whole_problems("after", after, 1), *whole_problems("most", most, 1)]
    if problems:
        raise InputError("\n".join(problems))
    values = checked_outcomes(outcomes, treated, before)
    found = []
    for start in range(max(2, before - most), before):
        end = min(start + after, before)
        found.append((start, space_placebos(values[:end], treated, start, fit=fit)))
    return tuple(found)


def _ratios(gaps: Floats, before: int) -> Floats:
    sizes = [np.sqrt((part**2).mean(axis=1)) for part in (gaps[:, before:], gaps[:, :before])]
    return np.asarray(
        np.divide(sizes[0], sizes[1], out=np.full(len(gaps), np.inf), where=sizes[1] > 0), dtype=np.float64
    )
