"""Families that split, and centres that open, close or become part of another: what changes in the rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from toolkit.records.rows.by_hand import ByHand, Row, current
from toolkit.records.rows.renumber import is_stored, not_stored, unfit


def plan_splitting(connection: sa.Connection, family: str, children: Sequence[str], new: str, on: date) -> ByHand:
    """Return what changes when some children of a family are in a family of their own from a day on.

    What is recorded of the family is taken for the new one's too until somebody says otherwise, but for how many
    children it has, the youngest's month of birth and since when it is known. Registrations and scores stay with the
    family they were made of.
    """
    plan = ByHand()
    plan.problems += unfit(connection, "family", new)
    if is_stored(connection, "family", new):
        plan.problems.append(
            f"Family {new} is stored already. To say which family a child is in: toolkit correct children --key "
            f"child_id=... --set family_id={new}"
        )
    rows = current(connection, "families", family_id=family)
    if not rows:
        plan.problems.append(not_stored(connection, "family", family))
        return plan
    its = {row["child_id"]: (place, row) for place, row in current(connection, "children", family_id=family)}
    wrong = [child for child in dict.fromkeys(children) if child not in its]
    plan.problems += [f"Child {child} does not stand in family {family}." for child in wrong]
    moved = [its[child] for child in dict.fromkeys(children) if child in its]
    staying = [row for child, (_, row) in its.items() if child not in children]
    if not children:
        plan.problems.append("Name at least one child that goes to the new family.")
    if moved and not staying:
        plan.problems.append(
            f"These are all the children of family {family}. To give it another number: toolkit renumber-family "
            f"{family} {new}"
        )
    place, row = rows[0]
    if on < row["known_from"]:
        plan.problems.append(f"Family {family} is known from {row['known_from']}, which is after {on}.")
    if plan.problems:
        return plan
    going = [child for _, child in moved]
    plan.replace("families", place, row | _of_children(row, going, staying))
    own = {"family_id": new, "known_from": on, "children": len(going), "youngest_birth_month": _youngest(going)}
    plan.add("families", row | own)
    for child_place, child in moved:
        plan.replace("children", child_place, child | {"family_id": new})
    plan.notices.append(
        f"Registrations and scores stay with family {family}. What else is recorded of family {new} is the old one's: "
        "put it right with toolkit correct families, or import it."
    )
    return plan


def plan_closing(connection: sa.Connection, centre: str, on: date) -> ByHand:
    """Return what changes when a centre closes: nobody is registered there any longer, and the events say so."""
    plan = ByHand()
    row = _centre(connection, plan, centre, on)
    if row is not None:
        _end_registrations(connection, plan, centre, on)
        _event(connection, plan, row, on, "closed")
    return plan


def plan_centres_joining(connection: sa.Connection, centre: str, into: str, on: date) -> ByHand:
    """Return what changes when a centre becomes part of another: who is registered at the one goes on at the other.

    Scores stay with the centre where they were made, and reach areas as they were recorded: they say where a family
    lived.
    """
    plan = ByHand()
    row, other = _centre(connection, plan, centre, on), _centre(connection, plan, into, on)
    if centre == into:
        plan.problems.append("Both centres are the same.")
    if row is None or other is None or plan.problems:
        return plan
    there = {one["family_id"] for _, one in current(connection, "registrations", centre_id=into, left_on=None)}
    that_day = {one["family_id"] for _, one in current(connection, "registrations", centre_id=into, registered_on=on)}
    for one in _end_registrations(connection, plan, centre, on):
        if one["family_id"] not in there | that_day:
            there.add(one["family_id"])
            plan.add("registrations", one | {"centre_id": into, "registered_on": on, "left_on": None})
    _event(connection, plan, row, on, f"became part of {other['name']} ({into})")
    plan.notices.append(
        f"Scores made at {centre} stay there, and so do the reach areas of families: import the families again where "
        "they changed."
    )
    return plan


def _of_children(row: Row, going: Sequence[Row], staying: Sequence[Row]) -> Row:
    """Return what is recorded of a family's children once some have gone."""
    youngest = row["youngest_birth_month"]
    if youngest is not None and youngest in {child["birth_month"] for child in going}:
        youngest = _youngest(staying)
    return {"children": max(row["children"] - len(going), len(staying)), "youngest_birth_month": youngest}


def _youngest(children: Sequence[Row]) -> date:
    months: list[date] = [child["birth_month"] for child in children]
    return max(months)


def _centre(connection: sa.Connection, plan: ByHand, centre: str, on: date) -> Row | None:
    rows = current(connection, "centres", centre_id=centre)
    if not rows:
        plan.problems.append(f"Centre {centre} is not stored. Check its number.")
        return None
    row = rows[0][1]
    if on < row["opened_on"]:
        plan.problems.append(f"Centre {centre} opened on {row['opened_on']}, which is after {on}.")
    return row


def _end_registrations(connection: sa.Connection, plan: ByHand, centre: str, on: date) -> list[Row]:
    ended = []
    for place, row in current(connection, "registrations", centre_id=centre, left_on=None):
        if row["registered_on"] > on:
            plan.problems.append(
                f"Family {row['family_id']} registered at {centre} on {row['registered_on']}, which is after {on}. "
                "Correct that, or name a later day."
            )
            continue
        plan.replace("registrations", place, row | {"left_on": on})
        ended.append(row)
    return ended


def _event(connection: sa.Connection, plan: ByHand, centre: Row, on: date, what: str) -> None:
    event: Row = {"area": centre["district"], "on": on, "what": f"{centre['name']} ({centre['centre_id']}) {what}"}
    if current(connection, "events", **event):
        plan.problems.append(f"The events have it already that {event['what']} on {on}.")
        return
    plan.add("events", event)
