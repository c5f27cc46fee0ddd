"""Variances of linear estimates that allow for clusters: one way or several, with small-sample corrections.

Every estimate here is a weighted least-squares coefficient. One-way variances are CR1 (Stata's factor) or, with few
clusters, CR2 with Satterthwaite degrees of freedom (Bell and McCaffrey, 2002; Pustejovsky and Tipton, 2018); several
ways are combined by inclusion and exclusion (Cameron, Gelbach and Miller, 2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.propensity.correction import ScoreCorrection
from toolkit.stats.regression.least_squares import LinearFit, influences, least_squares
from toolkit.stats.sample.codes import dense_codes
from toolkit.stats.variance.cr2 import corrected_covariance

__all__ = ["Clustered", "LinearFit", "clustered_covariance", "covariance_of_influence", "least_squares"]

FEW_CLUSTERS = 50


@dataclass(frozen=True, slots=True)
class Clustered:
    """A variance of several linear combinations, with degrees of freedom and the fewest clusters of any way."""

    covariance: Floats
    degrees_of_freedom: float
    clusters: int
    correction: str


def clustered_covariance(
    fits: Sequence[LinearFit],
    contrasts: Sequence[Floats],
    ways: Sequence[Integers],
    small_sample: str = "auto",
    correction: ScoreCorrection | None = None,
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
        Correction of each way; "auto" is CR2 below 50 clusters.
    correction : ScoreCorrection, optional
        Where the weights were estimated; the variance is then CR1.
    """
    count = len(ways[0])
    sizes = [dense_codes(way)[1] for way in ways]
    if min(sizes) < 2:
        raise InputError("All rows are in one cluster, so no standard error can be had. Cluster by another column.")
    total: Floats = np.zeros((len(contrasts[0]), len(contrasts[0])))
    parts, freedoms, used = [], [], "CR1"
    for number in range(1, len(ways) + 1):
        for some in combinations(range(len(ways)), number):
            codes = _intersection([ways[place] for place in some])
            groups = int(codes.max()) + 1
            corrected = (
                number == 1
                and correction is None
                and (small_sample == "CR2" or (small_sample == "auto" and groups < FEW_CLUSTERS))
            )
            if corrected:
                covariance, freedom = corrected_covariance(fits, contrasts, codes, groups)
                used = "CR2"
            else:
                covariance, freedom = _cr1(fits, contrasts, codes, groups, count, correction), groups - 1.0
            if number == 1:
                parts.append(covariance)
                freedoms.append(freedom)
            total += covariance if number % 2 else -covariance
    total = _at_least(total, parts)
    return Clustered(total, float(min(freedoms)), min(sizes), used)


def covariance_of_influence(influence: Floats, ways: Sequence[Integers], parameters: int = 0) -> Clustered:
    """Return the covariance of estimates from each row's influence on them (their sum is the estimates' error).

    Parameters
    ----------
    influence : ndarray, shape (n, q)
        Influences.
    ways : sequence of ndarray, each of shape (n,)
        Cluster codes, one array a way of clustering.
    parameters : int
        For the small-sample factor G / (G - 1) × (n - 1) / (n - parameters); 0 leaves out its second part.
    """
    sizes = [dense_codes(way)[1] for way in ways]
    if min(sizes) < 2:
        raise InputError("All rows are in one cluster, so no standard error can be had. Cluster by another column.")
    total: Floats = np.zeros((influence.shape[1], influence.shape[1]))
    parts = []
    for number in range(1, len(ways) + 1):
        for some in combinations(range(len(ways)), number):
            codes = _intersection([ways[place] for place in some])
            covariance = _sum_of_squares(influence, codes, int(codes.max()) + 1, parameters)
            if number == 1:
                parts.append(covariance)
            total = total + (covariance if number % 2 else -covariance)
    return Clustered(_at_least(total, parts), min(sizes) - 1.0, min(sizes), "CR1")


def _sum_of_squares(influence: Floats, codes: Integers, groups: int, parameters: int) -> Floats:
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=groups) for column in influence.T])
    count = len(influence)
    factor = groups / (groups - 1)
    if parameters and count > parameters:
        factor *= (count - 1) / (count - parameters)
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


def _cr1(
    fits: Sequence[LinearFit],
    contrasts: Sequence[Floats],
    codes: Integers,
    groups: int,
    count: int,
    correction: ScoreCorrection | None,
) -> Floats:
    influence = influences(fits, contrasts, count)
    if correction is not None:
        influence = influence + correction.of(influence)
    return _sum_of_squares(influence, codes, groups, fits[0].parameters)
