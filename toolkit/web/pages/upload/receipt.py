"""What was done last, at the top of the page: the receipt of what was stored, or that an upload was withdrawn."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.intake.outgoing.receipt import receipt_text
from toolkit.web.access import ManagerStore
from toolkit.web.pages.upload.storing import download_to_mend
from toolkit.web.pages.upload.work import Stored, Work
from toolkit.web.parts.layout import table
from toolkit.web.parts.messages import done
from toolkit.web.session import exported
from toolkit.wording.numbers import counted, uk_time

Facts = list[tuple[str, str]]
NEXT = (
    "What happens next: the scores count in your list of families due and in your centre's progress now, and in the "
    "county's answers when these are worked out next. Nothing is published by this.",
    "Found a mistake? Correct one score on the page Correct a score, or withdraw the whole upload below.",
)
WITHDRAWN = "Your centre's scores read as if it had never been stored. The record of it stays in the list below."


def show(store: ManagerStore, person: Person, work: Work) -> None:
    """Draw the receipt or the message, where something was done."""
    if work.withdrawn is not None:
        done(f"Withdrawn: receipt number {work.withdrawn}", turn=work.named("withdrawn"), lines=[WITHDRAWN])
    if work.stored is None:
        return
    stored, given = work.stored, work.stored.receipt
    facts = facts_of(
        given.upload_id, counted(sum(given.rows.values()), "row"), given.source_name, given.by,
        uk_time(given.at), person.centre_name, stored.note,
    )  # fmt: skip
    done(f"Stored. Receipt number {given.upload_id}", turn=work.named("stored"), facts=facts[1:], lines=NEXT)
    offer(store, person, given.upload_id, facts, key="receipt-now")
    if len(stored.left_out):
        _left_out(store, person, work, stored)


def facts_of(number: int, rows: str, file: str, by: str, when: str, centre: str, note: str) -> Facts:
    """Return what a receipt says, by name."""
    told = [("Receipt number", str(number)), ("What", f"{rows} of {file}"), ("Centre", centre)]
    told += [("When", when), ("By", by)]
    return [*told, ("Note", note)] if note else told


def offer(store: ManagerStore, person: Person, number: int, facts: Facts, *, key: str) -> None:
    """Draw the button that hands a receipt over as a text to keep or print."""
    st.download_button(
        f"Download receipt {number}",
        receipt_text(facts, NEXT, simulated=store.is_simulated),
        file_name=f"{'simulated-' if store.is_simulated else ''}receipt-{number}.txt",
        mime="text/plain",
        key=key,
        on_click=exported,
        args=(store, person, Action.DOWNLOAD_RECEIPT),
        kwargs={"upload_id": number},
    )


def _left_out(store: ManagerStore, person: Person, work: Work, stored: Stored) -> None:
    rows = counted(len(stored.left_out), "row was", "rows were")
    st.warning(f"{rows} left out and not stored.")
    st.button("Put them right here now", on_click=work.next, kwargs={"file": stored.file})
    download_to_mend(store, person, stored.left_out, stored.to_mend, stored.receipt.source_name, key="mend-stored")
    with st.expander(f"The {counted(len(stored.left_out), 'row')} left out, and why"):
        shown = stored.left_out[["row", "reason"]].assign(row=[f"Row {row}" for row in stored.left_out["row"]])
        table(shown, "Left out", {"row": "In your file", "reason": "Why"})
