"""Referrals and episodes in a spreadsheet of our own: what each row speaks of; other files' words stay."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from toolkit.intake.origin import Origin
from toolkit.intake.pseudonyms import Numbers
from toolkit.intake.review.duplicates import plain_values
from toolkit.tables import Table

_MAY_BE_EMPTY = ("outcome", "closed_on", "closure_reason", "referred_back", "ended_on")


def speaks_of(rows: pd.DataFrame, table: Table) -> tuple[str, ...]:
    """Return what each row speaks of (see `toolkit.records.rows.statements`): an empty cell says nothing."""
    values: dict[str, list[Any]] = {name: plain_values(rows[name], table.column(name).kind) for name in table.names}
    always = ("number", "source") if table.name == "referrals" else ("started_on",)
    said = []
    for at in range(len(rows)):
        signs = {*always, *(name for name in _MAY_BE_EMPTY if name in values and values[name][at] is not None)}
        said.append(",".join(sorted(signs | ({"nfa"} if "outcome" in signs else set()))))
    return tuple(said)


def origin_of(rows: pd.DataFrame, table: Table, as_of: date | None) -> Origin:
    """Return as of what day a list speaks: the one given, else the newest day in it that is not still to come."""
    names = [name for name in table.names if name in ("received_on", "closed_on", "started_on", "ended_on")]
    days = [day for name in names for day in plain_values(rows[name], table.column(name).kind)]
    return Origin("list").dated([day for day in days if day is not None and day <= date.today()], given=as_of)


def with_own_numbers(rows: pd.DataFrame, table: Table, numbers: Numbers | None) -> pd.DataFrame:
    """Return the rows with a pseudonym in place of each referral's own number, where there is a key."""
    if numbers is None or table.name != "referrals":
        return rows
    pairs = zip(rows["referral_id"], rows["child_id"], strict=True)
    return rows.assign(referral_id=[numbers.referral(str(number), str(child)) for number, child in pairs])
