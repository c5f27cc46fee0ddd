"""The rows an effect is estimated from, with their weights and the ways they are clustered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.propensity.correction import ScoreCorrection
from toolkit.stats.sample.codes import value_codes
from toolkit.stats.sample.outcomes import read_column
from toolkit.stats.sample.sample import Sample


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
        return Stack(
            rows=self.rows[inside],
            weights=self.weights[inside],
            target=self.target[inside],
            ways=ways,
            words=self.words,
        )


def stack_of_weights(
    sample: Sample, weights: Floats, target: Floats, cluster: Any, correction: ScoreCorrection | None
) -> Stack:
    """Return the stack of a weighted sample, each row a cluster of its own unless a column is given."""
    rows = np.arange(sample.rows) if correction else np.flatnonzero((weights > 0) | (target > 0))
    if cluster is None:
        ways, words = [rows], ["row"]
    else:
        ways, words = [cluster_codes(sample, cluster, rows)], [cluster_word(cluster)]
    return Stack(rows=rows, weights=weights[rows], target=target[rows], ways=ways, words=words, correction=correction)


def cluster_codes(sample: Sample, cluster: Any, rows: Integers) -> Integers:
    """Return the cluster codes of the given rows, from a column's name or from values beside the frame.

    Raises
    ------
    InputError
        For a column that is not there, has missing values in these rows, or only one value.
    """
    column = read_column(sample, cluster, rows, "cluster")
    codes, _ = value_codes(column)
    if len(np.unique(codes)) < 2:
        raise InputError(
            f'All rows compared are in one cluster of "{column.name}", so no standard error can be had. '
            "Cluster by a column with more values, or leave cluster out to cluster by matched set."
        )
    return codes


def cluster_word(cluster: Any) -> str:
    """Return what a way of clustering is called: its column's name in quotation marks."""
    name = cluster if isinstance(cluster, str | int) else getattr(cluster, "name", None)
    return '"cluster"' if name is None else f'"{name}"'
