"""Storing the good rows of a file, all or without those to mend, and handing back the ones left out."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.errors import ToolkitError
from toolkit.intake.outgoing.left_out import left_out_bytes, rows_to_mend
from toolkit.intake.review.review import Review
from toolkit.web.access import ManagerStore
from toolkit.web.pages.upload.work import EXCEL, File, Stored, the_work
from toolkit.web.parts.layout import header
from toolkit.web.parts.messages import problems
from toolkit.web.session import act, exported
from toolkit.wording.numbers import counted


def store_button(store: ManagerStore, person: Person, found: Review, file: File) -> None:
    """Draw the button that stores every row of a file without a fault."""
    if len(found.rows):
        knows = _knows_of_others(store, found)
        if st.button(f"Store {counted(len(found.rows), 'row')}", type="primary", disabled=not knows):
            _store(store, person, found, file)


def without_them(store: ManagerStore, person: Person, found: Review, file: File) -> None:
    """Offer the rows to mend as a workbook, and to store the good ones without them."""
    mend = rows_to_mend(found)
    rows = counted(len(mend), "row")
    header("Or leave them for later")
    download_to_mend(store, person, mend, left_out_bytes(found), file.name, key="mend-found")
    if not len(found.rows):
        st.write("No row can be stored as it is.")
        return
    good = counted(len(found.rows), "good row")
    knows = _knows_of_others(store, found)
    sure = st.checkbox(f"I know that {rows} will be left out.")
    if st.button(f"Store the {good}", disabled=not (sure and knows)):
        _store(store, person, found, file)


def download_to_mend(
    store: ManagerStore, person: Person, rows: pd.DataFrame, content: bytes, source_name: str, *, key: str
) -> None:
    """Draw the button that hands back the rows left out, with what to put right in each."""
    st.download_button(
        f"Download the {counted(len(rows), 'row')} to mend",
        content,
        file_name=f"to-mend-{source_name.rsplit('.', 1)[0]}.xlsx",
        mime=EXCEL,
        key=key,
        on_click=exported,
        args=(store, person, Action.DOWNLOAD_LEFT_OUT),
        kwargs={"rows": len(rows)},
    )


def _knows_of_others(store: ManagerStore, found: Review) -> bool:
    """Ask about families that are none of the centre's: another's number may have been typed."""
    others = len(store.not_of_centre(found.rows["family_id"]))
    if not others:
        return True
    families = counted(others, "family", "families")
    st.warning(
        f"{families} in these rows did not register with your centre and do not live in its area. Check the numbers: "
        "a score stored under another family's number is that family's."
    )
    return st.checkbox(f"I know that {families} did not register here.")


def _store(store: ManagerStore, person: Person, found: Review, file: File) -> None:
    mend = rows_to_mend(found)
    left = f"{counted(len(mend), 'row')} left out" if len(mend) else ""
    note = ". ".join(filter(None, (file.all_of, file.put_right, left)))
    for centre_id in sorted(set(found.rows["centre_id"])):
        act(store, person, Action.UPLOAD, centre_id=centre_id)
    try:
        given = store.add_scores(found.rows, source_name=file.name, content_hash=found.content_hash, note=note)
    except ToolkitError:
        # What another centre stored is not this person's to read, so the store's own words are not shown.
        why = "Some of these scores were stored by someone else meanwhile. Choose the file again."
        problems("Nothing was stored", (), turn=the_work().named("refused"), before=why)
        return
    again = File(file.name, file.content, file.declared, file.cells, file.without) if len(mend) else None
    the_work().next(stored=Stored(given, note, mend, left_out_bytes(found) if len(mend) else b"", again))
    st.rerun()
