"""A model's terms, centred and scaled, laid out chunk by chunk so that the whole design is never in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from toolkit.stats.arrays.chunks import chunks
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.products import Levels, Products, levels_of
from toolkit.stats.sample.covariates import Covariate, Term

ALIASED = 1e-9  # share of a standardised term's variance left after the terms before it
CONSTANT = 1e-13  # share of its mean by which a term must vary to be more than rounding
FIRST_LOOK = 4_096
PANEL = 48  # columns worked through one by one before the rest follow by a matrix product


@dataclass(frozen=True, slots=True)
class Standardised(Shown):
    """Terms with what centres and scales them.

    Attributes
    ----------
    terms : tuple of Term
        Terms of which none repeats others.
    centre, scale : ndarray, shape (terms,)
        Their means and standard deviations.
    dense : ndarray
        The places of the intercept (0) and of the terms that are numbers.
    categories : tuple of Levels
        The terms that are levels.
    """

    terms: tuple[Term, ...]
    centre: Floats
    scale: Floats
    dense: Integers = field(init=False)
    categories: tuple[Levels, ...] = field(init=False)

    def __post_init__(self) -> None:
        numbers = [place for place, term in enumerate(self.terms, start=1) if term.level is None]
        object.__setattr__(self, "dense", np.array([0, *numbers], dtype=np.intp))
        object.__setattr__(self, "categories", levels_of(self.terms))

    @property
    def scales(self) -> Floats:
        """What divides sums of the terms, by place: 1 for the intercept, then the terms' scales."""
        return np.concatenate([[1.0], self.scale])

    @property
    def level_centre(self) -> Floats:
        """The centres of the terms that are levels, by place; 0 for the others, which `block` centres."""
        centre = np.zeros(len(self.terms) + 1)
        for levels in self.categories:
            centre[levels.places] = self.centre[levels.places - 1]
        return centre

    def block(self, rows: slice) -> Floats:
        """Return the rows' values, shape (dense, rows): 1 for the intercept, then the numbers centred.

        They are not yet scaled: dividing sums by `scales` says the same and costs nothing.
        """
        block = np.empty((len(self.dense), rows.stop - rows.start))
        block[0] = 1.0
        for line, place in enumerate(self.dense[1:].tolist(), start=1):
            self.terms[place - 1].centred(self.centre[place - 1], rows, out=block[line])
        return block

    def predictor(self, beta: Floats, block: Floats, rows: slice) -> Floats:
        """Return the rows' linear predictor, for coefficients of the centred terms not scaled (the intercept first)."""
        dense = beta[self.dense]
        dense[0] -= beta @ self.level_centre
        eta = dense @ block
        for levels in self.categories:
            eta += levels.by_row(beta, rows)
        return np.asarray(eta, dtype=np.float64)

    def sums(self, values: Floats, block: Floats, rows: slice) -> Floats:
        """Return the sum of each term times the rows' `values`; levels are as they are, not centred."""
        found = np.empty(len(self.terms) + 1)
        found[self.dense] = block @ values
        for levels in self.categories:
            found[levels.places] = levels.sums(values[None], rows)[0]
        return found

    def products(self, count: int) -> Products:
        """Return where the sums of products over `count` rows are gathered."""
        return Products(len(self.terms) + 1, self.dense, self.categories, count)

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
    guess = np.array([0.0 if term.level is not None else float(term.numbers().mean()) for term in some])
    raw = Standardised(tuple(terms), guess, np.ones(len(terms)))
    products = raw.products(count)
    for rows in chunks(count):
        block = raw.block(rows)
        products.add(rows, block, block)
    total = products.sums()
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
    """Return the places of columns not made of the columns before them (Cholesky without pivoting, by panels)."""
    kept: list[int] = []
    rest = correlation.copy()
    for begin in range(0, len(rest), PANEL):
        end = min(begin + PANEL, len(rest))
        panel, used = rest[begin:end, begin:], []
        for line in range(end - begin):
            if panel[line, line] > tolerance:
                used.append(line)
                panel[line] /= np.sqrt(panel[line, line])
                after = panel[line + 1 :]
                after -= np.outer(panel[line, line + 1 : end - begin], panel[line])
        kept += [begin + line for line in used]
        root = panel[used][:, end - begin :]
        rest[end:, end:] -= root.T @ root
    return set(kept)
