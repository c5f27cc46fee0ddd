"""Which statements of several files are of one and the same referral, whatever number each file gives it.

A census gives a referral no number; the safeguarding dataset and lists do, each its own. What they share is the child
and the day. So two statements are of one referral where they have the same own number and child; else where they have
the same child and day, by source first, then in order.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from toolkit.records.rows.statements import Brought, Statement

ID, DAY, SOURCE, CLOSED = 0, 2, 3, 5
"""Where a referral's values stand in a statement."""


@dataclass(slots=True)
class Group:
    """The statements of one referral, the least believed first."""

    said: list[Statement] = field(default_factory=list)

    def can_take(self, one: Statement, kind_of: Callable[[Statement], str]) -> bool:
        """Return whether a statement may be of this referral: not where one system numbers the two differently."""
        if not one.says("number"):
            return True
        kind = kind_of(one)
        return not any(
            other.says("number") and kind_of(other) == kind and other.values[ID] != one.values[ID]
            for other in self.said
        )


def groups_of(said: Sequence[Statement], uploads: Mapping[int, Brought]) -> list[Group]:
    """Return the referrals of one child that some statements are of; in whatever order."""

    def kind_of(one: Statement) -> str:
        return uploads[one.upload_id].origin.kind

    groups: list[Group] = []
    by_upload: dict[int, list[Statement]] = {}
    for one in said:
        by_upload.setdefault(one.upload_id, []).append(one)
    for upload in sorted(by_upload, key=lambda number: uploads[number].rank):
        left = sorted(by_upload[upload], key=_order)
        free = list(groups)
        for is_same in (_same_number, _same_day_and_source, _same_id, _same_day):
            left = _join(left, free, is_same, kind_of)
        groups += [Group([one]) for one in left]
    return groups


def ids_of(groups: Sequence[Group]) -> list[str]:
    """Return the number under which each referral of a child is stored: the one it was first known by, each its own."""
    taken: set[str] = set()
    chosen: dict[int, str] = {}
    ids = [list(dict.fromkeys(str(one.values[ID]) for one in group.said)) for group in groups]
    for at in sorted(range(len(groups)), key=lambda at: (len(ids[at]), at)):
        own = next((number for number in ids[at] if number not in taken), None)
        again = 0
        while own is None or own in taken:
            again += 1
            own = _another(ids[at][0], again)
        taken.add(own)
        chosen[at] = own
    return [chosen[at] for at in range(len(groups))]


def _join(
    left: list[Statement],
    free: list[Group],
    is_same: Callable[[Statement, Statement], bool],
    kind_of: Callable[[Statement], str],
) -> list[Statement]:
    """Give each statement that has one its group, which is then no longer free; return the others."""
    others = []
    for one in left:
        fits = (g for g in free if g.can_take(one, kind_of) and any(is_same(one, other) for other in reversed(g.said)))
        group = next(fits, None)
        if group is None:
            others.append(one)
        else:
            group.said.append(one)
            free.remove(group)
    return others


def _same_number(one: Statement, other: Statement) -> bool:
    return one.values[ID] == other.values[ID] and one.says("number") and other.says("number")


def _same_day_and_source(one: Statement, other: Statement) -> bool:
    return bool(one.values[DAY] == other.values[DAY] and one.values[SOURCE] == other.values[SOURCE])


def _same_id(one: Statement, other: Statement) -> bool:
    return one.values[ID] == other.values[ID] and (one.is_explicit or other.is_explicit)


def _same_day(one: Statement, other: Statement) -> bool:
    return bool(one.values[DAY] == other.values[DAY])


def _order(one: Statement) -> tuple[object, ...]:
    values = one.values
    return (values[DAY], values[SOURCE], values[CLOSED] or date.max, values[ID])


def _another(number: str, again: int) -> str:
    digest = hashlib.sha256(f"{number} {again}".encode()).digest()
    return "R" + base64.b32encode(digest).decode()[:20]
