"""Two rows for one thing: within what is being added, or with what is stored. Said so that it can be put right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.rows.compare import Comparison, Conflict, compare, keys_of, named
from toolkit.tables import Table

_SHOWN = 5


def check_no_repeats(values: Mapping[str, Sequence[Any]], table: Table) -> None:
    """Check that no two of the rows being added have the same key.

    Raises
    ------
    StoreError
        Naming the first keys that are there more than once, and in which rows.
    """
    keys = keys_of(values, table)
    if len(set(keys)) == len(keys):
        return
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    lines = []
    for key in repeated[:_SHOWN]:
        at = [str(row + 1) for row, other in enumerate(keys) if other == key]
        its = named(dict(zip(table.key, key, strict=True)))
        lines.append(f"{its}: rows {', '.join(at[:_SHOWN])}{', …' if len(at) > _SHOWN else ''}")
    raise StoreError(
        f"Table {table.name}: {_several(len(repeated), 'key is', 'keys are')} there more than once, and each row is "
        f"{table.one_row_is}. Keep one row of each:\n  " + "\n  ".join(lines) + _more(len(repeated))
    )


def explain_clashes(connection: sa.Connection, values: Mapping[str, Mapping[str, Sequence[Any]]]) -> StoreError:
    """Return the error that says, for every table, which rows being added are stored already and what differs."""
    found = compare(connection, values)
    if found.is_all_there:
        return StoreError(f"Nothing was added. {found.summary()}")
    said = [sentence for name in values for sentence in _explain(found, name)]
    if not said:
        return StoreError("Someone else stored the same rows and took them out again, so nothing was added. Try again.")
    return StoreError("\n".join(said))


def explain_conflicts(conflicts: Sequence[Conflict]) -> StoreError:
    """Return the error that says which rows would put another value in place of a stored one."""
    lines = [f"  table {conflict.table}, {conflict.sentence}" for conflict in conflicts[:_SHOWN]]
    return StoreError(
        f"{_several(len(conflicts), 'row differs', 'rows differ')} from what is stored, so nothing was stored. If what "
        "is stored is wrong, correct it (toolkit correct) or withdraw the upload that stored it (toolkit uploads "
        "withdraw):\n" + "\n".join(lines) + _more(len(conflicts))
    )


def _explain(found: Comparison, table: str) -> list[str]:
    conflicts = [conflict for conflict in found.conflicts if conflict.table == table]
    same = len(found.same.get(table, ()))
    if not conflicts and not same:
        return []
    count = _several(len(conflicts) + same, "row is", "rows are")
    said = [f"Table {table}: {count} stored already, so nothing was added."]
    if same:
        said.append(f"  {_several(same, 'has', 'have')} the same values as stored: leave out what is there already.")
    if conflicts:
        said.append(
            f"  {_several(len(conflicts), 'differs', 'differ')} from what is stored. If what is stored is wrong, "
            "correct it (toolkit correct) or withdraw the upload that stored it (toolkit uploads withdraw):"
        )
        said += [f"    {conflict.sentence}" for conflict in conflicts[:_SHOWN]]
        if len(conflicts) > _SHOWN:
            said.append(f"    and {len(conflicts) - _SHOWN:,} more")
    return said


def _several(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _more(count: int) -> str:
    return f"\n  and {count - _SHOWN:,} more" if count > _SHOWN else ""
