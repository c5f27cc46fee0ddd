"""Subclassification: strata at quantiles of the score among those the effect is for."""

from __future__ import annotations

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers


def score_subclasses(
    score: Floats, focal: Booleans, used: Booleans, treated: Booleans, count: int, tie: float = 0.0
) -> Integers:
    """Return each used row's subclass from 0 (-1 for rows not used), both arms in each.

    Parameters
    ----------
    score : ndarray, shape (n,)
        The score.
    focal : ndarray of bool, shape (n,)
        The rows whose quantiles divide the subclasses.
    used : ndarray of bool, shape (n,)
        Rows to place.
    treated : ndarray of bool, shape (n,)
        The arms.
    count : int
        How many subclasses.
    tie : float
        A score that falls short of a quantile by no more is at it.

    Notes
    -----
    A subclass that one arm does not reach is joined with its neighbour towards the middle.
    """
    edges = np.quantile(score[focal & used], np.linspace(0, 1, count + 1)[1:-1]) - tie
    codes: Integers = np.where(used, np.searchsorted(edges, score, side="right"), -1).astype(np.intp)
    while True:
        present = np.unique(codes[used])
        if len(present) < 2:
            raise InputError("Fewer than two subclasses hold both arms. Ask for fewer subclasses.")
        lonely = [c for c in present.tolist() if treated[codes == c].all() or not treated[codes == c].any()]
        if not lonely:
            return np.where(used, np.searchsorted(present, codes), -1).astype(np.intp)
        place = int(np.searchsorted(present, lonely[0]))
        neighbour = place + 1 if place < len(present) / 2 else place - 1
        codes[codes == lonely[0]] = present[neighbour]
