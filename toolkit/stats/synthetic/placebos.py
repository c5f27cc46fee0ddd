"""Placebos in space: the same synthetic control of each unit that was not treated, and where the treated one ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.synthetic.control import SyntheticControl, synthetic_control


@dataclass(frozen=True, slots=True)
class SpacePlacebos(Shown):
    """The treated unit's synthetic control among those of units not treated.

    Attributes
    ----------
    real
        Of the treated unit.
    ratios : ndarray, shape (d,)
        Of each donor, as if it had been treated, in order of columns: root mean square of gaps after over before.
        The treated unit is among no placebo's donors.
    """

    real: SyntheticControl
    ratios: Floats

    @property
    def rank(self) -> int:
        """The treated unit's place among all, 1 for the largest ratio; ties count against it."""
        return 1 + int(np.sum(self.ratios >= self.real.ratio))

    @property
    def p_value(self) -> float:
        """The share of units, the treated one among them, whose ratio is as large: never below 1 in their number.

        It is the size of a test only where the treated unit could as well have been any other. A unit chosen for how
        its outcome moved could not, and neither this share nor anything here corrects for the choice.
        """
        return self.rank / (len(self.ratios) + 1)


def space_placebos(outcomes: Floats, treated: int, before: int, *, shift: bool = False) -> SpacePlacebos:
    """Return the synthetic control of the treated unit, and of every other as a placebo, matched on every earlier time.

    Parameters
    ----------
    outcomes : ndarray, shape (t, u)
        By time and unit; whole.
    treated, before, shift
        As of `synthetic_control`.

    Raises
    ------
    InputError
        As of `synthetic_control`, or where there are fewer than four units.
    """
    real = synthetic_control(outcomes, treated, before, shift=shift)
    units = outcomes.shape[1]
    if units < 4:
        raise InputError(
            f"outcomes has {units} units; each placebo needs two donors beside the treated unit: give 4 or more."
        )
    others = np.delete(outcomes, treated, axis=1)
    ratios = [synthetic_control(others, column, before, shift=shift).ratio for column in range(units - 1)]
    return SpacePlacebos(real, np.array(ratios))
