"""A table of scores, a row a thing and a column a scorer or dimension, and the cluster of each row."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.sample.aligned import beside_rows
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sample.numbers import finite_numbers


def table_of(
    values: ArrayLike | pd.DataFrame, cluster: ArrayLike | None, what: str, columns: str
) -> tuple[Floats, Integers | None]:
    """Return the table as floats, and a code a row of the clusters where they are given.

    Parameters
    ----------
    values : array_like or DataFrame, shape (n, k)
        Two columns or more; gaps are not a number.
    cluster : array_like, shape (n,), or None
        Of each row; a Series beside a frame goes by its labels.
    what, columns : str
        What the table and its columns are, for the message.

    Raises
    ------
    InputError
        When there are not two columns of numbers, or clusters are missing or of another length.
    """
    if isinstance(values, pd.DataFrame):
        parts = [
            finite_numbers(values.iloc[:, place], f"{what}, column {place + 1}") for place in range(values.shape[1])
        ]
        table = np.column_stack(parts) if parts else np.zeros((len(values), 0))
        if cluster is not None:
            cluster = beside_rows(cluster, values.index, values.index, "cluster")
    else:
        table = finite_numbers(values, what)
    if table.ndim != 2 or table.shape[1] < 2:
        raise InputError(
            f"{what} has the shape {table.shape}. Give a row a thing and a column a {columns}, two or more."
        )
    codes = None if cluster is None else group_codes(cluster, "cluster")
    if codes is not None and len(codes) != len(table):
        raise InputError(
            f"There are {len(table):,} rows of {what} and {len(codes):,} clusters. Give one of each a row."
        )
    return table, codes
