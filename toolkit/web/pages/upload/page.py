"""Uploading scores, in three steps: the file, what is wrong in it, the receipt; and taking an upload back."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import Action, Person, check
from toolkit.errors import ToolkitError
from toolkit.intake.outgoing.template import template_bytes
from toolkit.intake.review.amending import amended, says_declared
from toolkit.intake.review.review import Review, ReviewContext, review
from toolkit.web.access import ManagerStore, RawSheet
from toolkit.web.pages.upload import found as upload_found
from toolkit.web.pages.upload import mapping as upload_map
from toolkit.web.pages.upload import one_centre, receipt, scored_on
from toolkit.web.pages.upload import uploads as upload_list
from toolkit.web.pages.upload.work import EXCEL, SCORES, File, the_work
from toolkit.web.parts.layout import as_it_is, header, page_head
from toolkit.web.parts.messages import problems, steps_of
from toolkit.web.session import exported

STEPS = ("Choose the file", "Put right what is wrong", "Receipt")
_LAST_REVIEW = "last-review"


def show(store: ManagerStore, person: Person) -> None:
    """Draw the page."""
    check(person, "upload")
    page_head("Upload scores", simulated=store.is_simulated)
    work = the_work()
    steps_of(STEPS, 2 if work.stored else 1 if work.file else 0)
    receipt.show(store, person, work)
    if work.file is not None:
        _check(store, person, work.file)
        header("Or put it right in your file, and choose it again")
        _choose()
        st.button("Leave this file; nothing of it is stored", on_click=work.next)
        return
    header("Choose another file" if work.stored else "Choose the file")
    _choose()
    header("No file yet?")
    st.write("Fill in the template. One row is one score of one family. Use family numbers, never names.")
    _offer_template(store, person)
    header("Your uploads")
    upload_list.show(store, person, work)


def _choose() -> None:
    st.file_uploader(
        "Your scores (xlsx, xls, ods or csv; at most 10 MB)",
        type=["xlsx", "xlsm", "xls", "ods", "csv"],
        key=the_work().uploader,
        on_change=_chosen,
    )


def _chosen() -> None:
    work = the_work()
    file = st.session_state.get(work.uploader)
    if file is not None:
        work.next(file=File(file.name, file.getvalue()))


def _offer_template(store: ManagerStore, person: Person) -> None:
    families = () if store.has_pseudonyms else store.registered()
    instruments = store.instruments()
    st.download_button(
        "Download the template",
        # made when it is asked for: half a second for each centre
        lambda: template_bytes(SCORES, centre_id=person.centre_id, instruments=instruments, families=families),
        file_name=f"{'simulated-' if store.is_simulated else ''}scores-{person.centre_id}.xlsx",
        mime=EXCEL,
        on_click=exported,
        args=(store, person, Action.DOWNLOAD_TEMPLATE),
        kwargs={"families": len(families)},
    )
    if families:
        st.caption("The numbers of the families that are with your centre now are in it, to choose from.")


def _check(store: ManagerStore, person: Person, file: File) -> None:
    try:
        raw = _read(store, file)
        if not _is_said(store, file, raw):
            return
        context = store.context(file.declared or {})
        named = upload_map.named(store, person, raw, context)
        if named is None:
            return
        right = amended(named.raw, SCORES, file.cells, file.without)
        of_file = one_centre.told(person, right, context, file)
        if of_file is None:
            return
        found = _reviewed(store, person, right, named.said, file, of_file)
    except ToolkitError as error:
        problems("There is a problem with this file", (), turn=the_work().named("file"), before=str(error))
        return
    upload_found.show(store, person, found, right, file)


def _is_said(store: ManagerStore, file: File, raw: RawSheet) -> bool:
    """Ask what the file's scores were given on, unless each of its rows says it."""
    if file.declared is not None:
        return True
    if says_declared(raw, SCORES):
        file.declared = {}
        return True
    instruments = store.instruments()
    header("One question first")
    st.write(f"{as_it_is(file.name)} does not say it in each row.")
    said = scored_on.ask(instruments, known_by=file.known_by)
    last = scored_on.said(store.last_declared(), instruments)
    if said is None and last:
        st.write(f"Last time your centre said: {last}.")
    file.declared = said
    if said is not None:
        st.rerun()
    return False


def _read(store: ManagerStore, file: File) -> RawSheet:
    if file.read is None:  # every press of a button runs the page again: the same file is read once
        with st.spinner("Reading the file"):
            file.read = store.read_file(file.content, file.name)
    return file.read


def _reviewed(
    store: ManagerStore,
    person: Person,
    raw: RawSheet,
    said: tuple[tuple[int, str], ...],
    file: File,
    context: ReviewContext,
) -> Review:
    # And the same file against the same records is reviewed once.
    right = (tuple(sorted(file.cells.items())), file.without)
    asked = (raw.content_hash, raw.name, said, dict(context.said_of_file), right, person, store.version)
    last = st.session_state.get(_LAST_REVIEW)
    if last is not None and last[0] == asked:
        kept: Review = last[1]
        return kept
    with st.spinner("Checking every row"):
        found = review(raw, SCORES, context)
        store.write_checked(found)
    st.session_state[_LAST_REVIEW] = (asked, found)
    return found
