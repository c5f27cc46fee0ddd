"""The levels of a category compared between the arms by counting: one pass over the rows for all of them."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import AnyArray, Floats, Integers
from toolkit.stats.sample.covariates import Covariate


def level_shares(category: Covariate, rows: Integers, weights: Floats | None = None) -> Floats:
    """Return the share of the (weighted) rows at each level, shape (levels,)."""
    codes = category.values[rows]
    counts = np.bincount(codes, weights=weights, minlength=len(category.levels))
    return np.asarray(counts / (len(rows) if weights is None else weights.sum()), dtype=np.float64)


def level_gaps(category: Covariate, pairs: tuple[Integers, Integers], weights: Floats | None) -> Floats:
    """Return the (weighted) share of pairs of which one row is at the level and one is not, shape (levels,)."""
    codes: AnyArray = category.values
    one, other = codes[pairs[0]], codes[pairs[1]]
    weights = np.ones(len(one)) if weights is None else weights
    apart = one != other
    here = weights[apart]
    number = len(category.levels)
    counts = np.bincount(one[apart], weights=here, minlength=number)
    counts += np.bincount(other[apart], weights=here, minlength=number)
    with np.errstate(invalid="ignore"):
        return np.asarray(counts / weights.sum(), dtype=np.float64)
