"""Who chooses first, and how many matches each focal row may have."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.sorting import stable_order
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.matching.nearest.score_line import lay_out, nearest_place
from toolkit.stats.matching.nearest.ties import snapped


def choosing_order(
    order: str, focal: Integers, hardness: Floats | None, seed: int | None, tie: float = 0.0
) -> Integers:
    """Return the focal rows in the order they choose.

    Parameters
    ----------
    order : str
        ``largest``, ``smallest`` or ``farthest`` by `hardness`; ``data`` and ``closest`` keep the rows' order (for
        ``closest`` it settles ties only); ``random``.
    focal : ndarray, shape (f,)
        Row positions, ascending.
    hardness : ndarray, shape (f,), or None
        What is largest first; rows with the same keep their order.
    seed : int or None
        For ``random``; none is 0, so that nothing is random that was not asked to be.
    tie : float
        Hardness that differs by no more is the same.
    """
    if order == "random":
        return np.random.default_rng(seed or 0).permutation(focal)
    if order in ("data", "closest") or hardness is None:
        return focal
    sign = 1.0 if order == "smallest" else -1.0
    return focal[stable_order(sign * snapped(hardness, tie))]


def gap_to_nearest(score: Floats, focal: Integers, candidates: Integers, stratum: Integers, tie: float) -> Floats:
    """Return how far each focal row is from its nearest candidate while none is taken (infinity for none)."""
    line = lay_out(score, focal, candidates, stratum, tie)
    place = nearest_place(line)
    if not len(line.rows):
        return np.full(len(focal), np.inf)
    return np.where(place >= 0, np.abs(line.score[np.maximum(place, 0)] - line.focal_score), np.inf)


def variable_quota(probability: Floats, ratio: int, least: int, most: int) -> Integers:
    """Return how many matches each focal row may have when the number varies.

    Rows unlike the other arm have fewer: the number goes with (1 - p) / p, the expected number of candidates for
    each focal row of propensity p, between `least` and `most`, and is `ratio` on average (Ming and Rosenbaum, 2001).

    Parameters
    ----------
    probability : ndarray, shape (f,)
        The focal rows' probability of being in the focal arm.
    """
    odds = (1.0 - probability) / np.maximum(probability, 1e-300)
    target = ratio * len(odds)
    low, high = 0.0, float(most) / max(float(odds.min()), 1e-300)
    for _ in range(200):
        middle = (low + high) / 2
        if np.clip(middle * odds, least, most).sum() < target:
            low = middle
        else:
            high = middle
    return _round_to_total(np.clip(high * odds, least, most), target)


def _round_to_total(wanted: Floats, total: int) -> Integers:
    """Round down, then give what is left to those with the largest remainders, the first row first."""
    whole = np.floor(wanted + 1e-9)
    spare = round(total - float(whole.sum()))
    if spare > 0:
        remainder = np.where(wanted - whole > 1e-9, wanted - whole, -1.0)
        order = np.argsort(-remainder, kind="stable")[:spare]
        whole[order[remainder[order] > 0]] += 1
    return np.asarray(whole, dtype=np.intp)
