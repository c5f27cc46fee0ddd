"""A list of referrals from any system, one row each, whose columns are named by whoever imports it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from toolkit.errors import InputError
from toolkit.intake.connect.builder import Gather
from toolkit.intake.connect.columns import Columns
from toolkit.intake.connect.lists import take_referrals
from toolkit.intake.connect.meanings import NO_WORDS, Words
from toolkit.intake.connect.result import Found
from toolkit.intake.connect.sheet_lists import read_list
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
    words: Words = NO_WORDS,
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
    as_of
        The day the list speaks of.
    words
        What the council's own words mean.

    Raises
    ------
    InputError
        When it cannot be read, or a column that is named is not there, or there twice, or is named for two things.
    """
    called = name or (source.name if isinstance(source, Path) else "referrals.csv")
    twice = [heading for heading, times in Counter(columns.named().values()).items() if times > 1]
    if twice:
        raise InputError(f'The column "{twice[0]}" is named for two things. Nothing was stored.')
    raw = read_sheet(source, called)
    read = read_list(raw, called, columns)
    gather = Gather(key, today or date.today(), words, origin=Origin("list"))
    gather.fields.counts_from_1904 = raw.counts_from_1904
    take_referrals(gather, read.records, columns)
    gather.counts["children"] = gather.children
    notices = (*(notice.sentence for notice in raw.notices), *read.notices)
    if not columns.source:
        notices += ("No column says who referred: every referral is stored with source 10, unknown.",)
    return gather.found(called, raw.content_hash, notices, as_of=as_of)
