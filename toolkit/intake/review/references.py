"""Whether the centres, families and children a file names are known, and the person's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from toolkit.errors import did_you_mean
from toolkit.intake.problems import Problem
from toolkit.intake.review.cell_readers import lower_first
from toolkit.intake.review.columns import ReadRows
from toolkit.intake.review.context import ReviewContext
from toolkit.tables import Column

_THINGS = {"centres": "centre", "families": "family", "children": "child", "instruments": "instrument"}
_GUESSED = ("centre", "instrument")
_FEW = 200


def reference_problems(read: ReadRows, context: ReviewContext) -> Iterator[tuple[int, Problem]]:
    """Yield the cells that name what is not known, or a centre the person does not upload for, with the row's place."""
    for column in read.table.columns:
        known = context.known(column.refers_to)
        permitted = context.permitted_centre_ids if is_centre(column) else None
        if known is None and permitted is None:
            continue
        suggest = _suggester(column, context.suggested(column.refers_to))
        for at, value in enumerate(read.values[column.name]):
            if value is None:
                continue
            if known is not None and value not in known:
                more = "" if permitted is None else f" {_not_yours(permitted)}"
                yield at, read.problem(at, column.name, f"{suggest(value)}{more}")
            elif permitted is not None and value not in permitted:
                yield at, read.problem(at, column.name, _not_yours(permitted))


def is_centre(column: Column) -> bool:
    """Return whether a column names a centre."""
    return column.name == "centre_id" or column.refers_to == "centres.centre_id"


def _not_yours(permitted: frozenset[str]) -> str:
    yours = ", ".join(sorted(permitted)[:6])
    if not yours:
        return "You upload for no centre. Ask the early intervention lead."
    return f"You upload for {yours} only. Take the row out, or ask the early intervention lead."


def _suggester(column: Column, known: frozenset[str]) -> Callable[[str], str]:
    """Return the advice for a value that is not known.

    A family or child is suggested only when it differs by case, spaces or leading zeros: a number that merely looks
    alike may be another family's.
    """
    thing = _THINGS[(column.refers_to or "centres.").split(".")[0]]

    @cache
    def by_plain() -> dict[str, str]:
        found: dict[str, str] = {}
        for value in known:  # two that differ in nothing else: neither is suggested
            found[_plain(value)] = "" if _plain(value) in found else value
        return found

    @cache
    def suggest(value: str) -> str:
        advice = f"No such {thing} is stored. Check the {lower_first(column.label)}."
        if thing == "instrument":
            advice = (
                "No such instrument is stored. Import it first, into the table instruments, then what bears its name."
            )
        same = by_plain().get(_plain(value))
        if same:
            return f'No such {thing} is stored. Did you mean "{same}"?'
        near = did_you_mean(value, sorted(known)) if thing in _GUESSED and len(known) <= _FEW else ""
        if thing == "instrument" and near:
            return f"{advice} {near}"
        return f"No such {thing} is stored. {near}" if near else advice

    return suggest


def _plain(value: str) -> str:
    """Return an identifier without case, spaces, signs and leading zeros of its numbers."""
    signs = [sign for sign in value.casefold() if sign.isalnum()]
    kept: list[str] = []
    for sign in signs:
        if sign == "0" and (not kept or not kept[-1].isdigit()):
            continue
        kept.append(sign)
    return "".join(kept)
