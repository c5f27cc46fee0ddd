"""The rows an effect is estimated from, with their weights and the ways they are clustered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays import Booleans, Floats, Integers
from toolkit.stats.estimated_weights import ScoreCorrection
from toolkit.stats.memberships import Memberships
from toolkit.stats.sample import Sample
from toolkit.stats.strata import dense_codes, value_codes


@dataclass(frozen=True, slots=True)
class Stack:
    """The rows an effect is estimated from; a row that is reused is there once for each use.

    Attributes
    ----------
    rows, weights : ndarray, shape (s,)
        Row positions and weights.
    target : ndarray, shape (s,)
        Weights of the rows whose covariates the effect is averaged over.
    ways : list of ndarray, each of shape (s,)
        Cluster codes, one array a way of clustering.
    words : list of str
        What each way is called.
    correction : ScoreCorrection or None
        Where the weights were estimated.
    """

    rows: Integers
    weights: Floats
    target: Floats
    ways: list[Integers]
    words: list[str]
    correction: ScoreCorrection | None = None

    def part(self, inside: Booleans) -> Stack:
        """Return the stack of some of the entries."""
        ways = [way[inside] for way in self.ways]
        return Stack(self.rows[inside], self.weights[inside], self.target[inside], ways, self.words)


def stack_of_sets(
    sample: Sample,
    members: Memberships,
    estimand: str,
    unit: Integers | None,
    cluster: str | None,
    sets_are_clusters: bool,
) -> Stack:
    """Return the stack of a matched sample, clustered on the set and on whatever else links rows.

    The other ways are the column asked for, the unit where rows belong to units, and the row itself where rows are
    reused and no other way covers that. Large sets (strata) are not clusters: then each row is one.
    """
    ways, words = _ways(sample, members, unit, cluster, sets_are_clusters)
    return Stack(
        members.rows, members.weights, _target(sample.treated[members.rows], members.weights, estimand), ways, words
    )


def stack_of_weights(
    sample: Sample, weights: Floats, target: Floats, cluster: str | None, correction: ScoreCorrection | None
) -> Stack:
    """Return the stack of a weighted sample, each row a cluster of its own unless a column is given."""
    rows = np.arange(sample.rows) if correction else np.flatnonzero((weights > 0) | (target > 0))
    if cluster is None:
        ways, words = [rows], ["row"]
    else:
        ways, words = [cluster_codes(sample, cluster, rows)], [f'"{cluster}"']
    return Stack(rows, weights[rows], target[rows], ways, words, correction)


def _target(treated: np.ndarray, weights: Floats, estimand: str) -> Floats:
    """Return the weights of the rows whose covariates the effect is averaged over."""
    if estimand == "ATT":
        return np.where(treated, weights, 0.0)
    if estimand == "ATC":
        return np.where(treated, 0.0, weights)
    return np.ones(len(weights))


def cluster_codes(sample: Sample, name: str, rows: Integers) -> Integers:
    """Return the cluster codes of the given rows.

    Raises
    ------
    InputError
        For a column that is not there, has missing values in these rows, or only one value.
    """
    if name not in sample.frame.columns:
        hint = did_you_mean(name, map(str, sample.frame.columns))
        raise InputError(f'cluster "{name}" is not a column of the frame that was matched. {hint}'.strip())
    column = sample.frame[name].iloc[rows]
    gaps = int(column.isna().sum())
    if gaps:
        raise InputError(f'The cluster column "{name}" is missing in {gaps:,} of the rows compared. Fill it first.')
    codes, _ = value_codes(column)
    if len(np.unique(codes)) < 2:
        raise InputError(
            f'All rows compared are in one cluster of "{name}", so no standard error can be had. '
            "Cluster by a column with more values, or leave cluster out to cluster by matched set."
        )
    return codes


def _ways(
    sample: Sample, members: Memberships, unit: Integers | None, cluster: str | None, by_set: bool
) -> tuple[list[Integers], list[str]]:
    """Return the cluster codes of the memberships, one array a way, and what each is called."""
    ways, words = ([members.sets], ["matched set"]) if by_set else ([], [])
    if cluster is not None:
        ways.append(cluster_codes(sample, cluster, members.rows))
        words.append(f'"{cluster}"')
    if unit is not None:
        codes = unit[members.rows]
        if dense_codes(codes)[1] < len(codes) and not _is_nested(codes, ways[by_set:]):
            ways.append(codes)
            words.append("unit")
    elif members.is_reused and not _is_nested(members.rows, ways[by_set:]):
        ways.append(members.rows)
        words.append("row (controls are reused)")
    if not ways:
        ways.append(members.rows)
        words.append("row")
    return ways, words


def _is_nested(codes: Integers, ways: Sequence[Integers]) -> bool:
    """Whether every group of `codes` lies within one cluster of some way."""
    dense, groups = dense_codes(codes)
    for way in ways:
        part, size = dense_codes(way)
        if dense_codes(dense * size + part)[1] == groups:
            return True
    return False
