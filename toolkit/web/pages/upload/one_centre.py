"""Of which centre the rows of a file are that has no column for it: said in sight, and of several centres asked."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from toolkit.accounts.roles import Person
from toolkit.intake.mapping.one_centre import lacks_centres
from toolkit.intake.review.context import OneCentre, ReviewContext
from toolkit.web.access import RawSheet
from toolkit.web.pages.upload.work import SCORES, File
from toolkit.web.parts.layout import as_it_is, header


def told(person: Person, raw: RawSheet, context: ReviewContext, file: File) -> ReviewContext | None:
    """Return the context with the centre that all rows are of, where the file has no column of centres.

    Who uploads for one centre is told so. Who has several is asked whether all rows are of the one they are at work
    for; None until they say so.
    """
    file.all_of = ""
    if not may_be_said(person) or not lacks_centres(raw, SCORES, context):
        return context
    centre = OneCentre(person.centre_id, person.centre_name)
    if len(person.own_centres) == 1:
        said = f"All rows are taken as being of {centre.called}, your centre."
        st.info(as_it_is(f"{said} The file has no column for the centre."))
    elif not _said(centre, file):
        return None
    file.all_of = f"All rows taken as being of {centre.called}: the file has no column for the centre"
    return replace(context, all_of=centre)


def _said(centre: OneCentre, file: File) -> bool:
    header("Say which centre it is of")
    st.write("The file has no column for the centre. If its rows are of several, add one and choose the file again.")
    said = f"All rows of this file are of {centre.called}, the centre you are at work for."
    return st.checkbox(as_it_is(said), key=f"all-of-{centre.centre_id}-{file.known_by}")


def may_be_said(person: Person) -> bool:
    """Return whether the person has a centre that all rows of a file may be said to be of."""
    return person.centre_id in person.own_centres


def without_column(person: Person) -> str:
    """Return what it means to choose no column for the centre."""
    centre = OneCentre(person.centre_id, person.centre_name)
    if not may_be_said(person):
        return "No column"
    if len(person.own_centres) == 1:
        return f"No column: all rows are of {centre.called}, your centre"
    return f"No column: I shall say whether all rows are of {centre.called}"
