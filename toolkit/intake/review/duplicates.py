"""Rows that are there twice: within the file, or in the file and in the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.intake.cells import as_text, shown
from toolkit.intake.problems import Problem
from toolkit.intake.review.columns import ReadRows
from toolkit.tables import Kind, Table
from toolkit.tables.progress_scores import PROGRESS_SCORES

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Refused:
    """Stands for a value that could not be read, so that rows are compared by what their cells hold."""

    text: str


def plain_values(series: pd.Series, kind: Kind) -> list[Any]:
    """Return a stored column as plain Python values of the kind intake reads, None where empty."""
    if isinstance(series.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_dtype(series.dtype):
        series = series.dt.date
    objects = series.astype(object).where(series.notna(), None).tolist()
    match kind:
        case Kind.DATE | Kind.MONTH:
            return [value.date() if isinstance(value, pd.Timestamp) else value for value in objects]
        case Kind.WHOLE:
            return [None if value is None else int(value) for value in objects]
        case Kind.DECIMAL:
            return [None if value is None else float(value) for value in objects]
        case Kind.YES_NO:
            return [None if value is None else bool(value) for value in objects]
    return [value if value != "" else None for value in objects]


def stored_frame(existing: pd.DataFrame | None, table: Table) -> pd.DataFrame:
    """Return stored rows as a frame of plain objects with the table's columns; without rows when nothing is stored."""
    if existing is None:
        return pd.DataFrame({name: pd.Series([], dtype=object) for name in table.names})
    return pd.DataFrame(
        {
            column.name: pd.Series(
                plain_values(existing[column.name], column.kind) if column.name in existing else [None] * len(existing),
                dtype=object,
            )
            for column in table.columns
        }
    )


def compare_with_stored(
    read: ReadRows, stored: pd.DataFrame, *, takes_later: bool = False
) -> tuple[set[int], list[tuple[int, Problem]]]:
    """Return the places of rows already stored as they are, and the problems of those stored otherwise.

    Where values may come later, a row that fills what is empty in the store is neither; one that leaves empty what the
    store has is there already.

    Only the columns of the file, and those filled in for it, are compared: a file that says nothing of who scored
    does not contradict what is stored of it.
    """
    names = _compared(read)
    values_of = dict(zip(_tuples(stored, read.table.key), _tuples(stored, names), strict=True))
    if not values_of:
        return set(), []
    soft = _soft(read.table)
    unsaid: dict[Key, list[Key]] = {}
    for other in values_of if soft else ():
        unsaid.setdefault(_without(other, soft), []).append(other)
    same: set[int] = set()
    problems = []
    for at, (key, values) in enumerate(zip(_keys(read), _rows(read, names), strict=True)):
        held = values_of.get(key) if key is not None else None
        if held is None and key is not None and soft:
            held, values = _held_unsaid(key, values, unsaid.get(_without(key, soft), []), values_of, names, soft, read)
        if held is None or key is None:
            continue
        differs = [(n, h, v) for n, h, v in zip(names, held, values, strict=True) if h != v]
        if takes_later and all(None in (there, here) for _, there, here in differs):
            same |= {at} if all(here is None for _, _, here in differs) else set()
        elif not differs:
            same.add(at)
        else:
            name, value = next((n, h) for n, h, v in differs if not takes_later or None not in (h, v))
            what = "no value" if value is None else _meaning(read.table, name, value)
            row = ", ".join(shown(part) for part in key if part is not None)
            problems.append(
                (
                    at,
                    read.problem(
                        at,
                        name,
                        f"The store already holds {what} for the same row ({row}). Put this row right or take it out; "
                        f"if the stored one is wrong, correct it ({_where(read.table)}) or withdraw its upload first "
                        "(toolkit uploads, or the Upload page).",
                    ),
                )
            )
    return same, problems


def _where(table: Table) -> str:
    on_page = "the page Correct a score, or " if table.name == PROGRESS_SCORES.name else ""
    return f"{on_page}toolkit correct {table.name}"


def _soft(table: Table) -> frozenset[int]:
    """Return the places in the key of what a row may leave unsaid (who scored): then it may be any of those who did."""
    columns = [table.column(name) for name in table.key]
    may_be_unsaid = (not (column.is_required or column.default or column.same_as_empty) for column in columns)
    return frozenset(at for at, is_soft in enumerate(may_be_unsaid) if is_soft)


def _without(key: Key, soft: frozenset[int]) -> Key:
    return tuple(part for at, part in enumerate(key) if at not in soft)


def _says(key: Key, soft: frozenset[int]) -> bool:
    return all(key[at] is not None for at in soft)


