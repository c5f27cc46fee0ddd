"""The Department's older files: one row an area, the year in the names of the columns.

Columns follow the files' own metadata. Their names carry slips of the pen, so the year is the file's (that of its count
of referrals, or of looked-after children), not each column's: the 2012 file writes ``ReferralsNFA112``, the 2017 file
``CINAt310316`` for what its metadata calls ``CINAt310317``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from toolkit.intake.published.areas import la_codes
from toolkit.intake.published.cells import AUTHORITY, LEVELS, Sheet
from toolkit.intake.published.combine import POPULATION_MEASURE
from toolkit.intake.published.files import TextTable
from toolkit.intake.published.layouts import CENSUS, Layout
from toolkit.intake.published.measures import SOURCES
from toolkit.intake.published.suppression_marks import CENSUS_MARKS

_YEARS = r"(?P<years>\d{3,4})"
_DAY = r"3103(?P<day>\d\d)"
_SOURCE_NAMES = {source: source.replace("_", "") for source in SOURCES} | {"other_legal_agency": "otherlegal"}
CENSUS_COLUMNS: dict[str, str] = {
    rf"referrals{_YEARS}": "referrals",
    rf"referralswithin12mths{_YEARS}": "re_referrals_12m",
    rf"referralsnfa{_YEARS}": "referrals_nfa",
    rf"referralsi?anotinneed{_YEARS}": "referrals_assessed_not_in_need",
    rf"childrenreferred(?:in)?{_YEARS}": "children_referred",
    rf"childrenreferredwithin12mths{_YEARS}": "re_referred_children",
    rf"childrenreferredin{_YEARS}morethanonce": "children_referred_more_than_once",
    rf"ias{_YEARS}": "initial_assessments",
    rf"iaswithin7wd{_YEARS}": "initial_assessments_7_days",
    rf"iaswithin10wd{_YEARS}": "initial_assessments_10_days",
    rf"cinat{_DAY}": "children_in_need_31_march",
    rf"s47(?:in)?{_YEARS}": "section_47_enquiries",
    rf"s47children{_YEARS}": "section_47_children",
    rf"icpc(?:in)?{_YEARS}": "initial_conferences",
    rf"icpcchildrenin{_YEARS}": "initial_conference_children",
    rf"cpp(?:in|start){_YEARS}": "protection_plans_started",
    rf"cppceased{_YEARS}": "protection_plans_ended",
    rf"cppat{_DAY}": "protection_plans_31_march",
    **{rf"source{_YEARS}{name}": f"referrals_source_{source}" for source, name in _SOURCE_NAMES.items()},
}
"""A pattern of a census column's whole name (lower case) → its measure."""

RATE_COLUMNS: dict[str, str] = {
    rf"referrals{_YEARS}rate": "referrals",
    rf"cin(?:at{_DAY})?rateper10k": "children_in_need_31_march",
}
"""Rates per 10,000 children aged 0 to 17, from which the population can be worked back."""
PRINTED_POPULATION = r"mid20\d\dpop0?-?17"
"""A census file's own population, in hundreds of children."""

LOOKED_AFTER_COLUMNS: dict[str, str] = {
    r"cla_mar(?P<year>20\d\d)": "looked_after_31_march",
    r"cla_(?P<year>20\d\d)": "looked_after_any_point",
    r"cla_stp(?P<year>20\d\d)": "looked_after_short_breaks_only",
}
"""The same for the looked-after files, which carry up to five years."""


