"""How one table is shown to members: what enters the book of figures, and the rows made of what the book shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release

Rows = Sequence[Mapping[str, Any]]


Tables = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Protector:
    """How one table is shown to members: what enters the book, and the rows made of what the book shows."""

    enter: Callable[[Tables, Book, Policy], None]
    rows: Callable[[Tables, Release, Policy], list[dict[str, Any]]]
