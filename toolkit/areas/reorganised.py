"""Councils that were joined, split or recoded: which ground goes on as which, by `data/la_reorganised.csv`."""

from __future__ import annotations

from functools import cache
from typing import Literal

import pandas as pd

from toolkit.errors import InputError
from toolkit.project_files import read_data_table
from toolkit.wording.years import financial_year

Rule = Literal["harmonised", "left_out", "as_published"]
"""What is done with reorganised councils: put together over the same ground, left out, or left as they are."""


@cache
def reorganised() -> pd.DataFrame:
    """Return the table.

    Columns: part (a council's code), unit and unit_name (the ground it goes on as), first_year_ending (int: the first
    year of the councils that came after), is_new (whether ``part`` is one of them) and how (words).
    """
    table = read_data_table("la_reorganised.csv")
    return table.assign(first_year_ending=table["first_year_ending"].astype(int), is_new=table["is_new"] == "yes")


def changes_within(first: int, last: int) -> pd.DataFrame:
    """Return the rows of the table whose change falls between the years ending ``first`` and ``last``.

    A change by the first year or after the last leaves every council the same through the window, and is none.
    """
    table = reorganised()
    return table[table["first_year_ending"].between(first + 1, last)]


def as_units(long: pd.DataFrame, first: int, last: int, rule: Rule) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return counts by ground that is the same in every year, and what was put together or left out.

    Parameters
    ----------
    long
        area, year (int), measure, count, low, high: one row a council, year and measure.
    first, last
        Years ending of the window.
    rule
        See `Rule`.

    Returns
    -------
    long, changed : DataFrame
        ``changed`` has area, name, first_year_ending and what (a sentence), one row a ground.

    Notes
    -----
    A sum is published where every part of that year is. Where one part is suppressed, the sum is an interval; where
    one is missing, it is missing.
    """
    table = changes_within(first, last)
    if rule not in ("harmonised", "left_out", "as_published"):
        raise InputError(f'"{rule}" is no rule for reorganised councils. Give harmonised, left_out or as_published.')
    present = table[table["part"].isin(long["area"])]
    if rule == "as_published" or present.empty:
        return long, _changed(present.iloc[:0], "")
    is_touched = long["area"].isin(present["part"])
    if rule == "left_out":
        return long[~is_touched], _changed(present, "it is left out")
    return _put_together(long, table, is_touched), _changed(present, "its councils are put together")


def _put_together(long: pd.DataFrame, table: pd.DataFrame, is_touched: pd.Series) -> pd.DataFrame:
    joined = long[is_touched].merge(table, left_on="area", right_on="part", how="left")
    joined = joined[(joined["year"] >= joined["first_year_ending"]) == joined["is_new"]]
    expected = table.groupby(["unit", "is_new"])["part"].nunique()
    key = ["unit", "year", "measure"]
    sums = joined.groupby(key, sort=True).agg(
        **{name: (name, lambda values: values.sum(skipna=False)) for name in ("count", "low", "high")},
        parts=("part", "nunique"),
        is_new=("is_new", "first"),
    )
    sums = sums.reset_index()
    whole = expected.reindex(pd.MultiIndex.from_frame(sums[["unit", "is_new"]])).to_numpy() == sums["parts"].to_numpy()
    sums.loc[~whole, ["count", "low", "high"]] = float("nan")
    sums = sums.rename(columns={"unit": "area"})[list(long.columns)]
    return pd.concat([long[~is_touched], sums], ignore_index=True)


def _changed(rows: pd.DataFrame, what: str) -> pd.DataFrame:
    once = rows.drop_duplicates("unit")
    said = [
        f"In {financial_year(year)}, {how}: {what}."
        for year, how in zip(once["first_year_ending"], once["how"], strict=True)
    ]
    return pd.DataFrame(
        {"area": once["unit"], "name": once["unit_name"], "first_year_ending": once["first_year_ending"], "what": said}
    ).reset_index(drop=True)
