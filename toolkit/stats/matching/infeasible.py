"""Rows that cannot have a match, told apart before any search, so that no search runs through everyone in vain."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Booleans
from toolkit.stats.matching.nearest.score_line import lay_out, nearest_place
from toolkit.stats.matching.problem import Problem


def hopeless_rows(problem: Problem) -> Booleans:
    """Return the focal rows that one caliper alone leaves without any candidate in their stratum."""
    lost: Booleans = np.zeros(len(problem.focal), dtype=bool)
    for caliper in problem.limits.calipers:
        if caliper.width >= 0:
            line = lay_out(caliper.values, problem.focal, problem.candidates, problem.stratum)
            place = nearest_place(line)
            if len(line.rows):
                gaps = np.abs(line.score[np.maximum(place, 0)] - line.focal_score)
                lost |= (place < 0) | ~caliper.holds(gaps)
    return lost
