"""What is past keeping by the council's own rules: counts alone, and how to have it removed for good."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.tables import TABLES
from toolkit.web.access import AdminStore
from toolkit.web.access.administrator import RetentionPolicy
from toolkit.web.parts.layout import command, header, page_head, points, sentence, table
from toolkit.wording.numbers import counted, uk_date

_RULES = {"table": "Rows of", "after": "Counted from", "years": "Kept for years", "why": "Why"}
_DUE = {"rule": "Rule", "table": "Rows of", "kept_from": "Kept from", "rows": "Rows past it", "families": "Families"}


def show(store: AdminStore, person: Person) -> None:
    """Draw the page."""
    check(person, "retention")
    page_head("Retention", simulated=store.is_simulated)
    policy, due = store.retention(datetime.now(UTC).date())
    rows = int(due["rows"].sum())
    header("What is due to be removed")
    if rows:
        sentence(
            f"{counted(rows, 'row')} and {counted(int(due['families'].sum()), 'family', 'families')} are past keeping."
        )
        past = due[due["rows"] > 0]
        named = {name: [_title(str(one)) for one in past[name]] for name in ("rule", "table")}
        table(past.assign(**named, kept_from=past["kept_from"].map(uk_date))[list(_DUE)], "By rule", _DUE)
        st.write(
            "Removing is for good, from every version, snapshot and file. It is done on the server by whoever looks "
            "after it, once the records manager has agreed:"
        )
        command("toolkit retention --store DIR --apply --by NAME")
    else:
        sentence("Nothing is past keeping today.")
    header("The rules")
    _rules(policy)
    points(
        [
            "A council's own rules stand in the file retention.toml in the store's folder.",
            "A table without a rule is kept for ever.",
            "A family goes whole, once it and everything of it is past.",
        ]
    )


def _title(table: str) -> str:
    return TABLES[table].title if table in TABLES else "Rows that were changed or withdrawn"


def _rules(policy: RetentionPolicy) -> None:
    rows = [
        {"table": _title(name), "after": rule.after or "the change", "years": rule.years, "why": rule.why}
        for name, rule in policy.rules.items()
    ]
    table(pd.DataFrame(rows), f"As {policy.source} say", _RULES)
