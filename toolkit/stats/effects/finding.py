"""From the rows compared and their outcome to an estimate: which estimator serves which measure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Columns, Floats
from toolkit.stats.effects.contrasts import Contrast, contrast_of, gradient_of, is_possible, with_t
from toolkit.stats.effects.linear_means import ArmMeans, adjusted_means
from toolkit.stats.effects.logistic_means import logistic_means
from toolkit.stats.effects.options import Request
from toolkit.stats.effects.ordinal_means import ordinal_means
from toolkit.stats.effects.rates import adjusted_rates
from toolkit.stats.effects.rounding import SHARE_OF_SPREAD, least_error, require_error
from toolkit.stats.effects.rows import Stack
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.codes import dense_codes
from toolkit.stats.sample.columns import as_columns
from toolkit.stats.sample.covariates import Term
from toolkit.stats.sample.outcomes import (
    adjustment_terms,
    read_durations,
    read_positive,
)
from toolkit.stats.sample.sample import Sample
from toolkit.stats.survival.cox import hazard_ratio
from toolkit.stats.survival.restricted_mean import restricted_mean_values
from toolkit.stats.variance.arms import Arms, fewest_clusters
from toolkit.stats.variance.cluster_robust import Clustered
from toolkit.stats.variance.wild_bootstrap import require_enough_for_wild, wild_interval

IMPOSSIBLE = Note(
    "adjusted_means_impossible",
    "Adjusted means fell outside the possible range, so the means compared are not adjusted.",
)
SHARES_WITH_EVENT = Note(
    "hazard_ratio_not_adjusted",
    "The means are the shares with the event; the hazard ratio itself is not adjusted further.",
)
SHARED_SLOPES = Note("shared_slopes", "Too few rows an arm for slopes of its own: the arms share them.")
TOO_FEW_TO_ADJUST = Note(
    "too_few_rows_to_adjust", "Too few rows to adjust for the covariates: the means compared are not adjusted."
)
AS_MEANS = {"rate_ratio": "ratio", "rmst": "difference", "mean_ordinal": "difference"}  # how means are compared


@dataclass(frozen=True, slots=True)
class Finding(Shown):
    """An estimate before it is dressed as an `Effect`."""

    contrast: Contrast
    variance: Clustered
    means: tuple[float, float]  # control, treated
    how: str
    notes: tuple[Note, ...]
    influence: Floats  # (s,) of each entry on the estimate (ratios: its logarithm), weights as given
    mean_errors: tuple[float, float] = (math.nan, math.nan)  # control, treated


def find(sample: Sample, stack: Stack, outcome: Floats, name: str, request: Request) -> Finding:
    """Return the effect of treatment on the outcome of the rows compared, by the estimator of the measure.

    Raises
    ------
    InputError
        Where the measure cannot be had of this outcome, or has no standard error.
    """
    treated = sample.treated[stack.rows]
    if request.measure == "hazard_ratio":
        return _hazard(sample, stack, outcome, name, treated, request)
    of_outcome = outcome
    terms = adjustment_terms(sample, request.adjust, stack.rows, request.outcome)
    covariates = as_columns(terms, stack.rows) if terms else np.empty((len(stack.rows), 0))
    outcome, how = _averaged(sample, stack, outcome, name, treated, request)
    is_rate = request.measure == "rate_ratio"
    exposure = read_positive(sample, request.exposure, stack.rows, "exposure") if is_rate else None
    fit = _fitter(outcome, exposure, treated, stack, request)
    means = fit(covariates)
    measure = AS_MEANS.get(request.measure, request.measure)
    if terms and not is_possible(measure, means.control, means.treated):
        means = fit(covariates[:, :0])
        notes: tuple[Note, ...] = (IMPOSSIBLE,)
    else:
        notes = _notes(means, terms)
    variance = means.variance
    least = least_error(of_outcome if exposure is None else of_outcome / exposure.mean())
    contrast = contrast_of(
        measure, means.control, means.treated, variance.covariance, variance.degrees_of_freedom, request.level, least
    )
    if means.wild is not None:
        require_enough_for_wild(fewest_clusters(stack.ways, Arms(treated, stack.weights)))
        ways = stack.ways if stack.estimated is None else stack.estimated.ways
        smallest = min(ways, key=lambda way: dense_codes(way)[1])
        p_value, interval = wild_interval(means.wild, smallest, contrast.estimate, request.level, request.seed)
        contrast = replace(contrast, p_value=p_value, interval=interval)
        how = " Interval and p-value by wild cluster bootstrap."
    errors = np.sqrt(np.maximum(np.diag(variance.covariance), 0.0))
    return Finding(
        contrast=contrast,
        variance=variance,
        means=(means.control, means.treated),
        how=_how(means) + how,
        notes=notes,
        influence=means.influence @ gradient_of(measure, means.control, means.treated),
        mean_errors=(float(errors[0]), float(errors[1])),
    )


def _averaged(
    sample: Sample, stack: Stack, outcome: Floats, name: str, treated: Booleans, request: Request
) -> tuple[Floats, str]:
    """Return what is averaged for the measure (the outcome itself, but for rmst), and what to say of it."""
    if request.measure == "mean_ordinal":
        _check_ordinal(outcome, name)
    if request.measure != "rmst":
        return outcome, ""
    durations = read_durations(sample, request.duration, outcome, name, stack.rows)
    values, horizon = restricted_mean_values(durations, outcome == 1, treated, stack.weights, request.horizon)
    return values, f" Mean time without the event up to {horizon:g}, by pseudo-observations."


def _fitter(
    outcome: Floats, exposure: Floats | None, treated: Booleans, stack: Stack, request: Request
) -> Callable[[Columns], ArmMeans]:
    """Return what gives the arms' means for a choice of covariates."""

    def fit(columns: Columns) -> ArmMeans:
        if exposure is not None:
            return adjusted_rates(outcome, exposure, treated, columns, stack, request.small_sample)
        if request.outcome_model != "linear" and not isinstance(columns, np.ndarray):
            columns = columns.toarray()
        if request.outcome_model == "logit":
            return logistic_means(outcome, treated, columns, stack, request.small_sample)
        if request.outcome_model == "ordinal":
            return ordinal_means(outcome, treated, columns, stack, request.small_sample)
        return adjusted_means(
            outcome, treated, columns, stack.weights, stack.target, stack.ways, request.small_sample, stack.estimated
        )

    return fit


