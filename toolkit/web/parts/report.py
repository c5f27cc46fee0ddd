"""Taking a report along: the published answers of a page as a file, made when it is asked for and not before."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from toolkit.accounts.roles import Action, Person, may_do
from toolkit.publish.members.published import Published
from toolkit.report.make import FORMS, file_name, report_files
from toolkit.web.access import StoreView
from toolkit.web.session import exported

_WORDS = {
    "pdf": "PDF",
    "word": "Word",
    "html": "Web page",
    "large-pdf": "PDF in large print",
    "large-html": "Web page in large print",
}


def offer_report(store: StoreView, person: Person, answers: Sequence[Published]) -> None:
    """Offer the report on published answers in each form, where the role may take it; the audit has who took which.

    Parameters
    ----------
    store, person
        Who asks, and of which store.
    answers
        What members may see, in the order of the report; where there is none nothing is offered.
    """
    if not answers or not may_do(person, Action.DOWNLOAD_REPORT):
        return
    with st.expander("A report to take along"):
        form = st.radio("As", list(_WORDS), format_func=_WORDS.__getitem__, horizontal=True, key=_key(answers, "form"))
        st.download_button(
            "Download the report",
            lambda: report_files(answers, forms=[form])[file_name(answers, form)],
            file_name=file_name(answers, form),
            mime=FORMS[form].mime,
            key=_key(answers, "report"),
            on_click=exported,
            args=(store, person, Action.DOWNLOAD_REPORT),
            kwargs={"questions": [answer.view.question for answer in answers], "form": form},
        )


def _key(answers: Sequence[Published], what: str) -> str:
    return f"{what}-{len(answers)}-{answers[0].view.question}"
