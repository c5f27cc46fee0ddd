"""`estimate_effect`: effects from a whole sample, without matching or weighting it first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.abadie_imbens import matching_estimate
from toolkit.stats.aipw import augmented_means, fitted_probability, fold_numbers
from toolkit.stats.arrays import Floats, Integers
from toolkit.stats.contrasts import with_t
from toolkit.stats.covariates import Term, as_matrix, model_terms
from toolkit.stats.effect import Effect
from toolkit.stats.formula import covariate_names
from toolkit.stats.influence import effect_of_averages
from toolkit.stats.metric import whole_sample_places
from toolkit.stats.options import MODELS
from toolkit.stats.outcomes import read_outcome
from toolkit.stats.propensity import fit_propensity
from toolkit.stats.sample import Missing, Sample, read_sample
from toolkit.stats.stack import cluster_codes

METHODS = ("aipw", "abadie_imbens")


def estimate_effect(
    frame: pd.DataFrame,
    outcome: str,
    treatment: str,
    covariates: Sequence[str] | str,
    method: str = "aipw",
    estimand: str = "ATT",
    measure: str = "difference",
    cluster: str | None = None,
    level: float = 0.95,
    model: Any = "logit",
    outcome_model: Any = "linear",
    outcome_covariates: Sequence[str] | None = None,
    folds: int = 5,
    seed: int = 0,
    distance: str = "mahalanobis",
    matches: int = 1,
    variance_matches: int = 2,
    bias_adjust: bool | Sequence[str] = False,
    missing: Missing = "error",
) -> Effect:
    """Estimate an effect from all rows.

    Parameters
    ----------
    frame : DataFrame
        One row a unit; never written to.
    outcome, treatment : str
        Columns; the treatment of 0 and 1.
    covariates : sequence of str, or str
        What to adjust for.
    method : {"aipw", "abadie_imbens"}
        ``aipw``: doubly robust, cross-fitted; ``abadie_imbens``: matching with replacement to all nearest rows.
    estimand : {"ATT", "ATC", "ATE"}
        For whom.
    measure : {"difference", "ratio", "odds_ratio"}
        ``abadie_imbens`` gives differences only.
    cluster : str, optional
        For ``aipw``: a column to cluster by; its groups are kept whole in the folds.
    level : float
        Of the interval.
    model, outcome_model : str or scikit-learn model
        The propensity (``logit``, ``probit``, ``cloglog``) and outcome (``linear``) models of ``aipw``.
    outcome_covariates : sequence of str, optional
        What the outcome model of ``aipw`` uses, where it is not the covariates.
    folds, seed : int
        Cross-fitting folds (1 for none) and the seed that divides the rows.
    distance : {"mahalanobis", "propensity"}
        What ``abadie_imbens`` matches on; ``propensity`` matches fitted probabilities, and its standard error treats
        them as known.
    matches, variance_matches : int
        Nearest rows to match to, and to learn the outcome's variance from.
    bias_adjust : bool or sequence of str
        Whether (or on which covariates) to correct what differences are left within matches.
    missing : {"error", "drop", "indicator"}
        What to do with missing covariates.

    Raises
    ------
    InputError
        Naming the option or column, what was expected and what to do.
    """
    _check(method, estimand, measure, model, outcome_model, distance, folds, matches, variance_matches, level)
    names, frame = covariate_names(covariates, frame, treatment)
    further = [] if outcome_covariates is None else list(outcome_covariates)
    sample = read_sample(frame, treatment, names, [name for name in further if name not in names], missing)
    others = read_sample(sample.frame, treatment, further, (), missing) if further else None
    everyone = np.arange(sample.rows)
    values, name = read_outcome(sample, outcome, everyone)
    if (values == values[0]).all():
        raise InputError(f'The outcome "{name}" is {values[0]:g} in every row, so there is nothing to estimate.')
    notes = tuple(f"Missing values in {column}: {count:,} rows." for column, count in sample.missing.items())
    if method == "abadie_imbens":
        if cluster is not None:
            raise InputError('method="abadie_imbens" has no clustered variance. Use method="aipw" with cluster.')
        points, bias_on = _points(sample, distance, model), _bias_columns(sample, bias_adjust)
        return _by_matching(sample, values, name, points, bias_on, estimand, matches, variance_matches, level, notes)
    predictors = None if others is None else model_terms(others.covariates)
    settings = _Settings(estimand, measure, cluster, level, model, outcome_model, folds, seed)
    return _augmented(sample, [(name, values)], predictors, settings, notes)[0]


def estimate_effects(
    frame: pd.DataFrame,
    outcomes: Sequence[str],
    treatment: str,
    covariates: Sequence[str] | str,
    estimand: str = "ATT",
    measure: str = "difference",
    cluster: str | None = None,
    level: float = 0.95,
    model: Any = "logit",
    outcome_model: Any = "linear",
    folds: int = 5,
    seed: int = 0,
    missing: Missing = "error",
) -> tuple[Effect, ...]:
    """Estimate the effects on several outcomes, doubly robust, with one fit of the probability of treatment.

    Each is what `estimate_effect` with ``method="aipw"`` gives; parameters and errors are its.
    """
    _check("aipw", estimand, measure, model, outcome_model, "mahalanobis", folds, 1, 2, level)
    names, frame = covariate_names(covariates, frame, treatment)
    sample = read_sample(frame, treatment, names, (), missing)
    everyone = np.arange(sample.rows)
    read = [read_outcome(sample, outcome, everyone) for outcome in outcomes]
    constant = [name for values, name in read if (values == values[0]).all()]
    if constant:
        raise InputError(f"The same in every row, so there is nothing to estimate: {', '.join(constant)}.")
    notes = tuple(f"Missing values in {column}: {count:,} rows." for column, count in sample.missing.items())
    settings = _Settings(estimand, measure, cluster, level, model, outcome_model, folds, seed)
    return _augmented(sample, [(name, values) for values, name in read], None, settings, notes)


@dataclass(frozen=True, slots=True)
class _Settings:
    """How the doubly robust estimate is made; every field is the parameter of the same name."""

    estimand: str
    measure: str
    cluster: str | None
    level: float
    model: Any
    outcome_model: Any
    folds: int
    seed: int


def _augmented(
    sample: Sample,
    outcomes: Sequence[tuple[str, Floats]],
    predictors: Sequence[Term] | None,
    settings: _Settings,
    notes: tuple[str, ...],
) -> tuple[Effect, ...]:
    cluster, estimand = settings.cluster, settings.estimand
    clusters: Integers | None = None
    if cluster is not None:
        clusters = cluster_codes(sample, cluster, np.arange(sample.rows))
    numbers = fold_numbers(sample.treated, clusters, settings.folds, np.random.default_rng(settings.seed))
    terms = model_terms(sample.covariates)
    chance = fitted_probability(sample.treated, terms, numbers, settings.model)
    how = f"cross-fitted in {settings.folds} folds" if settings.folds > 1 else "without cross-fitting"
    by = "row" if cluster is None else f'"{cluster}"'
    found = []
    for name, values in outcomes:
        averages = augmented_means(
            values, sample.treated, chance, predictors or terms, estimand, numbers, settings.outcome_model
        )
        effect = effect_of_averages(
            averages,
            clusters,
            outcome=name,
            measure=settings.measure,
            estimand=estimand,
            counts=(int(sample.treated.sum()), int((~sample.treated).sum())),
            level=settings.level,
            method=f"Augmented inverse probability weighting, {how}; standard error by influence, clustered by {by}.",
            notes=notes,
        )
        found.append(effect)
    return tuple(found)


def _check(
    method: str,
    estimand: str,
    measure: str,
    model: Any,
    outcome_model: Any,
    distance: str,
    folds: int,
    matches: int,
    variance_matches: int,
    level: float,
) -> None:
    asked: list[tuple[str, Any, tuple[str, ...]]] = [
        ("method", method, METHODS),
        ("estimand", estimand, ("ATT", "ATC", "ATE")),
        ("measure", measure, ("difference", "ratio", "odds_ratio")),
        ("distance", distance, ("mahalanobis", "propensity")),
    ]
    if isinstance(model, str):
        asked.append(("model", model, MODELS))
    if isinstance(outcome_model, str):
        asked.append(("outcome_model", outcome_model, ("linear",)))
    problems = [
        f'{option} is "{value}". {did_you_mean(str(value), known)}' for option, value, known in asked
        if value not in known
    ]  # fmt: skip
    for option, number in (("folds", folds), ("matches", matches), ("variance_matches", variance_matches)):
        if isinstance(number, bool) or number != int(number) or number < 1:
            problems.append(f"{option} is {number}. Give a whole number from 1.")
    if method == "abadie_imbens" and measure != "difference":
        problems.append('method="abadie_imbens" estimates differences. Use method="aipw" for ratios.')
    if not 0 < level < 1:
        problems.append(f"level is {level}. Give a number between 0 and 1, such as 0.95.")
    if problems:
        raise InputError(" ".join(problems))


def _points(sample: Sample, distance: str, model: Any) -> Floats:
    terms = model_terms(sample.covariates)
    if distance == "mahalanobis":
        return whole_sample_places(terms)
    if not isinstance(model, str):
        raise InputError('distance="propensity" fits "logit", "probit" or "cloglog". Use one of these as model.')
    return fit_propensity(terms, sample.treated, model).probability[:, None]


def _bias_columns(sample: Sample, bias_adjust: bool | Sequence[str]) -> Floats | None:
    if bias_adjust is False:
        return None
    if bias_adjust is True:
        return as_matrix(model_terms(sample.covariates))
    names = [bias_adjust] if isinstance(bias_adjust, str) else list(bias_adjust)
    known = {covariate.name: covariate for covariate in sample.covariates}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(" ".join(f'"{name}" is not a covariate. {did_you_mean(name, known)}' for name in unknown))
    return as_matrix(model_terms([known[name] for name in names]))


def _by_matching(
    sample: Sample,
    values: Floats,
    name: str,
    points: Floats,
    bias_on: Floats | None,
    estimand: str,
    matches: int,
    variance_matches: int,
    level: float,
    notes: tuple[str, ...],
) -> Effect:
    found = matching_estimate(values, sample.treated, points, estimand, matches, variance_matches, bias_on)
    se = float(np.sqrt(found.variance))
    contrast = with_t(found.treated - found.control, se, np.inf, level, is_log=False)
    adjusted = ", bias-adjusted" if bias_on is not None else ""
    return Effect(
        outcome=name,
        measure="difference",
        estimand=estimand,
        estimate=contrast.estimate,
        se=se,
        interval=contrast.interval,
        p_value=contrast.p_value,
        degrees_of_freedom=np.inf,
        n_treated=int(sample.treated.sum()),
        n_control=int((~sample.treated).sum()),
        clusters=sample.rows,
        mean_treated=found.treated,
        mean_control=found.control,
        level=level,
        method=f"Matching with replacement to the {matches} nearest, ties included{adjusted}; "
        f"Abadie-Imbens standard error from the {variance_matches} nearest of the same arm.",
        notes=notes,
    )
