"""What was found in an uploaded file: problems by cell, the rows as read, storing them, and the receipt."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.errors import ToolkitError
from toolkit.intake.outgoing.left_out import left_out_bytes, rows_to_mend
from toolkit.intake.review.review import Review
from toolkit.tables import table as table_named
from toolkit.web.access import ManagerStore, Receipt
from toolkit.web.parts.layout import as_it_is, points, table
from toolkit.web.session import act, exported
from toolkit.wording.numbers import counted, uk_time

SCORES = table_named("progress_scores")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREVIEWED = 20
LISTED = 1_000
_STORED = "stored"
_ROUND = "upload-round"


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored last in this session, and what was left out of it."""

    receipt: Receipt
    left_out: pd.DataFrame
    to_mend: bytes


def uploader_key() -> str:
    """Return the key of the file chooser: another one after each storing, so that nothing is stored twice."""
    return f"file-{st.session_state.get(_ROUND, 0)}"


def forget_receipt() -> None:
    """Show the last receipt no more."""
    st.session_state.pop(_STORED, None)


def receipt(store: ManagerStore, person: Person) -> None:
    """Draw the receipt of what was stored last, with the list of what was left out."""
    stored: Stored | None = st.session_state.get(_STORED)
    if stored is None:
        return
    given = stored.receipt
    st.success(
        f"Stored. Receipt number {given.upload_id}: {counted(sum(given.rows.values()), 'row')} of "
        f"{as_it_is(given.source_name)}, "
        f"{uk_time(given.at)}."
    )
    if len(stored.left_out):
        st.warning(f"{counted(len(stored.left_out), 'row was', 'rows were')} left out, and can be mended and uploaded.")
        _left_out(stored.left_out)
        _download(store, person, stored.left_out, stored.to_mend, given.source_name, key="mend-stored")


def show(store: ManagerStore, person: Person, found: Review) -> None:
    """Draw what a review found, and the buttons that store it."""
    same = store.find_upload(found.content_hash)
    if same is not None:
        st.warning(f"This very file was stored already, as receipt number {same.upload_id}.")
    (st.success if found.is_clean else st.error)(found.summary().sentence)
    _problems(found)
    if found.notices:
        st.write("How the file was read:")
        points(notice.sentence for notice in found.notices)
    if len(found.rows):
        with st.expander(f"The rows as they were read (the first {min(PREVIEWED, len(found.rows))})"):
            table(_preview(found), "As read", {"row": "Row", **{c.name: c.label for c in SCORES.columns}})
    _store_buttons(store, person, found)


def _problems(found: Review) -> None:
    if found.is_clean:
        return
    sentences = found.problem_sentences()
    st.write("Put these right in your file, save it, and choose it again.")
    _numbered(sentences, "Problems, by cell")
    if len(sentences) < len(found.problems):
        with st.expander(f"All {counted(len(found.problems), 'problem')}, one by one"):
            _numbered([problem.sentence for problem in found.problems[:LISTED]], "Every problem")
            if len(found.problems) > LISTED:
                st.write(f"And {len(found.problems) - LISTED:,} more: the workbook to mend below says them all by row.")


def _numbered(sentences: list[str] | tuple[str, ...], caption: str) -> None:
    rows = pd.DataFrame({"number": [f"{n}." for n in range(1, len(sentences) + 1)], "problem": sentences})
    table(rows, caption, {"number": "No.", "problem": "What to put right"})


def _preview(found: Review) -> pd.DataFrame:
    shown = found.rows.head(PREVIEWED).copy()
    shown.insert(0, "row", [str(number) for number in found.row_numbers[:PREVIEWED]])
    shown["scored_on"] = [f"{day:%d/%m/%Y}" for day in pd.to_datetime(shown["scored_on"])]
    shown["score"] = [f"{score:g}" for score in shown["score"]]
    return shown


def _store_buttons(store: ManagerStore, person: Person, found: Review) -> None:
    if not len(found.rows):
        st.write("There is nothing to store." if found.is_clean else "No row can be stored as it is.")
        return
    rows = counted(len(found.rows), "row")
    knows = _knows_of_others(store, found)
    if found.is_clean:
        if st.button(f"Store {rows}", type="primary", disabled=not knows):
            _store(store, person, found)
        return
    mend = rows_to_mend(found)
    good = counted(len(found.rows), "good row")
    st.write(f"Or store the {good} now, and mend the other {len(mend):,} later.")
    _left_out(mend)
    _download(store, person, mend, left_out_bytes(found), found.source_name, key="mend-found")
    sure = st.checkbox(f"I know that {counted(len(mend), 'row')} will be left out.")
    if st.button(f"Store the {good}", disabled=not (sure and knows)):
        _store(store, person, found)


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


def _left_out(rows: pd.DataFrame) -> None:
    with st.expander(f"The {counted(len(rows), 'row')} left out, and why"):
        shown = rows[["row", "reason"]].assign(row=[f"Row {row}" for row in rows["row"]])
        table(shown, "Left out", {"row": "In your file", "reason": "Why"})


def _download(
    store: ManagerStore, person: Person, rows: pd.DataFrame, content: bytes, source_name: str, *, key: str
) -> None:
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


def _store(store: ManagerStore, person: Person, found: Review) -> None:
    mend = rows_to_mend(found)
    for centre_id in sorted(set(found.rows["centre_id"])):
        act(store, person, Action.UPLOAD, centre_id=centre_id)
    try:
        given = store.add_scores(
            found.rows,
            source_name=found.source_name,
            content_hash=found.content_hash,
            note=f"{counted(len(mend), 'row')} left out" if len(mend) else "",
        )
    except ToolkitError:
        # What another centre stored is not this person's to read, so the store's own words are not shown.
        st.error(
            "Nothing was stored: some of these scores were stored by someone else meanwhile. Choose the file again."
        )
        return
    st.session_state[_STORED] = Stored(given, mend, left_out_bytes(found) if len(mend) else b"")
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()
