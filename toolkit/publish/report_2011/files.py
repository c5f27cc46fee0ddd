"""The scrutiny report's figures in `data/`, read as frames."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError
from toolkit.project_files import read_data_table

REPORT_TABLES: Mapping[str, str] = {
    "referrals": "report_referrals.csv",
    "looked_after_starts": "report_looked_after_starts.csv",
    "aftercare": "report_aftercare.csv",
    "looked_after": "report_looked_after.csv",
    "other_figures": "report_other_figures.csv",
    "events": "report_events.csv",
}
"""Name → file in `data/`."""

_NUMBERS = ("count", "value")


def read_report_tables(folder: Path | None = None) -> dict[str, pd.DataFrame]:
    """Return the report's tables by name; numbers as whole numbers, everything else as text.

    Parameters
    ----------
    folder
        Another folder than the project's `data/`.

    Raises
    ------
    InputError
        When a file is missing, a number is not one, or two figures share an identifier.
    """
    tables = {name: _numbers(read_data_table(file, folder), file) for name, file in REPORT_TABLES.items()}
    figures = pd.concat([table["figure"] for table in tables.values()])
    twice = sorted(figures[figures.duplicated()])
    if twice:
        raise InputError(f"The figure {', '.join(twice)} stands twice in the report's files. Give each its own name.")
    return tables


def read_claims(folder: Path | None = None) -> pd.DataFrame:
    """Return the percentages the report prints, as text: the columns of `report_claims.csv`."""
    return read_data_table("report_claims.csv", folder)


def figure_values(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Return every figure of the report's tables by its identifier."""
    values: dict[str, float] = {}
    for table in tables.values():
        column = next((name for name in _NUMBERS if name in table.columns), None)
        if column is not None:
            values |= dict(zip(table["figure"], table[column].astype(float), strict=True))
    return values


def _numbers(table: pd.DataFrame, file: str) -> pd.DataFrame:
    for column in _NUMBERS:
        if column not in table.columns:
            continue
        number = pd.to_numeric(table[column], errors="coerce")
        if number.isna().any():
            row = int(number.isna().to_numpy().argmax())
            shown = table[column].iloc[row]
            raise InputError(f'{file}, row {row + 2}, column "{column}": "{shown}" is not a number. Write digits only.')
        table[column] = number.astype("Int64")
    return table