def _hazard(sample: Sample, stack: Stack, outcome: Floats, name: str, treated: Booleans, request: Request) -> Finding:
    durations = read_durations(sample, request.duration, outcome, name, stack.rows)
    found = hazard_ratio(durations, outcome == 1, treated, stack.weights)
    variance = stack.covariance(found.influence, treated, 0, request.small_sample)
    se = float(np.sqrt(variance.covariance[0, 0]))
    require_error(se, SHARE_OF_SPREAD)
    contrast = with_t(found.log_ratio, se, variance.degrees_of_freedom, request.level, is_log=True)
    share = tuple(float(np.average(outcome[arm], weights=stack.weights[arm])) for arm in (~treated, treated))
    notes = (SHARES_WITH_EVENT,)
    how = "Cox regression on treatment in the matched or weighted sample, ties by Efron's method"
    return Finding(
        contrast=contrast,
        variance=variance,
        means=(share[0], share[1]),
        how=how,
        notes=notes,
        influence=found.influence[:, 0],
    )


def _check_ordinal(outcome: Floats, name: str) -> None:
    if (outcome != np.round(outcome)).any() or len(np.unique(outcome)) > 20:
        raise InputError(
            f'The outcome "{name}" is not a score in whole numbers. Use measure="difference" for other numbers.'
        )


def _how(means: ArmMeans) -> str:
    return {
        "separate": "Linear regression in each arm on the covariates, averaged over those the effect is for",
        "common": "Linear regression on the covariates with common slopes",
        "logistic": "Logistic regression in each arm on the covariates, averaged over those the effect is for",
        "ordinal": "Cumulative logistic regression in each arm, averaged over those the effect is for",
        "none": "Weighted means",
    }[means.slopes]


def _notes(means: ArmMeans, terms: Sequence[Term]) -> tuple[Note, ...]:
    notes = []
    if means.left_out:
        labels = ", ".join(terms[place].label for place in means.left_out)
        words = f"Not adjusted for, because constant or repeated within an arm: {labels}."
        notes.append(Note("terms_not_adjusted_for", words, {"terms": labels}))
    if means.slopes == "common":
        notes.append(SHARED_SLOPES)
    if means.slopes == "none" and len(terms) > len(means.left_out):
        notes.append(TOO_FEW_TO_ADJUST)
    return tuple(notes)
