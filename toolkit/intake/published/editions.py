"""Which of two files is the later edition of a release: by the day it was published, or what its name says."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WRITTEN = (
    re.compile(r"(?P<year>20\d\d)[-_.](?P<month>\d\d)[-_.](?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>20\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?P<name>[A-Za-z]{3,9})\s+(?P<year>20\d\d)(?!\d)"),
)
_REVISED = re.compile(r"(?<![a-z])(?:revis|correct|updat|amend|reissu|final)", re.IGNORECASE)
_EARLY = re.compile(r"(?<![a-z])(?:provisional|preliminary|draft)", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<![a-z])v(?:ersion)?[ _.-]?(\d{1,2})(?!\d)", re.IGNORECASE)
_SOURCE = re.compile(r"(?P<name>.+) \(release of (?P<release>\d{4})(?:, published (?P<day>\d{4}-\d\d-\d\d))?\)")


@dataclass(frozen=True, slots=True)
class Edition:
    """What says how late a file is.

    Attributes
    ----------
    release
        The latest year ending of the file.
    published
        The day it was published, where known.
    revision
        What its name says: above 0 for a revised one, the higher the later; under 0 for a provisional one.
    """

    release: int
    published: date | None
    revision: int


NOT_KNOWN = Edition(0, None, 0)
"""The edition of a file before anything of it is known: earlier than every other."""


def edition_of(name: str, release: int, published: date | None = None) -> Edition:
    """Return a file's edition. A day written in its name is that of publication where none is given."""
    numbered = _NUMBERED.search(name)
    revision = int(numbered[1]) - 1 if numbered else 1 if _REVISED.search(name) else -1 if _EARLY.search(name) else 0
    return Edition(release, published or written_date(name), revision)


def later(one: Edition, other: Edition) -> int:
    """Return 1 when one is later than the other, -1 when it is earlier, 0 when it cannot be told.

    Releases of different years are told by the year; of one year by the day of publication where both are known, and
    else by whether one calls itself revised.
    """
    if one.release != other.release:
        return 1 if one.release > other.release else -1
    if one.published is not None and other.published is not None and one.published != other.published:
        return 1 if one.published > other.published else -1
    return (one.revision > other.revision) - (one.revision < other.revision)


def ranked(editions: Collection[Edition]) -> dict[Edition, int]:
    """Return a place for each edition, the latest the highest, by how many of the others it is later than.

    Equal places are editions that cannot be told apart.
    """
    return {one: sum(later(one, other) for other in editions) for one in editions}


def source_name(name: str, edition: Edition) -> str:
    """Return what is stored as the source of a count: the file, its release, and the day of publication where known."""
    day = f", published {edition.published.isoformat()}" if edition.published else ""
    return f"{name} (release of {edition.release}{day})"


def edition_of_source(source: str, latest: int) -> Edition:
    """Return the edition of a stored source.

    Parameters
    ----------
    source
        What `source_name` wrote; from an older store only the file's name.
    latest
        The latest year ending of its counts, which is taken for the release where the source does not say it.
    """
    found = _SOURCE.fullmatch(source)
    if found is None:
        return edition_of(source, latest)
    day = date.fromisoformat(found["day"]) if found["day"] else None
    return edition_of(found["name"], int(found["release"]), day)


def written_date(text: str) -> date | None:
    """Return the first day written in a text (2025-10-30, 30/10/2025 or 30 October 2025), or None."""
    for pattern in _WRITTEN:
        for found in pattern.finditer(text):
            parts = found.groupdict()
            name = parts.get("name")
            named = [place for place, month in enumerate(_MONTHS, start=1) if name and month.startswith(name.lower())]
            if name and len(named) != 1:
                continue
            month = named[0] if named else int(parts["month"] or 0)
            try:
                return date(int(found["year"]), month, int(found["day"]))
            except ValueError:
                continue
    return None
