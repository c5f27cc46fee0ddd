"""How a result's counts are shown to members: what enters the book of figures, and rows made of what the book shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Protector:
    """How one table is shown to members: what enters the book, and the rows made of what the book shows."""

    enter: Callable[[Tables, Book, Policy], None]
    rows: Callable[[Tables, Release, Policy], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class KindFigures:
    """What a kind of study has beside its tables.

    Attributes
    ----------
    enter
        Enters the counts that its sentences quote, under the same names as the tables' where they are the same figure.
    compared
        The figures a page names with the answer: by what it calls them, their names in the book.
    """

    enter: Callable[[Bundle, Book, Policy], None]
    compared: Callable[[Bundle], Mapping[str, str]]


def none_compared(bundle: Bundle) -> Mapping[str, str]:
    """Return nothing: outside matched cohorts the arms are not joiners and families like them."""
    return {}


def leave_to_tables(bundle: Bundle, book: Book, policy: Policy) -> None:
    """Enter nothing: every count that its sentences quote is in its tables."""
