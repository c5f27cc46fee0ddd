"""Each row's score: a fitted propensity, a classifier's, or the caller's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.matching.common_support import discarded_rows
from toolkit.stats.matching.nearest.ties import snapped, tie_width
from toolkit.stats.matching.options import Options
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.given import classifier_probability, scores_beside
from toolkit.stats.propensity.model import PropensityFit, fit_propensity
from toolkit.stats.sample.covariates import model_terms
from toolkit.stats.sample.sample import Sample, read_weights


@dataclass(frozen=True, slots=True)
class Scored(Shown):
    """Rows' scores and what follows from them.

    Attributes
    ----------
    exact_score : ndarray, shape (n,), or None
        As fitted or given; None for distances that have none.
    score : ndarray, shape (n,), or None
        The same for comparing: scores that only rounding parts are equal.
    fit : PropensityFit or None
        The model fitted here, if any.
    discarded : ndarray of bool, shape (n,)
        Rows outside the common support that were asked to be left out.
    caliper : float
        In the distance's own units; infinity for none.
    tie : float
        By how little two distances on the score differ when they are tied.
    notes : tuple of Note
        What a reader must know.
    """

    exact_score: Floats | None
    score: Floats | None
    fit: PropensityFit | None
    discarded: Booleans
    caliper: float
    tie: float
    notes: tuple[Note, ...]

    @classmethod
    def nothing(cls, sample: Sample, notes: tuple[Note, ...]) -> Scored:
        """Return what designs have that go by values alone."""
        nobody = np.zeros(sample.rows, dtype=bool)
        return cls(exact_score=None, score=None, fit=None, discarded=nobody, caliper=float("inf"), tie=0.0, notes=notes)


def score_sample(sample: Sample, options: Options) -> Scored:
    """Score the rows, and work out whom to discard and how wide the caliper is."""
    exact_score, fit, notes = score_rows(sample, options)
    tie = 0.0 if exact_score is None else tie_width(exact_score)
    score = None if exact_score is None else snapped(exact_score, tie)
    discarded = discarded_rows(score, sample.treated, options.discard)
    return Scored(
        exact_score=exact_score,
        score=score,
        fit=fit,
        discarded=discarded,
        caliper=raw_caliper(exact_score, discarded, options),
        tie=tie,
        notes=notes,
    )


def score_rows(sample: Sample, options: Options) -> tuple[Floats | None, PropensityFit | None, tuple[Note, ...]]:
    """Return each row's score (None for distances without one), the model fitted here if any, and notes."""
    notes = sample.notes
    if not isinstance(options.distance, str):
        return scores_beside(sample, options.distance, "distance"), None, notes
    if options.distance != "propensity":
        return None, None, notes
    weights = None if options.weights is None else read_weights(sample, options.weights)
    if not isinstance(options.model, str):
        return _in_scale(classifier_probability(sample, options.model, weights), options.scale), None, notes
    fit = fit_propensity(model_terms(sample.covariates), sample.treated, options.model, weights)
    return (fit.linear_predictor if options.scale == "logit" else fit.probability), fit, (*notes, *fit.notes)


def _in_scale(probability: Floats, scale: str) -> Floats:
    if scale == "probability":
        return probability
    outside = int(((probability <= 0) | (probability >= 1)).sum())
    if outside:
        raise InputError(
            f"The classifier gives {outside:,} rows a probability of exactly 0 or 1, which has no logit. "
            'Use scale="probability", or a classifier that is less sure.'
        )
    return np.log(probability / (1.0 - probability))


def raw_caliper(score: Floats | None, discarded: Booleans, options: Options) -> float:
    """Return the caliper in the distance's own units, infinity for none.

    A standard deviation is that of all rows not discarded, both arms together.
    """
    if options.caliper is None:
        return float("inf")
    if options.caliper_in == "raw" or score is None:
        return float(options.caliper)
    kept = score[~discarded] if discarded.any() else score
    return float(options.caliper) * float(kept.std(ddof=1))
