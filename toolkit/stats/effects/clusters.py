"""The columns that standard errors are clustered by, as the caller names or gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Integers
from toolkit.stats.sample.aligned import beside_rows, several
from toolkit.stats.sample.codes import dense_codes, value_codes
from toolkit.stats.sample.names import Name, quoted
from toolkit.stats.sample.outcomes import by_labels, read_column
from toolkit.stats.sample.sample import Sample

Cluster = str | int | pd.Series | np.ndarray | Sequence[str | int | pd.Series | np.ndarray] | None


def with_clusters(sample: Sample, cluster: Cluster) -> tuple[Sample, tuple[Name, ...]]:
    """Return the sample with every cluster as a column, and the columns' names.

    Parameters
    ----------
    sample : Sample
        The rows; its frame is not written to.
    cluster : str, Series, array, a list of these, or None
        A column, or one value a row (a series by the frame's index), one way or several.

    Raises
    ------
    InputError
        For a series without a value for some of the frame's rows, or a way that is there twice.
    """
    if cluster is None:
        return sample, ()
    given: list[Any] = list(cluster) if isinstance(cluster, list | tuple) else several(cluster)
    if not given:
        raise InputError("cluster is an empty list. Name a column, or leave it out.")
    frame, names = sample.frame, list[Name]()
    for number, way in enumerate(given, start=1):
        if isinstance(way, str | int | np.integer) and not isinstance(way, bool):
            names.append(way)
            continue
        own = getattr(way, "name", None)
        name = f"cluster {number}" if own is None else str(own)
        while name in frame.columns:
            name = f"{name} (given)"
        values = beside_rows(way, sample.whole, frame.index, f'The cluster "{name}"')
        frame = frame.assign(**{name: values.set_axis(frame.index)})
        names.append(name)
    repeated = sorted({str(name) for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(f"cluster names {quoted(repeated)} more than once. Name each once.")
    return replace(sample, frame=frame), tuple(names)


def clusters_by_labels(cluster: Cluster, labels: pd.Index) -> Cluster:
    """Return clusters with those given by position as series on a frame's labels, so that rows may be left out."""
    if isinstance(cluster, list | tuple):
        return [by_labels(way, labels, "cluster") for way in cluster]
    return None if cluster is None else by_labels(cluster, labels, "cluster")


def cluster_codes(sample: Sample, name: Name, rows: Integers) -> Integers:
    """Return the cluster codes of the given rows.

    Raises
    ------
    InputError
        For a column that is not there, has missing values in these rows, or only one value.
    """
    codes, groups = dense_codes(value_codes(read_column(sample, name, rows, "cluster"))[0])
    if groups < 2:
        raise InputError(
            f'All rows compared are in one cluster of "{name}", so no standard error can be had. '
            "Cluster by a column with more values, or leave cluster out to cluster by matched set."
        )
    return codes
