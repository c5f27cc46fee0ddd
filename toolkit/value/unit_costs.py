"""Unit costs that come from a source and not from whoever asks: the 2011 report's, and the user's own LAIT file.

No other unit cost ships with the toolkit. Each bears its source and price year, and is an average: what is spent, over
how many it is spent on. It is not what one fewer would set free.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.project_files import read_data_table
from toolkit.value.ranges import Range

REPORT = {"residential_week": ("residential_week_lowest", "residential_week_highest")}
"""Name → the lowest and the highest figure of `data/report_other_figures.csv`."""
REPORT_SOURCE = "Scrutiny report of May 2011: agency residential care, £3,000 to £5,000 a week"
REPORT_PRICE_YEAR = 2011
_LAIT_COLUMNS = ("measure", "period", "area", "value")
_LAIT_COSTS = ("LACFinance", "FosteringFinance", "AdoptionFinance", "RescareFinance", "SWFinance")
"""Measures of the Department's Local Authority Interactive Tool that are pounds a week."""


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one of something costs.

    Attributes
    ----------
    pounds
        With its ends.
    price_year
        The year ending 31 March whose prices they are in.
    source
        Where it comes from.
    """

    pounds: Range
    price_year: int
    source: str


def report_cost(name: str) -> UnitCost:
    """Return a unit cost that the 2011 report prints, its ends as it prints them and the middle between them.

    Raises
    ------
    InputError
        When the report prints none of this name.
    """
    if name not in REPORT:
        raise InputError(f'The 2011 report prints no unit cost "{name}". {did_you_mean(name, REPORT)}')
    figures = read_data_table("report_other_figures.csv").set_index("figure")["value"]
    low, high = (float(figures[one]) for one in REPORT[name])
    return UnitCost(Range(low, (low + high) / 2, high), REPORT_PRICE_YEAR, REPORT_SOURCE)


def lait_cost(file: Path, measure: str, area: str, period: str = "") -> UnitCost:
    """Return a weekly unit cost of a council from an extract of the Local Authority Interactive Tool.

    Parameters
    ----------
    file
        A csv with the columns ``measure``, ``period``, ``area`` and ``value``.
    measure
        Such as ``RescareFinance``, pounds a week.
    area
        The council's name in the file.
    period
        As the file has it; its latest with a figure when left out.

    Raises
    ------
    InputError
        When the file cannot be read or has no such figure, naming what it has.
    """
    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f'The file "{file.name}" cannot be read as a csv of unit costs.') from error
    missing = [column for column in _LAIT_COLUMNS if column not in table.columns]
    if missing:
        raise InputError(
            f'The file "{file.name}" has no column {", ".join(missing)}. Give an extract of the LAIT as csv.'
        )
    if measure not in _LAIT_COSTS:
        raise InputError(f'"{measure}" is no weekly unit cost of the LAIT. {did_you_mean(measure, _LAIT_COSTS)}')
    rows = table[(table["measure"] == measure) & (table["area"] == area)]
    rows = rows.assign(pounds=pd.to_numeric(rows["value"], errors="coerce")).dropna(subset=["pounds"])
    if period:
        rows = rows[rows["period"] == period]
    if rows.empty:
        areas = sorted(table.loc[table["measure"] == measure, "area"].unique())
        near = "" if area in areas else did_you_mean(area, areas)
        raise InputError(
            f'"{file.name}" has no {measure} of "{area}"{f" in {period}" if period else ""}. {near}'.rstrip()
        )
    row = rows.sort_values("period").iloc[-1]
    pounds, when = float(row["pounds"]), str(row["period"])
    if not (math.isfinite(pounds) and pounds > 0):
        raise InputError(f'"{file.name}" has {pounds:g} for {measure} of "{area}" in {when}: no cost to reckon with.')
    source = f"Local Authority Interactive Tool, {measure}, {area}, {when}: pounds a week"
    return UnitCost(Range(pounds, pounds, pounds), _year_ending(when), source)


def _year_ending(period: str) -> int:
    first = period[:4]
    if not first.isdigit():
        raise InputError(f'The period "{period}" names no year. Expected such as "2024-25 (OT)".')
    return int(first) + ("-" in period)
