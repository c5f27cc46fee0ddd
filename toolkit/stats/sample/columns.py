"""Covariates as the columns of a regression: as they are, or without the zeros where most columns are levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.stats.arrays.types import Columns, Floats, Integers
from toolkit.stats.sample.covariates import Covariate, Term, as_matrix

MANY_LEVELS = 50  # columns of levels from which on their zeros are left out


def as_columns(terms: Sequence[Term], rows: Integers) -> Columns:
    """Return the terms' values in the given rows, one column a term.

    Returns
    -------
    ndarray, or csr_array where 50 terms or more are levels
        Shape (rows, terms). Where zeros are left out, each number is less its mean, as regressions with an intercept
        may have it: they cannot be centred afterwards without filling the zeros.
    """
    if sum(term.level is not None for term in terms) < MANY_LEVELS:
        return as_matrix(terms, rows)
    from scipy.sparse import coo_array

    parts = list(_parts(terms, rows))
    inside, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
    return coo_array((values, (inside, columns)), shape=(len(rows), len(terms))).tocsr()


def _parts(terms: Sequence[Term], rows: Integers) -> list[tuple[Integers, Integers, Floats]]:
    """Return the places (row, column) of values that may not be 0, and the values, a part for each covariate."""
    everyone = np.arange(len(rows))
    parts: list[tuple[Integers, Integers, Floats]] = []
    categories: dict[int, tuple[Covariate, Integers]] = {}
    for place, term in enumerate(terms):
        if term.level is None:
            numbers = term.numbers(rows)
            parts.append((everyone, np.full(len(rows), place), numbers - numbers.mean()))
            continue
        covariate = term.covariate
        _, column = categories.setdefault(id(covariate), (covariate, np.full(len(covariate.levels), -1)))
        column[term.level] = place
    for covariate, column in categories.values():
        mine = column[covariate.values[rows]]
        kept = np.flatnonzero(mine >= 0)
        parts.append((kept, mine[kept], np.ones(len(kept))))
    return parts
