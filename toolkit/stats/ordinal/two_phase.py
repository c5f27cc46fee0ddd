"""Sums by cluster from which change beyond regression to the mean, and its error, are worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from toolkit.stats.agreement.coefficient import Coefficient, unknown
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown

Figure = Literal["change", "expected", "beyond", "direct", "slope"]


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
    """

    all: Floats
    twice: Floats
    both: Floats

    @classmethod
    def of(cls, first: Floats, last: Floats, second: Floats, codes: Integers, chosen: Booleans) -> Sums:
        """Return the sums; the last scores of those chosen, the second scorings of everybody who has one."""
        groups = int(codes.max()) + 1

        def sums(rows: Booleans, *columns: Floats) -> Floats:
            inside = [np.bincount(codes[rows], weights=column[rows], minlength=groups) for column in columns]
            return np.column_stack([np.bincount(codes[rows], minlength=groups), *inside]).astype(np.float64)

        again = ~np.isnan(second)
        return cls(
            all=sums(chosen, first, last),
            twice=sums(again, first, second, first**2, first * second),
            both=sums(chosen & again, last - second),
        )

    def interval(self, figure: Figure, level: float) -> Coefficient:
        """Return a figure with an interval from leaving out each cluster in turn."""
        parts = self.all.sum(axis=0), self.twice.sum(axis=0), self.both.sum(axis=0)
        whole = float(_figure(figure, *(part[None] for part in parts))[0])
        without = [part - own for part, own in zip(parts, (self.all, self.twice, self.both), strict=True)]
        here = {"change": (0,), "direct": (2,), "slope": (1,)}.get(figure, (0, 1))
        spreads, freedoms = [], []
        for place in here:
            # One phase at a time, for the degrees of freedom: few centres may hold all second scorings.
            left_out = [without[i] if i == place else np.broadcast_to(parts[i], without[i].shape) for i in range(3)]
            has_some = (self.all, self.twice, self.both)[place][:, 0] > 0
            spreads.append(_variance(_figure(figure, *left_out)))
            freedoms.append(float(has_some.sum()) - 1)
        variance = _variance(_figure(figure, *without))
        if not np.isfinite([whole, variance, *spreads]).all() or min(freedoms) < 1:
            return unknown(whole)
        bottom = sum(spread**2 / freedom for spread, freedom in zip(spreads, freedoms, strict=True))
        freedom = sum(spreads) ** 2 / bottom if bottom > 0 else min(freedoms)
        se = float(np.sqrt(variance))
        reach = float(stats.t.isf((1 - level) / 2, freedom)) * se
        return Coefficient(whole, se, whole - reach, whole + reach, freedom)


def _figure(figure: Figure, everybody: Floats, twice: Floats, both: Floats) -> Floats:
    """Return the figure from rows of sums, shape (rows,); not a number where it cannot be had."""
    with np.errstate(divide="ignore", invalid="ignore"):
        first, last = everybody[:, 1] / everybody[:, 0], everybody[:, 2] / everybody[:, 0]
        if figure == "change":
            return last - first
        if figure == "direct":
            return both[:, 1] / both[:, 0]
        count = twice[:, 0]
        x, y = twice[:, 1] / count, twice[:, 2] / count
        spread = twice[:, 3] / count - x**2
        slope = np.where(spread > 1e-9, (twice[:, 4] / count - x * y) / spread, np.nan)
        if figure == "slope":
            return np.asarray(slope)
        expected = y + slope * (first - x)
        return np.asarray(expected - first if figure == "expected" else last - expected)


def _variance(without: Floats) -> float:
    groups = len(without)
    return float((groups - 1) / groups * ((without - without.mean()) ** 2).sum())
