"""A panel of units that start at different times, read from a long table: whole, evenly spaced, or refused in full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.asked import LARGEST
from toolkit.stats.sample.frames import as_frame

NEVER = -1
NAMED = 3  # of the units, rows or values at fault, how many are named


@dataclass(frozen=True, slots=True)
class Panel(Shown):
    """Outcomes by unit and period.

    Attributes
    ----------
    outcomes : ndarray, shape (u, t)
        Whole.
    starts : ndarray, shape (u,)
        The place in `periods` of each unit's first treated period; -1 where it never starts within them.
    units : ndarray, shape (u,)
        Their names, in order.
    periods : ndarray, shape (t,)
        Evenly spaced, rising.
    notes : tuple of Note
        Who was left out, and who starts after the last period.
    """

    outcomes: Floats
    starts: Integers
    units: Any
    periods: Floats
    notes: tuple[Note, ...]


def panel_of(frame: Any, outcome: str, *, unit: str, period: str, starts: str) -> Panel:
    """Return a long table, a row a unit and period, as a panel.

    Parameters
    ----------
    frame : table
        Of any library that narwhals reads.
    outcome, unit, period, starts : str
        Columns: the outcome, who, when, and each unit's first treated period; blank or 0 where it never starts.

    Raises
    ------
    InputError
        With everything that is wrong: columns that are not there, values that are no finite numbers, outcomes too large
        to be squared, a unit with two rows in a period or none, a unit with two starts, periods unevenly spaced, a
        start between periods.
    """
    table = as_frame(frame)
    missing = [name for name in (outcome, unit, period, starts) if name not in table.columns]
    if missing:
        known = [str(name) for name in table.columns]
        raise InputError("\n".join(f'There is no column "{name}". {did_you_mean(name, known)}' for name in missing))
    problems: list[str] = []
    values = _numbers(table[outcome], outcome, problems)
    if (large := np.isfinite(values) & (np.abs(values) > LARGEST)).any():
        row = int(np.argmax(large))
        problems.append(
            f'Column "{outcome}" holds {values[row]:g} in row {row + 1}, too large to be squared. Give it in a larger '
            "unit."
        )
    when = _numbers(table[period], period, problems)
    first = _numbers(table[starts], starts, problems, blank_is=0.0)
    if table[unit].isna().any():
        problems.append(f'Column "{unit}" is blank in {int(table[unit].isna().sum()):,} rows. Every row needs a unit.')
    if not len(table):
        problems.append("The table has no rows.")
    if problems:
        raise InputError("\n".join(problems))
    codes, names = pd.factorize(table[unit], sort=False)
    periods = np.unique(when)
    start_of = _start_of_each(first, codes, names, starts, problems)
    outcomes = _whole(values, codes, names, when, periods, problems)
    _check_periods(periods, start_of, names, problems)
    if problems:
        raise InputError("\n".join(problems))
    return _without_the_already_treated(outcomes, start_of, np.asarray(names), periods)


def _numbers(column: pd.Series, name: str, problems: list[str], blank_is: float | None = None) -> Floats:
    read = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    blank = column.isna().to_numpy()
    if blank_is is not None:
        read = np.where(blank, blank_is, read)
    wrong = np.flatnonzero(~np.isfinite(read))
    if len(wrong):
        shown = ", ".join("blank" if blank[row] else f'"{column.iloc[row]}"' for row in wrong[:NAMED])
        rows = ", ".join(str(row + 1) for row in wrong[:NAMED])
        problems.append(
            f'Column "{name}" holds no finite number in {len(wrong):,} of {len(column):,} rows (row {rows}: {shown}). '
            "Give a number, or leave the whole unit out."
        )
    return read


def _start_of_each(first: Floats, codes: Integers, names: Any, column: str, problems: list[str]) -> Floats:
    by_unit = pd.Series(first).groupby(codes)
    twice = np.flatnonzero((by_unit.min() != by_unit.max()).to_numpy())
    if len(twice):
        shown = ", ".join(f'"{names[one]}"' for one in twice[:NAMED])
        problems.append(f'{len(twice):,} units have more than one value in "{column}" ({shown}). Give each one start.')
    return by_unit.first().to_numpy(dtype=np.float64)


def _whole(values: Floats, codes: Integers, names: Any, when: Floats, periods: Floats, problems: list[str]) -> Floats:
    place = np.searchsorted(periods, when)
    rows = np.zeros((len(names), len(periods)), dtype=np.intp)
    np.add.at(rows, (codes, place), 1)
    for wrong, said in ((rows == 0, "no row"), (rows > 1, "more than one row")):
        at = np.argwhere(wrong)
        if len(at):
            shown = ", ".join(f'"{names[one]}" at {periods[time]:g}' for one, time in at[:NAMED])
            problems.append(
                f"{len(np.unique(at[:, 0])):,} units have {said} in some period ({shown}). "
                "Every unit needs one row in every period: add the row, or leave the unit out."
            )
    outcomes = np.zeros(rows.shape)
    outcomes[codes, place] = values
    return outcomes


def _check_periods(periods: Floats, starts: Floats, names: Any, problems: list[str]) -> None:
    if len(periods) < 2:
        problems.append(f"There is {len(periods)} period. Two at least are needed: one before a start and one after.")
        return
    gaps = np.diff(periods)
    if not np.allclose(gaps, gaps[0]):
        problems.append(
            f"Periods are not evenly spaced: {periods[int(np.argmax(gaps))]:g} is followed by "
            f"{periods[int(np.argmax(gaps)) + 1]:g}. Add the periods between, or leave the others out."
        )
        return
    within = (starts != 0) & (starts >= periods[0]) & (starts <= periods[-1])
    between = np.flatnonzero(within & ~np.isin(starts, periods))
    if len(between):
        shown = ", ".join(f'"{names[one]}" at {starts[one]:g}' for one in between[:NAMED])
        problems.append(f"{len(between):,} units start between periods ({shown}). Give a start that is a period.")


def _without_the_already_treated(outcomes: Floats, starts: Floats, names: Any, periods: Floats) -> Panel:
    never, late = starts == 0, starts > periods[-1]
    already = ~never & (starts <= periods[0])
    notes = []
    if already.any():
        count = int(already.sum())
        words = (
            f"{count:,} units had started by the first period, so nothing is known of them before. They are left out."
        )
        notes.append(Note("already_treated", words, {"units": count}))
    if late.any():
        count = int(late.sum())
        words = f"{count:,} units start after the last period. They are compared with as units that never start."
        notes.append(Note("starts_after_the_end", words, {"units": count}))
    place = np.where(never | late, NEVER, np.searchsorted(periods, starts)).astype(np.intp)
    kept = ~already
    return Panel(outcomes[kept], place[kept], names[kept], periods, tuple(notes))