def _held_unsaid(
    key: Key,
    values: tuple[Any, ...],
    stored: Sequence[Key],
    values_of: Mapping[Key, tuple[Any, ...]],
    names: Sequence[str],
    soft: frozenset[int],
    read: ReadRows,
) -> tuple[tuple[Any, ...] | None, tuple[Any, ...]]:
    """Return what is stored of a row where one of the two leaves unsaid who scored, and the row's values to compare.

    Compared is only what both say. Of several stored ones it is one that has the same values, else the first.
    """
    left = {read.table.key[at] for at in soft}
    said = [at for at, name in enumerate(names) if name not in left]
    may_be = [other for other in stored if not _says(key, soft) or not _says(other, soft)]
    if not may_be:
        return None, values
    ours = tuple(values[at] if at in said else None for at in range(len(names)))
    theirs = [tuple(values_of[other][at] if at in said else None for at in range(len(names))) for other in may_be]
    return (ours if ours in theirs else theirs[0]), ours


def repeats_within(read: ReadRows, leaving_out: set[int]) -> Iterator[tuple[int, Problem]]:
    """Yield, with its place, the problem of each row that repeats an earlier one, and of both that contradict."""
    names = _compared(read)
    labels = _joined(_labels(read))
    left = {read.table.key[at] for at in _soft(read.table)}
    hard = [place for place, name in enumerate(names) if name not in left]
    whole = list(_rows(read, names))
    contradicted: set[int] = set()
    for at, first in _pairs(read, leaving_out):
        rows = {place: whole[place] for place in (at, first)}
        if any(read.values[name][at] != read.values[name][first] for name in left):  # one leaves it unsaid
            rows = {
                place: tuple(row[one] if one in hard else None for one in range(len(names)))
                for place, row in rows.items()
            }
        if rows[first] == rows[at]:
            what_to_do = f"This row repeats row {read.numbers[first]}. Delete one of them."
            yield at, read.problem(at, _pointed_at(read), what_to_do)
            continue
        differs = next(name for name, a, b in zip(names, rows[first], rows[at], strict=True) if a != b)
        for one, other in ((at, first), (first, at)):
            if one == first and first in contradicted:
                continue
            what = shown(read.cells[differs][other])
            what_to_do = (
                f"Row {read.numbers[other]} has {what} for the same {labels}. Keep the right row, delete the other."
            )
            yield one, read.problem(one, differs, what_to_do)
        contradicted.add(first)


def _pairs(read: ReadRows, leaving_out: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the place of each row with that of an earlier one it has the key of, or may have where one leaves it out.

    Two rows that name different people who scored are two readings, both kept.
    """
    soft = _soft(read.table)
    first_of: dict[Key, list[tuple[Key, int]]] = {}
    for at, key in enumerate(_keys(read)):
        if key is None or at in leaving_out:
            continue
        others = first_of.setdefault(_without(key, soft), [])
        may_be = [first for other, first in others if other == key or not (_says(key, soft) and _says(other, soft))]
        if may_be:
            yield at, may_be[0]
        else:
            others.append((key, at))


def _compared(read: ReadRows) -> list[str]:
    filled = [
        name for name, values in read.values.items() if name not in read.cells and values and values[0] is not None
    ]
    return [name for name in read.table.names if name in read.cells or name in filled]


def _keys(read: ReadRows) -> Iterator[Key | None]:
    """Yield each row's key, None where a part of it could not be read or is missing."""
    required = [read.table.column(name).is_required for name in read.table.key]
    refused = set().union(*(read.refused[name] for name in read.table.key))
    columns = [read.values[name] for name in read.table.key]
    for at, key in enumerate(zip(*columns, strict=True)):
        has_all = at not in refused and all(
            part is not None or not must for part, must in zip(key, required, strict=True)
        )
        yield key if has_all else None


def _rows(read: ReadRows, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    columns = []
    for name in names:
        values = read.values[name]
        if read.refused[name]:
            values = list(values)
            for at in read.refused[name]:
                values[at] = _Refused(as_text(read.cells[name][at]))
        columns.append(values)
    return zip(*columns, strict=True)


def _tuples(frame: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(frame[name].tolist() for name in names), strict=True)


def _labels(read: ReadRows) -> list[str]:
    labels = [read.table.column(name).label for name in read.table.key if name in read.cells]
    return [label[0].lower() + label[1:] for label in labels]


def _joined(labels: Sequence[str]) -> str:
    return f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else "".join(labels)


def _pointed_at(read: ReadRows) -> str:
    return next(name for name in (*read.table.key, *read.table.names) if name in read.cells)


def _meaning(table: Table, name: str, value: Any) -> str:
    column = table.column(name)
    if column.codes:
        return f'"{column.codes.get(value, value)}"'
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(value)
