"""The arms that balance compares: which rows, and with what weight after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class Arms(Shown):
    """Row positions of the arms, before and (where there are weights) after.

    Attributes
    ----------
    treated, control : ndarray
        All rows of each arm.
    after : Weighting or None
        With what weight.
    """

    treated: Integers
    control: Integers
    after: Weighting | None

    @staticmethod
    def of(treated: Booleans, weights: Floats | None) -> Arms:
        """Return the arms of a sample."""
        inside, outside = np.flatnonzero(treated), np.flatnonzero(~treated)
        return Arms(inside, outside, None if weights is None else Weighting.of(weights, inside, outside))


@dataclass(frozen=True, slots=True)
class Weighting(Shown):
    """Rows of weight above 0 by arm, treated then control, with their weights.

    Attributes
    ----------
    rows, weights : tuple of ndarray
        Row positions and weights by arm.
    shares : ndarray
        Each of these rows' share of its arm's weight, negative for controls.
    """

    rows: tuple[Integers, Integers]
    weights: tuple[Floats, Floats]
    shares: Floats

    @staticmethod
    def of(weights: Floats, inside: Integers, outside: Integers) -> Weighting:
        """Return who is used."""
        treated, control = inside[weights[inside] > 0], outside[weights[outside] > 0]
        if not (len(treated) and len(control)):
            raise InputError("The weights leave an arm without rows, so there is nothing to compare.")
        of_treated, of_control = weights[treated], weights[control]
        shares = np.concatenate([of_treated / of_treated.sum(), -of_control / of_control.sum()])
        return Weighting((treated, control), (of_treated, of_control), shares)
