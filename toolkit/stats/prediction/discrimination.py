"""Telling apart: how often whoever had the outcome was given the higher risk of two, with what each row adds to it."""

from __future__ import annotations

import numpy as np

from toolkit.stats.agreement.coefficient import Coefficient, unknown
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.prediction.clusters import with_interval


def concordance(risk: Floats, cases: Floats, others: Floats) -> float:
    """Return how often a case has the higher risk of a case and another, ties half; not a number without both.

    Parameters
    ----------
    risk : ndarray, shape (n,)
        Anything that is higher the likelier the outcome.
    cases, others : ndarray, shape (n,)
        How much each row counts as one that had the outcome, and as one that had not. A row may count as both: with
        its chance as a case and the rest as another this is the concordance that a model expects of itself (van
        Klaveren and others, 2016, Statistics in Medicine 35, 4136-4152).

    Notes
    -----
    The area under the receiver operating characteristic curve (Hanley and McNeil, 1982, Radiology 143, 29-36).
    """
    pairs = float(cases.sum() * others.sum())
    return float(cases @ _share_below(risk, others)) / pairs if pairs > 0 else float("nan")


def influence_of_concordance(risk: Floats, outcome: Floats, weights: Floats, groups: Integers) -> tuple[float, Floats]:
    """Return the concordance of pairs within groups, and what each row adds to its error.

    Parameters
    ----------
    risk : ndarray, shape (n,)
        Anything that is higher the likelier the outcome.
    outcome : ndarray, shape (n,)
        0 or 1.
    weights : ndarray, shape (n,)
        Of rows.
    groups : ndarray, shape (n,)
        Only two rows of one group are compared: in cross-validation the fold, since risks of two folds come from two
        fits.

    Returns
    -------
    tuple
        The concordance and each row's influence, shape (n,), which sum to 0; not a number without a pair.

    Notes
    -----
    The structural components of DeLong and others (1988), Biometrics 44, 837-845, over the pairs of each fold as LeDell
    and others (2015), Electronic Journal of Statistics 9, 1583-1607. Summed by cluster they are Obuchowski's (1997),
    Biometrics 53, 567-578.
    """
    wins, pairs = np.zeros(len(risk)), np.zeros(len(risk))
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        cases, others = weights[rows] * outcome[rows], weights[rows] * (1 - outcome[rows])
        below, above = _share_below(risk[rows], others), _share_below(-risk[rows], cases)
        wins[rows] = cases * below + others * above
        pairs[rows] = cases * others.sum() + others * cases.sum()
    total = float(pairs.sum()) / 2
    if total <= 0:
        return float("nan"), np.full(len(risk), np.nan)
    area = float(wins.sum()) / 2 / total
    return area, (wins - area * pairs) / total


def discrimination(
    risk: Floats,
    outcome: Floats,
    cluster: Integers,
    *,
    weights: Floats | None = None,
    groups: Integers | None = None,
    level: float = 0.95,
) -> Coefficient:
    """Return the area under the curve with an interval that takes only clusters as independent.

    Parameters
    ----------
    risk, outcome : ndarray, shape (n,)
        As those of `influence_of_concordance`.
    cluster : ndarray, shape (n,)
        Codes from 0.
    weights, groups : ndarray, shape (n,), optional
        1 each, and one group, where not given.
    level : float
        Of the interval.
    """
    require_level(level)
    load = np.ones(len(risk)) if weights is None else weights
    one = np.zeros(len(risk), dtype=np.intp) if groups is None else groups
    area, influence = influence_of_concordance(risk, outcome, load, one)
    return with_interval(area, influence, load, cluster, level, is_share=True) if np.isfinite(area) else unknown()


def _share_below(risk: Floats, mass: Floats) -> Floats:
    """Return, for each row, the mass of rows with less risk, and half that of rows with the same."""
    order = np.argsort(risk, kind="stable")
    ranked = risk[order]
    gone = np.concatenate([[0.0], np.cumsum(mass[order])])
    below = gone[np.searchsorted(ranked, risk, side="left")]
    up_to = gone[np.searchsorted(ranked, risk, side="right")]
    return np.asarray((below + up_to) / 2, dtype=np.float64)
