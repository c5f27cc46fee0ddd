"""The data dictionary: every table, column, unit, range and code, as a frame and as a page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from toolkit.intake.review.cell_readers import expected
from toolkit.tables import TABLES, Column, Kind, Table
from toolkit.tables.checks import CHECKS
from toolkit.tables.instrument_scale import Instrument

PAGE = "data-dictionary.md"
"""The name in ``docs/`` of the page that `dictionary_markdown` makes."""

_KINDS: Mapping[Kind, str] = {
    Kind.TEXT: "text",
    Kind.IDENTIFIER: "identifier",
    Kind.CODE: "code",
    Kind.WHOLE: "whole number",
    Kind.DECIMAL: "number",
    Kind.DATE: "date",
    Kind.MONTH: "month",
    Kind.YES_NO: "yes or no",
}


def dictionary_frame() -> pd.DataFrame:
    """Return the data dictionary, one row a column of a table, all text.

    Columns: ``table``, ``column``, ``label``, ``kind``, ``required`` ("yes", "no"), ``in_key`` ("yes", "no"), ``unit``,
    ``range``, ``codes``, ``refers_to``, ``default``, ``description``, ``expected``.
    """
    return pd.DataFrame([_record(table, column) for table in TABLES.values() for column in table.columns], dtype="str")


@cache
def dictionary_markdown() -> str:
    """Return the data dictionary as a page of Markdown."""
    lines = [
        "# Data dictionary",
        "",
        "Made from `toolkit/tables/` by `toolkit dictionary`: change the tables, not this page.",
        "",
    ]
    for table in TABLES.values():
        lines += _section(table)
    return "\n".join(lines).rstrip() + "\n"


def instruments_markdown(instruments: Mapping[str, Instrument]) -> str:
    """Return, to follow the page, a council's instruments with what each allows and what its values mean."""
    lines = ["## This council's instruments", ""]
    for one in instruments.values():
        direction = f" A higher score is {one.higher_is}." if one.higher_is else ""
        about = f" What is scored: {', '.join(one.dimensions)}." if one.dimensions else ""
        lines += [f"### {one.name} (`{one.instrument_id}`)", "", f"A score is {one.allowed}.{direction}{about}", ""]
        lines += [f"- {value:g}: {meaning}" for value, meaning in one.anchors] + [""] * bool(one.anchors)
    return "\n".join(lines).rstrip() + "\n"


def _record(table: Table, column: Column) -> dict[str, str]:
    return {
        "table": table.name,
        "column": column.name,
        "label": column.label,
        "kind": _KINDS[column.kind],
        "required": "yes" if column.is_required else "no",
        "in_key": "yes" if column.name in table.key else "no",
        "unit": column.unit,
        "range": _range(column),
        "codes": "; ".join(f"{code}: {meaning}" for code, meaning in column.codes.items()),
        "refers_to": column.refers_to or "",
        "default": column.default,
        "description": column.description,
        "expected": expected(column),
    }


def _section(table: Table) -> list[str]:
    key = ", ".join(f"`{name}`" for name in table.key)
    lines = [
        f"## {table.title} (`{table.name}`)",
        "",
        f"One row is {table.one_row_is}. A row is named by {key}.",
        "",
        "| column | heading | kind | required | what it is |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{column.name}` | {_cell(column.label)} | {_kind(column)} | {'yes' if column.is_required else 'no'} "
        f"| {_cell(_what_it_is(column))} |"
        for column in table.columns
    ]
    for column in table.columns:
        if column.codes:
            lines += ["", f"Codes of `{column.name}`:", ""]
            lines += [f"- `{code}`: {meaning}" for code, meaning in column.codes.items()]
    if CHECKS[table.name]:
        lines += ["", "Checked between cells and rows:", ""]
        lines += [f"- {check.description}" for check in CHECKS[table.name]]
    return [*lines, ""]


def _kind(column: Column) -> str:
    parts = [_KINDS[column.kind], _range(column), column.unit]
    return ", ".join(part for part in parts if part)


def _what_it_is(column: Column) -> str:
    parts = [column.description]
    if column.refers_to:
        parts.append(f"Must be in `{column.refers_to}`.")
    if column.default:
        parts.append(f'Where it is empty, "{column.default}" is stored.')
    if column.is_declared:
        parts.append("May be declared once for a whole file.")
    return " ".join(parts)


def _range(column: Column) -> str:
    match column.minimum, column.maximum:
        case None, None:
            return ""
        case low, None:
            return f"{low:g} or more"
        case None, high:
            return f"{high:g} or less"
        case low, high:
            return f"{low:g} to {high:g}"
    return ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
