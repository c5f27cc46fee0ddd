"""Why a row found no match."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.stats.arrays import Booleans, Integers
from toolkit.stats.line import lay_out, nearest_place
from toolkit.stats.problem import Problem

DISCARDED = "outside the common support (discarded)"
NO_STRATUM = "no row of the other arm has the same exact values"
TOO_FAR = "no row of the other arm within the caliper"
NONE_LEFT = "every row of the other arm within the limits was already used"
FEW = 20  # rows that are looked up one by one, sooner than sorting everyone again
NONE_ALLOWED = "no row of the other arm within every limit was left"


def unmatched_reasons(problem: Problem, matched: Integers, discarded_focal: Integers, labels: pd.Index) -> pd.DataFrame:
    """Return a table of the focal rows without a match (``row``, ``reason``), in row order.

    Parameters
    ----------
    problem : Problem
        What was solved.
    matched : ndarray
        Focal row positions that found a match.
    discarded_focal : ndarray
        Focal row positions left out beforehand.
    labels : Index
        Row labels by position.
    """
    lost = np.setdiff1d(problem.focal, matched)
    limited = bool(problem.limits.any or (problem.points is not None and np.isfinite(problem.caliper)))
    reasons = np.full(len(lost), NONE_ALLOWED if limited else NONE_LEFT, dtype=object)
    if problem.score is not None and problem.points is None and np.isfinite(problem.caliper):
        reasons[_too_far(problem, lost)] = TOO_FAR
    inhabited = np.bincount(problem.stratum[problem.candidates], minlength=int(problem.stratum.max(initial=0)) + 1) > 0
    reasons[~inhabited[problem.stratum[lost]]] = NO_STRATUM
    rows = np.concatenate([lost, discarded_focal])
    words = np.concatenate([reasons, np.full(len(discarded_focal), DISCARDED, dtype=object)])
    order = np.argsort(rows, kind="stable")
    return pd.DataFrame({"row": labels[rows[order]], "reason": words[order]})


def _is_too_far(problem: Problem, row: int) -> bool:
    if problem.score is None:
        raise ValueError("a caliper on the score needs scores")
    others = problem.candidates[problem.stratum[problem.candidates] == problem.stratum[row]]
    return bool(len(others)) and float(np.abs(problem.score[others] - problem.score[row]).min()) > problem.caliper


def _too_far(problem: Problem, lost: Integers) -> Booleans:
    if problem.score is None:
        raise ValueError("a caliper on the score needs scores")
    if len(lost) <= FEW:
        return np.array([_is_too_far(problem, row) for row in lost.tolist()], dtype=bool)
    line = lay_out(problem.score, lost, problem.candidates, problem.stratum)
    place = nearest_place(line)
    if not len(line.rows):
        return np.zeros(len(lost), dtype=bool)
    gaps = np.abs(line.score[np.maximum(place, 0)] - line.focal_score)
    return np.asarray((place >= 0) & (gaps > problem.caliper), dtype=bool)
