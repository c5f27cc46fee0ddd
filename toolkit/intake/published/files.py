"""Published files from disk to text tables: encodings, byte order marks, stray columns and rows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from toolkit.errors import InputError
from toolkit.intake.published.sources import Source

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SPREADSHEETS = {".xlsx", ".xls", ".xlsm", ".ods"}


@dataclass(frozen=True, slots=True)
class TextTable:
    """A file as text.

    Attributes
    ----------
    name
        The file's name, without its folder.
    table
        Text, one column a column of the file, names stripped and in lower case, the index the row as a spreadsheet
        numbers it; None when it is no table.
    columns
        Column names as published.
    trouble
        Why it could not be read; empty when it could.
    """

    name: str
    table: pd.DataFrame | None
    columns: tuple[str, ...]
    trouble: str = ""

    @property
    def rows(self) -> pd.DataFrame:
        """The table of a file that is one.

        Raises
        ------
        InputError
            When it is none, with why.
        """
        if self.table is None:
            raise InputError(self.trouble or f"{self.name} is no table.")
        return self.table

    def as_published(self, column: str) -> str:
        """Return a column's name as the publisher wrote it."""
        return next((written for written in self.columns if written.lower() == column), column)


def read_text_table(source: Source) -> TextTable:
    """Read a published CSV: UTF-8 with or without a mark, UTF-16, or Windows-1252.

    Columns without a name (trailing commas of the publisher) and rows without a value are left out.
    """
    name = source.name
    if source.suffix in _SPREADSHEETS:
        return TextTable(name, None, (), f"{name} is a spreadsheet. Give the CSV file the publisher offers beside it.")
    if source.trouble:
        return TextTable(name, None, (), source.trouble)
    if b"\0" in source.raw[:1000] and not source.raw.startswith(_UTF_16):
        return TextTable(name, None, (), f"{name} is not text.")
    try:
        every = list(enumerate(csv.reader(io.StringIO(decode(source.raw), newline="")), start=1))
    except csv.Error as error:
        return TextTable(name, None, (), f"{name} is no CSV file ({error}).")
    numbered = [(number, row) for number, row in every if any(cell.strip() for cell in row)]
    if len(numbered) < 2:
        return TextTable(name, None, (), f"{name} has no rows of data.")
    header = [cell.strip() for cell in numbered[0][1]]
    kept = [place for place, column in enumerate(header) if column]
    twice = sorted(column for column, times in Counter(header[place].lower() for place in kept).items() if times > 1)
    if twice:
        return TextTable(name, None, tuple(header), f'{name} has the column "{twice[0]}" twice. Take one out.')
    published = tuple(header[place] for place in kept)
    for number, row in numbered[1:]:
        if len(row) <= kept[-1]:
            trouble = f"{name}, row {number}, has {len(row)} cells where the header has {kept[-1] + 1}."
            return TextTable(name, None, published, trouble)
    table = pd.DataFrame(
        [[row[place] for place in kept] for _, row in numbered[1:]],
        index=[number for number, _ in numbered[1:]],
        columns=[column.lower() for column in published],
        dtype=str,
    )
    return TextTable(name, table, published)


def decode(raw: bytes) -> str:
    """Return a file's text. Bytes that are not UTF-8 are Windows-1252, which is what the older releases are in."""
    if raw.startswith(_UTF_16):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
