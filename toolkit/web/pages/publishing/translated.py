"""Adding a summary of a published answer in another language: the sentences to take, the file that comes back."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import Action, Person, may_do
from toolkit.errors import ToolkitError
from toolkit.report.model import first_runs
from toolkit.report.translation_form import FORMS, MOST_BYTES, form_of
from toolkit.web.access import LeadStore
from toolkit.web.parts.layout import as_it_is, sentence
from toolkit.web.parts.translated import in_other_languages
from toolkit.web.results import Published
from toolkit.web.session import act, exported

_LANGUAGES = {
    "ar": "العربية",
    "bn": "বাংলা",
    "gu": "ગુજરાતી",
    "pa": "ਪੰਜਾਬੀ",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ur": "اردو",
    "zh-Hans": "中文",
}
"""Languages to choose from, by their tags; any other is written in by its tag and name."""
_OTHER = "Another language"


def draw(store: LeadStore, person: Person, answer: Published) -> None:
    """Draw what there is in other languages, and let a lead add to it or put another in its place."""
    view = answer.view
    if not may_do(person, Action.TRANSLATE):
        return
    st.subheader("Summaries in other languages", anchor=False)
    found, left_out = store.translated([view])
    blocks = found.get(view.question, ())
    names = dict.fromkeys(run.language.name for block in blocks for run in first_runs(block))
    sentence(
        f"Members can read it in: {', '.join(names)}." if names else "Members can read this answer in English alone."
    )
    for problem in left_out:
        st.warning(as_it_is(problem))
    in_other_languages(blocks)
    said = st.session_state.pop(_said(view.question), None)
    if said is not None:
        (st.success if said[0] else st.error)(as_it_is(said[1]).replace("\n", "  \n"))
    with st.expander("Add a summary in another language"):
        sentence("1. Download the sentences, and have each translated in its place. Numbers stay where they are.")
        st.download_button(
            "Download the sentences to translate",
            form_of(view),
            file_name=f"{view.question}-to-translate.txt",
            mime="text/plain",
            on_click=exported,
            args=(store, person, Action.DOWNLOAD_TRANSLATION_FORM),
            kwargs={"question": view.question},
        )
        sentence("2. Say which language it is, and upload the file. Members read it at once, beside the English.")
        chosen = st.selectbox("Language", [*_LANGUAGES, _OTHER], format_func=lambda tag: _LANGUAGES.get(tag, tag))
        tag, name = chosen, _LANGUAGES.get(chosen, "")
        if chosen == _OTHER:
            tag = st.text_input("Its tag, such as so or zh-Hant", max_chars=20)
            name = st.text_input("What its readers call it", max_chars=60)
        key = f"translation-{view.question}"
        st.file_uploader(f"The translation ({', '.join(FORMS)}; at most {MOST_BYTES // 1_000_000} MB)", FORMS, key=key)
        st.button("Add this summary", on_click=_add, args=(store, person, answer, tag, name, key))


def _add(store: LeadStore, person: Person, answer: Published, tag: str, name: str, key: str) -> None:
    file = st.session_state.get(key)
    said = _said(answer.view.question)
    try:
        act(store, person, Action.TRANSLATE)
        if file is None:
            st.session_state[said] = (False, "Choose the translated file first.")
            return
        store.add_translation(answer.view, file.name, file.getvalue(), tag=tag, name=name)
    except ToolkitError as error:
        st.session_state[said] = (False, str(error))
    else:
        st.session_state[said] = (True, f"The summary in {name} is added. Members can read it.")


def _said(question: str) -> str:
    return f"translation-said-{question}"
