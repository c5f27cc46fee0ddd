"""What stays apart between the arms after matching or weighting, beyond what chance leaves.

Looked at are the terms themselves, their squares (apart where variances differ) and their products (apart where the
terms go together otherwise in one arm than in the other), these about their means and with values further than three
standard deviations from it taken as so far. A difference counts when it is above 0.1 standard deviations and further
from 0 than chance takes the largest of its kind in one sample of a hundred: by Welch's t with each arm's effective size
(Kish, 1965) and Bonferroni's bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations_with_replacement

import numpy as np

from toolkit.stats.arrays.moments import is_binary, standardised, standardising_deviation, variance
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.balance.derived import made_of_others
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.covariates import Term, as_matrix

LIMIT = 0.1
CHANCE = 0.01
WIDEST = 3.0
SUSPECT = 0.06
MOST_ROWS = 10_000
MOST_TERMS = 60
ALONE = 1e-9


class Kind(Enum):
    """What stays apart."""

    TERM = "term"
    SQUARE = "square"
    PRODUCT = "product"


def kind_of(terms: tuple[Term, ...]) -> Kind:
    """Return what one, twice the same, or two terms make."""
    if len(terms) == 1:
        return Kind.TERM
    return Kind.SQUARE if terms[0] is terms[1] else Kind.PRODUCT


@dataclass(frozen=True, slots=True)
class Apart(Shown):
    """A term, a square or a product that stays apart.

    Attributes
    ----------
    terms : tuple of Term
        One for a term itself, twice the same for its square, two for a product.
    before, after : float
        Differences in standard deviations.
    variance_ratio : float
        For a square: of the term's variances afterwards, treated to control.
    """

    terms: tuple[Term, ...]
    before: float
    after: float
    variance_ratio: float

    @property
    def kind(self) -> Kind:
        """Whether it is a term itself, a square or a product."""
        return kind_of(self.terms)


def what_stays_apart(
    terms: Sequence[Term], treated: Booleans, weights: Floats, estimand: str, score: Term | None = None
) -> tuple[Apart, ...]:
    """Return what stays apart: the score first, then terms, squares and products, each kind the farthest first.

    Parameters
    ----------
    terms : sequence of Term
        What was to be balanced.
    treated : ndarray of bool, shape (n,)
        The arms.
    weights : ndarray, shape (n,)
        What each row stands for afterwards; 0 for rows left out.
    estimand : {"ATT", "ATC", "ATE"}
        Says whose standard deviation differences are divided by.
    score : Term, optional
        The score; it enters no product.

    Notes
    -----
    Of an arm of more than 10,000 rows, so many are looked at first, and all of them only for what is suspected there.
    Of more than 60 terms, 60 enter squares and products: numbers before levels.
    """
    arms = _Arms.of(treated, weights, estimand)
    if min(map(len, arms.after)) < 2:
        return ()
    part = arms.part()
    own = [_Moment((term,), ()) for term in ([] if score is None else [score]) + list(terms)]
    suspects = [moment for moment in own if abs(_compare(moment, part).after) > SUSPECT]
    products, counts = _suspected_products(sorted(terms, key=lambda term: term.level is not None)[:MOST_TERMS], part)
    counts[Kind.TERM] = len(own)
    found = [(moment, _compare(moment, arms)) for moment in (*suspects, *products)]
    apart = [_apart(moment, one, arms) for moment, one in found if one.is_apart(CHANCE / counts[moment.kind])]
    return tuple(sorted(apart, key=lambda one: (one.terms[0] is not score, len(one.terms), -abs(one.after))))


@dataclass(frozen=True, slots=True)
class _Arms(Shown):
    """Row positions of the arms, treated then control: all of them, and those used with their weights."""

    before: tuple[Integers, Integers]
    after: tuple[Integers, Integers]
    weights: tuple[Floats, Floats]
    estimand: str

    @staticmethod
    def of(treated: Booleans, weights: Floats, estimand: str) -> _Arms:
        before = np.flatnonzero(treated), np.flatnonzero(~treated)
        after = before[0][weights[before[0]] > 0], before[1][weights[before[1]] > 0]
        return _Arms(before, after, (weights[after[0]], weights[after[1]]), estimand)

    def part(self) -> _Arms:
        """Return a sample of each arm that is large, drawn with a fixed seed so that equal inputs say the same."""
        draw = np.random.default_rng(0)

        def some(rows: Integers) -> Integers | slice:
            return slice(None) if len(rows) <= MOST_ROWS else draw.integers(0, len(rows), MOST_ROWS)

        (all_inside, all_outside), (used_inside, used_outside) = self.before, self.after
        inside, outside = some(used_inside), some(used_outside)
        return _Arms(
            (all_inside[some(all_inside)], all_outside[some(all_outside)]),
            (used_inside[inside], used_outside[outside]),
            (self.weights[0][inside], self.weights[1][outside]),
            self.estimand,
        )


@dataclass(frozen=True, slots=True)
class _Moment(Shown):
    """A term's numbers, or the product of two terms' about their centres, none further from it than it may be."""

    terms: tuple[Term, ...]
    centres: tuple[float, ...] = ()
    widest: tuple[float, ...] = ()

    @property
    def kind(self) -> Kind:
        return kind_of(self.terms)

    def numbers(self, rows: Integers) -> Floats:
        if not self.centres:
            return self.terms[0].numbers(rows)
        first, second = (
            np.clip(term.numbers(rows) - centre, -widest, widest)
            for term, centre, widest in zip(self.terms, self.centres, self.widest, strict=True)
        )
        return np.asarray(first * second, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Compared(Shown):
    """Differences in standard deviations, and how many standard errors the later one is."""

    before: float
    after: float
    errors: float
    degrees_of_freedom: float

    def is_apart(self, chance: float) -> bool:
        """Whether the difference after is above the limit, and chance makes a larger one less often than `chance`."""
        from scipy.special import stdtr

        return abs(self.after) > LIMIT and 2 * float(stdtr(self.degrees_of_freedom, -abs(self.errors))) < chance


def _compare(moment: _Moment, arms: _Arms) -> _Compared:
    inside, outside = (moment.numbers(rows) for rows in arms.before)
    binary = not moment.centres and is_binary(inside) and is_binary(outside)
    deviation, _ = standardising_deviation(inside, outside, arms.estimand, binary)
    after = [moment.numbers(rows) for rows in arms.after]
    (one, its, few), (other, their, fewer) = (
        _mean_and_error(values, own) for values, own in zip(after, arms.weights, strict=True)
    )
    before = standardised(float(inside.mean() - outside.mean()), deviation)
    apart = standardised(one - other, deviation)
    if not its + their > 0:  # an arm as good as one row, or no spread at all: nothing says what chance does
        return _Compared(before, apart, 0.0, 1.0)
    freedom = (its + their) ** 2 / (its**2 / (few - 1) + their**2 / (fewer - 1))
    return _Compared(before, apart, (one - other) / float(np.sqrt(its + their)), freedom)


def _mean_and_error(values: Floats, weights: Floats) -> tuple[float, float, float]:
    """Return the weighted mean, its squared standard error (weights need not be apart from the values), and size."""
    share = weights / weights.sum()
    mean = float(share @ values)
    left = 1 - float(share @ share)
    if left <= ALONE:
        return mean, float("nan"), 1.0
    return mean, float(((share * (values - mean)) ** 2).sum()) / left, 1 / (1 - left)


def _suspected_products(terms: Sequence[Term], arms: _Arms) -> tuple[list[_Moment], Counter[Kind]]:
    """Return the squares and products that may be apart, and how many of each kind there are."""
    counts: Counter[Kind] = Counter()
    if not terms:
        return [], counts
    focal = {"ATT": arms.before[:1], "ATC": arms.before[1:]}.get(arms.estimand, arms.before)
    matrices = [as_matrix(terms, rows) for rows in (*arms.after, *focal)]
    shares = [own / own.sum() for own in arms.weights]
    centre = (shares[0] @ matrices[0] + shares[1] @ matrices[1]) / 2
    widest = WIDEST * np.sqrt(sum(matrix.var(axis=0) for matrix in matrices[2:]) / len(focal))
    inside, outside, *rest = (np.clip(matrix - centre, -widest, widest) for matrix in matrices)
    (one, its), (other, their) = _moments(inside, shares[0]), _moments(outside, shares[1])
    error = its + their
    spread = sum(len(every) * _moments(every, np.full(len(every), 1 / len(every)))[1] for every in rest) / len(rest)
    gap = np.abs(one - other)
    is_suspect = (gap > SUSPECT * np.sqrt(spread)) & (gap > 2 * np.sqrt(error))
    is_number = [not all(is_binary(matrix[:, place]) for matrix in matrices) for place in range(len(terms))]
    derived = made_of_others(np.concatenate(matrices[:2]))
    plain = [place for place in range(len(terms)) if place not in derived]
    found = []
    for first, second in combinations_with_replacement(plain, 2):
        moment = _Moment(
            (terms[first], terms[second]),
            (float(centre[first]), float(centre[second])),
            (float(widest[first]), float(widest[second])),
        )
        if is_number[first] if first == second else terms[first].covariate is not terms[second].covariate:
            counts[moment.kind] += 1
            if is_suspect[first, second]:
                found.append(moment)
    return found, counts


def _moments(centred: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Return the mean of every product of two columns, and its squared standard error; each of shape (k, k)."""
    weighted = centred * shares[:, None]
    mean, squares = centred.T @ weighted, centred * centred
    error = squares.T @ (weighted * weighted) - 2 * mean * (weighted.T @ weighted) + mean * mean * (shares @ shares)
    return mean, np.maximum(error, 0.0)


def _apart(moment: _Moment, one: _Compared, arms: _Arms) -> Apart:
    ratio = float("nan")
    if moment.kind is Kind.SQUARE:
        inside, outside = (
            variance(moment.terms[0].numbers(rows), own) for rows, own in zip(arms.after, arms.weights, strict=True)
        )
        ratio = inside / outside if outside > 0 else float("inf")
    return Apart(moment.terms, one.before, one.after, ratio)
