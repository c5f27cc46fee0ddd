"""How far the arms overlap: rows trimmed, and what the weights of the rest say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.stats.arrays.types import Booleans
from toolkit.stats.balance.apart_notes import notes_of_balance
from toolkit.stats.doubly_robust.aipw import fitted_probability
from toolkit.stats.doubly_robust.influence import Averages, Compared
from toolkit.stats.doubly_robust.options import EstimatorOptions
from toolkit.stats.notes.note import Note
from toolkit.stats.propensity.trimming import trimmed
from toolkit.stats.sample.covariates import Term
from toolkit.stats.sample.sample import Sample
from toolkit.stats.weighting.extreme import extreme_weight_notes


def trimmed_rows(sample: Sample, terms: Sequence[Term], options: EstimatorOptions) -> tuple[Booleans, tuple[Note, ...]]:
    """Return which rows are kept by the option ``trim``, and what to say of the others."""
    if not options.trim:
        return np.ones(sample.rows, dtype=bool), ()
    together = np.zeros(sample.rows, dtype=np.intp)
    probability = fitted_probability(sample.treated, terms, together, options.model)
    return trimmed(probability, sample.treated, options.estimand, options.trim)


def notes_of_averages(averages: Averages, sample: Sample, options: EstimatorOptions) -> tuple[Note, ...]:
    """Return what to say of weights that are extreme, and of what they leave apart: neither model has it."""
    if options.method == "regression":
        return ()
    weights, treated = averages.weights, sample.treated
    apart = notes_of_balance(
        sample.covariates,
        treated,
        weights,
        options.estimand,
        None,
        deed="weighting",
        remedy="Trim the rows (trim=0.1).",
    )
    return (*apart, *extreme_weight_notes(weights, treated))


def folds_in_words(compared: Compared, folds: int) -> str:
    """Return how rows were divided for cross-fitting, and which share of them one cluster holds that is over a fold."""
    if folds == 1:
        return "without cross-fitting"
    clusters = compared.first_clusters
    share = 0.0 if clusters is None else float(np.bincount(clusters).max()) / len(clusters)
    if share <= 1 / folds:
        return f"cross-fitted in {folds} folds"
    return (
        f"cross-fitted in {folds} folds, one cluster of {compared.words[0]} with {share:.0%} of the rows being kept "
        f"whole and predicted from the other {1 - share:.0%}"
    )
