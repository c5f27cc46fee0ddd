"""Section 251 outturn, what councils spent on children, into the table of published counts.

Amounts are nominal pounds of the year. The names of lines change from year to year (in spelling, in length, in what a
total takes in), so one table of spellings says what each line is. The toolkit reads the tidied outturn, one row a
council, year and line; the Department's raw return is not read: its layout differs by year and is not documented
in the files given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from toolkit.errors import did_you_mean
from toolkit.intake.published.areas import authority_areas
from toolkit.intake.published.files import TextTable, read_text_table
from toolkit.intake.published.imported import FileRead, Imported
from toolkit.intake.published.measures import Measure
from toolkit.intake.published.suppression_marks import CENSUS_MARKS, read_numbers
from toolkit.progress import Progress, silent
from toolkit.tables import table

NEEDED = ("fin_year_ending", "la_code", "la_name", "line", "gross_expenditure_gbp", "income_gbp")
LAYOUT = "Section 251 outturn, one row a council, year and line"
AMOUNTS: Mapping[str, str] = MappingProxyType({"gross_expenditure_gbp": "spend_gbp_", "income_gbp": "income_gbp_"})
"""Column of pounds → what its measure's name begins with: gross spending, and income set against it."""

LINES: Mapping[str, str] = MappingProxyType(
    {
        "centres_individual": "Individual Children's Centres",
        "centres_area_wide": "Area-wide services bought for or provided through Children's Centres",
        "centres_management": "The council's costs of managing Children's Centres",
        "sure_start_total": "Children's Centres in all; from 2015 with other early years spending",
        "other_early_years": "Other spending on children under 5",
        "social_work": "Social work, child protection among it",
        "targeted_family_support": "Targeted family support (beside intensive family interventions in 2012)",
        "universal_family_support": "Universal family support",
        "intensive_family_interventions": "Intensive family interventions (a line of its own in 2012 only)",
        "family_support_total": "Family support services in all",
        "looked_after_total": "Children looked after in all",
        "young_people_total": "Services for young people in all",
    }
)
"""What follows ``spend_gbp_`` or ``income_gbp_`` in a measure's name → what the line is."""

_AREA_WIDE = "Spend on local authority provided or commissioned area-wide services"
_MANAGEMENT = "Spend on local authority management costs relating to"
SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "Spend by individual Sure Start Children's Centres": "centres_individual",
        "Spend on individual Sure Start Children's Centres": "centres_individual",
        _AREA_WIDE: "centres_area_wide",
        f"{_AREA_WIDE} delivered through Sure St": "centres_area_wide",
        f"{_AREA_WIDE} delivered through Sure Start": "centres_area_wide",
        f"{_AREA_WIDE} delivered through Sure Start Children's Centres": "centres_area_wide",
        "Spend for local authority provided or commissioned area wide services delivered through Sure Start "
        "Children's Centres": "centres_area_wide",
        f"{_MANAGEMENT} Sure Start Ch": "centres_management",
        f"{_MANAGEMENT} Sure Start Children's Centres": "centres_management",
        "Total Sure Start Children's Centres": "sure_start_total",
        "Total Sure Start Children's Centres and Early Years Expenditure": "sure_start_total",
        "Total Sure Start children's centres and other spend on children under 5": "sure_start_total",
        "Other early years funding": "other_early_years",
        "Other early years expenditure": "other_early_years",
        "Other spend on children under 5": "other_early_years",
        "Social work (includes LA functions in relation to child protection)": "social_work",
        "Social work (including LA functions in relation to child protection)": "social_work",
        "Other targeted family support": "targeted_family_support",
        "Targeted family support": "targeted_family_support",
        "Universal family support": "universal_family_support",
        "Intensive family interventions": "intensive_family_interventions",
        "Total Family Support Services": "family_support_total",
        "Total Children Looked After": "looked_after_total",
        "Total Services for Young People": "young_people_total",
    }
)
"""A line as a release spells it → its place in `LINES`. Case and punctuation do not matter."""

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        f"{prefix}{line}": Measure(f"{prefix}{line}", f"{meaning} ({word}).", "pounds of the year")
        for prefix, word in (("spend_gbp_", "gross spending"), ("income_gbp_", "income"))
        for line, meaning in LINES.items()
    }
)
"""Every measure of Section 251, with meaning and unit."""


def read_s251(paths: Iterable[Path | str], *, progress: Progress = silent) -> Imported:
    """Read Section 251 outturn files.

    Parameters
    ----------
    paths
        CSV files with the columns of `NEEDED`. Descriptions in text files are skipped and noted.

    Returns
    -------
    Imported
        ``area_counts`` holds nominal pounds as ``count``, by council and year ending 31 March; a line no release
        calls by a known name is left out and said in ``notes``.
    """
    notes: list[str] = []
    problems: list[str] = []
    frames: list[pd.DataFrame] = []
    files: list[FileRead] = []
    ordered = sorted({Path(path) for path in paths}, key=lambda path: (path.name, str(path)))
    for place, path in enumerate(ordered):
        progress(f"Reading {path.name}", place / len(ordered))
        text = read_text_table(path)
        lacking = [column for column in NEEDED if text.table is None or column not in text.table.columns]
        if not lacking:
            frames.append(_read_file(text, notes, problems))
            files.append(_file_read(text, frames[-1]))
        elif path.suffix.lower() == ".txt":
            notes.append(f"Skipped, because it describes other files: {text.name}.")
        else:
            known = f"It lacks the columns {', '.join(lacking)} of a Section 251 outturn file."
            problems.append(text.trouble or f"{text.name} is not a file the toolkit knows. {known}")
    counts = _put_together(frames, problems)
    notes.extend(_missing_years(counts))
    return Imported(counts, tuple(notes), tuple(problems), tuple(files))


