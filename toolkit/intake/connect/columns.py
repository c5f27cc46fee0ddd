"""The columns of a list of records, by what the file calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.intake.cells import Cell

Record = Mapping[str, Cell]
"""A row, by the headings of the columns that are used."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of list, as a file names them; empty for one that it has not.

    Attributes
    ----------
    child, received, source, nfa, closed, reason, number
        Of referrals.
    started, ended
        Of episodes.
    outcome
        Of referrals: how it ended, in a code or in words the council mapped.
    """

    child: str
    received: str = ""
    source: str = ""
    nfa: str = ""
    closed: str = ""
    reason: str = ""
    number: str = ""
    started: str = ""
    ended: str = ""
    outcome: str = ""

    def needed(self) -> tuple[str, ...]:
        """Return the columns without which nothing can be read."""
        return tuple(filter(None, (self.child, self.received, self.source, self.started)))

    def named(self) -> dict[str, str]:
        """Return all that the file is said to have, by what each is."""
        return {part: heading for part in self.__slots__ if (heading := getattr(self, part))}
