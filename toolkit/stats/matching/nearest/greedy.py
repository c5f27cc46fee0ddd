"""Greedy matching: who chooses when. Any pool that can say a focal row's nearest free candidate will do."""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace
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


def choose_closest_first(pool: Pool, order: Integers, quota: Integers) -> tuple[Integers, Integers]:
    """Make the closest pair that is still possible, again and again, one round a quota.

    Ties go to the focal row that is earlier in `order`. A pair in the heap may be out of date; its distance can only
    have grown, so it is looked up again when it comes to the top.
    """
    focals: list[int] = []
    places: list[int] = []
    for number in range(1, int(quota.max(initial=0)) + 1):
        heap: list[tuple[float, int, int, int]] = []
        for rank, focal in enumerate(order.tolist()):
            if quota[focal] >= number and (place := pool.nearest(focal)) >= 0:
                heap.append((pool.distance(focal, place), rank, focal, place))
        heapify(heap)
        while heap:
            _, rank, focal, place = heap[0]
            now = pool.nearest(focal)
            if now == place:
                pool.take(focal, place)
                focals.append(focal)
                places.append(place)
                heappop(heap)
            elif now >= 0:
                heapreplace(heap, (pool.distance(focal, now), rank, focal, now))
            else:
                heappop(heap)
    return np.array(focals, dtype=np.intp), np.array(places, dtype=np.intp)
