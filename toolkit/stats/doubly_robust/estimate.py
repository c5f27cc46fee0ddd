"""`estimate_effect`: effects from a whole sample, without matching or weighting it first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats
from toolkit.stats.doubly_robust.abadie_imbens import matching_estimate
from toolkit.stats.doubly_robust.aipw import augmented_means, fitted_probability, fold_numbers
from toolkit.stats.doubly_robust.influence import Averages, Compared, compared_rows, effect_of_averages
from toolkit.stats.doubly_robust.m_estimation import stacked_means
from toolkit.stats.doubly_robust.options import EstimatorOptions
from toolkit.stats.doubly_robust.overlap import folds_in_words, notes_of_averages, trimmed_rows
from toolkit.stats.effects.clusters import Cluster, clusters_by_labels, with_clusters
from toolkit.stats.effects.contrasts import with_t
from toolkit.stats.effects.effect import Effect
from toolkit.stats.effects.rounding import least_error, require_error
from toolkit.stats.matching.nearest.distances import whole_sample_places
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.model import fit_propensity
from toolkit.stats.sample.covariates import Term, as_matrix, model_terms
from toolkit.stats.sample.formula import covariate_names
from toolkit.stats.sample.frames import as_frame
from toolkit.stats.sample.names import Name, Names, names_of
from toolkit.stats.sample.outcomes import Beside, by_labels, read_outcome
from toolkit.stats.sample.sample import Missing, Sample, read_sample

STACKED = {
    "aipw": "Augmented inverse probability weighting",
    "ipwra": "Linear regression in each arm with inverse probability weights",
    "regression": "Linear regression in each arm",
}


@dataclass(frozen=True, slots=True)
class _Data(Shown):
    """What the estimators are given: the rows, the outcome, and the two models' terms."""

    sample: Sample
    values: Floats
    name: str
    terms: tuple[Term, ...]
    outcome_terms: tuple[Term, ...]

    @property
    def counts(self) -> tuple[int, int]:
        """How many rows are treated, and how many not."""
        treated = int(self.sample.treated.sum())
        return treated, self.sample.rows - treated


def estimate_effect(
    frame: Any,
    outcome: Beside,
    treatment: Name,
    covariates: Names,
    *,
    method: str = "aipw",
    estimand: str = "ATT",
    measure: str = "difference",
    cluster: Cluster = None,
    small_sample: str = "auto",
    trim: float = 0.0,
    level: float = 0.95,
    model: Any = "logit",
    outcome_model: Any = "linear",
    outcome_covariates: Names | None = None,
    folds: int = 5,
    seed: int = 0,
    distance: str = "mahalanobis",
    matches: int = 1,
    variance_matches: int = 2,
    bias_adjust: bool | Names = False,
    missing: Missing = "error",
) -> Effect:
    """Estimate an effect from all rows.

    Parameters
    ----------
    frame : DataFrame
        One row a unit; never written to. Tables of polars, pyarrow and the like are taken too, as in `match`.
    outcome, treatment : str
        Columns; the treatment of 0 and 1. The outcome may be a Series on the frame's index, or an array.
    covariates : sequence of str, or str
        What to adjust for: names, or a formula as in `match`.
    method : {"aipw", "ipwra", "regression", "abadie_imbens"}
        ``aipw``: augmented weights, cross-fitted; ``ipwra``: regression in each arm with inverse probability weights
        (both right if either model is); ``regression``: without the weights; ``abadie_imbens``: matching with
        replacement to all nearest rows.
    estimand : {"ATT", "ATC", "ATE"}
        For whom.
    measure : {"difference", "ratio", "odds_ratio"}
        ``abadie_imbens`` gives differences only.
    cluster : str, Series, or a list of these, optional
        What to cluster by (not for ``abadie_imbens``); the groups of the first are kept whole in the folds. A Series is
        taken by the frame's index.
    small_sample : {"auto", "CR1", "CR2"}
        The standard error's correction: "auto" is CR2 with Satterthwaite's degrees of freedom where an arm has fewer
        than 50 clusters or as good as fewer, otherwise CR1 with one less than the clusters.
    trim : float
        Rows are left out whose weights would be without limit: for ATT those whose probability of treatment is above
        1 - trim, for ATC below trim, for ATE both; the models are then fitted on the rest, and the effect is for them.
        0.1 is Crump's rule of thumb (2009).
    level : float
        Of the interval.
    model, outcome_model : str or scikit-learn model
        The propensity (``logit``, ``probit``, ``cloglog``) and outcome (``linear``) models; ``aipw`` takes others.
    outcome_covariates : str or sequence of str, optional
        What the outcome model uses, where it is not the covariates.
    folds, seed : int
        For ``aipw``: cross-fitting folds and the seed that divides the rows. With ``folds=1`` all rows fit one model,
        and the standard error allows for its having been fitted, as Stata's does.
    distance : {"mahalanobis", "propensity"}
        What ``abadie_imbens`` matches on; ``propensity`` matches fitted probabilities, and its standard error treats
        them as known.
    matches, variance_matches : int
        Nearest rows to match to, and to learn the outcome's variance from.
    bias_adjust : bool, str or sequence of str
        Whether (or on which covariates) to correct what differences are left within matches.
    missing : {"error", "drop", "indicator"}
        What to do with missing covariates.

    Returns
    -------
    Effect
        With its standard error, clustered where asked; its `method` says how it was made.

    Raises
    ------
    InputError
        Naming the option or column, what was expected and what to do.
    """
    options = EstimatorOptions(
        method=method,
        estimand=estimand,
        measure=measure,
        cluster=cluster,
        small_sample=small_sample,
        trim=trim,
        level=level,
        model=model,
        outcome_model=outcome_model,
        folds=folds,
        seed=seed,
        distance=distance,
        matches=matches,
        variance_matches=variance_matches,
        bias_adjust=bias_adjust,
    )
    options.check()
    frame = as_frame(frame)
    outcome, cluster = by_labels(outcome, frame.index, "outcome"), clusters_by_labels(cluster, frame.index)
    data = _read(frame, outcome, treatment, covariates, outcome_covariates, missing)
    kept, notes = trimmed_rows(data.sample, data.terms, options)
    if not kept.all():
        left = frame.loc[data.sample.frame.index[kept]]
        data = _read(left, outcome, treatment, covariates, outcome_covariates, missing)
    if options.method == "abadie_imbens":
        return _by_matching(data, options)
    sample, clusters = with_clusters(data.sample, cluster)
    compared = compared_rows(sample, data.values, clusters)
    averages, how = _stacked(data, options) if options.is_stacked else _cross_fitted(data, options, compared)
    return effect_of_averages(
        averages,
        compared,
        outcome=data.name,
        measure=measure,
        estimand=estimand,
        level=level,
        small_sample=small_sample,
        method=how,
        notes=(*data.sample.notes, *notes, *notes_of_averages(averages, sample, options)),
    )


