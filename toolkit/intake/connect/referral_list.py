"""A list of referrals from any system, one row each, whose columns are named by whoever imports it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from toolkit.errors import InputError
from toolkit.intake.connect.builder import Gather
from toolkit.intake.connect.lists import Columns, check_columns, take_referrals, with_headings
from toolkit.intake.connect.result import Found
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.origin import Origin
from toolkit.intake.pseudonyms import Key


def read_referral_list(
    source: Path | bytes,
    key: Key,
    columns: Columns,
    *,
    name: str = "",
    today: date | None = None,
    as_of: date | None = None,
) -> Found:
    """Read a workbook or csv file with one row a referral.

    Parameters
    ----------
    source
        The file, or its bytes.
    key
        For the pseudonyms.
    columns
        What the file calls each column.
    name
        The file's name, for messages.
    today
        The last day anything can have happened.

    Raises
    ------
    InputError
        When it cannot be read or lacks a column (named).
    """
    called = name or (source.name if isinstance(source, Path) else "referrals.csv")
    raw = read_sheet(source, called)
    records = [record for sheet in raw.sheets for record in with_headings(sheet.rows, "")]
    if not records:
        raise InputError(f'"{called}" holds no rows under its headings.')
    check_columns(columns, records[0][1], called)
    gather = Gather(key, today or date.today(), origin=Origin("list"))
    take_referrals(gather, records, columns)
    gather.counts["children"] = len({record.get(columns.child) for _, record in records})
    notices = tuple(notice.sentence for notice in raw.notices)
    if not columns.source:
        notices += ("No column says who referred: every referral is stored with source 10, unknown.",)
    return gather.found(called, raw.content_hash, notices, as_of=as_of)
