"""Sums of products of a model's terms: numbers are multiplied, the levels of a category only counted.

A row has one level of a category, so a thousand levels cost a pass over the rows what one number costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import AnyArray, Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.covariates import Term

MANY_LEVELS = 50  # from which on solving for a category by itself is the quicker way
PART = 1_048_576  # rows whose pairs of levels are counted at once


@dataclass(frozen=True, slots=True)
class Levels(Shown):
    """The terms that are levels of one category.

    Attributes
    ----------
    codes : ndarray, shape (n,)
        Each row's level.
    number : int
        How many levels the category has.
    kept : ndarray, shape (k,)
        The levels that are terms.
    places : ndarray, shape (k,)
        Their places among the terms, which are numbered from 1 (0 is the intercept).
    """

    codes: AnyArray
    number: int
    kept: Integers
    places: Integers

    def sums(self, values: Floats, rows: slice) -> Floats:
        """Return the sum of each line of `values` (lines, rows) within each level that is a term, (lines, k)."""
        codes = self.codes[rows].astype(np.intp)
        return np.array([np.bincount(codes, weights=line, minlength=self.number)[self.kept] for line in values])

    def by_row(self, beta: Floats, rows: slice) -> Floats:
        """Return each row's coefficient, that of its level (0 for a level that is not a term)."""
        every = np.zeros(self.number)
        every[self.kept] = beta[self.places]
        return np.asarray(every[self.codes[rows]], dtype=np.float64)

    def crossed(self, other: Levels, weights: Floats) -> Floats:
        """Return the weight of the rows at each pair of levels that are terms, (k, other's k)."""
        total = np.zeros(self.number * other.number)
        for begin in range(0, len(weights), PART):
            rows = slice(begin, begin + PART)
            pair = self.codes[rows].astype(np.intp) * other.number + other.codes[rows]
            total += np.bincount(pair, weights=weights[rows], minlength=len(total))
        return np.asarray(total.reshape(self.number, other.number)[np.ix_(self.kept, other.kept)], dtype=np.float64)


def levels_of(terms: Sequence[Term]) -> tuple[Levels, ...]:
    """Return the categories among the terms."""
    found: dict[int, list[tuple[int, Term]]] = {}
    for place, term in enumerate(terms, start=1):
        if term.level is not None:
            found.setdefault(id(term.covariate), []).append((place, term))
    return tuple(
        Levels(
            codes=part[0][1].covariate.values,
            number=len(part[0][1].covariate.levels),
            kept=np.array([term.level for _, term in part], dtype=np.intp),
            places=np.array([place for place, _ in part], dtype=np.intp),
        )
        for part in found.values()
    )


class Products:
    """The sums of weighted products of every two of the intercept and the terms, gathered chunk by chunk.

    Parameters
    ----------
    size : int
        How many terms there are, and one for the intercept.
    dense : ndarray
        The places of the intercept and the numbers.
    categories : tuple of Levels
        The other terms.
    count : int
        How many rows there are.
    """

    def __init__(self, size: int, dense: Integers, categories: tuple[Levels, ...], count: int) -> None:
        self._dense, self._categories = dense, categories
        self._total: Floats = np.zeros((size, size))
        self._weights: Floats = np.empty(count if len(categories) > 1 else 0)

    def add(self, rows: slice, block: Floats, weighted: Floats) -> None:
        """Add the rows: `block` holds the intercept and the numbers, shape (dense, rows), `weighted` times weights."""
        self._total[np.ix_(self._dense, self._dense)] += weighted @ block.T
        for levels in self._categories:
            self._total[np.ix_(levels.places, self._dense)] += levels.sums(weighted, rows).T
        if len(self._weights):
            self._weights[rows] = weighted[0]

    def sums(self) -> Floats:
        """Return the sums, shape (size, size), of the levels as they are: 1 or 0."""
        total = self._total
        for number, levels in enumerate(self._categories):
            own = levels.places
            total[np.ix_(self._dense, own)] = total[np.ix_(own, self._dense)].T
            total[own, own] = total[own, 0]
            for other in self._categories[:number]:
                both = levels.crossed(other, self._weights)
                total[np.ix_(own, other.places)], total[np.ix_(other.places, own)] = both, both.T
        return total


def solve_products(products: Floats, values: Floats, categories: Sequence[Levels]) -> Floats:
    """Solve products @ x = values, where `products` are sums of products (`Products.sums`), scaled or not.

    A row has one level of a category, so the products of its levels are 0 off the diagonal: those of the largest
    category are eliminated first, which leaves a system of the other terms (its Schur complement).

    Raises
    ------
    LinAlgError
        When the products are singular.
    """
    largest = max(categories, key=lambda levels: len(levels.places), default=None)
    if largest is None or len(largest.places) < MANY_LEVELS:
        return np.linalg.solve(products, values)
    own = largest.places
    rest = np.setdiff1d(np.arange(len(values)), own)
    diagonal, edge = products[own, own], products[np.ix_(own, rest)]
    if not (diagonal > 0).all():
        raise np.linalg.LinAlgError("a level has no weight")
    share = edge / diagonal[:, None]
    solution = np.empty(len(values))
    core = products[np.ix_(rest, rest)] - edge.T @ share
    solution[rest] = np.linalg.solve(core, values[rest] - share.T @ values[own])
    solution[own] = (values[own] - edge @ solution[rest]) / diagonal
    return solution
