"""Annex A workbooks (Ofsted's child-level data for inspections): lists 3, 5, 7 and 8, by their sheet names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from toolkit.errors import InputError
from toolkit.intake.connect.builder import Gather
from toolkit.intake.connect.lists import Columns, check_columns, take_episodes, take_referrals, with_headings
from toolkit.intake.connect.result import Found
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.origin import Origin
from toolkit.intake.pseudonyms import Key

_CHILD = "Child Unique ID"
REFERRALS = Columns(child=_CHILD, received="Date of Referral", source="Referral Source", nfa="Referral NFA?")
EPISODES: Mapping[str, tuple[str, Columns]] = MappingProxyType(
    {
        "list 5": (
            "section_47",
            Columns(child=_CHILD, started="Strategy discussion initiating Section 47 Enquiry Start Date"),
        ),
        "list 7": (
            "protection_plan",
            Columns(child=_CHILD, started="Child Protection Plan Start Date", ended="Child Protection Plan End Date"),
        ),
        "list 8": (
            "looked_after",
            Columns(child=_CHILD, started="Date Started to be Looked After", ended="Date Ceased to be Looked After"),
        ),
    }
)
_FIRST = "list 3"


def read_annex_a(
    source: Path | bytes, key: Key, *, name: str = "", today: date | None = None, as_of: date | None = None
) -> Found:
    """Read an Annex A workbook through the same safe reader as any upload; lists not used are counted by their rows.

    Raises
    ------
    InputError
        When it has no list 3, a list lacks a column it needs, or the workbook cannot be read.
    """
    called = name or (source.name if isinstance(source, Path) else "annex-a.xlsx")
    raw = read_sheet(source, called)
    sheets = {" ".join(sheet.name.lower().replace("_", " ").split()): sheet for sheet in raw.sheets}
    if _FIRST not in sheets:
        raise InputError(f'"{called}" has no sheet "List 3" (referrals). Is it an Annex A workbook?')
    gather = Gather(key, today or date.today(), origin=Origin("annex_a"))
    for title, sheet in sheets.items():
        records = list(with_headings(sheet.rows, f"{sheet.name}, "))
        if title == _FIRST:
            check_columns(REFERRALS, records[0][1] if records else REFERRALS.needed(), f"{sheet.name} of {called}")
            take_referrals(gather, records, REFERRALS)
            gather.counts["children"] = len({record.get(_CHILD) for _, record in records})
        elif title in EPISODES:
            kind, columns = EPISODES[title]
            check_columns(columns, records[0][1] if records else columns.needed(), f"{sheet.name} of {called}")
            take_episodes(gather, records, kind, columns)
        else:
            gather.passed_over[sheet.name] += len(records)
    return gather.found(called, raw.content_hash, tuple(notice.sentence for notice in raw.notices), as_of=as_of)
