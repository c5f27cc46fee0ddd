"""How far the arms overlap: rows trimmed, and what the weights of the rest say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.stats.arrays.types import Booleans
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


def notes_of_averages(averages: Averages, compared: Compared, options: EstimatorOptions) -> tuple[Note, ...]:
    """Return what to say of weights that are extreme, and of a cluster that is more than a fold."""
    if options.method == "regression":
        return ()
    notes = extreme_weight_notes(averages.weights, compared.treated)
    clusters = compared.first_clusters
    if options.is_stacked or options.folds == 1 or clusters is None:
        return notes
    share = float(np.bincount(clusters).max()) / len(clusters)
    if share <= 1 / options.folds:
        return notes
    words = (
        f"One cluster of {compared.words[0]} has {share:.0%} of the rows, more than one of {options.folds} folds: it "
        f"is kept whole, so what is expected of its rows is learnt from the other {1 - share:.0%}."
    )
    return (*notes, Note("cluster_larger_than_a_fold", words, {"share": share, "folds": options.folds}))
