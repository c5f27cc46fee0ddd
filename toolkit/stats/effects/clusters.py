"""The columns that standard errors are clustered by, as the caller names or gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Integers
from toolkit.stats.sample.aligned import beside_rows
from toolkit.stats.sample.codes import dense_codes, value_codes
from toolkit.stats.sample.sample import Sample

Cluster = str | pd.Series | np.ndarray | Sequence[str | pd.Series | np.ndarray] | None


def with_clusters(sample: Sample, cluster: Cluster) -> tuple[Sample, tuple[str, ...]]:
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
    frame, names = sample.frame, []
    for number, way in enumerate(cluster if isinstance(cluster, list | tuple) else [cluster], start=1):
        if isinstance(way, str):
            names.append(way)
            continue
        name = f"cluster {number}" if getattr(way, "name", None) is None else str(way.name)
        values = beside_rows(way, sample.whole, frame.index, f"cluster ({name})")
        while name in frame.columns:
            name = f"{name} (given)"
        frame = frame.assign(**{name: values.to_numpy()})
        names.append(name)
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(f"cluster names {', '.join(repeated)} more than once. Name each once.")
    return replace(sample, frame=frame), tuple(names)


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
    codes, groups = dense_codes(codes)
    if groups < 2:
        raise InputError(
            f'All rows compared are in one cluster of "{name}", so no standard error can be had. '
            "Cluster by a column with more values, or leave cluster out to cluster by matched set."
        )
    return codes
