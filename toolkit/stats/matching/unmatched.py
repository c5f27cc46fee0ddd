"""Why a row found no match."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Integers
from toolkit.stats.matching.nearest.greedy_without_replacement import first_choices
from toolkit.stats.matching.nearest.score_line import lay_out
from toolkit.stats.matching.problem import Pairs, Problem
from toolkit.stats.matching.sets import Memberships

DISCARDED = "outside the common support (discarded)"
NO_STRATUM = "no row of the other arm has the same exact values"
TOO_FAR = "no row of the other arm within the caliper"
NONE_LEFT = "every row of the other arm within the limits was already used"
NONE_ALLOWED = "no row of the other arm within every limit was left"
UNIT_USED = "another row of its unit was already used"


def unmatched_reasons(problem: Problem, pairs: Pairs, discarded_focal: Integers, labels: pd.Index) -> pd.DataFrame:
    """Return a table of the focal rows without a match (``row``, ``reason``), in row order.

    Parameters
    ----------
    problem : Problem
        What was solved.
    pairs : Pairs
        What was found.
    discarded_focal : ndarray
        Focal row positions left out beforehand.
    labels : Index
        Row labels by position.
    """
    is_lost = np.ones(len(problem.stratum), dtype=bool)
    is_lost[pairs.focal] = False
    lost = np.sort(problem.focal[is_lost[problem.focal]])
    limited = bool(problem.limits.any or (problem.points is not None and np.isfinite(problem.caliper)))
    reasons = np.full(len(lost), NONE_ALLOWED if limited else NONE_LEFT, dtype=object)
    if problem.score is not None and problem.points is None and np.isfinite(problem.caliper):
        reasons[_too_far(problem, lost)] = TOO_FAR
    if problem.unit is not None and problem.capacity is not None:
        reasons[_uses(problem.unit, pairs)[problem.unit[lost]] >= problem.capacity] = UNIT_USED
    inhabited = np.bincount(problem.stratum[problem.candidates], minlength=int(problem.stratum.max(initial=0)) + 1) > 0
    reasons[~inhabited[problem.stratum[lost]]] = NO_STRATUM
    rows = np.concatenate([lost, discarded_focal])
    words = np.concatenate([reasons, np.full(len(discarded_focal), DISCARDED, dtype=object)])
    order = np.argsort(rows, kind="stable")
    return pd.DataFrame({"row": labels[rows[order]], "reason": words[order]})


def _uses(unit: Integers, pairs: Pairs) -> Integers:
    """Return how often each unit was used: once for each set it sought, once for each it was taken into."""
    size = int(unit.max(initial=0)) + 1
    sought, taken = unit[np.unique(pairs.focal)], unit[pairs.other]
    return np.asarray(np.bincount(sought, minlength=size) + np.bincount(taken, minlength=size), dtype=np.intp)


def _too_far(problem: Problem, lost: Integers) -> Booleans:
    """Return which rows have no candidate of their stratum within the caliper."""
    if problem.score is None:
        raise ValueError("a caliper on the score needs scores")
    if not len(lost):
        return np.zeros(0, dtype=bool)
    mine, theirs = problem.score[lost], problem.score[problem.candidates]
    reach = problem.caliper
    near = problem.candidates[(theirs >= mine.min() - reach) & (theirs <= mine.max() + reach)]
    return first_choices(lay_out(problem.score, lost, near, problem.stratum, problem.tie), problem.caliper) < 0


def require_some(memberships: Memberships, unmatched: pd.DataFrame) -> None:
    """Refuse a match without a single set, saying why the rows found none."""
    if len(memberships.rows):
        return
    reasons = "; ".join(counted_reasons(unmatched))
    raise InputError(f"Not one match could be made ({reasons}). Widen the calipers or match exactly on fewer columns.")


def counted_reasons(unmatched: pd.DataFrame) -> list[str]:
    """Return how many rows have no match for each reason."""
    return [f"{count:,}: {reason!s}" for reason, count in unmatched["reason"].value_counts(sort=False).items()]
