"""The members' ledger: of each recommendation what was found, what was decided, and when it is looked at again."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.members.decisions import LedgerRow, ledger
from toolkit.publish.members.findings import findings
from toolkit.web.access import MemberStore
from toolkit.web.pages.publishing.decisions import LABELS, rows
from toolkit.web.parts.layout import as_it_is, header, link, page_head, sentence, table
from toolkit.web.results import Published
from toolkit.wording.numbers import uk_date


def show(store: MemberStore, person: Person) -> None:
    """Draw the page."""
    check(person, "ledger")
    page_head("What was decided", simulated=store.is_simulated)
    sentence("What you asked for, what was found, what was decided, and when to look again.")
    views = [one.view for one in store.published() if isinstance(one, Published)]
    for row in ledger(findings(views, simulated=store.is_simulated), store.decisions()):
        _draw(row)


def _draw(row: LedgerRow) -> None:
    found = row.finding
    header(f"{found.asked.number}: {found.asked.asks}")
    st.markdown(f"**Found:** {as_it_is(found.answer)}")
    if found.question is not None:
        link("answers", f"Read the answer on {found.asked.number}", question=found.question)
    if not row.decisions:
        st.markdown("**Decided:** nothing is written down yet.")
        return
    now, *before = reversed(row.decisions)
    st.markdown(f"**Decided:** {as_it_is(now.words)}")
    due = "This day has come: ask for it." if row.is_due else ""
    st.markdown(f"**Look again by:** {uk_date(now.look_again_on)}. {due}".rstrip())
    if before:
        with st.expander(f"Decisions before this one ({len(before)})"):
            table(rows(before[::-1]), "The newest first", LABELS)