def _read_file(text: TextTable, notes: list[str], problems: list[str]) -> pd.DataFrame:
    """Return one file's counts: the columns of `area_counts` and the row each came from."""
    rows = text.rows
    year = rows["fin_year_ending"].str.strip()
    _say_wrong(text, rows[~year.str.fullmatch(r"20\d\d")], "fin_year_ending", "a year such as 2015", problems)
    rows = rows[year.str.fullmatch(r"20\d\d")]
    lines = rows["line"].map(_plain).map({_plain(spelling): line for spelling, line in SPELLINGS.items()})
    _say_unknown(text, rows.loc[lines.isna(), "line"], notes)
    rows, lines = rows[lines.notna()], lines.dropna()
    area = authority_areas(rows["la_code"], rows["fin_year_ending"].str.strip().astype(int))
    _say_wrong(text, rows[area == ""], "la_code", "a council's three-digit code", problems)
    frames = []
    for column, prefix in AMOUNTS.items():
        numbers = read_numbers(rows[column], CENSUS_MARKS, may_be_negative=True)
        _say_wrong(text, rows[numbers.is_wrong], column, "an amount in pounds", problems)
        frame = pd.DataFrame({"area": area, "period": rows["fin_year_ending"].str.strip(), "measure": prefix + lines})
        frame = frame.assign(count=numbers.values, population=float("nan"), status=numbers.status, source=text.name)
        frames.append(frame.assign(row=rows.index)[(area != "") & ~numbers.is_wrong])
    read = pd.concat(frames, ignore_index=True)
    negative = read[read["count"] < 0]
    if len(negative):
        notes.append(f"{text.name}: {len(negative)} amounts are under nought, as published (rows {_rows(negative)}).")
    return read


def _say_wrong(text: TextTable, rows: pd.DataFrame, column: str, expected: str, problems: list[str]) -> None:
    for value, at in rows.groupby(column, sort=False):
        more = f" (and {len(at) - 1} more)" if len(at) > 1 else ""
        problems.append(f'{text.name}, row {at.index[0]}{more}, column "{column}": "{value}" is not {expected}.')


def _say_unknown(text: TextTable, lines: pd.Series, notes: list[str]) -> None:
    for line, rows in lines.groupby(lines, sort=True):
        near = did_you_mean(str(line), SPELLINGS)
        notes.append(f'{text.name}: the line "{line}" is not known; rows left out: {len(rows):,}. {near}'.strip())


def _file_read(text: TextTable, frame: pd.DataFrame) -> FileRead:
    periods = sorted(frame["period"].unique()) or [""]
    return FileRead(text.name, LAYOUT, len(text.rows), tuple(sorted(set(frame["measure"]))), periods[0], periods[-1])


def _put_together(frames: list[pd.DataFrame], problems: list[str]) -> pd.DataFrame:
    """Return one row a key; a key with different amounts cannot be used."""
    columns = [column.name for column in table("area_counts").columns]
    key = ["area", "period", "measure"]
    if not frames:
        return pd.DataFrame(
            {name: pd.Series(dtype=float if name in ("count", "population") else str) for name in columns}
        )
    every = pd.concat(frames, ignore_index=True)
    for at, rows in every[every.duplicated(key, keep=False)].groupby(key, sort=True):
        if rows["count"].nunique(dropna=False) > 1:
            where = " and ".join(f"{row.source} row {row.row}" for row in rows.itertuples())
            problems.append(f"{where}: {' '.join(map(str, at))} has different amounts. Keep the right one.")
    once = every.drop_duplicates(key).sort_values(key, kind="stable")[columns].reset_index(drop=True)
    text = [name for name in columns if name not in ("count", "population")]
    return once.astype(dict.fromkeys(text, str) | {"count": float, "population": float})


def _missing_years(counts: pd.DataFrame) -> list[str]:
    """Return a note a line that has no figure in a year between its first and its last."""
    notes = []
    for line in sorted(LINES):
        years = {int(period) for period in counts.loc[counts["measure"] == f"spend_gbp_{line}", "period"]}
        missing = sorted(set(range(min(years), max(years))) - years) if years else []
        if missing:
            notes.append(f"spend_gbp_{line} has no line in {', '.join(map(str, missing))}.")
    return notes


def _rows(frame: pd.DataFrame) -> str:
    return ", ".join(str(row) for row in sorted(frame["row"].unique())[:10])


def _plain(line: str) -> str:
    """Return a line's name without case, punctuation and a bracket left open where a release cut it short."""
    return re.sub(r"[^a-z0-9]+", " ", line.casefold()).strip()
