"""Results as printed: in short, and never a row. What is printed lands in logs, and rows are children's records."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.stats.notes.note import Note

LONGEST = 60
MOST_LINES = 12
FEW = 3


class Shown:
    """What is shown of a dataclass: names and single figures as they are, of arrays and tables how large they are.

    Dataclasses that hold rows, or numbers by row, are made of it. A class with a better line to say defines
    `__repr__` itself, and one whose summary names no row `_in_words`, for notebooks.
    """

    __slots__ = ()

    def __init_subclass__(cls, **options: Any) -> None:
        """Set the short form before `dataclass` would write its own, which prints all that is held."""
        super().__init_subclass__(**options)
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = _in_short  # type: ignore[method-assign]

    def _in_words(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        """Return the same for a notebook, with every name as plain text."""
        lines = self._in_words().splitlines()
        more = [f"… {len(lines) - MOST_LINES + 1} more lines"] if len(lines) > MOST_LINES else []
        shown = lines[: MOST_LINES - 1] if more else lines
        return f"<pre>{html.escape(chr(10).join([*shown, *more]))}</pre>"


def _in_short(self: Any) -> str:
    fields = [field.name for field in dataclasses.fields(self) if field.repr]
    return f"{type(self).__name__}({', '.join(f'{name}={short(getattr(self, name))}' for name in fields)})"


def short(value: object) -> str:
    """Return a value in short: itself where it is a name or a figure, what and how large it is otherwise."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float):
        return f"{value:.6g}" if isinstance(value, float) else repr(value)
    if isinstance(value, Note):
        return f"<note {value.code}>"
    if isinstance(value, str):
        return repr(value) if len(value) <= LONGEST else repr(value[: LONGEST - 1] + "…")
    if isinstance(value, pd.DataFrame):
        return f"<table {len(value):,} × {value.shape[1]}>"
    if isinstance(value, np.ndarray | pd.Series | pd.Index):
        return f"<array {' × '.join(f'{size:,}' for size in value.shape)}>"
    if isinstance(value, Sequence):
        return _several(value)
    if isinstance(value, Mapping):
        return f"<{len(value):,} entries>"
    return f"<{type(value).__name__}>"


def _several(values: Sequence[object]) -> str:
    if values and all(isinstance(value, Note) for value in values):
        return f"({', '.join(short(value) for value in values)})"
    if len(values) <= FEW and all(isinstance(value, bool | int | float | np.generic) for value in values):
        return f"({', '.join(short(value) for value in values)})"
    return f"<{len(values):,} items>"
