"""When a standard error is nothing but rounding: an outcome that the covariates, the arms or the sets decide."""

from __future__ import annotations

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats

SHARE_OF_SPREAD = 1e-10
SHARE_OF_SIZE = 1e-14  # numbers of this size are only kept to so many places


def least_error(values: Floats) -> float:
    """Return the standard error at or below which an estimate of these values rests on rounding alone."""
    spread, size = float(np.std(values)), float(np.abs(values).max(initial=0.0))
    return max(SHARE_OF_SPREAD * spread, SHARE_OF_SIZE * size)


def require_error(se: float, least: float) -> None:
    """Refuse an estimate whose standard error is 0, or rounding.

    Raises
    ------
    InputError
        Naming what makes it so.
    """
    if not se > least:
        raise InputError(
            "The outcome does not vary in the matched sample, or weighted one, beyond what the covariates, the arms or "
            "the sets decide: what is left is rounding, so the effect has no standard error. Choose an outcome that is "
            "not the same in every row of an arm and not made of the covariates."
        )
