"""Members explore referrals by district, year and who referred: every figure was protected before it came here."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.members.explore import ALL, DIMENSIONS, WHICH, Explorer
from toolkit.publish.verdicts.sentences import TOO_FEW
from toolkit.web.access import MemberStore
from toolkit.web.parts.counts import count_told, to_the_nearest
from toolkit.web.parts.layout import page_head, table
from toolkit.web.session import filtered
from toolkit.wording.numbers import uk_date

_EVERY = {"district": "Every district", "year": "Every year", "source": "Whoever referred"}


def show(store: MemberStore, person: Person) -> None:
    """Draw the page."""
    check(person, "explore")
    page_head("Explore referrals", simulated=store.is_simulated)
    found = store.explorer()
    if found is None:
        st.info("Nothing to explore is published yet. The early intervention lead publishes it when it is ready.")
        return
    by = st.radio("A row for each", list(DIMENSIONS), format_func=DIMENSIONS.__getitem__, horizontal=True)
    only = _only(found, by)
    filtered("by", by)
    filtered("only", "; ".join(only.values()) or ALL)
    caption = f"{DIMENSIONS[by]}: referrals to children's social care" + "".join(
        f", {level}" for level in only.values()
    )
    table(_table(found, by, only), caption, {"level": DIMENSIONS[by], **WHICH})
    days = f"from {uk_date(found.first_day)} to {uk_date(found.last_day)}"
    st.write(
        f"Referrals received {days}. {to_the_nearest(found.round_to)}Each is rounded by itself, so rows need not "
        f"add up. {TOO_FEW}"
    )
    st.write("A number that is higher or lower somewhere does not show why. The answers compare like with like.")


def _only(found: Explorer, by: str) -> dict[str, str]:
    others = [name for name in DIMENSIONS if name != by]
    choices = [(name, level) for name in others for level in found.levels[name]]
    chosen = st.selectbox(
        "Only",
        choices,
        index=None,
        format_func=lambda one: f"{DIMENSIONS[one[0]].split(' (')[0]}: {one[1]}",
        placeholder=" and ".join(_EVERY[name] for name in others),
        key=f"only-{by}",
    )
    return {} if chosen is None else dict([chosen])


def _table(found: Explorer, by: str, only: dict[str, str]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for row in found.rows(by, only):
        level = "All together" if row["level"] == ALL else row["level"]
        rows.append({"level": level, **{which: count_told(row[which], found.least_told) for which in WHICH}})
    return pd.DataFrame(rows)
