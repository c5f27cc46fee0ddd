"""Publishing one answer: what members see of its question now, a preview of what they would see, publish and withdraw.

A button acts on the state that its page was drawn with: whatever somebody else did since is told, and not overwritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from toolkit.accounts.roles import Action, Person, may_do
from toolkit.errors import ToolkitError
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.members.release import check_has_records
from toolkit.web.access import LeadStore, ResultsStore
from toolkit.web.pages.members import history, one_question
from toolkit.web.pages.members.answers import say_if_real
from toolkit.web.parts.layout import as_it_is
from toolkit.web.results import Publication
from toolkit.web.session import act, the_analyses
from toolkit.wording.numbers import uk_date

_PREVIEWED = "previewed"
_REASON_HELP = "Members read it. Leave out names, and counts of families, children and referrals."


def draw(store: ResultsStore, person: Person, folder: Path, bundle: Bundle) -> None:
    """Say what members see of the question; let a lead preview and publish this result, or withdraw the answer."""
    record = store.record(question := bundle.question)
    _outcome(question)
    _state(record, is_this=store.is_published(folder))
    if record:
        history.versions(record)
    if not may_do(person, Action.PUBLISH) or not isinstance(store, LeadStore):
        return
    if store.is_published(folder):
        draw_withdrawal(store, person, question, record)
        return
    _publish(store, person, folder, bundle, record)
    if record and not record[-1].is_withdrawal:
        draw_withdrawal(store, person, question, record)


def _state(record: Sequence[Publication], *, is_this: bool) -> None:
    if is_this:
        st.success(f"Scrutiny members see this answer. {_who(record[-1])}")
    elif not record:
        st.info("Scrutiny members do not see this answer yet.")
    elif record[-1].is_withdrawal:
        st.info(f"Scrutiny members do not see this answer yet. The last was withdrawn on {uk_date(record[-1].at)}.")
    else:
        st.info(f"Scrutiny members do not see this answer yet. They see an older one. {_who(record[-1])}")


def _who(one: Publication) -> str:
    return as_it_is(f"Version {one.version}, published on {uk_date(one.at)} by {one.by}.")


def _publish(store: LeadStore, person: Person, folder: Path, bundle: Bundle, record: Sequence[Publication]) -> None:
    question = bundle.question
    try:
        check_has_records(bundle)
        plan = store.about_plan(bundle, analyses=the_analyses())
    except ToolkitError as error:
        st.error(as_it_is(str(error)))
        return
    if plan:
        st.warning(f"Members would read this first: {as_it_is(plan)}")
    why = ""
    if record:
        why = st.text_input("Why this answer takes the place of the one before", key=_why(question), help=_REASON_HELP)
    if st.toggle("Preview as a member", key=f"preview-{question}"):
        _preview(store, folder, why, _newest(record))
    sure = st.checkbox("I have read the answer and what it cannot show.", key=f"sure-{question}")
    st.button(
        "Publish to scrutiny members",
        disabled=not sure,
        key=f"publish-{question}",
        on_click=_do_publish,
        args=(store, person, question, folder, _newest(record)),
    )


def _preview(store: LeadStore, folder: Path, why: str, seen: int) -> None:
    """Draw the very page of members, on what they would see; it is made once, not at each redraw."""
    asked = (folder.parent.name, folder.name, why, seen)
    kept = st.session_state.get(_PREVIEWED)
    if kept is None or kept[0] != asked:
        try:
            with st.spinner("Protecting every figure as members would see it"):
                kept = (asked, store.preview(folder, why=why, analyses=the_analyses()))
        except ToolkitError as error:
            st.error(as_it_is(str(error)))
            return
        st.session_state[_PREVIEWED] = kept
    with st.container(border=True):
        st.info("This is what members would see. It is not published.")
        say_if_real(kept[1], is_simulated_store=store.is_simulated)
        one_question.draw(kept[1])


def draw_withdrawal(store: LeadStore, person: Person, question: str, record: Sequence[Publication]) -> None:
    """Let a lead take back the answer that members see, with a reason."""
    with st.expander("Withdraw the answer that members see"):
        st.text_input("Why it is withdrawn", key=_why(question, "withdrawn"), help=_REASON_HELP)
        st.button(
            "Withdraw",
            key=f"withdraw-{question}",
            on_click=_do_withdraw,
            args=(store, person, question, _newest(record)),
        )


def _do_publish(store: LeadStore, person: Person, question: str, folder: Path, seen: int) -> None:
    try:
        act(store, person, Action.PUBLISH)
        why = st.session_state.get(_why(question), "")
        store.publish(question, folder, why=why, seen=seen, analyses=the_analyses())
    except ToolkitError as error:
        st.session_state[_said(question)] = str(error)


def _do_withdraw(store: LeadStore, person: Person, question: str, seen: int) -> None:
    try:
        act(store, person, Action.PUBLISH)
        store.withdraw(question, why=st.session_state.get(_why(question, "withdrawn"), ""), seen=seen)
    except ToolkitError as error:
        st.session_state[_said(question)] = str(error)


def _outcome(question: str) -> None:
    """Say what came of the last click, where it was refused."""
    said = st.session_state.pop(_said(question), "")
    if said:
        st.error(as_it_is(said))


def _newest(record: Sequence[Publication]) -> int:
    return record[-1].publication_id if record else 0


def _why(question: str, of: str = "published") -> str:
    return f"why-{of}-{question}"


def _said(question: str) -> str:
    return f"publishing-said-{question}"
