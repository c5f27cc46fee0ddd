"""Controls laid out on a line by score within exact strata, and where each focal row falls among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.sorting import sorted_with_order
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class Line(Shown):
    """Candidates in ascending order of (stratum, score, row), and the focal rows' places among them.

    Attributes
    ----------
    rows : ndarray, shape (m,)
        Row positions of the candidates, in order.
    score : ndarray, shape (m,)
        Their scores.
    mirror : ndarray, shape (m,)
        The same places with each run of equal scores reversed; its own inverse. Walking down the mirrored line
        meets the lower of two tied rows first, as walking up the line does.
    focal : ndarray, shape (f,)
        Row positions of the focal rows, in the order given.
    focal_score : ndarray, shape (f,)
        Their scores.
    place : ndarray, shape (f,)
        The first candidate of the focal row's stratum with at least its score (may be the stratum's end).
    low, high : ndarray, shape (f,)
        The stratum's candidates are those from ``low`` to before ``high``.
    tie : float
        Distances that differ by no more are equal.
    """

    rows: Integers
    score: Floats
    mirror: Integers
    focal: Integers
    focal_score: Floats
    place: Integers
    low: Integers
    high: Integers
    tie: float = 0.0


def lay_out(score: Floats, focal: Integers, candidates: Integers, stratum: Integers, tie: float = 0.0) -> Line:
    """Sort once and return the line.

    Parameters
    ----------
    score : ndarray, shape (n,)
        Every row's score, snapped where there is a tie's width.
    focal : ndarray, shape (f,)
        Row positions to find matches for.
    candidates : ndarray, shape (m,)
        Row positions to choose from, ascending.
    stratum : ndarray, shape (n,)
        Codes from 0; only rows of the same code may be matched.
    """
    everyone = np.concatenate([focal, candidates])
    ordered, order = sorted_with_order(score[everyone])  # focal rows come before candidates of the same score
    count = int(stratum.max(initial=0)) + 1
    if count > 1:  # one array after the other is put in order, for there may be no room for two more
        codes = stratum.astype(np.uint16) if count <= 65_536 else stratum
        by_stratum = np.argsort(codes[everyone][order], kind="stable")
        ordered = ordered[by_stratum]
        order = order[by_stratum]
        del by_stratum
    is_candidate = order >= len(focal)
    seekers = np.flatnonzero(~is_candidate)
    place = np.empty(len(focal), dtype=np.intp)
    place[order[seekers]] = seekers - np.arange(len(seekers))  # how many candidates come before
    rows, sorted_score = everyone[order[is_candidate]], ordered[is_candidate]
    del everyone, order, ordered
    sizes = np.bincount(stratum[candidates], minlength=count)
    ends = np.cumsum(sizes)
    mirror = _mirror(sorted_score, (ends - sizes)[sizes > 0])
    mine = stratum[focal]
    return Line(
        rows=rows,
        score=sorted_score,
        mirror=mirror,
        focal=focal,
        focal_score=score[focal],
        place=place,
        low=(ends - sizes)[mine],
        high=ends[mine],
        tie=tie,
    )


def _mirror(score: Floats, stratum_begins: Integers) -> Integers:
    """Reverse each run of equal scores in a stratum."""
    size = len(score)
    places = np.arange(size)
    if size == 0:
        return places
    is_same = score[1:] == score[:-1]  # as the place before, in the same stratum
    is_same[stratum_begins[1:] - 1] = False
    again = np.flatnonzero(is_same) + 1
    if not len(again):
        return places
    is_first = np.append(True, np.diff(again) > 1)
    first, last = again[is_first] - 1, again[np.append(is_first[1:], True)]
    length = last - first + 1
    inside = np.repeat(first - np.cumsum(length) + length, length) + np.arange(int(length.sum()))
    places[inside] = np.repeat(first + last, length) - inside
    return places


def nearest_place(line: Line) -> Integers:
    """Return each focal row's nearest candidate while none is taken, -1 where its stratum has none.

    Of two candidates equally far the one in the lower row is nearest.
    """
    size = len(line.rows)
    if size == 0:
        return np.full(len(line.focal), -1, dtype=np.intp)
    has_right, has_left = line.place < line.high, line.place > line.low
    right = np.minimum(line.place, size - 1)
    left = line.mirror[np.maximum(line.place - 1, 0)]
    to_right = np.where(has_right, np.abs(line.score[right] - line.focal_score), np.inf)
    to_left = np.where(has_left, np.abs(line.focal_score - line.score[left]), np.inf)
    is_lower = line.rows[left] < line.rows[right]
    goes_left = (to_left + line.tie < to_right) | ((to_left <= to_right + line.tie) & is_lower)
    return np.where(has_right | has_left, np.where(goes_left, left, right), -1).astype(np.intp)
