"""Effects on several outcomes of one frame's rows, with the covariance that comes of their sharing rows and places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats
from toolkit.stats.effects.adjusted_sample import AdjustedSample
from toolkit.stats.effects.clusters import with_clusters
from toolkit.stats.effects.effect import Effect
from toolkit.stats.effects.estimate import effect_with_influence
from toolkit.stats.effects.joint import covariance_of_shared
from toolkit.stats.effects.options import Request
from toolkit.stats.sample.codes import dense_codes, value_codes


def several_effects(
    asked: Sequence[tuple[AdjustedSample, pd.Series]], *, cluster: str | int
) -> tuple[tuple[Effect, ...], Floats]:
    """Estimate differences in several outcomes, each in a sample of its own made of one frame's rows.

    Parameters
    ----------
    asked : sequence of (Matched or Weighted, Series)
        Each outcome with the sample it is known of; matched, or weighted by given weights, all of one frame.
    cluster : str
        The column to cluster by.

    Returns
    -------
    effects : tuple of Effect
        In the order asked.
    covariance : ndarray, shape (k, k)
        Each one's own variance on the diagonal; beside it what their influences, added up by cluster, have in common.

    Raises
    ------
    InputError
        As `AdjustedSample.effect`.
    """
    effects, influences = [], []
    for sample, outcome in asked:
        request = Request.of({}, outcome=outcome, cluster=cluster)
        request.check()
        with_cluster, names = with_clusters(sample.sample, cluster)
        effect, rows, influence = effect_with_influence(
            with_cluster, sample._compared(with_cluster, names), sample.estimand, request
        )
        effects.append(effect)
        influences.append(np.bincount(rows, weights=influence, minlength=with_cluster.rows))
    codes = dense_codes(value_codes(asked[0][0].sample.frame[cluster])[0])[0]
    return tuple(effects), covariance_of_shared(np.column_stack(influences), [codes], [one.se for one in effects])
