"""Frames of any library at the door: pandas as it is, others turned into pandas once."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.errors import InputError


def as_frame(frame: Any, what: str = "A pandas, polars or pyarrow table") -> pd.DataFrame:
    """Return a table as a pandas frame: a pandas frame itself; of another library a copy with rows numbered from 0.

    Whole numbers with missing values stay whole (``Int64``), so that large numbers that name families stay apart.

    Raises
    ------
    InputError
        For what is no table, one that is not read yet (lazy), and columns named on two levels.
    """
    found = frame if isinstance(frame, pd.DataFrame) else _converted(frame, what)
    if isinstance(found.columns, pd.MultiIndex):
        raise InputError(
            f"The frame's columns are named on {found.columns.nlevels} levels. Give each one name: "
            'frame.columns = ["_".join(map(str, name)) for name in frame.columns].'
        )
    return found


def _converted(frame: Any, what: str) -> pd.DataFrame:
    import narwhals
    import pyarrow

    table = narwhals.from_native(frame, pass_through=True)
    if isinstance(table, narwhals.LazyFrame):
        raise InputError(f"{what} was expected, and this one is not read yet. Collect it first.")
    if not isinstance(table, narwhals.DataFrame):
        raise InputError(f"{what} was expected, not {type(frame).__name__}.")
    if table.implementation.is_pandas_like():
        return table.to_pandas()
    arrow: pyarrow.Table = table.to_arrow()
    columns = [_column(arrow.column(place)) for place in range(arrow.num_columns)]
    found = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=range(arrow.num_rows))
    return found.set_axis(arrow.column_names, axis=1)


def _column(column: Any) -> pd.Series:
    import pyarrow

    if column.null_count and pyarrow.types.is_integer(column.type):
        nullable = pd.UInt64Dtype() if str(column.type).startswith("u") else pd.Int64Dtype()
        return column.cast(str(nullable).lower()).to_pandas(types_mapper=lambda _: nullable)  # type: ignore[no-any-return]
    return column.to_pandas()  # type: ignore[no-any-return]
