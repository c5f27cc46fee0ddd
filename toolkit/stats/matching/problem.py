"""A matching problem as arrays: what every solver is given, whatever the caller's frame looked like."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.matching.calipers import Limits
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Shown):
    """Who seeks matches among whom, and under which rules.

    Attributes
    ----------
    focal : ndarray, shape (f,)
        Row positions that seek matches, in the order they choose.
    candidates : ndarray, shape (m,)
        Row positions to choose from, ascending.
    score : ndarray, shape (n,), or None
        One number a row, snapped; the distance is its difference unless `points` are given.
    points : ndarray, shape (n, k), or None
        Places in a space where the distance is Euclidean.
    stratum : ndarray, shape (n,)
        Codes from 0; pairs share one.
    limits : Limits
        What else a pair must satisfy.
    caliper : float
        The largest distance, a tie's width included.
    quota : ndarray, shape (f,)
        How many matches each focal row wants.
    capacity : int or None
        How often a candidate (or unit) may be used; None for no limit.
    closest_first : bool
        Whether the closest possible pair is made next, instead of following the order.
    tie : float
        Distances that differ by no more are equal (`toolkit.stats.matching.nearest.ties`).
    """

    focal: Integers
    candidates: Integers
    score: Floats | None
    points: Floats | None
    stratum: Integers
    limits: Limits
    caliper: float
    quota: Integers
    capacity: int | None
    closest_first: bool
    tie: float = 0.0

    @property
    def unit(self) -> Integers | None:
        """Codes of the units rows belong to, if any."""
        return self.limits.unit

    def shuffled(self, generator: np.random.Generator) -> tuple[Problem, Integers]:
        """Return the same problem with rows renumbered at random, and the old number of each new row.

        Ties go to the lowest row; after renumbering, that is a random one.
        """
        old = generator.permutation(len(self.stratum))
        new = np.empty_like(old)
        new[old] = np.arange(len(old))
        limits = Limits(
            tuple(replace(c, values=c.values[old]) for c in self.limits.calipers),
            tuple(codes[old] for codes in self.limits.must_differ),
            None if self.limits.unit is None else self.limits.unit[old],
        )
        moved = replace(
            self,
            focal=new[self.focal],
            candidates=np.sort(new[self.candidates]),
            score=None if self.score is None else self.score[old],
            points=None if self.points is None else self.points[old],
            stratum=self.stratum[old],
            limits=limits,
        )
        return moved, old


@dataclass(frozen=True, slots=True)
class Pairs(Shown):
    """Matched pairs as row positions, with the distance between them (each of shape (pairs,))."""

    focal: Integers
    other: Integers
    distance: Floats
