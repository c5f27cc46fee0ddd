"""The two frames a review hands on: the good rows in the table's types, and the rows left out as text with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from toolkit.intake.cells import as_text, column_letters
from toolkit.intake.files.raw_sheet import Row
from toolkit.intake.review.columns import ReadRows
from toolkit.tables import Kind

_TYPES = {
    Kind.WHOLE: ("int64", "Int64"),
    Kind.DECIMAL: ("float64", "float64"),
    Kind.YES_NO: ("bool", "boolean"),
    Kind.DATE: ("object", "object"),
    Kind.MONTH: ("object", "object"),
}


def good_frame(read: ReadRows, good: Sequence[int]) -> pd.DataFrame:
    """Return the rows at these places with the table's columns and the documented types."""
    columns: dict[str, pd.Series] = {}
    for column in read.table.columns:
        values: list[Any] = read.values[column.name]
        chosen = [values[at] for at in good]
        always, sometimes = _TYPES.get(column.kind, ("str", "str"))
        columns[column.name] = pd.Series(chosen, dtype=always if column.is_required else sometimes)
    return pd.DataFrame(columns)


def left_out_frame(left: Sequence[tuple[Row, str]], texts: Sequence[str]) -> pd.DataFrame:
    """Return rows as text under the file's own headings, between their number and the reason they are left out."""
    ordered = sorted(left, key=lambda one: one[0][0])
    width = max([len(texts), *(len(cells) for (_, cells), _ in ordered)])
    names = ["row"]
    for at in range(width):
        text = (texts[at] if at < len(texts) else "") or f"Column {column_letters(at)}"
        names.append(text if text not in {*names, "reason"} else f"{text} ({column_letters(at)})")
    records = [
        (number, *(as_text(cells[at]) if at < len(cells) else "" for at in range(width)), reason)
        for (number, cells), reason in ordered
    ]
    return pd.DataFrame(records, columns=[*names, "reason"])
