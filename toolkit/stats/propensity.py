"""Propensity scores: a binary regression fitted in chunks of rows, to ten digits.

The pairs depend on the digits: a fit stopped early changes most of them. So the fit here is Fisher scoring
(Newton's method for the logit) until the step in standardised coefficients is below 1e-10, begun from a fit on
evenly spaced rows. Scores are added up term by term, so that rows with the same covariates have the same score
to the last bit and ties stay ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays import Booleans, Floats
from toolkit.stats.covariates import Rows, Term
from toolkit.stats.links import LINKS, Link

CHUNK = 32_768
TOLERANCE = 1e-10
MOST_STEPS = 40
START_ROWS = 40_000
MOST_HALVINGS = 20
ALIASED = 1e-9  # share of a standardised term's variance left after the terms before it


@dataclass(frozen=True, slots=True)
class PropensityFit:
    """A fitted propensity model.

    Attributes
    ----------
    intercept : float
        The constant of the linear predictor.
    coefficients : dict
        Coefficient by term label, in the terms' own units.
    linear_predictor : ndarray, shape (n,)
        The fitted linear predictor (the logit of the probability for the logit link).
    probability : ndarray, shape (n,)
        The fitted probability of treatment.
    left_out : tuple of str
        Terms that repeat others exactly and were left out.
    steps : int
        Passes over the rows.
    """

    intercept: float
    coefficients: dict[str, float]
    linear_predictor: Floats
    probability: Floats
    left_out: tuple[str, ...]
    steps: int


@dataclass(frozen=True, slots=True)
class _Scaled:
    """The terms with what centres and scales them."""

    terms: tuple[Term, ...]
    centre: Floats
    scale: Floats

    def chunk(self, rows: Rows, count: int) -> Floats:
        """Return an array of shape (terms + 1, count), the intercept first."""
        block = np.empty((len(self.terms) + 1, count))
        block[0] = 1.0
        for place, term in enumerate(self.terms):
            np.subtract(term.numbers(rows), self.centre[place], out=block[place + 1])
        block[1:] /= self.scale[:, None]
        return block


def fit_propensity(
    terms: Sequence[Term], treated: Booleans, link: str = "logit", weights: Floats | None = None
) -> PropensityFit:
    """Fit the probability of treatment given the terms by maximum likelihood.

    Parameters
    ----------
    terms : sequence of Term
        The terms beside the intercept.
    treated : ndarray of bool, shape (n,)
        Who is treated.
    link : {"logit", "probit", "cloglog"}
        The model's link.
    weights : ndarray, shape (n,), optional
        Sampling weights.

    Raises
    ------
    InputError
        When the terms separate treated from comparison rows, naming the terms.

    Notes
    -----
    Fisher scoring as in McCullagh and Nelder (1989), section 2.5.
    """
    function = LINKS[link]
    _check_empty_cells(terms, treated)
    scaled, left_out = _scale(terms, treated)
    share = float(treated.mean() if weights is None else np.average(treated, weights=weights))
    beta: Floats = np.zeros(len(scaled.terms) + 1)
    beta[0] = function.start(share)
    if len(treated) > 4 * START_ROWS:
        some = np.arange(0, len(treated), len(treated) // START_ROWS)
        beta = _climb(scaled, treated, function, weights, beta, some, start_only=True)[0]
    beta, steps = _climb(scaled, treated, function, weights, beta, None)
    slopes = beta[1:] / scaled.scale
    intercept = float(beta[0] - slopes @ scaled.centre)
    eta = _linear_predictor(scaled.terms, intercept, slopes, len(treated))
    labels = [term.label for term in scaled.terms]
    return PropensityFit(
        intercept, dict(zip(labels, slopes.tolist(), strict=True)), eta, function.mean(eta), left_out, steps
    )


def _check_empty_cells(terms: Sequence[Term], treated: Booleans) -> None:
    """Refuse 0/1 terms with a value that only one arm takes: their coefficient would be infinite."""
    problems = []
    for covariate in {id(term.covariate): term.covariate for term in terms}.values():
        if covariate.is_category:
            sizes = np.bincount(covariate.values, minlength=len(covariate.levels))
            inside = np.bincount(covariate.values[treated], minlength=len(covariate.levels))
            for code, level in enumerate(covariate.levels):
                if inside[code] in (0, sizes[code]):
                    who = "treated" if inside[code] else "comparison"
                    problems.append(f'"{covariate.name}" = {level} has only {who} rows ({sizes[code]:,})')
        elif covariate.values.dtype == bool:
            for value in (True, False):
                inside_here = covariate.values[treated] == value
                outside_here = covariate.values[~treated] == value
                if inside_here.any() != outside_here.any():
                    who = "treated" if inside_here.any() else "comparison"
                    problems.append(f'"{covariate.name}" = {value} has only {who} rows')
    if problems:
        shown = "; ".join(problems[:5]) + ("; and others" if len(problems) > 5 else "")
        raise InputError(
            f"These values tell the arms apart completely, so no propensity score exists: {shown}. "
            "Leave those rows out, merge the value with another, or match exactly on the column instead."
        )


def _scale(terms: Sequence[Term], treated: Booleans) -> tuple[_Scaled, tuple[str, ...]]:
    """Centre and scale the terms and leave out those that repeat earlier ones exactly."""
    count = len(treated)
    raw = _Scaled(tuple(terms), np.zeros(len(terms)), np.ones(len(terms)))
    centre = np.array([float(term.numbers().mean()) for term in terms])
    raw = _Scaled(tuple(terms), centre, raw.scale)
    gram = np.zeros((len(terms), len(terms)))
    for begin in range(0, count, CHUNK):
        rows = slice(begin, min(begin + CHUNK, count))
        block = raw.chunk(rows, rows.stop - begin)[1:]
        gram += block @ block.T
    scale = np.sqrt(np.diag(gram) / count)
    keep = independent_columns(gram / np.outer(scale, scale) / count)
    left_out = tuple(term.label for place, term in enumerate(terms) if place not in keep)
    kept = [place for place in range(len(terms)) if place in keep]
    return _Scaled(tuple(terms[place] for place in kept), centre[kept], scale[kept]), left_out


def independent_columns(correlation: Floats, tolerance: float = ALIASED) -> set[int]:
    """Return the places of columns not made of the columns before them (Cholesky without pivoting)."""
    kept: list[int] = []
    rest = correlation.copy()
    for place in range(len(rest)):
        if rest[place, place] > tolerance:
            kept.append(place)
            rest -= np.outer(rest[place], rest[place]) / rest[place, place]
    return set(kept)


def _climb(
    scaled: _Scaled,
    treated: Booleans,
    link: Link,
    weights: Floats | None,
    beta: Floats,
    rows: Rows | None,
    start_only: bool = False,
) -> tuple[Floats, int]:
    """Take scoring steps until they vanish (or, for a starting value, for a few steps)."""
    count = len(treated) if rows is None else len(treated[rows])
    is_newton = link.name == "logit"
    # A Newton step of 1e-7 leaves an error of about its square.
    enough = 1e-3 if start_only else (1e-7 if is_newton else TOLERANCE)
    step, begun_from = np.zeros_like(beta), beta
    alone = np.concatenate([beta[:1], np.zeros(len(beta) - 1)])
    alone[0] = link.start(float(np.average(treated if rows is None else treated[rows])))
    fit, fit_alone = (_log_likelihood(scaled, treated, link, weights, b, rows, count) for b in (beta, alone))
    if fit_alone > fit:
        beta, fit = alone, fit_alone
    for passes in range(1, MOST_STEPS + 1):
        gradient, information = _score_and_information(scaled, treated, link, weights, beta, rows, count)
        try:
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            break
        # A full step can overshoot where treatment is rare and a term reaches far: halve it while the fit gets worse.
        for _ in range(MOST_HALVINGS):
            fit_there = _log_likelihood(scaled, treated, link, weights, beta + step, rows, count)
            if fit_there >= fit - 1e-9 * abs(fit):
                break
            step = step / 2
        beta, fit = beta + step, fit_there
        longest = float(np.abs(step).max())
        if longest <= enough:
            return beta, passes
        if start_only and passes == 8:
            break
    if start_only:  # the few rows may be separated where all rows are not
        return (beta if np.abs(beta).max() < 10.0 else begun_from), MOST_STEPS
    raise InputError(_separation_message(scaled, step))


def _log_likelihood(
    scaled: _Scaled,
    treated: Booleans,
    link: Link,
    weights: Floats | None,
    beta: Floats,
    rows: Rows | None,
    count: int,
) -> float:
    total = 0.0
    for begin in range(0, count, CHUNK):
        part = slice(begin, min(begin + CHUNK, count))
        here: Rows = part if not isinstance(rows, np.ndarray) else rows[part]
        eta = beta @ scaled.chunk(here, part.stop - begin)
        mean = np.clip(link.mean(eta), 1e-300, 1.0 - 1e-16)
        each = np.where(treated[here], np.log(mean), np.log1p(-mean))
        total += float(each.sum() if weights is None else each @ weights[here])
    return total


def _separation_message(scaled: _Scaled, step: Floats) -> str:
    growth = np.abs(step[1:])
    worst = np.flatnonzero(growth >= 0.2 * growth.max()) if growth.size and growth.max() > 0 else np.arange(0)
    names = ", ".join(f'"{scaled.terms[place].label}"' for place in worst[:5]) or "the covariates"
    return (
        f"The propensity score does not settle: {names} separate treated from comparison rows (perfectly, or for "
        "some of the rows). Take that column out, merge its rare values, leave out rows that could never be in the "
        'other arm, or use distance="mahalanobis".'
    )


def _score_and_information(
    scaled: _Scaled,
    treated: Booleans,
    link: Link,
    weights: Floats | None,
    beta: Floats,
    rows: Rows | None,
    count: int,
) -> tuple[Floats, Floats]:
    size = len(beta)
    gradient, information = np.zeros(size), np.zeros((size, size))
    for begin in range(0, count, CHUNK):
        part = slice(begin, min(begin + CHUNK, count))
        here: Rows = part if not isinstance(rows, np.ndarray) else rows[part]
        block = scaled.chunk(here, part.stop - begin)
        eta = beta @ block
        mean = link.mean(eta)
        slope = link.slope(eta, mean)
        per_row = slope / np.maximum(mean * (1.0 - mean), 1e-300) if link.name != "logit" else 1.0
        residual = (treated[here] - mean) * per_row
        weight = slope * per_row
        if weights is not None:
            residual, weight = residual * weights[here], weight * weights[here]
        gradient += block @ residual
        block *= np.sqrt(weight)  # one factor with itself: half the work of two different ones
        information += block @ block.T
    return gradient, information


def _linear_predictor(terms: Sequence[Term], intercept: float, slopes: Floats, count: int) -> Floats:
    """Add up term by term, so that equal rows have equal scores whatever their place."""
    eta = np.full(count, intercept)
    done: set[int] = set()
    for term, slope in zip(terms, slopes, strict=True):
        covariate = term.covariate
        if term.level is None:
            eta += slope * covariate.values
        elif id(covariate) not in done:
            done.add(id(covariate))
            by_level = np.zeros(len(covariate.levels))
            for other, other_slope in zip(terms, slopes, strict=True):
                if other.covariate is covariate and other.level is not None:
                    by_level[other.level] = other_slope
            eta += by_level[covariate.values]
    return eta
