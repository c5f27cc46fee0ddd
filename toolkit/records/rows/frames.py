"""Rows as they come from the database or a Parquet file, as frames of one documented shape.

Texts, identifiers and codes are ``str``; days and months ``datetime64[s]``; numbers ``int64`` or ``float64``; yes/no
``bool``. Where a column may be empty, whole numbers are ``Int64`` and yes/no ``boolean``, and empty is NaN, NaT or NA.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.tables import Kind, Table

_TYPES = {pa.string(): pd.StringDtype(na_value=np.nan)}
_TYPES_WITH_EMPTY = {**_TYPES, pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def arrow_of(rows: Sequence[Sequence[Any]], table: Table, names: Sequence[str]) -> pa.Table:
    """Return database rows (values in the order of ``names``) as an Arrow table sorted by the key.

    The values are as the database's driver gives them: SQLite's gives days as text and yes/no as 1 and 0.
    ``names`` must hold the key's columns. Texts sort by their bytes, so the order is the same on every machine.
    """
    schema = pa.schema([table.arrow_schema.field(name) for name in names])
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [_array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    unsorted = pa.Table.from_arrays(arrays, schema=schema)
    return unsorted.sort_by([(name, "ascending") for name in table.key])


def _array(values: Sequence[Any], type_: pa.DataType) -> pa.Array:
    as_given = pa.array(values) if pa.types.is_date32(type_) or pa.types.is_boolean(type_) else pa.array(values, type_)
    return as_given.cast(type_)


def with_every_column(arrow: pa.Table, table: Table) -> pa.Table:
    """Return a table with the vocabulary's columns in their order and kinds; one not there that may be empty is."""
    for column in table.columns:
        if column.name not in arrow.column_names and not column.is_required:
            field = table.arrow_schema.field(column.name)
            arrow = arrow.append_column(field, pa.nulls(arrow.num_rows, field.type))
    return arrow.select(list(table.names)).cast(table.arrow_schema)  # scores were whole numbers once


def frame_of_arrow(arrow: pa.Table, table: Table) -> pd.DataFrame:
    """Return an Arrow table of some of a table's columns as a frame."""
    return pd.DataFrame({name: _series(arrow.column(name), table, name) for name in arrow.column_names})


def _series(values: pa.ChunkedArray, table: Table, name: str) -> pd.Series:
    column = table.column(name)
    if column.kind in (Kind.DATE, Kind.MONTH):
        values = values.cast(pa.timestamp("s"))
    types = _TYPES if column.is_required else _TYPES_WITH_EMPTY
    series: pd.Series = values.to_pandas(types_mapper=types.get)
    return series
