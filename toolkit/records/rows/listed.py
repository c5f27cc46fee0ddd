"""What a version changed, in sentences: how many rows of each table came, changed and went, with the first of each."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.records.rows.changes import Changes, Row, TableChanges
from toolkit.records.rows.compare import named
from toolkit.tables import TABLES

_SHOWN = 5


def listed(changes: Changes) -> Iterator[str]:
    """Yield a sentence a table and sort of change, the first rows named."""
    if changes.is_nothing:
        yield "No row that stands is another."
        return
    for name, one in changes.tables.items():
        yield from _of_table(name, one)


def _of_table(table: str, one: TableChanges) -> Iterator[str]:
    title = TABLES[table].title
    altered = [row.sentence for row in one.altered[:_SHOWN]]
    for count, words, first in (
        (len(one.altered), "changed", altered),
        (len(one.added), "added", [_short(table, row) for row in one.added[:_SHOWN]]),
        (len(one.taken_out), "taken out", [_short(table, row) for row in one.taken_out[:_SHOWN]]),
    ):
        if count:
            more = [f"and {count - len(first):,} more"] if count > len(first) else []
            yield f"{title}: {count:,} {words}:" + "".join(f"\n  {line}" for line in (*first, *more))


def _short(table: str, row: Row) -> str:
    names = ("child_id", "received_on", "source") if table == "referrals" else TABLES[table].key
    return named({name: row[name] for name in names})
