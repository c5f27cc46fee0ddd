"""Uploading scores: template, direction, file, problems by cell, storing, receipt, and taking an upload back."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from toolkit.errors import ToolkitError
from toolkit.intake.left_out import left_out_bytes, rows_to_mend
from toolkit.intake.review import Review, ReviewContext, review
from toolkit.intake.spreadsheet import read_sheet
from toolkit.intake.template import template_bytes
from toolkit.records import Receipt, Store
from toolkit.tables import table as table_named
from toolkit.tables.progress_scores import DIRECTIONS
from toolkit.web.doors import Person
from toolkit.web.layout import header, page_head, table

SCORES = table_named("progress_scores")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RECEIPT = "receipt"
_ROUND = "upload-round"


def show(store: Store, person: Person) -> None:
    """Draw the page."""
    page_head("Upload scores", simulated=store.is_simulated)
    _receipt()
    header("1. Fill in the template")
    st.write("One row is one score of one family. Use family numbers, never names.")
    st.download_button(
        "Download the template",
        _template(person.centre_id),
        file_name=f"scores-{person.centre_id}.xlsx",
        mime=EXCEL,
    )
    header("2. Say what a high score means")
    direction = st.radio(
        "On your scale, a higher score is",
        list(DIRECTIONS),
        format_func=lambda code: DIRECTIONS[code],
        index=None,
        key="direction",
    )
    header("3. Choose the file")
    file = st.file_uploader(
        "Your scores (xlsx, xls, ods or csv; at most 10 MB)",
        type=["xlsx", "xlsm", "xls", "ods", "csv"],
        key=f"file-{st.session_state.get(_ROUND, 0)}",
    )
    if file is not None and direction is None:
        st.info("Say in step 2 what a higher score means. Then the file is checked.")
    elif file is not None and direction is not None:
        _check(store, person, file.getvalue(), file.name, direction)
    header("Your uploads")
    _uploads(store, person)


@st.cache_data(max_entries=64)
def _template(centre_id: str) -> bytes:
    # Kept, because a page is drawn anew at every click; it holds nothing of any family.
    return template_bytes(SCORES, centre_id=centre_id)


def _receipt() -> None:
    receipt: Receipt | None = st.session_state.get(_RECEIPT)
    if receipt is not None:
        stored = sum(receipt.rows.values())
        st.success(
            f"Stored. Receipt number {receipt.upload_id}: {stored:,} {'row' if stored == 1 else 'rows'} of "
            f"{receipt.source_name}, {_when(receipt.at)}."
        )


def _check(store: Store, person: Person, content: bytes, name: str, direction: str) -> None:
    try:
        with st.spinner("Checking every row"):
            found = review(read_sheet(content, name), SCORES, _context(store, person, direction))
    except ToolkitError as error:
        st.error(str(error))
        return
    same = store.find_upload(found.content_hash)
    if same is not None:
        st.warning(f"This very file was stored already, as receipt number {same.upload_id}.")
    header("4. What we found")
    (st.success if found.is_clean else st.error)(found.summary().sentence)
    _problems(found)
    for notice in found.notices:
        st.info(notice.sentence)
    if len(found.rows):
        with st.expander("The rows that will be stored, as they were read (the first 20)"):
            table(_preview(found), "As read", {c.name: c.label for c in SCORES.columns})
    _store_buttons(store, person, found)


def _context(store: Store, person: Person, direction: str) -> ReviewContext:
    return ReviewContext(
        centre_ids=frozenset(store.read("centres", columns=["centre_id"])["centre_id"]),
        permitted_centre_ids=frozenset({person.centre_id}),
        family_ids=frozenset(store.read("families", columns=["family_id"])["family_id"]),
        existing=store.read("progress_scores", centre_ids=[person.centre_id]),
        declared={"higher_is": direction},
    )


def _problems(found: Review) -> None:
    if found.is_clean:
        return
    sentences = found.problem_sentences()
    st.write("Put these right in your file, save it, and choose it again.")
    table(
        pd.DataFrame({"number": range(1, len(sentences) + 1), "problem": sentences}),
        "Problems, by cell",
        {"number": "No.", "problem": "What to put right"},
    )
    if len(sentences) < len(found.problems):
        with st.expander(f"All {len(found.problems):,} problems, one by one"):
            table(
                pd.DataFrame(
                    {"number": range(1, len(found.problems) + 1), "problem": [p.sentence for p in found.problems]}
                ),
                "Every problem",
                {"number": "No.", "problem": "What to put right"},
            )


def _preview(found: Review) -> pd.DataFrame:
    shown = found.rows.head(20).copy()
    shown.insert(0, "row", list(found.row_numbers[:20]))
    shown["scored_on"] = [f"{day:%d/%m/%Y}" for day in pd.to_datetime(shown["scored_on"])]
    return shown


def _store_buttons(store: Store, person: Person, found: Review) -> None:
    if not len(found.rows):
        st.write("There is nothing to store." if found.is_clean else "No row can be stored as it is.")
        return
    if found.is_clean:
        if st.button(f"Store {len(found.rows):,} rows", type="primary"):
            _store(store, person, found)
        return
    mend = rows_to_mend(found)
    st.write(f"Or store the {len(found.rows):,} good rows now, and mend the other {len(mend):,} later.")
    st.download_button(
        f"Download the {len(mend):,} rows to mend",
        left_out_bytes(found),
        file_name=f"to-mend-{found.source_name.rsplit('.', 1)[0]}.xlsx",
        mime=EXCEL,
    )
    sure = st.checkbox(f"I know that {len(mend):,} rows will be left out.")
    if st.button(f"Store the {len(found.rows):,} good rows", disabled=not sure):
        _store(store, person, found)


def _store(store: Store, person: Person, found: Review) -> None:
    left = len(rows_to_mend(found))
    note = f"{left} rows left out" if left else ""
    try:
        receipt = store.add(
            {SCORES.name: found.rows},
            by=person.name,
            source_name=found.source_name,
            content_hash=found.content_hash,
            note=note,
        )
    except ToolkitError:
        # What another centre stored is not this person's to read, so the store's own words are not shown.
        st.error(
            "Nothing was stored: some of these scores were stored by someone else meanwhile. Choose the file again."
        )
        return
    st.session_state[_RECEIPT] = receipt
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1  # an empty uploader, so that nothing is stored twice
    st.rerun()


def _uploads(store: Store, person: Person) -> None:
    uploads = store.uploads()
    mine = uploads[(uploads["table"] == SCORES.name) & (uploads["by"] == person.name)]
    if mine.empty:
        st.write("None yet.")
        return
    shown = pd.DataFrame(
        {
            "receipt": mine["upload_id"],
            "file": mine["source_name"],
            "rows": mine["rows"],
            "when": [_when(at) for at in mine["at"]],
            "now": ["Withdrawn" if pd.notna(version) else "Stored" for version in mine["withdrawn_in"]],
            "note": mine["note"],
        }
    )
    table(
        shown,
        "Newest first",
        {"receipt": "Receipt", "file": "File", "rows": "Rows", "when": "When", "now": "Now", "note": ""},
    )
    standing = mine[mine["withdrawn_in"].isna()]
    if standing.empty:
        return
    names = dict(zip(standing["upload_id"], standing["source_name"], strict=True))
    chosen = st.selectbox(
        "Withdraw an upload",
        list(names),
        format_func=lambda number: f"Receipt {number}: {names[number]}",
        index=None,
        placeholder="Choose an upload",
    )
    sure = st.checkbox("Yes, take its rows out again.", disabled=chosen is None)
    if st.button("Withdraw", disabled=chosen is None or not sure) and chosen is not None:
        _withdraw(store, person, int(chosen))


def _withdraw(store: Store, person: Person, upload_id: int) -> None:
    try:
        store.withdraw(upload_id, by=person.name, reason="withdrawn by the centre")
    except ToolkitError as error:
        st.error(str(error))
        return
    st.session_state.pop(_RECEIPT, None)
    st.rerun()


def _when(at: object) -> str:
    moment = pd.to_datetime(str(at), utc=True).to_pydatetime() if not isinstance(at, datetime) else at
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M} (UTC)"
