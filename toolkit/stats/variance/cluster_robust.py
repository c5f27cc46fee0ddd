"""Variances of linear estimates that allow for clusters: one way or several, with small-sample corrections.

An estimate is a weighted least-squares coefficient, or comes with each row's influence on it. One-way variances are CR1
(Stata's factor) or, with few clusters in an arm, CR2 with Satterthwaite degrees of freedom (Bell and McCaffrey, 2002;
Pustejovsky and Tipton, 2018); several ways are combined by inclusion and exclusion (Cameron, Gelbach and Miller, 2011).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.level import level_problems
from toolkit.stats.notes.shown import Shown
from toolkit.stats.regression.least_squares import LinearFit, influences, least_squares
from toolkit.stats.sample.codes import dense_codes
from toolkit.stats.variance.arms import FEW, Arms, fewest_clusters
from toolkit.stats.variance.cr2 import corrected_covariance, corrected_sums

__all__ = ["Clustered", "LinearFit", "clustered_covariance", "covariance_of_influence", "least_squares"]


@dataclass(frozen=True, slots=True)
class Clustered(Shown):
    """A variance of several linear combinations, with degrees of freedom and the fewest clusters of any way."""

    covariance: Floats
    degrees_of_freedom: float
    clusters: int
    correction: str


def require_options(level: float, small_sample: str = "auto") -> None:
    """Refuse a level that is none, and a correction that is not known.

    Raises
    ------
    InputError
        Naming each.
    """
    problems = level_problems(level)
    if small_sample not in ("auto", "CR1", "CR2"):
        problems.append(f'small_sample is "{small_sample}". Use "auto", "CR1" or "CR2".')
    if problems:
        raise InputError(" ".join(problems))


def clustered_covariance(
    fits: Sequence[LinearFit],
    contrasts: Sequence[Floats],
    ways: Sequence[Integers],
    small_sample: str = "auto",
    arms: Arms | None = None,
    influence: Floats | None = None,
) -> Clustered:
    """Return the covariance of linear combinations of the coefficients of one or more separate fits.

    Parameters
    ----------
    fits : sequence of LinearFit
        Fits on disjoint rows.
    contrasts : sequence of ndarray, each of shape (q, k)
        For each fit, the q combinations' coefficients; the combination is their sum over fits.
    ways : sequence of ndarray, each of shape (n,)
        Cluster codes of all rows, one array a way of clustering.
    small_sample : {"auto", "CR1", "CR2"}
        Correction of each way; "auto" is CR2 where there are fewer than 50 clusters (in either arm, or as good as
        fewer, where there are arms).
    arms : Arms, optional
        The rows' arms and weights. The degrees of freedom are then those for rows that vary alike.
    influence : ndarray, shape (n, q), optional
        Each row's contribution to the combinations, where it has been worked out.
    """

    def covariance(codes: Integers, groups: int, corrected: bool) -> tuple[Floats, float]:
        nonlocal influence
        if corrected:
            return corrected_covariance(fits, contrasts, codes, groups, alike=arms is not None)
        if influence is None:
            influence = influences(fits, contrasts, len(ways[0]))
        return _sum_of_squares(influence, codes, groups, fits[0].parameters, len(influence)), groups - 1.0

    return _combined(ways, covariance, small_sample, arms)


def covariance_of_influence(
    influence: Floats,
    ways: Sequence[Integers],
    parameters: int = 0,
    *,
    arms: Arms,
    small_sample: str = "auto",
) -> Clustered:
    """Return the covariance of estimates from each row's influence on them (their sum is the estimates' error).

    Parameters
    ----------
    influence : ndarray, shape (n, q)
        Influences.
    ways : sequence of ndarray, each of shape (n,)
        Cluster codes, one array a way of clustering.
    parameters : int
        For the small-sample factor G / (G - 1) × (n - 1) / (n - parameters); 0 leaves out its second part.
    arms : Arms
        The rows' arms and what each weighs there.
    small_sample : {"auto", "CR1", "CR2"}
        As in `clustered_covariance`. CR2 takes an influence for a part of a weighted mean; its factor is then
        (n - 1) / (n - parameters).
    """
    count = int((arms.weights > 0).sum())

    def covariance(codes: Integers, groups: int, corrected: bool) -> tuple[Floats, float]:
        if not corrected:
            return _sum_of_squares(influence, codes, groups, parameters, count), groups - 1.0
        sums, freedom = corrected_sums(influence, codes, groups, arms)
        return np.asarray(_factor(parameters, count) * (sums.T @ sums), dtype=np.float64), freedom

    return _combined(ways, covariance, small_sample, arms)


def summed_products(influence: Floats, ways: Sequence[Integers]) -> Floats:
    """Return the products of clusters' sums of influence, clustered all ways, without small-sample factors, (q, q)."""

    def covariance(codes: Integers, groups: int, _: bool) -> tuple[Floats, float]:
        sums = np.column_stack([np.bincount(codes, weights=column, minlength=groups) for column in influence.T])
        return np.asarray(sums.T @ sums, dtype=np.float64), groups - 1.0

    return _combined(ways, covariance, "CR1", None).covariance


def _combined(
    ways: Sequence[Integers],
    covariance: Callable[[Integers, int, bool], tuple[Floats, float]],
    small_sample: str,
    arms: Arms | None,
) -> Clustered:
    """Return the covariance clustered all ways, from what gives it for one way's codes, corrected or not."""
    sizes = [dense_codes(way)[1] for way in ways]
    if min(sizes) < 2:
        raise InputError("All rows are in one cluster, so no standard error can be had. Cluster by another column.")
    parts, freedoms, used = [], [], "CR1"
    total: Floats | None = None
    for number in range(1, len(ways) + 1):
        for some in combinations(range(len(ways)), number):
            codes = _intersection([ways[place] for place in some])
            groups = int(codes.max()) + 1
            corrected = number == 1 and (
                small_sample == "CR2" or (small_sample == "auto" and _few(codes, groups, arms))
            )
            part, freedom = covariance(codes, groups, corrected)
            if number == 1:
                parts.append(part)
                freedoms.append(freedom)
                used = "CR2" if corrected else used
            signed = part if number % 2 else -part
            total = signed if total is None else total + signed
    return Clustered(_at_least(np.asarray(total), parts), float(min(freedoms)), min(sizes), used)


def _few(codes: Integers, groups: int, arms: Arms | None) -> bool:
    return groups < FEW if arms is None else fewest_clusters([codes], arms).effective < FEW


def _factor(parameters: int, count: int) -> float:
    return (count - 1) / (count - parameters) if parameters and count > parameters else 1.0


def _sum_of_squares(influence: Floats, codes: Integers, groups: int, parameters: int, count: int) -> Floats:
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=groups) for column in influence.T])
    factor = groups / (groups - 1) * _factor(parameters, count)
    return np.asarray(factor * (sums.T @ sums), dtype=np.float64)


def _intersection(ways: Sequence[Integers]) -> Integers:
    codes, _ = dense_codes(ways[0])
    for way in ways[1:]:
        part, size = dense_codes(way)
        codes, _ = dense_codes(codes * size + part)
    return codes


def _at_least(total: Floats, parts: Sequence[Floats]) -> Floats:
    """Return the combined covariance, or the largest one-way one where combining leaves a variance not positive."""
    if len(parts) == 1:
        return total
    smallest = np.linalg.eigvalsh(total).min()
    if smallest > 0:
        return total
    return max(parts, key=lambda part: float(np.trace(part)))
