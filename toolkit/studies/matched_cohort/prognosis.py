"""What the groups' remaining differences could do to the answer, by a forecast learnt from families that did not join.

Hansen (2008, *Biometrika* 95, 481-488) and Stuart, Lee and Leacy (2013, *Journal of Clinical Epidemiology* 66, S84-S90)
judge balance on such a forecast, the prognostic score: a covariate that foretells nothing may differ, one that tells
much may not. Here the forecast knows squares and products too, and it is compared as the outcome is, after the same
adjustment: what is left is what the adjustment does not reach.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.censoring import weight_name
from toolkit.errors import InputError
from toolkit.stats import Effect
from toolkit.studies.matched_cohort.comparison import Comparison
from toolkit.studies.matched_cohort.spec import MatchedCohort

Floats = NDArray[np.float64]

_MOST_ROWS = 20_000
"""Families to learn from; a seeded draw of them where there are more."""
_PENALTY = 10.0
"""Of the squared coefficients: ninety squares and products of a few hundred events would fit noise."""


def shift_of(comparison: Comparison, spec: MatchedCohort, seed: int) -> Effect | None:
    """Return by how much what was recorded still differs, as a difference in the forecast share with the outcome.

    The forecast is learnt from families in no matched set, so no compared family's outcome is in it. ``None`` where
    they are too few, or it is the same for everybody.
    """
    from sklearn.linear_model import LogisticRegression

    outcome, frame = spec.outcomes[0], comparison.ready.frame
    used = np.asarray(comparison.matched.weights.loc[frame.index] > 0)
    learnt = frame[(frame["treated"] == 0).to_numpy() & ~used & (frame[weight_name(outcome)] > 0).to_numpy()]
    if len(learnt) > _MOST_ROWS:
        learnt = learnt.sample(_MOST_ROWS, random_state=seed)
    happened = (learnt[outcome] > 0).to_numpy()
    if not 0 < happened.sum() < len(happened):
        return None
    names = list(comparison.ready.covariates)
    inside = frame[used]
    columns, forecast_columns = _squares_and_products(learnt[names], inside[names])
    model = LogisticRegression(C=1 / _PENALTY, solver="newton-cholesky")
    model.fit(columns, happened, sample_weight=learnt[weight_name(outcome)].to_numpy())
    forecast = pd.Series(0.0, index=frame.index)
    forecast.loc[inside.index] = model.predict_proba(forecast_columns)[:, 1]
    try:
        return comparison.matched.effect(forecast, cluster=spec.cluster)
    except InputError:
        return None


def _squares_and_products(learnt: pd.DataFrame, wanted: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return covariates, their squares and products as columns of one spread, by what the first frame holds."""
    values, others = learnt.to_numpy(dtype=float), wanted.to_numpy(dtype=float)
    centre, spread = values.mean(axis=0), values.std(axis=0)
    varies = spread > 0
    found = []
    for one in (values, others):
        z = (one[:, varies] - centre[varies]) / spread[varies]
        pairs = combinations_with_replacement(range(z.shape[1]), 2)
        found.append(np.column_stack([z, *(z[:, i] * z[:, k] for i, k in pairs)]))
    scale = found[0].std(axis=0)
    scale[scale == 0] = 1.0
    return found[0] / scale, found[1] / scale
