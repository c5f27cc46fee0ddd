"""The cheapest cover of two arms that are apart by one number, without the distances of all pairs.

A link is worth having beside each row's nearest only where it is shorter than both ends' nearest together
(`toolkit.stats.matching.optimal` says why). Where a focal row has a fellow further on by its own nearest distance,
no row beyond the fellow qualifies: the fellow is nearer to it by as much. So each focal row looks at a short stretch of
the line, and the assignment is over few pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.sorting import sorted_with_order
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown

MOST_PAIRS = 60_000_000
PART = 4_000_000  # pairs looked at together
WIDER = 1e-12  # of the numbers, for limits that rounding may move
Links = tuple[Integers, Integers]


@dataclass(frozen=True, slots=True)
class _Arm(Shown):
    """One arm in ascending order: `numbers`, the `rows` they are of, and the distance to the `nearest` of the other.

    `partner` is the place of that nearest row in the other arm, the lowest row of those as near; the distance is
    infinite where nobody is within the caliper.
    """

    numbers: Floats
    rows: Integers
    nearest: Floats
    partner: Integers

    @property
    def reached(self) -> Integers:
        """The places of those who may have a partner."""
        return np.flatnonzero(np.isfinite(self.nearest))


def cover_on_line(focal: Floats, others: Floats, caliper: float, trifle: float) -> Links:
    """Return the links (focal number, candidate number) of the cheapest cover of all that may have a partner.

    Parameters
    ----------
    focal, others : ndarray, shapes (f,) and (m,)
        The arms' numbers; a link costs their difference.
    caliper : float
        The largest difference allowed.
    trifle : float
        What a link costs besides.

    Raises
    ------
    InputError
        When the arms lie so far apart that too many pairs would have to be looked at.
    """
    (t, t_rows), (c, c_rows) = sorted_with_order(focal), sorted_with_order(others)
    mine = _Arm(t, t_rows, *_nearest(t, c, c_rows, caliper))
    theirs = _Arm(c, c_rows, *_nearest(c, t, t_rows, caliper))
    one, other = _assigned(*_worth_having(mine, theirs, caliper, trifle))
    lonely = np.setdiff1d(mine.reached, one)
    left = np.setdiff1d(theirs.reached, other)
    ends = np.concatenate([one, lonely, theirs.partner[left]]), np.concatenate([other, mine.partner[lonely], left])
    links = np.unique(np.vstack([t_rows[ends[0]], c_rows[ends[1]]]), axis=1)
    return links[0].astype(np.intp), links[1].astype(np.intp)


def _nearest(numbers: Floats, line: Floats, rows: Integers, caliper: float) -> tuple[Floats, Integers]:
    """Return how far the nearest number on the line is from each, and its place (the lowest row's of those as near)."""
    right = np.searchsorted(line, numbers)
    left = np.searchsorted(line, line[np.maximum(right - 1, 0)])  # the first of those as far to the left
    ahead = np.where(right < len(line), np.abs(line[np.minimum(right, len(line) - 1)] - numbers), np.inf)
    behind = np.where(right > 0, np.abs(numbers - line[left]), np.inf)
    right = np.minimum(right, len(line) - 1)
    goes_left = (behind < ahead) | ((behind == ahead) & (rows[left] < rows[right]))
    distance = np.where(goes_left, behind, ahead)
    return np.where(distance <= caliper, distance, np.inf), np.where(goes_left, left, right)


def _worth_having(mine: _Arm, theirs: _Arm, caliper: float, trifle: float) -> tuple[Integers, Integers, Floats]:
    """Return the pairs of places whose link saves something beside both ends' nearest, and what it saves, below 0."""
    places = mine.reached
    reach = mine.nearest[places] + trifle
    low, high = _stretch(mine.numbers, places, reach, caliper, theirs.numbers)
    sizes = high - low
    if int(sizes.sum()) > MOST_PAIRS:
        raise InputError(
            f'method="full" would have {int(sizes.sum()):,} pairs to choose from (the most allowed is {MOST_PAIRS:,}): '
            "the arms lie far apart. Give a caliper, or match exactly on more columns."
        )
    bounds = np.searchsorted(np.cumsum(sizes), np.arange(PART, int(sizes.sum()) + PART, PART), side="right")
    found = []
    for part in np.split(np.arange(len(places)), np.unique(bounds)):
        size = sizes[part]
        one = np.repeat(places[part], size)
        other = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size - low[part], size)
        distance = np.abs(mine.numbers[one] - theirs.numbers[other])
        saving = distance + trifle - (mine.nearest[one] + trifle) - (theirs.nearest[other] + trifle)
        kept = (distance <= caliper) & (saving < -trifle / 2)
        found.append((one[kept], other[kept], saving[kept]))
    ones, others, savings = zip(*found, strict=True)
    return np.concatenate(ones), np.concatenate(others), np.concatenate(savings)


def _stretch(numbers: Floats, places: Integers, reach: Floats, caliper: float, line: Floats) -> Links:
    """Return where on the line the stretch begins and ends that each of the numbers' places must look at."""
    here = numbers[places]
    wider = WIDER * (1.0 + float(np.abs(numbers).max(initial=0.0)) + float(np.abs(line).max(initial=0.0)))
    after = np.searchsorted(numbers, here + reach + wider)
    before = np.searchsorted(numbers, here - reach - wider, side="right") - 1
    last = np.where(after < len(numbers), numbers[np.minimum(after, len(numbers) - 1)], np.inf)
    first = np.where(before >= 0, numbers[np.maximum(before, 0)], -np.inf)
    low = np.searchsorted(line, np.maximum(first, here - caliper - wider))
    high = np.searchsorted(line, np.minimum(last, here + caliper + wider), side="right")
    return low.astype(np.intp), high.astype(np.intp)


def _assigned(one: Integers, other: Integers, savings: Floats) -> Links:
    """Return the pairs, each row in one at most, that save the most together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    if not len(savings):
        return one, other
    mine, row = np.unique(one, return_inverse=True)
    theirs, column = np.unique(other, return_inverse=True)
    # A column of its own lets each row go without; no cost may be 0, which would mean no pair.
    alone = np.arange(len(mine))
    above = 1.0 - float(savings.min())
    costs = np.concatenate([savings + above, np.full(len(mine), above)])
    ends = np.concatenate([row, alone]), np.concatenate([column, len(theirs) + alone])
    graph = coo_array((costs, ends), shape=(len(mine), len(theirs) + len(mine)))
    rows, columns = min_weight_full_bipartite_matching(graph.tocsr())
    kept = columns < len(theirs)
    return mine[rows[kept]], theirs[columns[kept]]
