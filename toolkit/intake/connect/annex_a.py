"""Annex A workbooks (Ofsted's child-level data for inspections): lists 3, 5, 7 and 8, by their sheet names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from toolkit.errors import InputError
from toolkit.intake.connect.builder import Gather
from toolkit.intake.connect.columns import Columns
from toolkit.intake.connect.lists import take_episodes, take_referrals
from toolkit.intake.connect.meanings import NO_WORDS, Words
from toolkit.intake.connect.result import Found
from toolkit.intake.connect.sheet_lists import read_titled_list
from toolkit.intake.files.raw_sheet import RawSheet, Sheet
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.origin import Origin
from toolkit.intake.pseudonyms import Key

_CHILD = "Child Unique ID"
REFERRALS = Columns(child=_CHILD, received="Date of Referral", source="Referral Source", nfa="Referral NFA?")
EPISODES: Mapping[str, tuple[str, Columns]] = MappingProxyType(
    {
        "5": (
            "section_47",
            Columns(child=_CHILD, started="Strategy discussion initiating Section 47 Enquiry Start Date"),
        ),
        "7": (
            "protection_plan",
            Columns(child=_CHILD, started="Child Protection Plan Start Date", ended="Child Protection Plan End Date"),
        ),
        "8": (
            "looked_after",
            Columns(child=_CHILD, started="Date Started to be Looked After", ended="Date Ceased to be Looked After"),
        ),
    }
)
_ALSO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        _CHILD: ("Child Unique Identifier", "Child ID"),
        "Date of Referral": ("Referral Date",),
        "Referral NFA?": ("Referral No Further Action", "NFA"),
        "Strategy discussion initiating Section 47 Enquiry Start Date": (
            "Strategy discussion initiating Section 47 Enquiry Date",
            "Section 47 Enquiry Start Date",
        ),
    }
)
_FIRST = "3"
_READ_FROM = {"5": "section 47 enquiries", "7": "protection plans", "8": "times in care"}
_LIST = re.compile(r"list ?0?(\d{1,2})(?!\d)")


def read_annex_a(
    source: Path | bytes,
    key: Key,
    *,
    name: str = "",
    today: date | None = None,
    as_of: date | None = None,
    words: Words = NO_WORDS,
) -> Found:
    """Read an Annex A workbook through the same safe reader as any upload; lists not used are counted by their rows.

    Headings may vary in case, signs and what stands in brackets; hidden sheets are left out and said.

    Raises
    ------
    InputError
        When it has no list 3, when a list lacks a column, has it twice or stands on two sheets, or when the workbook
        cannot be read.
    """
    called = name or (source.name if isinstance(source, Path) else "annex-a.xlsx")
    raw = read_sheet(source, called)
    gather = Gather(key, today or date.today(), words, origin=Origin("annex_a"))
    gather.fields.counts_from_1904 = raw.counts_from_1904
    notices = [notice.sentence for notice in raw.notices]
    sheets = _lists(raw, called, notices)
    for sheet in raw.sheets:
        if not sheet.is_hidden and not any(sheet is read for read in sheets.values()):
            gather.passed_over[sheet.name] += max(len(sheet.rows) - 1, 0)
    problems: list[str] = []
    for number, (kind, columns) in {_FIRST: ("", REFERRALS), **EPISODES}.items():
        if number not in sheets:
            notices.append(f'There is no sheet "List {number}": no {_READ_FROM[number]} were read.')
            continue
        try:
            read = read_titled_list(raw, sheets[number], called, columns, _ALSO)
        except InputError as error:
            problems.append(str(error))
            continue
        notices += read.notices
        if number == _FIRST:
            take_referrals(gather, read.records, columns)
            gather.counts["children"] = gather.children
        else:
            take_episodes(gather, read.records, kind, columns)
    if problems:
        raise InputError(" ".join(problem.removesuffix(" Nothing was stored.") for problem in problems) + _NOTHING)
    return gather.found(called, raw.content_hash, tuple(notices), as_of=as_of)


_NOTHING = " A column in which nothing is to be said may be empty, but must be there. Nothing was stored."


def _lists(raw: RawSheet, called: str, notices: list[str]) -> dict[str, Sheet]:
    """Return the sheets that are read, by the number of their list; those that are hidden are added to the notices."""
    found: dict[str, Sheet] = {}
    hidden = []
    for sheet in raw.sheets:
        title = " ".join(sheet.name.lower().replace("_", " ").split())
        match = _LIST.match(title)
        if sheet.is_hidden:
            hidden += [sheet.name] if sheet.rows else []
        elif match and match[1] in (_FIRST, *EPISODES):
            if match[1] in found:
                raise InputError(
                    f'"{called}" has List {match[1]} twice, on the sheets "{found[match[1]].name}" and "{sheet.name}". '
                    "Keep one of them. Nothing was stored."
                )
            found[match[1]] = sheet
    if hidden:
        named = ", ".join(f'"{name}"' for name in hidden)
        notices.append(f"Hidden sheets are not read: {named}. Show them in Excel if they are to be.")
    if _FIRST not in found:
        hint = f" {notices[-1]}" if hidden else ""
        raise InputError(f'"{called}" has no sheet "List 3" (referrals). Is it an Annex A workbook?{hint}')
    return found
