"""Sums by cluster from which change beyond regression to the mean, and its error, are worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from toolkit.stats.agreement.coefficient import Coefficient, unknown
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown

Figure = Literal["change", "expected", "beyond", "direct", "slope", "by_others", "own_end"]
PHASES: dict[Figure, tuple[int, ...]] = {"change": (0,), "slope": (1,), "direct": (2,), "own_end": (3,)}
"""Which sums a figure rests on, where not on those of all and of families scored twice at the start."""


@dataclass(frozen=True, slots=True)
class Sums(Shown):
    """Sums of each cluster.

    Attributes
    ----------
    all : ndarray, shape (clusters, 3)
        Of families with a last score: how many, their first scores, their last.
    twice : ndarray, shape (clusters, 5)
        Of families scored twice: how many, first, second, first squared, first times second.
    both : ndarray, shape (clusters, 2)
        Of those with all three scores: how many, last less second.
    ends : ndarray, shape (clusters, 5)
        Of families scored twice at the end: how many, last, second, last squared, last times second.
    """

    all: Floats
    twice: Floats
    both: Floats
    ends: Floats

    @classmethod
    def of(
        cls, first: Floats, last: Floats, second: Floats, second_last: Floats, codes: Integers, chosen: Booleans
    ) -> Sums:
        """Return the sums; the last scores of those chosen, the second scorings of everybody who has one."""
        groups = int(codes.max()) + 1

        def sums(rows: Booleans, *columns: Floats) -> Floats:
            inside = [np.bincount(codes[rows], weights=column[rows], minlength=groups) for column in columns]
            return np.column_stack([np.bincount(codes[rows], minlength=groups), *inside]).astype(np.float64)

        again, at_end = ~np.isnan(second), ~np.isnan(second_last) & ~np.isnan(last)
        return cls(
            all=sums(chosen, first, last),
            twice=sums(again, first, second, first**2, first * second),
            both=sums(chosen & again, last - second),
            ends=sums(at_end, last, second_last, last**2, last * second_last),
        )

    def interval(self, figure: Figure, level: float) -> Coefficient:
        """Return a figure with an interval from leaving out each cluster in turn."""
        phases = self.all, self.twice, self.both, self.ends
        parts = [phase.sum(axis=0) for phase in phases]
        whole = float(_figure(figure, *(part[None] for part in parts))[0])
        without = [part - own for part, own in zip(parts, phases, strict=True)]
        here = (0, 1, 3) if figure == "by_others" else PHASES.get(figure, (0, 1))
        spreads, freedoms = [], []
        for place in here:
            # One phase at a time, for the degrees of freedom: few centres may hold all second scorings.
            left_out = [without[i] if i == place else np.broadcast_to(parts[i], without[i].shape) for i in range(4)]
            spreads.append(_variance(_figure(figure, *left_out)))
            freedoms.append(_like_clusters(phases[place][:, 0]) - 1)
        variance = _variance(_figure(figure, *without))
        if not np.isfinite([whole, variance, *spreads]).all() or min(freedoms) < 1:
            return unknown(whole)
        bottom = sum(spread**2 / freedom for spread, freedom in zip(spreads, freedoms, strict=True))
        freedom = sum(spreads) ** 2 / bottom if bottom > 0 else min(freedoms)
        # All phases are of the same clusters: together they tell no more than the phase that has the most.
        freedom = min(freedom, max(freedoms))
        se = float(np.sqrt(variance))
        reach = float(stats.t.isf((1 - level) / 2, freedom)) * se
        return Coefficient(whole, se, whole - reach, whole + reach, freedom)


def _figure(figure: Figure, everybody: Floats, twice: Floats, both: Floats, ends: Floats) -> Floats:
    """Return the figure from rows of sums, shape (rows,); not a number where it cannot be had."""
    with np.errstate(divide="ignore", invalid="ignore"):
        first, last = everybody[:, 1] / everybody[:, 0], everybody[:, 2] / everybody[:, 0]
        if figure == "change":
            return last - first
        if figure == "direct":
            return both[:, 1] / both[:, 0]
        if figure == "own_end":
            return (ends[:, 1] - ends[:, 2]) / ends[:, 0]
        slope, expected = _on_line(twice, first)
        if figure == "slope":
            return slope
        if figure == "by_others":
            return _on_line(ends, last)[1] - expected
        return np.asarray(expected - first if figure == "expected" else last - expected)


def _on_line(sums: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Return the slope of the second on the first of two scorings, and the line's height at a first scoring."""
    count = sums[:, 0]
    x, y = sums[:, 1] / count, sums[:, 2] / count
    spread = sums[:, 3] / count - x**2
    slope = np.where(spread > 1e-9, (sums[:, 4] / count - x * y) / spread, np.nan)
    return slope, y + slope * (at - x)


def _like_clusters(sizes: Floats) -> float:
    """Return how many clusters of one size tell as much as these (Kish): a few large ones tell as little as those."""
    total = float(sizes.sum())
    return total**2 / float((sizes**2).sum()) if total > 0 else 0.0


def _variance(without: Floats) -> float:
    groups = len(without)
    return float((groups - 1) / groups * ((without - without.mean()) ** 2).sum())
