"""The nearest candidates in space among those of a stratum, or of a caliper's window, by comparing with all of them."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.matching.calipers import Caliper
from toolkit.stats.matching.infeasible import hopeless_rows
from toolkit.stats.matching.nearest.near_lists import LENGTH, Bar, Near, entries_up_to, least_of_blocks, listed
from toolkit.stats.matching.nearest.score_line import Line, lay_out
from toolkit.stats.matching.problem import Problem

CELLS = 400_000  # pairs looked at together
WIDE = 300  # windows of more candidates are compared by a matrix product
PRODUCT_ERROR = 1e-13  # of the squared lengths: more than a product's rounding


class SpaceWindows:
    """Candidates in space, ordered so that those a focal row may have stand together.

    Parameters
    ----------
    problem : Problem
        With `points`.

    Notes
    -----
    Candidates are sorted by stratum and by the column whose caliper leaves the fewest; each focal row's window among
    them is compared as a whole, many rows at a time, by a matrix product where windows are wide. What the product
    finds nearest is measured again exactly.
    """

    def __init__(self, problem: Problem) -> None:
        if problem.points is None:
            raise ValueError("windows in space need points")
        self._problem, self._points = problem, problem.points
        self._hopeless = hopeless_rows(problem)
        self.rows, self._low, self._high, self._window = _windows(problem)
        self.pairs = int((self._high - self._low).sum())
        self._placed: Floats | None = None

    @property
    def is_in_caliper(self) -> bool:
        """Whether a caliper makes the windows narrower than the strata."""
        return self._window is not None

    def _prepare(self) -> Floats:
        """Return the candidates' points in their order, made when first asked for."""
        if self._placed is None:
            self._placed = self._points[self.rows]
            squares = np.einsum("ij,ij->i", self._placed, self._placed)
            self._columns = np.vstack([self._placed.T, squares, np.ones(len(squares))])
            rest = self._problem.limits.without(self._window)
            self._limits, self._own_limits = rest.of(self.rows), rest.of(self._problem.focal)
        return self._placed

    def ask(self, focals: Integers, bar: Bar) -> Near:
        """Return the nearest candidates of some focal rows, of those not barred."""
        self._prepare()
        places = np.full((len(focals), LENGTH), -1, dtype=np.intp)
        is_all = np.ones(len(focals), dtype=bool)
        width = self._high[focals] - self._low[focals]
        waiting = np.flatnonzero(~self._hopeless[focals] & (width > 0))
        is_wide = width[waiting] > WIDE
        narrow, wide = waiting[~is_wide], waiting[is_wide]
        for some in _parts(narrow[np.argsort(width[narrow], kind="stable")], width):
            found = self._compare(focals[some], bar)
            places[some], is_all[some] = found.places, found.is_all
        for some in _parts(wide[np.argsort(self._low[focals[wide]], kind="stable")], width):
            found = self._multiply(focals[some], bar)
            places[some], is_all[some] = found.places, found.is_all
        return Near(places, is_all)

    def _compare(self, focals: Integers, bar: Bar) -> Near:
        """Measure every pair of narrow windows."""
        low, high, placed = self._low[focals], self._high[focals], self._prepare()
        place = low[:, None] + np.arange(int((high - low).max()))
        good = place < high[:, None]
        place = np.minimum(place, len(self.rows) - 1)
        squares = np.zeros(place.shape)
        for axis, mine in enumerate(self._points[self._problem.focal[focals]].T):
            gap = placed[:, axis][place] - mine[:, None]
            squares += gap * gap
        squares[~good] = np.inf
        self._leave_out(squares, focals, place, bar)
        return self._near(focals, squares, place, np.zeros(len(focals)))

    def _multiply(self, focals: Integers, bar: Bar) -> Near:
        """Measure the pairs of wide windows that overlap by one product."""
        low, high = self._low[focals], self._high[focals]
        begin, end = int(low.min()), int(high.max())
        here = slice(begin, end)
        mine = self._points[self._problem.focal[focals]]
        own = np.einsum("ij,ij->i", mine, mine)
        squares = np.column_stack([-2.0 * mine, np.ones(len(mine)), own]) @ self._columns[:, here]
        for number, (first, last) in enumerate(zip((low - begin).tolist(), (high - begin).tolist(), strict=True)):
            squares[number, :first] = np.inf
            squares[number, last:] = np.inf
        self._leave_out(squares, focals, here, bar)
        error = PRODUCT_ERROR * (own + float(self._columns[-2, here].max()))
        return self._near(focals, squares, np.arange(begin, end), error)

    def _leave_out(self, squares: Floats, focals: Integers, places: Integers | slice, bar: Bar) -> None:
        """Make infinite what the limits or the bar do not allow; writes to `squares`."""
        if self._own_limits.any:
            squares[~np.broadcast_to(self._own_limits.allow(focals, self._limits, places), squares.shape)] = np.inf
        barred = bar(focals, places)
        if barred is not None:
            squares[np.broadcast_to(barred, squares.shape)] = np.inf

    def _near(self, focals: Integers, squares: Floats, place: Integers, error: Floats) -> Near:
        """Return the lists of the nearest by squared distances that are right to within an error, measured again."""
        tie, caliper = self._problem.tie, self._problem.caliper
        seen = (np.sqrt(np.maximum(least_of_blocks(squares), 0.0)) + 2 * tie) ** 2 + 2 * error
        row, column = entries_up_to(squares, seen)
        found = place[column] if place.ndim == 1 else place[row, column]
        mine = self._problem.focal[focals[row]]
        gaps = self._prepare()[found] - self._points[mine]
        gap = np.sqrt(np.einsum("ij,ij->i", gaps, gaps))
        reach = np.sqrt(np.maximum(seen - error, 0.0))
        reach[reach > caliper] = np.inf
        near = gap <= caliper
        if self._window is not None:  # its windows are a little too wide, so that rounding leaves nobody out
            near &= self._window.holds(np.abs(self._window.values[self.rows[found]] - self._window.values[mine]))
        return listed(len(focals), row[near], found[near], self.rows, gap[near], reach, tie)

    def nearest(self, focal: int, bar: Bar) -> int:
        """Return the place of the nearest candidate of one focal row that is not barred, or -1."""
        return int(self.ask(np.array([focal]), bar).places[0, 0])

    def distance(self, focal: int, place: int) -> float:
        """Return how far apart a focal row and a candidate are."""
        gap = self._points[self._problem.focal[focal]] - self._points[self.rows[place]]
        return float(np.sqrt((gap * gap).sum()))


