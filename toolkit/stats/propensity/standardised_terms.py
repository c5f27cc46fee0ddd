"""A model's terms, centred and scaled, laid out chunk by chunk so that the whole design is never in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.chunks import chunks
from toolkit.stats.arrays.types import Floats
from toolkit.stats.sample.covariates import Covariate, Term

ALIASED = 1e-9  # share of a standardised term's variance left after the terms before it
CONSTANT = 1e-13  # share of its mean by which a term must vary to be more than rounding
FIRST_LOOK = 4_096


@dataclass(frozen=True, slots=True)
class Standardised:
    """Terms with what centres and scales them.

    Attributes
    ----------
    terms : tuple of Term
        Terms of which none repeats others.
    centre, scale : ndarray, shape (terms,)
        Their means and standard deviations.
    """

    terms: tuple[Term, ...]
    centre: Floats
    scale: Floats

    @property
    def scales(self) -> Floats:
        """What divides the rows of a block: 1 for the intercept, then the terms' scales."""
        return np.concatenate([[1.0], self.scale])

    def block(self, rows: slice) -> Floats:
        """Return the rows' values, shape (terms + 1, rows): 1 for the intercept, then the terms centred.

        They are not yet scaled: dividing sums by `scales` says the same and costs nothing.
        """
        block = np.empty((len(self.terms) + 1, rows.stop - rows.start))
        block[0] = 1.0
        for place, term in enumerate(self.terms):
            term.centred(self.centre[place], rows, out=block[place + 1])
        return block

    def every(self, step: int) -> Standardised:
        """Return the same terms in every `step`-th row only."""
        return Standardised(every(self.terms, step), self.centre, self.scale)


def every(terms: Sequence[Term], step: int) -> tuple[Term, ...]:
    """Return the terms with the values of every `step`-th row, in memory of their own."""
    fewer: dict[int, Covariate] = {}
    for covariate in (term.covariate for term in terms):
        if id(covariate) not in fewer:
            values = np.ascontiguousarray(covariate.values[::step])
            fewer[id(covariate)] = Covariate(covariate.name, values, covariate.levels)
    return tuple(Term(term.label, fewer[id(term.covariate)], term.level) for term in terms)


def standardise(terms: Sequence[Term], count: int) -> tuple[Standardised, tuple[str, ...]]:
    """Centre and scale the terms of `count` rows, and return the labels of those left out for repeating earlier ones.

    Notes
    -----
    One pass: sums about a first guess at the means, corrected to the means themselves afterwards.
    """
    some = every(terms, max(1, count // FIRST_LOOK))
    guess = np.array([float(term.numbers().mean()) for term in some])
    raw = Standardised(tuple(terms), guess, np.ones(len(terms)))
    total: Floats = np.zeros((len(terms) + 1, len(terms) + 1))
    for rows in chunks(count):
        block = raw.block(rows)
        total += block @ block.T
    shift = total[0, 1:] / count
    centre = guess + shift
    covariance = total[1:, 1:] / count - np.outer(shift, shift)
    scale = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    varies = scale > CONSTANT * np.abs(centre)
    safe = np.where(varies, scale, 1.0)
    keep = independent_columns(np.where(np.outer(varies, varies), covariance / np.outer(safe, safe), 0.0))
    left_out = tuple(term.label for place, term in enumerate(terms) if place not in keep)
    kept = [place for place in range(len(terms)) if place in keep]
    return Standardised(tuple(terms[place] for place in kept), centre[kept], scale[kept]), left_out


def independent_columns(correlation: Floats, tolerance: float = ALIASED) -> set[int]:
    """Return the places of columns not made of the columns before them (Cholesky without pivoting)."""
    kept: list[int] = []
    rest = correlation.copy()
    for place in range(len(rest)):
        if rest[place, place] > tolerance:
            kept.append(place)
            rest -= np.outer(rest[place], rest[place]) / rest[place, place]
    return set(kept)
