"""Rows at the same place in the same stratum, gathered into one group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.sorting import stable_order
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class DistinctPoints(Shown):
    """Candidates grouped by stratum and place.

    Attributes
    ----------
    rows : ndarray, shape (m,)
        Row positions, group by group, ascending within a group; groups are ordered by stratum.
    begins : ndarray, shape (groups + 1,)
        Where each group begins in `rows`.
    stratum_begins : ndarray, shape (strata + 1,)
        Where each stratum's groups begin.
    """

    rows: Integers
    begins: Integers
    stratum_begins: Integers

    def of_stratum(self, stratum: int) -> tuple[int, int]:
        """Return the first group of a stratum and the one after its last."""
        return int(self.stratum_begins[stratum]), int(self.stratum_begins[stratum + 1])


def distinct_points(points: Floats, stratum: Integers, candidates: Integers) -> DistinctPoints:
    """Group candidates (ascending row positions) by stratum and exact place.

    Notes
    -----
    Places are sorted by one mixed coordinate and compared with their neighbours in that order. Different places that
    mix to the same number may part a group into several, which costs a little time and changes no result.
    """
    mixed = np.zeros(len(candidates))
    for axis in range(points.shape[1]):
        mixed += points[candidates, axis] * (1.0 + 0.6180339887498949 * axis) ** 0.5
    order = stable_order(mixed)
    order = order[np.argsort(stratum[candidates][order], kind="stable")]
    rows = candidates[order]
    is_first = np.ones(len(rows), dtype=bool)
    if len(rows) > 1:
        is_first[1:] = stratum[rows[1:]] != stratum[rows[:-1]]
        for axis in range(points.shape[1]):
            column = points[rows, axis]
            is_first[1:] |= column[1:] != column[:-1]
    starts = np.flatnonzero(is_first)
    strata = int(stratum.max(initial=0)) + 1
    bounds = np.searchsorted(stratum[rows[starts]], np.arange(strata + 1))
    return DistinctPoints(rows, np.append(starts, len(rows)).astype(np.intp), bounds.astype(np.intp))