def _windows(problem: Problem) -> tuple[Integers, Integers, Integers, Caliper | None]:
    """Return the candidates in order, where each focal row's window among them begins and ends, and whose window.

    The order is by stratum, and inside by the column whose caliper leaves the fewest pairs.
    """
    mine = problem.stratum[problem.focal]
    order = np.argsort(problem.stratum[problem.candidates], kind="stable")
    rows = problem.candidates[order]
    codes = problem.stratum[rows]
    low, high = np.searchsorted(codes, mine, side="left"), np.searchsorted(codes, mine, side="right")
    best: tuple[Integers, Integers, Integers, Caliper | None] = rows, low, high, None
    for caliper in problem.limits.calipers:
        if caliper.width < 0:
            continue
        reach = caliper.width + 2 * caliper.slack  # what the slack does not allow is barred pair by pair
        line = lay_out(caliper.values, problem.focal, problem.candidates, problem.stratum)
        low = _place(line, line.focal_score - reach, problem)
        high = _place(line, np.nextafter(line.focal_score + reach, np.inf), problem)
        if (high - low).sum() < (best[2] - best[1]).sum():
            best = line.rows, low, high, caliper
    return best


def _place(line: Line, values: Floats, problem: Problem) -> Integers:
    """Return the first candidate of each focal row's stratum with at least a value (the stratum's end if none)."""
    order = np.argsort(values, kind="stable")
    codes = problem.stratum[problem.focal][order]
    order = order[np.argsort(codes, kind="stable")]
    place = np.empty(len(values), dtype=np.intp)
    low, high, codes = line.low[order], line.high[order], problem.stratum[problem.focal][order]
    begins = np.unique(codes, return_index=True)[1]
    for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), len(order)], strict=True):
        first, last = int(low[begin]), int(high[begin])
        some = order[begin:end]
        place[some] = first + np.searchsorted(line.score[first:last], values[some], side="left")
    return place


def _parts(ordered: Integers, width: Integers) -> list[Integers]:
    """Return the focal rows in runs that have about CELLS pairs together."""
    if not len(ordered):
        return []
    run = np.cumsum(width[ordered]) // CELLS
    return np.split(ordered, np.flatnonzero(run[1:] != run[:-1]) + 1)
