"""Nearest free candidate on a line under further limits, by a window that widens around the focal row's place."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Booleans
from toolkit.stats.matching.calipers import Limits
from toolkit.stats.matching.nearest.score_line import Line
from toolkit.stats.matching.reuse import Usage

FIRST_REACH = 16


class WindowPool:
    """Candidates on a line where a pair must also satisfy limits on other columns.

    Parameters
    ----------
    line : Line
        The candidates and the focal rows' places.
    caliper : float
        The largest distance allowed (infinity for none).
    usage : Usage
        Who has been used and how often.
    limits : Limits
        What else a pair must satisfy.
    hopeless : ndarray of bool, shape (f,)
        Focal rows that cannot have a match.

    Notes
    -----
    A window is judged as a whole with array operations; its nearest good candidate stands unless one outside could
    be as near. Time is in proportion to the candidates that fail the limits; memory to the line.
    """

    def __init__(self, line: Line, caliper: float, usage: Usage, limits: Limits, hopeless: Booleans) -> None:
        self._line, self._caliper, self._usage, self._limits = line, caliper, usage, limits
        self._hopeless = hopeless

    def nearest(self, focal: int) -> int:
        """Return the place of the nearest candidate the focal row may still have, or -1."""
        line = self._line
        if self._hopeless[focal] or not self._usage.may_seek(int(line.focal[focal])):
            return -1
        place, low, high = int(line.place[focal]), int(line.low[focal]), int(line.high[focal])
        mine, reach = line.focal_score[focal], FIRST_REACH
        while True:
            begin, end = max(low, place - reach), min(high, place + reach)
            best = self._best(focal, begin, end)
            # A candidate beyond an edge is at least as far as the edge.
            left_gap = mine - line.score[begin] if begin > low else np.inf
            right_gap = line.score[end - 1] - mine if end < high else np.inf
            gap = abs(line.score[best] - mine) if best >= 0 else np.inf
            if best >= 0 and gap + line.tie < left_gap and gap + line.tie < right_gap:
                return best
            if (begin == low and end == high) or min(left_gap, right_gap) > self._caliper:
                return best
            reach *= 4

    def _best(self, focal: int, begin: int, end: int) -> int:
        line = self._line
        if begin >= end:
            return -1
        rows = line.rows[begin:end]
        gaps = np.abs(line.score[begin:end] - line.focal_score[focal])
        good = self._usage.is_free[rows] & (gaps <= self._caliper)
        some = np.flatnonzero(good)
        if some.size:
            row = int(line.focal[focal])
            some = some[self._limits.allows(row, rows[some]) & self._usage.is_new(row, rows[some])]
        if not some.size:
            return -1
        ties = some[gaps[some] <= gaps[some].min() + self._line.tie]
        return begin + int(ties[np.argmin(rows[ties])])

    def distance(self, focal: int, place: int) -> float:
        """Return how far apart on the score a focal row and a candidate are."""
        return float(abs(self._line.score[place] - self._line.focal_score[focal]))

    def take(self, focal: int, place: int) -> None:
        """Count a use of the candidate at `place` by the focal row's set."""
        self._usage.take(int(self._line.focal[focal]), int(self._line.rows[place]))
