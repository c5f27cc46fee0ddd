"""The table tool of Explore Education Statistics: its CSV made one of the layouts that releases have.

It writes ``location, location_code, geographic_level, time_period``, then what was asked for, and names levels as its
own code does (``localAuthority``). Headings may also be the words its pages show.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from toolkit.intake.published.cells import AUTHORITY, REGION, level_of
from toolkit.intake.published.files import TextTable

NEEDED = frozenset({"location", "location_code", "geographic_level", "time_period"})
_SIGNS = re.compile(r"[^a-z0-9]+")


def as_release(text: TextTable) -> TextTable:
    """Return a file of the table tool with the columns a release has; any other file as it is.

    Parameters
    ----------
    text
        A file as text.
    """
    if text.table is None:
        return text
    plain = {column: _plain(column) for column in text.table.columns}
    if not set(plain.values()) >= NEEDED or len(set(plain.values())) < len(plain):
        return text
    table = text.table.rename(columns=plain)
    level = table["geographic_level"].map(level_of)
    code = table["location_code"].str.strip()
    council, region = level == AUTHORITY, level == REGION
    is_three_digits = code.str.fullmatch(r"\d{3}")
    places = {
        "la_name": table["location"].where(council, ""),
        "old_la_code": code.where(council & is_three_digits, ""),
        "new_la_code": code.where(council & ~is_three_digits, ""),
        "region_name": table["location"].where(region, ""),
        "region_code": code.where(region, ""),
    }
    rest = table.drop(columns=["location", "location_code", *(name for name in places if name in table.columns)])
    release = pd.concat([pd.DataFrame(places), rest], axis="columns")
    return replace(text, table=release, columns=tuple(release.columns))


def _plain(heading: str) -> str:
    """Return a heading as releases write it: "Number of re-referrals" is re_referrals."""
    words = _SIGNS.sub("_", heading.strip().lower()).strip("_")
    return words.removeprefix("number_of_")
