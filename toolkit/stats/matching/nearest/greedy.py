"""Greedy matching: who chooses when. Any pool that can say a focal row's nearest free candidate will do."""

from __future__ import annotations

from heapq import heapify, heappop, heappush, heapreplace
from typing import Protocol

import numpy as np

from toolkit.stats.arrays.types import Integers


class Pool(Protocol):
    """Candidates to choose from."""

    def nearest(self, focal: int) -> int:
        """Return the place of the nearest candidate the focal row may still have, or -1."""

    def distance(self, focal: int, place: int) -> float:
        """Return how far apart a focal row and a candidate are."""

    def take(self, focal: int, place: int) -> None:
        """Count a use of the candidate at `place` by the focal row's set."""


def choose_in_order(pool: Pool, order: Integers, quota: Integers) -> tuple[Integers, Integers]:
    """Let each focal row in turn take its nearest free candidate, in as many rounds as the largest quota.

    Parameters
    ----------
    pool : Pool
        The candidates.
    order : ndarray
        Focal numbers in the order they choose.
    quota : ndarray, shape (f,)
        How many candidates each focal row may have.

    Returns
    -------
    focal, place : ndarray
        The matches, round by round.
    """
    focals: list[int] = []
    places: list[int] = []
    choosing: list[int] = order.tolist()
    wanted: list[int] = quota.tolist()
    nearest, take = pool.nearest, pool.take
    for number in range(1, int(quota.max(initial=0)) + 1):
        found: list[int] = []
        for focal in choosing:
            if wanted[focal] < number:
                continue
            place = nearest(focal)
            if place >= 0:
                take(focal, place)
                focals.append(focal)
                places.append(place)
                found.append(focal)
        choosing = found  # who found none will not find one later: nothing is given back
    return np.array(focals, dtype=np.intp), np.array(places, dtype=np.intp)


def choose_closest_first(pool: Pool, order: Integers, quota: Integers, tie: float) -> tuple[Integers, Integers]:
    """Make the closest pair that is still possible, again and again, one round a quota.

    Of pairs equally close (farther than the closest by no more than a tie) the focal row earlier in `order` has its own
    first. A pair in a heap may be out of date; its distance can only have grown, so it is looked up again when it comes
    to the top.
    """
    focals: list[int] = []
    places: list[int] = []
    for number in range(1, int(quota.max(initial=0)) + 1):
        far: list[tuple[float, int, int, int]] = []
        for rank, focal in enumerate(order.tolist()):
            if quota[focal] >= number and (place := pool.nearest(focal)) >= 0:
                far.append((pool.distance(focal, place), rank, focal, place))
        heapify(far)
        while far:
            _, rank, focal, place = far[0]
            now = pool.nearest(focal)
            if now != place:
                if now >= 0:
                    heapreplace(far, (pool.distance(focal, now), rank, focal, now))
                else:
                    heappop(far)
                continue
            for focal, place in _take_level(pool, far, far[0][0] + tie):
                focals.append(focal)
                places.append(place)
    return np.array(focals, dtype=np.intp), np.array(places, dtype=np.intp)


def _take_level(pool: Pool, far: list[tuple[float, int, int, int]], reach: float) -> list[tuple[int, int]]:
    """Make the pairs no farther than `reach`, the earliest focal row first; those that became farther go back."""
    taken: list[tuple[int, int]] = []
    level: list[tuple[int, int, int]] = []
    while far and far[0][0] <= reach:
        _, rank, focal, place = heappop(far)
        heappush(level, (rank, focal, place))
    while level:
        rank, focal, place = level[0]
        now = pool.nearest(focal)
        gap = pool.distance(focal, now) if now >= 0 else float("inf")
        if now == place:
            pool.take(focal, place)
            taken.append((focal, place))
            heappop(level)
        elif gap <= reach:
            heapreplace(level, (rank, focal, now))
        else:
            heappop(level)
            if now >= 0:
                heappush(far, (gap, rank, focal, now))
    return taken
