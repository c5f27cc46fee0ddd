"""Areas of published data: from a three-digit council code or a name to one nine-character ONS code.

The rule, written out in `data/README.md`: a council has one ONS code a year, the one the Department's 2025 releases
give it. A council made unitary changes code with the first year ending after the change (North Yorkshire from 2024); a
code changed without a new council (Gateshead, Barnsley) is one and the same in every year, whichever a file gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.project_files import read_data_table

ENGLAND = "E92000001"
REGIONS: dict[str, str] = {
    "north east": "E12000001",
    "north west": "E12000002",
    "yorkshire and the humber": "E12000003",
    "yorkshire and humber": "E12000003",
    "east midlands": "E12000004",
    "west midlands": "E12000005",
    "east of england": "E12000006",
    "east": "E12000006",
    "london": "E12000007",
    "south east": "E12000008",
    "south west": "E12000009",
    "inner london": "E13000001",
    "outer london": "E13000002",
}
"""Regions by name. Looked-after files up to 2018 give Inner and Outer London the code of London: the name decides."""

_COUNCIL = re.compile(r"E(?:06|08|09|10)\d{6}")
AUTHORITY_PREFIXES = ("E06", "E08", "E09", "E10")
"""Unitary authorities, metropolitan districts, London boroughs and counties: councils with children's services."""


@cache
def la_codes() -> pd.DataFrame:
    """Return the code list.

    Columns: la_code, area, name, region, first and last year ending (Int64), earlier_codes and later_codes (other codes
    of the same council, a space between them).
    """
    codes = read_data_table("la_codes.csv")
    for column in ("first_year_ending", "last_year_ending"):
        codes[column] = pd.to_numeric(codes[column], errors="coerce").astype("Int64")
    return codes


def is_authority(areas: pd.Series) -> pd.Series:
    """Return whether each code is a council's, not England's or a region's."""
    return areas.str[:3].isin(AUTHORITY_PREFIXES)


def authority_areas(la_code: pd.Series, year: pd.Series, own: pd.Series | None = None) -> pd.Series:
    """Return the ONS code of each council row, empty where it cannot be told.

    Parameters
    ----------
    la_code
        Three-digit codes.
    year
        The year ending 31 March each row is about.
    own
        The ONS code the file itself gives, used where the three-digit code is empty or not in the list: a code of a
        council in the list is that council of that year, any other that is formed as a council's stays as it is.
    """
    asked = pd.DataFrame({"la_code": la_code.str.strip(), "year": year.astype(int)})
    pairs = asked.drop_duplicates()
    found = {(code, at): _area_in(code, at) for code, at in zip(pairs["la_code"], pairs["year"], strict=True)}
    areas = pd.Series(
        [found[pair] for pair in zip(asked["la_code"], asked["year"], strict=True)], index=la_code.index, dtype=object
    )
    if own is not None:
        given = pd.DataFrame({"own": own.str.strip().str.upper(), "year": year.astype(int)})
        alone = given[areas == ""].drop_duplicates()
        by_own = {pair: _area_of_own(*pair) for pair in zip(alone["own"], alone["year"], strict=True)}
        said = [by_own.get(pair, "") for pair in zip(given["own"], given["year"], strict=True)]
        areas = areas.where(areas != "", pd.Series(said, index=la_code.index, dtype=object))
    return areas


def _area_of_own(own: str, year: int) -> str:
    """Return the code of that year of the council an ONS code is of; a code not listed itself, where it is formed well.

    Empty where it is no council's code.
    """
    la_code = _la_code_of().get(own)
    if la_code is not None:
        return _area_in(la_code, year)
    return own if _COUNCIL.fullmatch(own) else ""


@cache
def _la_code_of() -> dict[str, str]:
    codes = la_codes()
    listed = dict(zip(codes["area"], codes["la_code"], strict=True))
    return listed | {other: listed[area] for other, area in _other_codes().items()}


def is_listed(area: str) -> bool:
    """Return whether a nine-character code is, or ever was, that of a council in the code list."""
    return area in _la_code_of()


