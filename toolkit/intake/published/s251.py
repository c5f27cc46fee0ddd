"""Section 251 outturn, what councils spent on children, into the table of published counts.

Amounts are nominal pounds of the year. The names of lines change from year to year (in spelling, in length, in what a
total takes in), so one table of spellings says what each line is. Read are the releases of Explore Education
Statistics (`toolkit.intake.published.s251_release`) and the tidied outturn, one row a council, year and line; the raw
returns before 2014 are not: their layout differs by year, and none says which year it is of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from toolkit.errors import did_you_mean
from toolkit.intake.published.areas import authority_areas
from toolkit.intake.published.editions import Edition, edition_of, ranked
from toolkit.intake.published.files import TextTable, read_text_table
from toolkit.intake.published.imported import FileRead, Imported, Unread
from toolkit.intake.published.measures import Measure
from toolkit.intake.published.s251_release import Outturn, as_outturn
from toolkit.intake.published.sources import gather
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


def read_s251(paths: Iterable[Path | str], *, published: date | None = None, progress: Progress = silent) -> Imported:
    """Read Section 251 outturn files.

    Parameters
    ----------
    paths
        CSV files as published or with the columns of `NEEDED`, whole folders of them or zip archives. Descriptions in
        text files are skipped and noted.
    published
        The day these files were published, where none says it itself.

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
    unread = Unread()
    ordered = gather(paths)
    for place, source in enumerate(ordered):
        progress(f"Reading {source.name}", place / len(ordered))
        text = read_text_table(source)
        lacking = [column for column in NEEDED if text.table is None or column not in text.table.columns]
        outturn = as_outturn(text, notes) if lacking else Outturn(text, 1, CENSUS_MARKS)
        if outturn is None:
            known = f"It lacks the columns {', '.join(lacking)} of a Section 251 outturn file."
            unread.add(source, text, known, is_known=set(NEEDED) <= {column.lower() for column in text.columns})
            continue
        frames.append(_read_file(outturn, notes, problems))
        last = max(map(int, frames[-1]["period"]), default=0)
        edition = edition_of(source.name, last, source.published or published)
        frames[-1]["edition"] = pd.Series([edition] * len(frames[-1]), index=frames[-1].index, dtype=object)
        files.append(_file_read(text, frames[-1], edition))
    unread.say(notes, problems, others_read=bool(files))
    notes.extend(f"Skipped, because it describes other files: {name}." for name in unread.descriptions)
    counts = _put_together(frames, problems)
    notes.extend(_missing_years(counts))
    return Imported(counts, tuple(notes), tuple(problems), tuple(files))


def _read_file(outturn: Outturn, notes: list[str], problems: list[str]) -> pd.DataFrame:
    """Return one file's counts: the columns of `area_counts` and the row each came from."""
    text, rows = outturn.text, outturn.text.rows
    year = rows["fin_year_ending"].str.strip()
    _say_wrong(text, rows[~year.str.fullmatch(r"20\d\d")], "fin_year_ending", "a year such as 2015", problems)
    rows = rows[year.str.fullmatch(r"20\d\d")]
    lines = rows["line"].map(_plain).map({_plain(spelling): line for spelling, line in SPELLINGS.items()})
    _say_unknown(text, rows.loc[lines.isna(), "line"], notes)
    rows, lines = rows[lines.notna()], lines.dropna()
    own = rows["own_area"] if "own_area" in rows.columns else None
    area = authority_areas(rows["la_code"], rows["fin_year_ending"].str.strip().astype(int), own)
    _say_wrong(text, rows[area == ""], "la_code", "a council's three-digit code", problems)
    frames = []
    for column, prefix in AMOUNTS.items():
        numbers = read_numbers(rows[column], outturn.marks, may_be_negative=True)
        _say_wrong(text, rows[numbers.is_wrong], column, "an amount in pounds", problems)
        frame = pd.DataFrame({"area": area, "period": rows["fin_year_ending"].str.strip(), "measure": prefix + lines})
        pounds = (numbers.values * outturn.pounds).round(2) if outturn.pounds > 1 else numbers.values
        frame = frame.assign(count=pounds, population=float("nan"), status=numbers.status, source=text.name)
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


def _file_read(text: TextTable, frame: pd.DataFrame, edition: Edition) -> FileRead:
    periods = sorted(frame["period"].unique()) or [""]
    measures = tuple(sorted(set(frame["measure"])))
    late = edition.release, edition.published
    return FileRead(text.name, LAYOUT, len(text.rows), measures, periods[0], periods[-1], *late)


def _put_together(frames: list[pd.DataFrame], problems: list[str]) -> pd.DataFrame:
    """Return one row a key, the latest edition's; a key with different amounts in one edition cannot be used."""
    columns = [column.name for column in table("area_counts").columns]
    key = ["area", "period", "measure"]
    if not frames:
        return pd.DataFrame(
            {name: pd.Series(dtype=float if name in ("count", "population") else str) for name in columns}
        )
    every = pd.concat(frames, ignore_index=True)
    places = every["edition"].map(ranked(every["edition"].unique().tolist()))
    every = every[places == places.groupby([every[name] for name in key]).transform("max")]
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
    return re.sub(r"[^a-z0-9]+", " ", re.sub("['\u2019]", "", line.casefold())).strip()
