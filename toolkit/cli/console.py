"""What the command line prints: a bar for what takes a while, tables, JSON, one plain sentence for an error."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from toolkit.progress import Progress
from toolkit.wording.signs import visible, visible_json

_LINES = "\n\t"

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextmanager
def bar() -> Iterator[Progress]:
    """Draw a progress bar on standard error while the block runs; yields what long work reports to."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=err, transient=True) as drawn:
        task = drawn.add_task("Starting", total=1.0)

        def progress(step: str, share_done: float) -> None:
            drawn.update(task, description=escape(visible(step)), completed=share_done)

        yield progress


def say(sentence: str) -> None:
    """Print a sentence as it is, signs that are not seen spelt out."""
    out.print(escape(visible(sentence, keep=_LINES)), soft_wrap=True)


def complain(sentence: str) -> None:
    """Print what is wrong to standard error."""
    err.print(escape(visible(sentence, keep=_LINES)), soft_wrap=True)


def table(frame: pd.DataFrame, *, title: str = "", labels: Mapping[str, str] | None = None) -> None:
    """Print a frame as a table; empty values stay empty."""
    drawn = Table(title=escape(visible(title)) if title else None, title_justify="left", header_style="bold")
    for name in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])
        drawn.add_column(escape(visible((labels or {}).get(name, str(name)))), justify="right" if numeric else "left")
    for row in frame.itertuples(index=False):
        drawn.add_row(*(escape(cell(value)) for value in row))
    out.print(drawn)


def cell(value: object) -> str:
    """Return how a value is written in a table: thousands separated, empty for nothing, nothing unseen in words."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    return visible(str(value), keep="\n")


def as_json(value: Any) -> None:
    """Print a value as JSON for a machine: frames as records, dates as text, not-a-number as null."""
    print(visible_json(json.dumps(plain(value), indent=2, ensure_ascii=False)))  # noqa: T201 - rich would wrap it


def plain(value: Any) -> Any:
    """Return the value in JSON's own types."""
    if isinstance(value, pd.DataFrame):
        return [plain(row) for row in value.to_dict("records")]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, bool | int | float | str) else str(value)