def _area_in(la_code: str, year: int) -> str:
    """Return a council's code in a year; the nearest known when the year is outside the council's life."""
    spans = _spans().get(la_code, ())
    if not spans:
        return ""
    return min(spans, key=lambda span: max(span[0] - year, year - span[1], 0))[2]


@cache
def _spans() -> dict[str, tuple[tuple[int, int, str], ...]]:
    spans: dict[str, tuple[tuple[int, int, str], ...]] = {}
    codes = la_codes()
    for code, first, last, area in zip(
        codes["la_code"],
        codes["first_year_ending"].fillna(0),
        codes["last_year_ending"].fillna(9999),
        codes["area"],
        strict=True,
    ):
        spans[code] = (*spans.get(code, ()), (int(first), int(last), area))
    return spans


@cache
def _other_codes() -> dict[str, str]:
    codes = la_codes()
    return {
        other: area
        for column in ("earlier_codes", "later_codes")
        for area, listed in zip(codes["area"], codes[column], strict=True)
        for other in listed.split()
    }


def current_code(area: str) -> str:
    """Return the code a council goes by here, of that code or another of the same council; any other code as it is."""
    return _other_codes().get(area, area)


def learn_codes(pairs: Iterable[pd.DataFrame]) -> dict[str, str]:
    """Return three-digit code → ONS code for councils the code list does not know, from files that carry both.

    Parameters
    ----------
    pairs
        Frames with text columns ``la_code`` and ``area``.
    """
    learnt: dict[str, str] = {}
    known = _spans()
    for frame in pairs:
        for code, area in frame[["la_code", "area"]].drop_duplicates().itertuples(index=False):
            if code.strip() and code.strip() not in known and _COUNCIL.fullmatch(area.strip().upper()):
                learnt[code.strip()] = current_code(area.strip().upper())
    return learnt


def area_codes(asked: str) -> tuple[str, ...]:
    """Return every ONS code of an area named or coded, the latest first.

    Parameters
    ----------
    asked
        A council's, region's or country's name, its nine-character code, or a council's three-digit code.

    Raises
    ------
    InputError
        When there is no such area, naming the closest.
    """
    text = asked.strip()
    codes = la_codes().sort_values("first_year_ending", ascending=False, na_position="last", kind="stable")
    known = set(codes["area"]) | set(REGIONS.values()) | {ENGLAND}
    if current_code(text.upper()) in known:
        return (current_code(text.upper()),)
    name = plain_area(text)
    if name == "england":
        return (ENGLAND,)
    for is_asked in (codes["name"].str.casefold() == text.casefold(), codes["la_code"] == text):
        if is_asked.any():
            return tuple(codes.loc[is_asked, "area"])
    # London is the region; the City of London, which is London without "City of", has to be asked for in full.
    if text.casefold() in REGIONS:
        return (REGIONS[text.casefold()],)
    is_asked = codes["name"].map(plain_area) == name
    if is_asked.any():
        return tuple(codes.loc[is_asked, "area"])
    near = did_you_mean(text, [*codes["name"], "England", *REGIONS])
    raise InputError(f'There is no area "{asked}". Give a council\'s name or its nine-character code. {near}'.rstrip())


def area_name(area: str) -> str:
    """Return the name of an ONS code; the code itself when it is not known."""
    return _names().get(current_code(area), area)


@cache
def _names() -> dict[str, str]:
    regions = {
        code: name.title().replace(" And The ", " and The ").replace(" Of ", " of ")
        for name, code in reversed(REGIONS.items())
    }
    return {ENGLAND: "England"} | regions | dict(zip(la_codes()["area"], la_codes()["name"], strict=True))


def area_code(asked: str) -> str:
    """Return the ONS code of an area named or coded; the latest where a council has had more than one."""
    return area_codes(asked)[0]


def plain_area(name: str) -> str:
    """Return a council's name without case, dots, "city of", "county of" and the like."""
    words = name.casefold().replace(".", "").replace(",", " ").replace("&", "and").replace("(", " ").replace(")", " ")
    dropped = {"council", "county", "borough", "city", "of", "the"}
    kept = [word for word in words.split() if word not in dropped]
    return " ".join(kept) or name.casefold()
