"""Two estimates of one thing put together: what the earlier becomes with the newer, and how far it moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class Combined(Shown):
    """An earlier estimate after new data.

    Attributes
    ----------
    estimate, se : float
        Of the two together, each weighted by one over its variance.
    moved : float
        How far the earlier estimate went towards the new one, 0 (the new data say nothing beside it) to 1 (all).
    """

    estimate: float
    se: float
    moved: float


def combine_normal(earlier: float, earlier_se: float, new: float, new_se: float) -> Combined:
    """Return a normal earlier estimate after a normal new one (conjugate normal model with known variances).

    Parameters
    ----------
    earlier, new : float
        Estimates of one thing in one unit.
    earlier_se, new_se : float
        Their standard errors, above 0.

    Raises
    ------
    InputError
        When a number is not finite or a standard error is not above 0.

    Examples
    --------
    >>> combine_normal(-10, 2, -4, 2)
    Combined(estimate=-7, se=1.41421, moved=0.5)
    """
    if not (np.isfinite([earlier, earlier_se, new, new_se]).all() and earlier_se > 0 and new_se > 0):
        raise InputError(
            f"Estimates {earlier} and {new} with standard errors {earlier_se} and {new_se} cannot be put together. "
            "Give finite numbers, and standard errors above 0."
        )
    moved = earlier_se**2 / (earlier_se**2 + new_se**2)
    return Combined(
        estimate=earlier + moved * (new - earlier),
        se=float(np.sqrt(moved) * new_se),
        moved=float(moved),
    )
