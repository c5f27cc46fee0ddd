"""The rows of matched sets that an effect is estimated on, stacked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.effects.clusters import cluster_codes
from toolkit.stats.effects.rows import Stack
from toolkit.stats.matching.sets import Memberships
from toolkit.stats.sample.codes import dense_codes
from toolkit.stats.sample.names import Name
from toolkit.stats.sample.sample import Sample


def stack_of_sets(
    sample: Sample,
    members: Memberships,
    estimand: str,
    unit: Integers | None,
    clusters: tuple[Name, ...],
    sets_are_clusters: bool,
    are_pairs: bool,
) -> Stack:
    """Return the stack of a matched sample, clustered on the set and on whatever else links rows.

    The other ways are the columns asked for, the unit where rows belong to units, and the row itself where rows are
    reused and no other way covers that. Large sets (strata) are not clusters: then each row is one.
    """
    ways, words, columns = _ways(sample, members, unit, clusters, sets_are_clusters)
    return Stack(
        rows=members.rows,
        weights=members.weights,
        target=_target(sample.treated[members.rows], members.weights, estimand),
        ways=ways,
        words=words,
        columns=columns,
        sets=members.sets,
        are_pairs=are_pairs,
    )


def _target(treated: np.ndarray, weights: Floats, estimand: str) -> Floats:
    """Return the weights of the rows whose covariates the effect is averaged over."""
    if estimand == "ATT":
        return np.where(treated, weights, 0.0)
    if estimand == "ATC":
        return np.where(treated, 0.0, weights)
    return np.ones(len(weights))


def _ways(
    sample: Sample, members: Memberships, unit: Integers | None, clusters: tuple[Name, ...], by_set: bool
) -> tuple[list[Integers], list[str], list[Name]]:
    """Return the cluster codes of the memberships, one array a way, what each is called, and the column it is from."""
    ways, words = ([members.sets], ["matched set"]) if by_set else ([], [])
    for cluster in clusters:
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
    columns = ["", *clusters] if by_set else list(clusters)
    return ways, words, columns + [""] * (len(ways) - len(columns))


def _is_nested(codes: Integers, ways: Sequence[Integers]) -> bool:
    """Whether every group of `codes` lies within one cluster of some way."""
    dense, groups = dense_codes(codes)
    for way in ways:
        part, size = dense_codes(way)
        if dense_codes(dense * size + part)[1] == groups:
            return True
    return False
