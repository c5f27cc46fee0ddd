"""Section 251 outturn as the Department publishes it, into the columns `toolkit.intake.published.s251` reads.

The files of "LA and school expenditure" on children's and young people's services (Explore Education Statistics) have
one row a year, area and line. The release of 2021 and earlier ones are in millions of pounds, later ones in pounds,
and no column says which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toolkit.intake.published.cells import AUTHORITY, level_of
from toolkit.intake.published.files import TextTable
from toolkit.intake.published.suppression_marks import EXPLORE_MARKS, read_numbers
from toolkit.intake.published.years import year_ending

MILLION = 1_000_000
DEAREST = 10_000
"""No council's dearest line comes to fewer pounds than this in a year, and none to as many millions."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "fin_year_ending": ("timeperiod", "financialyear"),
    "level": ("geographiclevel",),
    "la_code": ("oldlacode", "laold", "lacode", "lanumber", "lea"),
    "own_area": ("newlacode", "lad19cd", "lad19code"),
    "la_name": ("laname", "lad19nm"),
    "line": ("descriptionofexpenditure", "description", "cypservicedescription", "categoryofexpenditure"),
    "gross_expenditure_gbp": ("totalexpenditure", "grossexpenditure"),
    "income_gbp": ("income",),
}
"""What a column holds → what releases call it (without signs, in lower case), the first found is taken."""
_NEEDED = frozenset(COLUMNS) - {"own_area", "la_name"}
_NUMBERED = re.compile(r"^\s*\d+(?:\.\d+)*[a-z]?\s+")


@dataclass(frozen=True, slots=True)
class Outturn:
    """A published file in the columns that are read.

    Attributes
    ----------
    text
        The file.
    pounds
        What an amount in it is to be multiplied by.
    marks
        What its marks mean.
    """

    text: TextTable
    pounds: int
    marks: Mapping[str, str]


def as_outturn(text: TextTable, notes: list[str]) -> Outturn | None:
    """Return a published file with the columns the reader knows, councils only; None when it is no such file.

    Parameters
    ----------
    text
        A file as text.
    notes
        What a person should know is added to it.
    """
    columns = () if text.table is None else text.table.columns
    plain = {re.sub(r"[^a-z0-9]", "", column): column for column in columns}
    found = {name: plain[called] for name, words in COLUMNS.items() for called in reversed(words) if called in plain}
    if not set(found) >= _NEEDED:
        return None
    rows = text.rows[list(found.values())].set_axis(list(found), axis="columns")
    is_council = rows["level"].map(level_of) == AUTHORITY
    if not is_council.all():
        others = int((~is_council).sum())
        notes.append(f"{text.name}: only councils are read; rows of other levels left out: {others:,}.")
    rows = rows[is_council].copy()
    ends = {said: year_ending(said) for said in rows["fin_year_ending"].unique()}
    rows["fin_year_ending"] = rows["fin_year_ending"].map(lambda said: str(ends[said]) if ends[said] else said)
    rows["line"] = rows["line"].str.replace(_NUMBERED, "", regex=True)
    for name in ("own_area", "la_name"):
        rows[name] = rows[name] if name in rows.columns else ""
    pounds = _pounds(rows["gross_expenditure_gbp"])
    if pounds == MILLION:
        notes.append(f"{text.name}: the amounts are in millions of pounds and were made pounds.")
    table = TextTable(text.name, rows, tuple(rows.columns))
    return Outturn(table, pounds, EXPLORE_MARKS)


def _pounds(amounts: pd.Series) -> int:
    """Return what amounts are in: 1 for pounds, a million where no amount of a whole file reaches `DEAREST`."""
    values = pd.Series(read_numbers(amounts, EXPLORE_MARKS, may_be_negative=True).values).dropna()
    return MILLION if len(values) and 0 < float(values.abs().max()) < DEAREST else 1