def _read(
    frame: pd.DataFrame,
    outcome: Beside,
    treatment: Name,
    covariates: Names,
    outcome_covariates: Names | None,
    missing: Missing,
) -> _Data:
    """Read the columns, refusing an outcome that never varies."""
    names, frame = covariate_names(covariates, frame, treatment)
    further: list[Name] = []
    if outcome_covariates is not None:
        further, frame = covariate_names(outcome_covariates, frame, treatment)
    sample = read_sample(frame, treatment, names, [name for name in further if name not in names], missing)
    others = read_sample(sample.frame, treatment, further, (), missing) if further else sample
    values, name = read_outcome(sample, outcome, np.arange(sample.rows))
    if (values == values[0]).all():
        raise InputError(f'The outcome "{name}" is {values[0]:g} in every row, so there is nothing to estimate.')
    return _Data(
        sample=sample,
        values=values,
        name=name,
        terms=model_terms(sample.covariates),
        outcome_terms=model_terms(others.covariates),
    )


def _stacked(data: _Data, options: EstimatorOptions) -> tuple[Averages, str]:
    """Return the means with every model fitted on all rows, and how in words."""
    averages = stacked_means(
        options.method,
        data.values,
        data.sample.treated,
        data.sample.covariates,
        data.terms,
        data.outcome_terms,
        options.estimand,
        options.model,
    )
    return averages, f"{STACKED[options.method]}, models fitted on all rows and allowed for"


def _cross_fitted(data: _Data, options: EstimatorOptions, compared: Compared) -> tuple[Averages, str]:
    """Return the augmented means with models fitted on other folds, and how in words."""
    treated = data.sample.treated
    numbers = fold_numbers(treated, compared.first_clusters, options.folds, np.random.default_rng(options.seed))
    chance = fitted_probability(treated, data.terms, numbers, options.model)
    averages = augmented_means(
        data.values, treated, chance, data.outcome_terms, options.estimand, numbers, options.outcome_model
    )
    return averages, f"{STACKED['aipw']}, {folds_in_words(compared, options.folds)}"


def _by_matching(data: _Data, options: EstimatorOptions) -> Effect:
    compared_rows(data.sample, data.values, ())  # refuses an arm of one row
    points = _points(data, options)
    bias_on = _bias_columns(data.sample, options.bias_adjust)
    found = matching_estimate(
        data.values, data.sample.treated, points, options.estimand, options.matches, options.variance_matches, bias_on
    )
    se = float(np.sqrt(found.variance))
    require_error(se, least_error(data.values))
    contrast = with_t(found.treated - found.control, se, np.inf, options.level, is_log=False)
    adjusted = ", bias-adjusted" if bias_on is not None else ""
    return Effect(
        outcome=data.name,
        measure="difference",
        estimand=options.estimand,
        estimate=contrast.estimate,
        se=se,
        interval=contrast.interval,
        p_value=contrast.p_value,
        degrees_of_freedom=np.inf,
        n_treated=data.counts[0],
        n_control=data.counts[1],
        clusters=data.sample.rows,
        mean_treated=found.treated,
        mean_control=found.control,
        level=options.level,
        method=f"Matching with replacement to the {options.matches} nearest, ties included{adjusted}; "
        f"Abadie-Imbens standard error from the {options.variance_matches} nearest of the same arm.",
        notes=data.sample.notes,
    )


def _points(data: _Data, options: EstimatorOptions) -> Floats:
    """Return the places rows are matched by."""
    if options.distance == "mahalanobis":
        return whole_sample_places(data.terms)
    return fit_propensity(data.terms, data.sample.treated, options.model).probability[:, None]


def _bias_columns(sample: Sample, bias_adjust: bool | Names) -> Floats | None:
    if bias_adjust is False:
        return None
    if bias_adjust is True:
        return as_matrix(model_terms(sample.covariates))
    names = [str(name) for name in names_of(bias_adjust, "bias_adjust")]
    known = {covariate.name: covariate for covariate in sample.covariates}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(" ".join(f'"{name}" is not a covariate. {did_you_mean(name, known)}' for name in unknown))
    return as_matrix(model_terms([known[name] for name in names]))
