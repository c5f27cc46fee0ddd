"""Taking a report along: the published answers of a page as a file, made when it is asked for and not before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from toolkit.accounts.roles import Action, Person, may_do
from toolkit.publish.members.published import Published
from toolkit.report.make import FORMS, file_name, report_files
from toolkit.report.model import Block, first_runs
from toolkit.web.access import LeadStore, MemberStore
from toolkit.web.parts.layout import as_it_is, sentence
from toolkit.web.session import exported, known_by
from toolkit.wording.phrases import listed

_WORDS = {
    "pdf": "PDF",
    "word": "Word",
    "html": "Web page",
    "large-pdf": "PDF in large print",
    "large-html": "Web page in large print",
}

_LEFT_OUT = "A translation is left out, because it cannot be taken. Please tell an officer. {problem}"


def offer_report(store: MemberStore | LeadStore, person: Person, answers: Sequence[Published]) -> None:
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
        translated, left_out = store.translated([answer.view for answer in answers])
        sentence(_languages(translated))
        if left_out:
            st.warning(as_it_is(_LEFT_OUT.format(problem=left_out[0])))
        known = known_by()  # a file is made off the page, where nobody can be asked who is signed in
        with st.container(horizontal=True):
            for form, words in _WORDS.items():
                # A button a form: a page drawn anew between choice and click would take the file away from under it.
                st.download_button(
                    words,
                    partial(_made, store, person, answers, form, translated, known),
                    file_name=file_name(answers, form),
                    mime=FORMS[form].mime,
                    key=f"report-{form}-{len(answers)}-{answers[0].view.question}",
                    on_click="ignore",
                )


def _made(
    store: MemberStore | LeadStore,
    person: Person,
    answers: Sequence[Published],
    form: str,
    translated: Mapping[str, Sequence[Block]],
    known: str,
) -> bytes:
    questions = [answer.view.question for answer in answers]
    exported(store, person, Action.DOWNLOAD_REPORT, known=known, questions=questions, form=form)
    return report_files(answers, forms=[form], summaries=translated)[file_name(answers, form)]


def _languages(translated: Mapping[str, Sequence[Block]]) -> str:
    """Return which languages the report has a summary in, and where a council puts them where it has none."""
    names = dict.fromkeys(
        run.language.name for blocks in translated.values() for block in blocks for run in first_runs(block)
    )
    if names:
        return f"It has summaries in English and in {listed(names)}."
    return "It is in English. An early intervention lead can add summaries in other languages, on the page Publish."
