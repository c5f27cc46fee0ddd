"""The nearest candidates on a line under further limits, by windows that widen around the focal rows' places."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.matching.calipers import Limits
from toolkit.stats.matching.nearest.near_lists import LENGTH, Bar, Near, entries_up_to, least_of_blocks, listed
from toolkit.stats.matching.nearest.score_line import Line

FIRST_REACH = 16
REACH_OF_ONE = 128  # who asks alone found the nearest taken
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
        self._all_limits = limits
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
        line, mine = self._line, self._line.focal_score[focals][:, None]
        here, steps, last = line.place[focals][:, None], np.arange(reach), len(line.rows) - 1
        low, high = line.low[focals][:, None], line.high[focals][:, None]
        place = np.hstack([line.mirror[np.clip(here - 1 - steps, 0, last)], np.minimum(here + steps, last)])
        gap = np.abs(line.score[place] - mine)
        good = np.hstack([here - steps > low, here + steps < high]) & (gap <= self._caliper)
        good &= self._own_limits.allow(focals, self._limits, place)
        gap[~good] = np.inf
        if (barred := bar(focals, place)) is not None:
            gap[barred] = np.inf
        seen = least_of_blocks(gap) + 2 * line.tie
        row, column = entries_up_to(gap, seen)
        found, far = place[row, column], gap[row, column]
        known, is_all = np.ones(len(row), dtype=bool), np.ones(len(focals), dtype=bool)
        for edge, has_more in ((reach - 1, here - reach > low), (2 * reach - 1, here + reach < high)):
            edge_gap = np.abs(line.score[place[:, edge]] - mine[:, 0])
            has_more = has_more[:, 0] & (edge_gap <= self._caliper)
            edge_gap[~has_more] = np.inf
            known &= self._is_sooner(found, far, place[:, edge][row], edge_gap[row])
            is_all &= ~has_more
        near = listed(len(focals), row[known], found[known], line.rows, far[known], seen, line.tie)
        return Near(near.places, near.is_all & is_all)

    def _is_sooner(self, places: Integers, gaps: Floats, edges: Integers, edge_gaps: Floats) -> Booleans:
        """Return which places are chosen before all beyond an edge: nearer, or as near and not in a higher row.

        Walking outward, and on the left through the mirror, places come in the order they are chosen.
        """
        rows, tie = self.rows, self._line.tie
        return np.asarray(
            (gaps + tie < edge_gaps) | ((gaps <= edge_gaps + tie) & (rows[places] <= rows[edges])), dtype=bool
        )

    def nearest(self, focal: int, bar: Bar) -> int:
        """Return the place of the nearest candidate of one focal row that is not barred, or -1."""
        if self._hopeless[focal]:
            return -1
        line, me, reach = self._line, np.array([focal]), REACH_OF_ONE
        place, low, high = int(line.place[focal]), int(line.low[focal]), int(line.high[focal])
        row, mine = int(line.focal[focal]), line.focal_score[focal]
        while True:
            begin, end = max(low, place - reach), min(high, place + reach)
            places = np.concatenate([line.mirror[begin:place], np.arange(place, end)])
            gaps = np.abs(line.score[places] - mine)
            good = gaps <= self._caliper
            if (barred := bar(me, places[None])) is not None:
                good &= ~barred[0]
            some = np.flatnonzero(good)
            some = some[self._all_limits.allows(row, self.rows[places[some]])]
            edges = [at for at, more in ((0, begin > low), (len(places) - 1, end < high)) if more]
            edges = [at for at in edges if gaps[at] <= self._caliper]
            if some.size:
                level = some[gaps[some] <= gaps[some].min() + line.tie]
                best = level[np.argmin(self.rows[places[level]])][None]
                if all(self._is_sooner(places[best], gaps[best], places[[at]], gaps[[at]])[0] for at in edges):
                    return int(places[best[0]])
            elif not edges:
                return -1
            reach *= 8

    def distance(self, focal: int, place: int) -> float:
        """Return how far apart on the score a focal row and a candidate are."""
        return float(abs(self._line.score[place] - self._line.focal_score[focal]))
