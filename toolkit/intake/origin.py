"""What kind of file rows came from, and as of what day it speaks: by it the store decides which of two is right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

Kind = Literal["", "list", "annex_a", "ssd", "census", "correction"]
FROM_FILE, FROM_PERSON, FROM_NEWEST_DAY = "file", "given", "newest day"
KINDS: dict[str, str] = {
    "": "rows of no known file",
    "list": "list of referrals",
    "annex_a": "Annex A",
    "ssd": "safeguarding dataset",
    "census": "census",
    "correction": "correction by hand",
}
"""The kinds of file; of two that speak as of one day, the later here is believed."""

PART = "part"
"""Said of a child of whom a record was left out: what the file does not hold of the child then says nothing."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows came from.

    Attributes
    ----------
    kind
        One of `KINDS`.
    as_of
        The day the file speaks of: what it says was so on that day.
    as_of_from
        Who says so: the file itself, whoever imports it, or only the newest day in it; empty where nobody does.
    made_at
        When the file says it was made; tells a census sent again from the first.
    newest_day
        The latest day of anything in it.
    covers
        What it is a list of: "referrals" and kinds of episodes. Of these it holds all there is of each child in it.
    is_whole
        Whether it also holds every child: what an earlier file of the same day has and it has not is taken out.
    """

    kind: Kind = ""
    as_of: date | None = None
    as_of_from: str = ""
    made_at: str = ""
    newest_day: date | None = None
    covers: frozenset[str] = frozenset()
    is_whole: bool = False

    def dated(self, days: Iterable[date | None], *, given: date | None) -> Origin:
        """Return the origin with a day: the file's own, else the one given, else the newest day there is.

        A day given that is still to come lets made-up files pass and is nobody's word on when they were made.
        """
        newest = max((day for day in days if day is not None), default=None)
        if self.as_of is not None:
            return replace(self, newest_day=newest, as_of_from=FROM_FILE)
        if given is not None and given <= date.today():
            return replace(self, newest_day=newest, as_of=given, as_of_from=FROM_PERSON)
        return replace(self, newest_day=newest, as_of=newest, as_of_from=FROM_NEWEST_DAY if newest else "")

    @property
    def sentence(self) -> str:
        """Say as of what day the file speaks, and how that is known; empty where it is not."""
        if self.as_of is None:
            return ""
        day = f"{self.as_of.day} {self.as_of:%B %Y}"
        match self.as_of_from:
            case "file":
                return f"It speaks as of {day}, as it says itself."
            case "given":
                return f"It speaks as of {day}, as you say."
            case _:
                return (
                    f"It does not say as of what day it speaks: its newest day, {day}, is taken. Say it with --as-of."
                )


NO_FILE = Origin()
"""Of rows that no file of a known kind brought."""


def census_day(reference_day: str, year: str) -> date | None:
    """Return the day a census speaks of: its reference date, else 31 March of its year, else ``None``."""
    for text in (reference_day.strip()[:10], f"{year.strip()}-03-31"):
        try:
            return date.fromisoformat(text)
        except ValueError:
            continue
    return None
