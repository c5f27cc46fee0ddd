"""`estimate_effects`: doubly robust effects on several outcomes, the probability of treatment fitted once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.doubly_robust.aipw import augmented_means, fitted_probability, fold_numbers
from toolkit.stats.doubly_robust.influence import compared_rows, effect_of_averages
from toolkit.stats.doubly_robust.options import EstimatorOptions
from toolkit.stats.doubly_robust.overlap import folds_in_words, notes_of_averages, trimmed_rows
from toolkit.stats.effects.clusters import Cluster, clusters_by_labels, with_clusters
from toolkit.stats.effects.effect import Effect
from toolkit.stats.sample.covariates import model_terms
from toolkit.stats.sample.formula import covariate_names
from toolkit.stats.sample.names import Name, Names, names_of
from toolkit.stats.sample.outcomes import read_outcome
from toolkit.stats.sample.sample import read_sample


def estimate_effects(
    frame: Any,
    outcomes: Names,
    treatment: Name,
    covariates: Names,
    *,
    estimand: str = "ATT",
    measure: str = "difference",
    cluster: Cluster = None,
    small_sample: str = "auto",
    trim: float = 0.0,
    level: float = 0.95,
    folds: int = 5,
    seed: int = 0,
) -> tuple[Effect, ...]:
    """Estimate the effects on several outcomes by cross-fitted augmented weights.

    Each is what `estimate_effect` gives with ``method="aipw"``; parameters are its.

    Parameters
    ----------
    frame : DataFrame
        One row a unit; never written to.
    outcomes : str or sequence of str
        Columns.
    treatment, covariates, estimand, measure, cluster, small_sample, trim, level, folds, seed
        As in `estimate_effect`.

    Returns
    -------
    tuple of Effect
        One for each outcome, in the order given.

    Raises
    ------
    InputError
        Naming the option or columns, what was expected and what to do.
    """
    options = EstimatorOptions(
        method="aipw",
        estimand=estimand,
        measure=measure,
        cluster=cluster,
        small_sample=small_sample,
        trim=trim,
        level=level,
        model="logit",
        outcome_model="linear",
        folds=folds,
        seed=seed,
        distance="mahalanobis",
        matches=1,
        variance_matches=2,
        bias_adjust=False,
    )
    options.check()
    names, frame = covariate_names(covariates, frame, treatment)
    wanted = names_of(outcomes, "outcomes")
    if not wanted:
        raise InputError("No outcomes are named. Name at least one column.")
    cluster = clusters_by_labels(cluster, frame.index)
    sample = read_sample(frame, treatment, names)
    kept, notes = trimmed_rows(sample, model_terms(sample.covariates), options)
    if not kept.all():
        sample = read_sample(sample.frame.loc[kept], treatment, names)
    everyone = np.arange(sample.rows)
    read = {str(outcome): read_outcome(sample, outcome, everyone)[0] for outcome in wanted}
    constant = [f'"{outcome}"' for outcome, values in read.items() if (values == values[0]).all()]
    if constant:
        raise InputError(f"The same in every row, so there is nothing to estimate: {', '.join(constant)}.")
    clustered, clusters = with_clusters(sample, cluster)
    compared = compared_rows(clustered, everyone.astype(np.float64), clusters)
    numbers = fold_numbers(sample.treated, compared.first_clusters, folds, np.random.default_rng(seed))
    terms = model_terms(sample.covariates)
    chance = fitted_probability(sample.treated, terms, numbers, "logit")
    how = folds_in_words(compared, folds)

    averages = {
        outcome: augmented_means(values, sample.treated, chance, terms, estimand, numbers, "linear")
        for outcome, values in read.items()
    }
    of_weights = notes_of_averages(next(iter(averages.values())), sample, options)  # every outcome's are the same
    return tuple(
        effect_of_averages(
            averages[outcome],
            replace(compared, values=values),
            outcome=outcome,
            measure=measure,
            estimand=estimand,
            level=level,
            small_sample=small_sample,
            method=f"Augmented inverse probability weighting, {how}",
            notes=(*sample.notes, *notes, *of_weights),
        )
        for outcome, values in read.items()
    )
