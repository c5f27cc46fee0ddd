"""What a disagreement between two scores counts in a weighted kappa."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats
from toolkit.stats.sample.numbers import finite_numbers

WEIGHTS = ("none", "linear", "quadratic")
OWN = "own"


def name_of(weights: str | ArrayLike) -> str:
    """Return what weights are called: by their name, or "own" for a table of them.

    Raises
    ------
    InputError
        For a name that is not known.
    """
    if not isinstance(weights, str):
        return OWN
    if weights not in WEIGHTS:
        raise InputError(f'There are no weights "{weights}". {did_you_mean(weights, WEIGHTS)}')
    return weights


def agreement_weights(scale: Floats, weights: str | ArrayLike) -> Floats:
    """Return how far each two scores agree, from 0 (as far apart as can be) to 1 (the same), shape (k, k).

    Parameters
    ----------
    scale : ndarray, shape (k,)
        The scores, in order.
    weights : str or array_like, shape (k, k)
        A name, or what each disagreement counts: 0 for the same score, and for no other more than for none.

    Raises
    ------
    InputError
        For a table of another shape, below 0, or with a diagonal that is not 0.
    """
    if isinstance(weights, str):
        apart = np.abs(np.subtract.outer(scale, scale))
        if weights == "none" or len(scale) < 2:
            return np.asarray(apart == 0, dtype=np.float64)
        return np.asarray(1 - (apart / apart.max()) ** (1 if weights == "linear" else 2), dtype=np.float64)
    table = finite_numbers(weights, "weights")
    if table.shape != (len(scale), len(scale)):
        raise InputError(
            f"weights has the shape {table.shape} and there are {len(scale)} scores. Give a row and a column for each, "
            "and name the scores in categories."
        )
    if not (table >= 0).all() or np.diagonal(table).any() or not table.any():
        raise InputError("weights must be what a disagreement counts: 0 for the same score, above 0 for some other.")
    return np.asarray(1 - table / table.max(), dtype=np.float64)
