"""Explore Education Statistics files: one row an area and year, a measure a column."""

from __future__ import annotations

import pandas as pd

from toolkit.intake.published.cells import AUTHORITY, Sheet, level_of
from toolkit.intake.published.files import TextTable
from toolkit.intake.published.layouts import MONTHS, Layout
from toolkit.intake.published.suppression_marks import EXPLORE_MARKS
from toolkit.intake.published.years import is_year_long, year_ending


def read_long(text: TextTable, layout: Layout, rank: int) -> Sheet:
    """Return a long file's cells.

    Parameters
    ----------
    text
        The file as text.
    layout, rank
        What it was recognised as, and that layout's place in the list.
    """
    notes: list[str] = []
    problems: list[str] = []
    name = text.name
    table = text.rows.assign(row=text.rows.index)
    table["level"] = table["geographic_level"].map(level_of)
    table = _without_other_levels(name, table, notes)
    table = _with_years(name, table, problems)
    cells = _split_cells(name, table, layout, notes) if layout.split_by else _melted(table, layout)
    cells["period"] = cells["year"].astype(str)
    _set_periods(cells)
    cells["column"] = cells["column"].map({column: text.as_published(column) for column in cells["column"].unique()})
    release = int(cells["year"].max()) if len(cells) else 0
    return Sheet(name, cells, release, rank, EXPLORE_MARKS, tuple(notes), tuple(problems))


def _without_other_levels(name: str, table: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    other = table[table["level"].isna()]
    if len(other):
        notes.append(f"{name}: left out rows of other levels ({_tally(other['geographic_level'])}).")
    return table[table["level"].notna()]


def _tally(values: pd.Series) -> str:
    return ", ".join(f"{value}: {rows:,}" for value, rows in values.value_counts().sort_index().items())


def _with_years(name: str, table: pd.DataFrame, problems: list[str]) -> pd.DataFrame:
    """Add ``year``, the year ending: "2024", or "202324" where the publisher writes a financial year."""
    if "time_identifier" in table.columns:
        table = _of_years(name, table, problems)
    year = table["time_period"].map({said: year_ending(said) for said in table["time_period"].unique()})
    wrong = table[year.isna()]
    for period, rows in wrong.groupby("time_period", sort=False):
        problems.append(
            f'{name}, row {rows["row"].iloc[0]}, column "time_period": "{period}" is not a year such as 2024 or 202324.'
        )
    kept = table[year.notna()].copy()
    kept["year"] = year.dropna().astype(int)
    return kept


def _of_years(name: str, table: pd.DataFrame, problems: list[str]) -> pd.DataFrame:
    is_year = table["time_identifier"].map(is_year_long)
    for said, rows in table[~is_year].groupby("time_identifier", sort=False):
        problems.append(
            f'{name}, row {rows["row"].iloc[0]}, column "time_identifier": "{said}" is no year ending 31 March. '
            "Give the file of reporting or financial years."
        )
    return table[is_year]


def _melted(table: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    columns = [column for column in layout.columns if column in table.columns]
    cells = table.melt(
        id_vars=["row", "level", "old_la_code", "new_la_code", *_names(table), "year"],
        value_vars=columns,
        var_name="column",
        value_name="cell",
    )
    cells["measure"] = cells["column"].map(layout.columns)
    return _named(cells)


def _split_cells(name: str, table: pd.DataFrame, layout: Layout, notes: list[str]) -> pd.DataFrame:
    measure = table[layout.split_by].str.strip().str.lower().map(layout.split)
    other = table.loc[measure.isna(), layout.split_by]
    if len(other):
        notes.append(f'{name}: left out rows of "{layout.split_by}" ({_tally(other)}).')
    kept = table[measure.notna()].rename(columns={layout.split_column: "cell"})
    cells = kept[["row", "level", "old_la_code", "new_la_code", *_names(table), "year", "cell"]].copy()
    cells["measure"] = measure.dropna()
    cells["column"] = layout.split_column
    return _named(cells)


def _names(table: pd.DataFrame) -> list[str]:
    return [column for column in ("la_name", "region_name", "region_code") if column in table.columns]


def _named(cells: pd.DataFrame) -> pd.DataFrame:
    """Give an area's row one name and one code of its own, whichever column its level keeps them in."""
    blank = pd.Series("", index=cells.index)
    council = cells["level"] == AUTHORITY
    cells["name"] = cells.get("la_name", blank).where(council, cells.get("region_name", blank))
    cells["own_area"] = cells["new_la_code"].where(council, cells.get("region_code", blank))
    return cells.rename(columns={"old_la_code": "la_code"})


def _set_periods(cells: pd.DataFrame) -> None:
    """Set months, and the year a mid-year population serves, in place."""
    monthly = cells["measure"] == "referrals_month"
    if monthly.any():
        place = cells.loc[monthly, "column"].map({month: number for number, month in enumerate(MONTHS)})
        calendar_year = cells.loc[monthly, "year"] - (place < 9).astype(int)
        month = (place + 3) % 12 + 1
        cells.loc[monthly, "period"] = calendar_year.astype(str) + "-" + month.astype(str).str.zfill(2)
    population = cells["measure"] == "population_0_17"
    cells.loc[population, "year"] += 1
