"""Propensity scores: a binary regression fitted in chunks of rows, to ten digits.

The pairs depend on the digits: a fit stopped early changes most of them. So the fit here is Fisher scoring
(Newton's method for the logit) until the error in standardised coefficients is below 1e-10, begun from fits on
evenly spaced rows. Scores are added up term by term, so that rows with the same covariates have the same score
to the last bit and ties stay ties.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.chunks import chunks
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.fisher_scoring import climb_in_stages
from toolkit.stats.propensity.likelihood import BinaryModel
from toolkit.stats.propensity.links import LINKS, Link
from toolkit.stats.propensity.standardised_terms import standardise
from toolkit.stats.sample.covariates import Covariate, Term


@dataclass(frozen=True, slots=True)
class PropensityFit(Shown):
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
        Scoring steps over all rows.
    """

    intercept: float
    coefficients: dict[str, float]
    linear_predictor: Floats
    probability: Floats
    left_out: tuple[str, ...]
    steps: int

    @property
    def notes(self) -> tuple[Note, ...]:
        """Which terms were left out, if any."""
        if not self.left_out:
            return ()
        labels = ", ".join(self.left_out)
        words = f"Left out of the propensity score, as others say the same: {labels}."
        return (Note("terms_left_out_of_score", words, {"terms": labels}),)


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
    _check_empty_cells(terms, treated)
    design, left_out = standardise(terms, len(treated))
    model = BinaryModel(design, treated, LINKS[link], weights)
    beta: Floats = np.zeros(len(design.terms) + 1)
    beta[0] = model.link.start(float(treated.mean() if weights is None else np.average(treated, weights=weights)))
    found = climb_in_stages(model, beta)
    if not found.has_settled:
        raise InputError(_separation_message(design.terms, found.last_step))
    slopes = found.beta[1:] / design.scale
    intercept = float(found.beta[0] - slopes @ design.centre)
    eta, probability = _predict(design.terms, intercept, slopes, model.link, len(treated))
    labels = [term.label for term in design.terms]
    return PropensityFit(
        intercept=intercept,
        coefficients=dict(zip(labels, slopes.tolist(), strict=True)),
        linear_predictor=eta,
        probability=probability,
        left_out=left_out,
        steps=found.steps,
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


def _separation_message(terms: Sequence[Term], step: Floats) -> str:
    growth = np.abs(step[1:])
    worst = np.flatnonzero(growth >= 0.2 * growth.max()) if growth.size and growth.max() > 0 else np.arange(0)
    names = ", ".join(f'"{terms[place].label}"' for place in worst[:5]) or "the covariates"
    return (
        f"The propensity score does not settle: {names} separate treated from comparison rows (perfectly, or for "
        "some of the rows). Take that column out, merge its rare values, leave out rows that could never be in the "
        'other arm, or use distance="mahalanobis".'
    )


def _predict(terms: Sequence[Term], intercept: float, slopes: Floats, link: Link, count: int) -> tuple[Floats, Floats]:
    """Return each row's linear predictor and probability."""
    parts = list(_parts(terms, slopes))
    eta, probability = np.empty(count), np.empty(count)
    for rows in chunks(count):
        here = np.full(rows.stop - rows.start, intercept)
        for covariate, slope in parts:
            values = covariate.values[rows]
            here += slope[values] if isinstance(slope, np.ndarray) else slope * values
        eta[rows] = here
        probability[rows] = link.mean(here)
    return eta, probability


def _parts(terms: Sequence[Term], slopes: Floats) -> Iterator[tuple[Covariate, float | Floats]]:
    """Yield each covariate with its slope, or with one a level: added up one by one in this order.

    So rows with equal covariates have equal scores whatever their place.
    """
    done: set[int] = set()
    for term, slope in zip(terms, slopes, strict=True):
        covariate = term.covariate
        if term.level is None:
            yield covariate, slope
        elif id(covariate) not in done:
            done.add(id(covariate))
            by_level = np.zeros(len(covariate.levels))
            for other, other_slope in zip(terms, slopes, strict=True):
                if other.covariate is covariate and other.level is not None:
                    by_level[other.level] = other_slope
            yield covariate, by_level
