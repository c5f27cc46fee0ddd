"""Corrections as a person writes them: which row, by its key, and the columns that are to be put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from toolkit.errors import did_you_mean
from toolkit.intake.cells import Cell, is_blank, shown
from toolkit.intake.files.raw_sheet import RawSheet
from toolkit.intake.review.cell_readers import expected, reader_for
from toolkit.intake.review.duplicates import stored_frame
from toolkit.intake.review.points import read_points
from toolkit.intake.review.rows import sort_rows
from toolkit.intake.review.sheets import choose_sheet
from toolkit.tables import Column, Table
from toolkit.tables.checks import CHECKS
from toolkit.tables.instrument_scale import ONE_TO_FIVE, ONLY_BUILT_IN, Instrument
from toolkit.tables.progress_scores import BUILT_IN

ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("families", "family_id"): "toolkit renumber-family",
    ("children", "child_id"): "toolkit renumber-child",
}
"""What changes the number itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One row to be corrected.

    Attributes
    ----------
    where
        Where it was asked: "row 4"; empty on the command line.
    key
        The row's key by column, as written.
    values
        What is to stand, by column, as written; a blank one empties it.
    from_1904
        Whether a plain number counts days from 1904.
    """

    where: str
    key: Mapping[str, Cell]
    values: Mapping[str, Cell]
    from_1904: bool = False


@dataclass(frozen=True, slots=True)
class Corrected:
    """The rows as they are to stand, whole, and every problem; with a problem nothing is to be stored."""

    rows: pd.DataFrame
    problems: tuple[str, ...]


def asked_in_file(raw: RawSheet, table: Table) -> tuple[list[Asked], list[str]]:
    """Return the corrections of a spreadsheet with the key's columns and those to be corrected, and what is wrong.

    An empty cell leaves what is stored.
    """
    chosen = choose_sheet(raw, table)
    if chosen.headings is None:
        return [], [problem.message for problem in chosen.problems]
    headings = chosen.headings
    missing = [table.column(name) for name in table.key if name not in headings.columns]
    problems = [
        f'There is no column "{column.label}": it is part of the key, by which the row is found. Add it.'
        for column in missing
        if column.is_required
    ]
    problems += [f'Two columns mean "{table.column(name).label}". Keep one of them.' for name in headings.doubled]
    if not set(headings.columns) - set(table.key):
        problems.append("There is no column to correct beside the key's.")
    if problems:
        return [], problems
    asked = []
    for number, cells in sort_rows(chosen.sheet, headings, table).data:
        row = {name: cells[at] if at < len(cells) else None for name, at in headings.columns.items()}
        values = {name: cell for name, cell in row.items() if name not in table.key and not is_blank(cell)}
        key = {name: cell for name, cell in row.items() if name in table.key}
        asked.append(Asked(f"row {number}", key, values, raw.counts_from_1904))
    return asked, [] if asked else ["There are no rows under the headings."]


def corrected(
    asked: Sequence[Asked],
    table: Table,
    stored: pd.DataFrame,
    *,
    known: Mapping[str, frozenset[str]],
    today: date,
    stored_number: Callable[[str, str], str] | None = None,
    instruments: Mapping[str, Instrument] = ONLY_BUILT_IN,
) -> Corrected:
    """Return the rows that corrections ask for, whole, with every problem at once.

    Parameters
    ----------
    asked
        The corrections.
    table
        The table.
    stored
        Its rows.
    known
        What columns may refer to, by what they do: ``{"families.family_id": ...}``.
    today
        Days after this are refused.
    stored_number
        What the store holds in place of a person's number: called with the column and the number.
    instruments
        Those that scores may name.
    """
    frame = stored_frame(stored, table)
    keys = list(zip(*(frame[name] for name in table.key), strict=True))
    rows: dict[tuple[Any, ...], dict[str, Any]] = {
        key: dict(zip(table.names, row, strict=True))
        for key, row in zip(keys, frame[list(table.names)].itertuples(index=False, name=None), strict=True)
    }
    problems: list[str] = []
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    where_of: dict[tuple[Any, ...], str] = {}
    for one in asked:
        reader = _Reader(table, one, today, known, stored_number)
        key = reader.key(rows)
        number = None if key is None else rows[key].get("instrument")
        values = reader.values(instruments.get(number or BUILT_IN, ONE_TO_FIVE))
        problems += reader.problems
        if key is None or reader.problems:
            continue
        if key in found:
            problems.append(f"{one.where}: the row is corrected twice. Keep one of them.".lstrip(": "))
        found[key], where_of[key] = rows[key] | values, one.where
    before = pd.DataFrame([rows[key] for key in found], columns=list(table.names), dtype=object)
    after = pd.DataFrame(list(found.values()), columns=list(table.names), dtype=object)
    others = frame[[key not in found for key in keys]]
    problems += _broken(table, before, after, others, list(where_of.values()))
    return Corrected(after, tuple(problems))


def _broken(
    table: Table, before: pd.DataFrame, after: pd.DataFrame, others: pd.DataFrame, where: Sequence[str]
) -> Iterator[str]:
    """Yield what rows break between their cells that they did not break before."""
    for check in CHECKS[table.name]:
        already = {finding.row for finding in check.find(before, others)}
        for finding in check.find(after, others):
            if finding.row not in already:
                label = table.column(finding.column).label
                cell = shown(after[finding.column].iloc[finding.row])
                yield f"{where[finding.row]}, {label}, {cell}: {finding.sentence}".lstrip(", ")


class _Reader:
    """Reads what one correction says, gathering every problem."""

    def __init__(
        self,
        table: Table,
        asked: Asked,
        today: date,
        known: Mapping[str, frozenset[str]],
        stored_number: Callable[[str, str], str] | None,
    ) -> None:
        self.problems: list[str] = []
        self._table, self._asked, self._today, self._known = table, asked, today, known
        self._stored_number = stored_number

    def key(self, rows: Mapping[tuple[Any, ...], Any]) -> tuple[Any, ...] | None:
        """Return the key of the row that is meant, where it is stored."""
        table = self._table
        for name in self._asked.key:
            if name not in table.key:
                self._say(
                    name, did_you_mean(name, table.key) or f"The key is {', '.join(table.key)}.", "not in the key"
                )
        parts: dict[str, Any] = {}
        for name in table.key:
            cell = self._asked.key.get(name)
            if is_blank(cell) and table.column(name).is_required:
                self._say(name, f"The key is {', '.join(table.key)}.", "missing")
            parts[name] = None if is_blank(cell) else self._read(table.column(name), cell)
        if self.problems:
            return None
        filled = {
            name: part if part is not None else table.column(name).default or None for name, part in parts.items()
        }
        for way in (parts, filled):
            if (key := tuple(way.values())) in rows:
                return key
        named = ", ".join(f"{name} {shown(self._asked.key.get(name))}" for name in table.key)
        self.problems.append(self._placed(f"No row of {table.title.lower()} is stored with {named}. Check its key."))
        return None

    def values(self, instrument: Instrument) -> dict[str, Any]:
        """Return what is to stand, by column; scores as their row's instrument has them."""
        table = self._table
        found: dict[str, Any] = {}
        if not self._asked.values:
            self.problems.append(self._placed("Nothing is to be corrected. Say what with --set column=value."))
        for name, cell in self._asked.values.items():
            if name not in table.names:
                self._say(name, did_you_mean(name, table.names), "no column of this table")
            elif name in table.key:
                other = ELSEWHERE.get(
                    (table.name, name), "withdraw the upload that brought the row and import it right"
                )
                self._say(
                    name, f"It is part of the key, by which the row is known. To change it: {other}.", "not taken"
                )
            elif is_blank(cell):
                if table.column(name).is_required:
                    self._say(name, expected(table.column(name)), "blank")
                found[name] = None
            else:
                found[name] = self._read(table.column(name), cell, instrument)
                self._check_known(table.column(name), found[name])
        return found

    def _read(self, column: Column, cell: Cell, instrument: Instrument = ONE_TO_FIVE) -> Any:
        reading = reader_for(column, today=self._today, counts_from_1904=self._asked.from_1904)(cell)
        if column.is_on_instrument and not instrument.is_built_in:
            reading = read_points(cell, instrument)
        if reading.refusal:
            self._say(column.name, reading.refusal, reading.hidden or shown(cell))
        if reading.value is not None and self._stored_number is not None:
            return self._stored_number(column.name, reading.value)
        return reading.value

    def _check_known(self, column: Column, value: Any) -> None:
        known = self._known.get(column.refers_to or "")
        if known is not None and value is not None and value not in known:
            self._say(column.name, "It is not stored. Check it, or import it first.", shown(value))

    def _say(self, name: str, advice: str, what: str) -> None:
        self.problems.append(self._placed(f"{name}, {what}: {advice}".rstrip(": ")))

    def _placed(self, sentence: str) -> str:
        return f"{self._asked.where}, {sentence}" if self._asked.where else sentence