def read_wide(text: TextTable, layout: Layout, rank: int) -> Sheet:
    """Return a wide file's cells.

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
    table["level"] = table["geog_l"].str.strip().str.lower().map(LEVELS)
    # One looked-after file leaves the level of the Isles of Scilly empty; a council's code says what it is.
    says_council = (table["geog_l"].str.strip() == "") & table["geog_c"].str.strip().isin(set(la_codes()["la_code"]))
    table["level"] = table["level"].where(~says_council, AUTHORITY)
    other = table[table["level"].isna()]
    if len(other):
        rows = ", ".join(str(row) for row in other["row"])
        notes.append(f"{name}: left out, because no level (council, region, country) is given: row {rows}.")
    table = table[table["level"].notna()]
    if layout.family == CENSUS:
        chosen, release = _census_columns(text, table.columns, notes, problems)
    else:
        chosen, release = _looked_after_columns(table.columns)
    cells = _cells(table, chosen)
    cells["column"] = cells["column"].map({column: text.as_published(column) for column in chosen})
    rates = _rates(table, release) if layout.family == CENSUS else None
    return Sheet(name, cells, release, rank, CENSUS_MARKS, tuple(notes), tuple(problems), rates)


def _census_columns(
    text: TextTable, columns: Iterable[str], notes: list[str], problems: list[str]
) -> tuple[dict[str, tuple[str, int]], int]:
    """Return column → (measure, year), and the file's year."""
    here = list(columns)
    written = [said for measure, said in map(_census_measure, here) if measure == "referrals"]
    if len(written) != 1:
        problems.append(
            f"{text.name}: the year cannot be told. Expected one column such as Referrals0910, found {len(written)}."
        )
        return {}, 0
    year = 2000 + int(written[0][-2:])
    if len(written[0]) == 4 and (int(written[0][:2]) + 1) % 100 != year % 100:
        problems.append(
            f'{text.name}: the year cannot be told. "Referrals{written[0]}" names no year: two that follow one another '
            "are expected, as in Referrals0910."
        )
        return {}, 0
    chosen: dict[str, tuple[str, int]] = {}
    taken: dict[str, str] = {}
    for column in here:
        measure, said = _census_measure(column)
        if measure is None:
            continue
        shown = text.as_published(column)
        if measure in taken:
            problems.append(
                f'{text.name}: columns "{taken[measure]}" and "{shown}" both look like {measure}. Take one out.'
            )
            continue
        if said not in (f"{(year - 1) % 100:02d}{year % 100:02d}", f"{year % 100:02d}"):
            notes.append(f'{text.name}: column "{shown}" names another year; it was read as {year}, like its file.')
        taken[measure] = shown
        chosen[column] = (measure, year)
    return chosen, year


def _census_measure(column: str) -> tuple[str | None, str]:
    """Return the measure of a census column (None when it is none) and the year written in its name."""
    for pattern, measure in CENSUS_COLUMNS.items():
        found = re.fullmatch(pattern, column)
        if found:
            return measure, next(part for part in found.groups() if part)
    return None, ""


def _looked_after_columns(columns: Iterable[str]) -> tuple[dict[str, tuple[str, int]], int]:
    chosen: dict[str, tuple[str, int]] = {}
    for column in columns:
        for pattern, measure in LOOKED_AFTER_COLUMNS.items():
            found = re.fullmatch(pattern, column)
            if found:
                chosen[column] = (measure, int(found["year"]))
    return chosen, max((year for _, year in chosen.values()), default=0)


def _cells(table: pd.DataFrame, chosen: dict[str, tuple[str, int]]) -> pd.DataFrame:
    own = next((column for column in ("new_geog_code", "new_la_code") if column in table.columns), None)
    about = pd.DataFrame(
        {
            "row": table["row"],
            "level": table["level"],
            "la_code": table["geog_c"],
            "own_area": table[own] if own else "",
            "name": table["geog_n"],
        }
    )
    cells = pd.concat([about, table[list(chosen)]], axis="columns").melt(
        id_vars=list(about.columns), value_vars=list(chosen), var_name="column", value_name="cell"
    )
    cells["measure"] = cells["column"].map({column: measure for column, (measure, _) in chosen.items()})
    cells["year"] = cells["column"].map({column: year for column, (_, year) in chosen.items()}).astype(int)
    cells["period"] = cells["year"].astype(str)
    return cells


def _rates(table: pd.DataFrame, year: int) -> pd.DataFrame | None:
    """Return what tells a council's children, as text: row, measure and rate.

    The rates published beside referrals and children in need, and under ``population_0_17`` the printed population.
    """
    found = [
        pd.DataFrame({"row": table["row"], "measure": measure, "rate": table[column]})
        for pattern, measure in (*RATE_COLUMNS.items(), (PRINTED_POPULATION, POPULATION_MEASURE))
        for column in table.columns
        if year and re.fullmatch(pattern, column)
    ]
    return pd.concat(found, ignore_index=True) if found else None
