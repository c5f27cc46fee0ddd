"""Lists of records in columns: each list's columns by the names other systems give them, read row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from toolkit.errors import did_you_mean
from toolkit.intake.cells import is_blank
from toolkit.intake.connect.builder import Gather
from toolkit.intake.connect.columns import Columns, Record


def missing_columns(wanted: Iterable[str], there: Iterable[str], what: str) -> list[str]:
    """Return a sentence for each column a list has not, with the closest there are."""
    present = list(there)
    return [
        f'{what} has no column "{name}". {did_you_mean(name, present)}'.rstrip()
        for name in wanted
        if name not in present
    ]


def take_referrals(
    gather: Gather,
    records: Iterable[tuple[str, Record]],
    columns: Columns,
    *,
    in_need: Callable[[str, str], bool] = lambda child, number: False,
) -> None:
    """Take a list of referrals; ``records`` are places and rows.

    ``in_need`` is asked, of a child's pseudonym and the referral's own number, whether a plan or an enquiry followed.
    """
    gather.covers.add("referrals")
    for where, record in records:
        child = gather.child(where, record.get(columns.child), field_name=columns.child)
        if child is None:
            gather.counts["referrals"] += 1
            continue
        number = gather.fields.number(where, columns.number, record.get(columns.number)) if columns.number else ""
        gather.referral(where, child, record, columns, number=number, was_in_need=in_need(child, number or ""))


def take_episodes(gather: Gather, records: Iterable[tuple[str, Record]], kind: str, columns: Columns) -> None:
    """Take a list of enquiries, plans or times looked after; a row without a start is one that never began."""
    gather.covers.add(kind)
    for where, record in records:
        if is_blank(record.get(columns.started)):
            gather.passed_over[f"{kind} without a start"] += 1
            continue
        child = gather.child(where, record.get(columns.child), field_name=columns.child)
        if child is not None:
            gather.episode(where, child, kind, record, columns)
