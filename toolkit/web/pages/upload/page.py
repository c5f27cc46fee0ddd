"""Uploading scores: template, direction, file, what was found in it, the receipt, and taking an upload back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache, partial

import streamlit as st

from toolkit.accounts.roles import Action, Person, check
from toolkit.errors import ToolkitError
from toolkit.intake.outgoing.template import template_bytes
from toolkit.intake.review.review import Review, ReviewContext, review
from toolkit.tables.instrument_scale import Instrument
from toolkit.web.access import ManagerStore, RawSheet
from toolkit.web.pages.upload import found as upload_found
from toolkit.web.pages.upload import mapping as upload_map
from toolkit.web.pages.upload import scored_on
from toolkit.web.pages.upload import uploads as upload_list
from toolkit.web.pages.upload.found import EXCEL, SCORES
from toolkit.web.parts.layout import as_it_is, header, page_head
from toolkit.web.session import exported

_LAST_READ = "last-read"
_LAST_REVIEW = "last-review"


def show(store: ManagerStore, person: Person) -> None:
    """Draw the page."""
    check(person, "upload")
    page_head("Upload scores", simulated=store.is_simulated)
    upload_found.receipt(store, person)
    header("1. Fill in the template")
    st.write("One row is one score of one family. Use family numbers, never names.")
    instruments = store.instruments()
    st.download_button(
        "Download the template",
        # made when it is asked for: half a second for each centre
        partial(_template, person.centre_id, tuple(instruments.values())),
        file_name=f"scores-{person.centre_id}.xlsx",
        mime=EXCEL,
        on_click=exported,
        args=(store, person, Action.DOWNLOAD_TEMPLATE),
    )
    header("2. Say what a high score means")
    declared = scored_on.ask(instruments)
    header("3. Choose the file")
    file = st.file_uploader(
        "Your scores (xlsx, xls, ods or csv; at most 10 MB)",
        type=["xlsx", "xlsm", "xls", "ods", "csv"],
        key=upload_found.uploader_key(),
    )
    if file is not None and declared is None:
        st.info(f"{scored_on.still_to_say(instruments)} Then the file is checked. {_said_last(store, instruments)}")
    elif file is not None and declared is not None:
        _check(store, person, file.getvalue(), file.name, declared)
    header("Your uploads")
    upload_list.show(store, person)


@lru_cache(maxsize=64)
def _template(centre_id: str, instruments: tuple[Instrument, ...]) -> bytes:
    # The same for everyone: it holds nothing of any family.
    return template_bytes(SCORES, centre_id=centre_id, instruments={one.instrument_id: one for one in instruments})


def _said_last(store: ManagerStore, instruments: Mapping[str, Instrument]) -> str:
    said = scored_on.said(store.last_declared(), instruments)
    return f"Last time your centre said: {said}." if said else ""


def _check(store: ManagerStore, person: Person, content: bytes, name: str, declared: Mapping[str, str]) -> None:
    try:
        context = store.context(declared)
        named = upload_map.named(store, person, _read(store, content, name), context)
        found = _reviewed(store, person, named, context) if named is not None else None
    except ToolkitError as error:
        st.error(as_it_is(str(error)))
        return
    if found is not None:
        header("4. What we found")
        upload_found.show(store, person, found)


def _read(store: ManagerStore, content: bytes, name: str) -> RawSheet:
    # Every press of a button runs the page again: the same file is read once.
    asked = (hashlib.sha256(content).hexdigest(), name)
    last = st.session_state.get(_LAST_READ)
    if last is not None and last[0] == asked:
        kept: RawSheet = last[1]
        return kept
    with st.spinner("Reading the file"):
        raw = store.read_file(content, name)
    st.session_state[_LAST_READ] = (asked, raw)
    return raw


def _reviewed(store: ManagerStore, person: Person, named: upload_map.Named, context: ReviewContext) -> Review:
    # And the same file against the same records is reviewed once.
    said = (named.raw.content_hash, named.raw.name, named.said, dict(context.declared))
    asked = (*said, person, store.version)
    last = st.session_state.get(_LAST_REVIEW)
    if last is not None and last[0] == asked:
        kept: Review = last[1]
        return kept
    with st.spinner("Checking every row"):
        found = review(named.raw, SCORES, context)
        store.write_checked(found)
    st.session_state[_LAST_REVIEW] = (asked, found)
    return found
