"""One shape for every layout: a published cell with its area, year and measure, and how it becomes a count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.intake.published.areas import ENGLAND, REGIONS, area_name, authority_areas, is_listed
from toolkit.intake.published.editions import NOT_KNOWN, Edition
from toolkit.intake.published.suppression_marks import PUBLISHED, read_numbers

AUTHORITY, REGION, COUNTRY = "authority", "region", "country"
LEVELS: Mapping[str, str] = {
    "la": AUTHORITY,
    "local authority": AUTHORITY,
    "region": REGION,
    "regional": REGION,
    "national": COUNTRY,
    "country": COUNTRY,
}
"""What files call the level of a row, lower case."""

CELL_COLUMNS = ("row", "level", "la_code", "own_area", "name", "year", "period", "measure", "column", "cell")
"""Columns of a frame of cells.

``row`` is the row of the file as a spreadsheet numbers it (the header is 1); ``year`` the year ending 31 March a rate
of the cell is over; ``period`` what goes into `area_counts.period`; ``cell`` the text as published.
"""


def level_of(written: str) -> str | None:
    """Return what a level is, however a file writes it ("Local authority", "localAuthority"); None when none."""
    return LEVELS.get(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", written.strip()).replace("_", " ").lower())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of cells, before numbers are read.

    Attributes
    ----------
    name
        The file's name.
    cells
        A frame with `CELL_COLUMNS`.
    release
        The year of the release: its latest year ending.
    rank
        The layout's place in the list of layouts, which settles equal releases.
    marks
        What its marks mean.
    notes, problems
        What was found on the way.
    rates
        Rates published beside counts (``row``, ``measure``, ``rate`` as text), or None.
    edition
        How late a file it is.
    """

    name: str
    cells: pd.DataFrame
    release: int
    rank: int
    marks: Mapping[str, str]
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    rates: pd.DataFrame | None = None
    edition: Edition = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Counts:
    """A file's counts: a frame with area, period, year, level, measure, count, status, row, and its problems."""

    frame: pd.DataFrame
    problems: tuple[str, ...]


def counts_of(sheet: Sheet, learnt: Mapping[str, str]) -> Counts:
    """Read a file's cells as counts.

    Parameters
    ----------
    sheet
        The file.
    learnt
        Three-digit codes the code list does not know, from files that carry both codes.
    """
    cells = sheet.cells
    numbers = read_numbers(cells["cell"], sheet.marks)
    frame = cells[["row", "level", "year", "period", "measure", "column"]].copy()
    frame["area"] = _areas(cells, learnt)
    frame["count"] = numbers.values
    frame["status"] = numbers.status
    problems = _wrong_cells(sheet, numbers.is_wrong) + _unknown_areas(sheet, frame) + _two_councils(sheet)
    frame = frame[(frame["area"] != "") & ~numbers.is_wrong]
    return Counts(*_without_repeats(sheet.name, frame, problems))


def _areas(cells: pd.DataFrame, learnt: Mapping[str, str]) -> pd.Series:
    areas = pd.Series("", index=cells.index, dtype=object)
    council = cells["level"] == AUTHORITY
    at = cells[council]
    if len(at):
        found = authority_areas(at["la_code"], at["year"], at["own_area"])
        areas[council] = found.where(found != "", at["la_code"].str.strip().map(lambda code: learnt.get(code, "")))
    region = cells["level"] == REGION
    by_name = cells.loc[region, "name"].str.strip().str.casefold().map(lambda name: REGIONS.get(name, ""))
    areas[region] = by_name.where(by_name != "", cells.loc[region, "own_area"].str.strip())
    # The census files of 2013 to 2015 and 2017 give England the code of the Isle of Wight, so the level decides.
    areas[cells["level"] == COUNTRY] = ENGLAND
    return areas


def _wrong_cells(sheet: Sheet, is_wrong: np.ndarray) -> tuple[str, ...]:
    wrong = sheet.cells[is_wrong]
    marks = ", ".join(f'"{mark}"' for mark in sheet.marks if mark)
    said = []
    for (column, cell), rows in wrong.groupby(["column", "cell"], sort=False):
        more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
        said.append(
            f'{sheet.name}, row {rows["row"].iloc[0]}{more}, column "{column}": "{cell}" is neither a count nor a mark '
            f"the publisher uses ({marks}). Put back the cell as published."
        )
    return tuple(said)


def _unknown_areas(sheet: Sheet, frame: pd.DataFrame) -> tuple[str, ...]:
    nowhere = sheet.cells[(frame["area"] == "").to_numpy()].drop_duplicates("row")
    return tuple(
        f'{sheet.name}, row {row}: "{name}" has the code "{code}", which is not in the list of council codes. '
        "Give with it a file that carries both the three-digit and the nine-character code."
        for row, name, code in zip(nowhere["row"], nowhere["name"], nowhere["la_code"], strict=True)
    )


def _two_councils(sheet: Sheet) -> tuple[str, ...]:
    """Say of rows whose three-digit code is one council's and whose ONS code another's: which is meant is not known."""
    rows = sheet.cells[sheet.cells["level"] == AUTHORITY].drop_duplicates("row")
    by_code = authority_areas(rows["la_code"], rows["year"])
    by_own = authority_areas(pd.Series("", index=rows.index), rows["year"], rows["own_area"])
    differ = (by_code != "") & by_own.map(is_listed) & (by_code != by_own)
    return tuple(
        f'{sheet.name}, row {row}: "{name}" has the code {code}, which is {area_name(area)}, and the code {own}, which '
        f"is {area_name(other)}. Put the wrong one right."
        for row, name, code, own, area, other in zip(
            *(rows.loc[differ, column] for column in ("row", "name", "la_code", "own_area")),
            *(found[differ] for found in (by_code, by_own)),
            strict=True,
        )
    )


def _without_repeats(name: str, frame: pd.DataFrame, problems: tuple[str, ...]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Keep one row a key; the same key twice with different figures in one file cannot be used."""
    key = ["area", "period", "measure"]
    repeated = frame[frame.duplicated(key, keep=False)]
    said = []
    for (area, period, measure), rows in repeated.groupby(key, sort=True):
        figures = rows["count"].where(rows["status"] == PUBLISHED, -1.0)
        if figures.nunique() > 1:
            where = " and ".join(str(row) for row in rows["row"])
            said.append(
                f"{name}, rows {where}: {area} has different figures of {measure} for {period}. Keep the right one."
            )
    return frame.drop_duplicates(key), problems + tuple(said)
