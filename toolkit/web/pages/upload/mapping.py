"""Saying which columns of another system's export are which: a proposal, the person's word, and what was said last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from toolkit.accounts.roles import Person
from toolkit.errors import ToolkitError
from toolkit.intake.cells import column_letters, visible
from toolkit.intake.mapping.chosen import NO_COLUMN, by_position, still_missing
from toolkit.intake.mapping.mapping import Proposal, needs_mapping, propose, with_columns
from toolkit.intake.mapping.saved import Remembered
from toolkit.intake.review.context import CENTRE, ReviewContext
from toolkit.tables import Column
from toolkit.tables.instrument_scale import ONLY_BUILT_IN
from toolkit.web.access import ManagerStore, RawSheet
from toolkit.web.pages.upload import one_centre, scored_on
from toolkit.web.pages.upload.work import SCORES
from toolkit.web.parts.layout import as_it_is, header

_SAID = "columns-said"
_CHANGING = "columns-changing"


@dataclass(frozen=True, slots=True)
class Named:
    """A file whose columns are known, and what was said of them (nothing where its own headings say it)."""

    raw: RawSheet
    said: tuple[tuple[int, str], ...] = ()


def named(store: ManagerStore, person: Person, raw: RawSheet, context: ReviewContext) -> Named | None:
    """Return the file with its columns named; None while the person has still to say, and the form is drawn.

    Raises
    ------
    InputError
        When what was said names one column twice.
    """
    if not needs_mapping(raw, SCORES, context.declared, context.instruments or ONLY_BUILT_IN):
        return Named(raw)
    proposal = propose(raw, SCORES, context)
    if proposal is None:
        return Named(raw)
    known = store.recall(proposal)
    columns = _said(raw)
    if columns is None and known is not None and st.session_state.get(_CHANGING) != raw.content_hash:
        columns = known.columns
        st.info("The columns were read as your centre said last time for a file with these headings.")
    if columns is None:
        _ask(store, person, raw, proposal, known, context)
        return None
    if known is not None and known.declared and context.declared:
        scored_on.warn_of_change(known.declared, context.declared, context.instruments or ONLY_BUILT_IN)
    st.button("Say anew which column is which", on_click=_forget, args=(raw.content_hash,))
    return Named(with_columns(raw, SCORES, proposal, columns), tuple(sorted(columns.items())))


def _said(raw: RawSheet) -> Mapping[int, str] | None:
    content_hash, columns = st.session_state.get(_SAID, ("", None))
    return columns if content_hash == raw.content_hash else None


def _forget(content_hash: str) -> None:
    st.session_state.pop(_SAID, None)
    st.session_state[_CHANGING] = content_hash


def _ask(
    store: ManagerStore,
    person: Person,
    raw: RawSheet,
    proposal: Proposal,
    known: Remembered | None,
    context: ReviewContext,
) -> None:
    header("Say which column is which")
    st.write(
        f"The headings in row {proposal.row} of your file are not the template's. We have guessed; check every one. "
        "Nothing is read until you say so, and your centre is asked once for each kind of file."
    )
    guessed = {name: at for at, name in (known.columns if known else proposal.columns).items()}
    with st.form(f"columns-{raw.content_hash[:12]}"):
        chosen = {
            column.name: _choose(column, proposal, guessed.get(column.name, NO_COLUMN), person)
            for column in SCORES.columns
            # a file that says in each row what it was scored with declares nothing
            if not column.is_declared or not context.declared
        }
        if st.form_submit_button("Read the file so", type="primary"):
            _take(store, person, raw, proposal, chosen, context)


def _choose(column: Column, proposal: Proposal, guessed: int, person: Person) -> int:
    headings = {one.position: f"{column_letters(one.position)}: {visible(one.heading)}" for one in proposal.suggestions}
    options = [NO_COLUMN, *headings]
    sure = {one.column: one.how_sure for one in proposal.suggestions if one.column and one.position == guessed}
    told = f" ({sure[column.name]})" if column.name in sure else ""
    none = one_centre.without_column(person) if column.name == CENTRE else "No column"
    needed = "" if column.is_required else ", if there is one"
    return int(
        st.selectbox(
            f"{column.label}{needed}{told}",
            options,
            index=options.index(guessed) if guessed in headings else 0,
            format_func=lambda at: headings.get(at, none),
            help=column.description,
        )
    )


def _take(
    store: ManagerStore,
    person: Person,
    raw: RawSheet,
    proposal: Proposal,
    chosen: Mapping[str, int],
    context: ReviewContext,
) -> None:
    missing = still_missing(SCORES, chosen, but={CENTRE} if one_centre.may_be_said(person) else ())
    if missing:
        st.error(f"Say which column is: {', '.join(missing)}. Each row of the file must have it.")
        return
    try:
        columns = by_position(raw, SCORES, proposal, chosen, context)
        store.remember(proposal, columns, context.declared)
    except ToolkitError as error:
        st.error(as_it_is(str(error)))
        return
    st.session_state[_SAID] = (raw.content_hash, columns)
    st.session_state.pop(_CHANGING, None)
    st.rerun()
