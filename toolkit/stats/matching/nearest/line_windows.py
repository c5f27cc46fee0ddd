"""The nearest candidates on a line under further limits, by windows that widen around the focal rows' places."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Booleans, Integers
from toolkit.stats.matching.calipers import Limits
from toolkit.stats.matching.nearest.near_lists import LENGTH, Bar, Near, entries_up_to, least_of_blocks, listed
from toolkit.stats.matching.nearest.score_line import Line

FIRST_REACH = 16
CELLS = 400_000  # pairs looked at together: what the processor's cache holds


class LineWindows:
    """Candidates on a line where a pair must also satisfy limits on other columns.

    Parameters
    ----------
    line : Line
        The candidates and the focal rows' places.
    caliper : float
        The largest distance allowed (infinity for none).
    limits : Limits
        What else a pair must satisfy.
    hopeless : ndarray of bool, shape (f,)
        Focal rows that cannot have a match.

    Notes
    -----
    Windows of many focal rows are judged together; those in which too little was found are widened. Time is in
    proportion to the candidates that fail the limits; memory to the line.
    """

    def __init__(self, line: Line, caliper: float, limits: Limits, hopeless: Booleans) -> None:
        self.rows = line.rows
        self._line, self._caliper = line, caliper
        self._limits, self._own_limits = limits.of(line.rows), limits.of(line.focal)
        self._hopeless = hopeless

    def ask(self, focals: Integers, bar: Bar) -> Near:
        """Return the nearest candidates of some focal rows, of those not barred."""
        places = np.full((len(focals), LENGTH), -1, dtype=np.intp)
        is_all = np.ones(len(focals), dtype=bool)
        waiting = np.flatnonzero(~self._hopeless[focals])
        waiting = waiting[np.argsort(self._line.place[focals[waiting]], kind="stable")]
        reach = FIRST_REACH
        while len(waiting):
            step = max(1, CELLS // (2 * reach))
            for some in np.split(waiting, np.arange(step, len(waiting), step)):
                found = self._look(focals[some], reach, bar)
                places[some], is_all[some] = found.places, found.is_all
            waiting = waiting[(places[waiting, 0] < 0) & ~is_all[waiting]]
            reach *= 4
        return Near(places, is_all)

    def _look(self, focals: Integers, reach: int, bar: Bar) -> Near:
        line, mine = self._line, self._line.focal_score[focals]
        begin = np.maximum(line.low[focals], line.place[focals] - reach)
        end = np.minimum(line.high[focals], line.place[focals] + reach)
        width = int((end - begin).max(initial=0))
        if width == 0:
            return Near(np.full((len(focals), LENGTH), -1, dtype=np.intp), np.ones(len(focals), dtype=bool))
        place = np.minimum(begin[:, None] + np.arange(width), len(line.rows) - 1)
        gap = np.abs(line.score[place] - mine[:, None])
        good = (begin[:, None] + np.arange(width) < end[:, None]) & (gap <= self._caliper)
        good &= self._own_limits.allow(focals, self._limits, place)
        gap[~good] = np.inf
        if (barred := bar(focals, place)) is not None:
            gap[barred] = np.inf
        seen = least_of_blocks(gap) + 2 * line.tie
        row, column = entries_up_to(gap, seen)
        # A candidate beyond an edge is at least as far as the edge.
        last = len(line.rows) - 1
        left = np.where(begin > line.low[focals], mine - line.score[np.minimum(begin, last)], np.inf)
        right = np.where(end < line.high[focals], line.score[np.maximum(end - 1, 0)] - mine, np.inf)
        edge = np.minimum(left, right)
        edge[edge > self._caliper] = np.inf
        return listed(
            len(focals), row, place[row, column], line.rows, gap[row, column], np.minimum(edge, seen), line.tie
        )

    def distance(self, focal: int, place: int) -> float:
        """Return how far apart on the score a focal row and a candidate are."""
        return float(abs(self._line.score[place] - self._line.focal_score[focal]))
