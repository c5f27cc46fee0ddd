"""Numbers that change: a family or child gets another, or two numbers turn out to be of one."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa

from toolkit.records.database.renumbered import OF_COLUMN, OF_TABLE, Rename, renames_of
from toolkit.records.database.schema import ROWS, SAID
from toolkit.records.erasure.remembered import erased_in
from toolkit.records.rows.by_hand import ByHand, Row, current
from toolkit.records.rows.compare import named
from toolkit.tables import TABLES

What = Literal["family", "child"]
COLUMN = {kind: column for column, kind in OF_COLUMN.items()}
OWN_TABLE = {kind: table for table, kind in OF_TABLE.items()}
PLURAL = {"family": "families", "child": "children"}


def plan_renumbering(connection: sa.Connection, what: What, old: str, new: str) -> ByHand:
    """Return what changes when a family or child gets another number, which nobody has."""
    plan = ByHand(renames=[Rename(what, old, new)])
    plan.problems += _wrong_numbers(connection, what, old, new)
    if old != new and is_stored(connection, what, new):
        plan.problems.append(
            f"{what.capitalize()} {new} is stored already. If the two are one, say so: toolkit merge-{PLURAL[what]} "
            f"{old} {new}"
        )
    for table in _own(what):
        for place, row in current(connection, table, **{COLUMN[what]: old}):
            plan.replace(table, place, row | {COLUMN[what]: new})
    return plan


def plan_joining(connection: sa.Connection, what: What, old: str, into: str) -> ByHand:
    """Return what changes when two numbers turn out to be of one family or child: the second stands for both."""
    plan = ByHand(renames=[Rename(what, old, into, is_merged=True)])
    plan.problems += _wrong_numbers(connection, what, old, into)
    if not is_stored(connection, what, into):
        plan.problems.append(
            f"{what.capitalize()} {into} is not stored. To give {old} this number: toolkit renumber-{what} {old} {into}"
        )
    for table in _own(what):
        if table == OWN_TABLE[what]:
            _join_rows(connection, plan, what, old, into)
        else:
            _join_others(connection, plan, table, COLUMN[what], old, into)
    return plan


def is_stored(connection: sa.Connection, what: What, number: str, *, ever: bool = False) -> bool:
    """Return whether a current row of any table is of a family or child; or a row of any version, with ``ever``."""
    tables = [name for name, table in TABLES.items() if COLUMN[what] in table.names]
    return any(
        connection.execute(
            sa.select(sa.literal(1))
            .select_from(ROWS[name])
            .where(sa.or_(sa.literal(ever), ROWS[name].c.v_to.is_(None)), ROWS[name].c[COLUMN[what]] == number)
            .limit(1)
        ).first()
        for name in tables
    )


def not_stored(connection: sa.Connection, what: What, number: str) -> str:
    """Return the sentence that a number is not stored, and which it became if it was changed."""
    became = renames_of(connection).now(what, number)
    hint = f" It became {became}." if became != number else " Check its number."
    return f"{what.capitalize()} {number} is not stored.{hint}"


def unfit(connection: sa.Connection, what: What, number: str) -> list[str]:
    """Return why a number cannot be given to a family or child, as sentences."""
    if not number or number != number.strip() or not number.isprintable() or len(number) > 100:
        return [f'"{number[:40]}" is no number of a {what}: write 1 to 100 letters, digits and signs without spaces '
                "around them."]  # fmt: skip
    if erased_in(connection, {OWN_TABLE[what]: {COLUMN[what]: [number]}}).people:
        return [f"A {what} of the new number was erased here. Give another number."]
    return []


def _wrong_numbers(connection: sa.Connection, what: What, old: str, new: str) -> list[str]:
    if old == new:
        return ["Both numbers are the same."]
    problems = [] if is_stored(connection, what, old) else [not_stored(connection, what, old)]
    return problems + unfit(connection, what, new)


def _own(what: What) -> list[str]:
    """Return the tables whose rows are rewritten: referrals and episodes are put together from what files said."""
    return [name for name, table in TABLES.items() if COLUMN[what] in table.names and name not in SAID]


def _join_rows(connection: sa.Connection, plan: ByHand, what: What, old: str, into: str) -> None:
    """Let the row of the second number stand for both; where it has none, the first's."""
    table = OWN_TABLE[what]
    first, second = (current(connection, table, **{COLUMN[what]: number}) for number in (old, into))
    for place, row in first:
        if not second:
            plan.replace(table, place, row | {COLUMN[what]: into})
            continue
        plan.end(table, place)
        other_place, other = second[0]
        if what == "child":
            if row["birth_month"] != other["birth_month"]:
                plan.problems.append(
                    f"Child {old} was born in {row['birth_month']:%B %Y} and child {into} in "
                    f"{other['birth_month']:%B %Y}. If they are one child, put one right first: toolkit correct "
                    f"children --key child_id={old} --set birth_month={other['birth_month']:%Y-%m}"
                )
            if row["family_id"] != other["family_id"]:
                plan.notices.append(f"Child {into} stays in family {other['family_id']}.")
        elif (known := _known(row, other)) != other:
            plan.replace(table, other_place, known)


def _known(row: Row, other: Row) -> Row:
    """Return the row of a family that is known for as long as either of two was."""
    until: Any = None if None in (row["known_to"], other["known_to"]) else max(row["known_to"], other["known_to"])
    return other | {"known_from": min(row["known_from"], other["known_from"]), "known_to": until}


def _join_others(connection: sa.Connection, plan: ByHand, table: str, column: str, old: str, into: str) -> None:
    key = TABLES[table].key
    there = {tuple(row[name] for name in key): row for _, row in current(connection, table, **{column: into})}
    for place, row in current(connection, table, **{column: old}):
        joined = row | {column: into}
        same = there.get(tuple(joined[name] for name in key))
        plan.end(table, place)
        if same is None:
            plan.add(table, joined)
        elif same != joined:
            differs = ", ".join(name for name in joined if joined[name] != same[name])
            plan.problems.append(
                f"Table {table}: both have a row for {named({name: joined[name] for name in key})}, and they differ in "
                f"{differs}. Put one right first with toolkit correct {table}."
            )
