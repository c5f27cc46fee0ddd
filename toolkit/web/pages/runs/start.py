"""Starting a run, watching it and cancelling it: the run is a process of its own, this page only looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.errors import ProtocolError, ToolkitError
from toolkit.runs.files import AskedFor, Job
from toolkit.studies.protocol import Protocol
from toolkit.studies.protocol_file import list_protocols, load_protocol
from toolkit.studies.run import STUDIES
from toolkit.web.access import ResultsStore
from toolkit.web.pages.questions.chooser import ASKED
from toolkit.web.pages.runs import plan as run_plan
from toolkit.web.pages.runs import power as run_power
from toolkit.web.parts.layout import as_it_is, header, table
from toolkit.web.results import REFERRALS
from toolkit.web.session import act, the_analyses
from toolkit.wording.numbers import in_words, uk_time

EVERY = 2.0  # seconds between two looks at a run under way
STATES = {
    "queued": "starting",
    "running": "under way",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "lost": "lost",
}
_NEWEST = 10
_CHOSEN = "protocol-chosen"
_NAMES: Mapping[AskedFor, str] = MappingProxyType(
    {"answer": "", "first_look": " (first look)", "power": " (power)", "planted": " (planted effects)"}
)


def draw(store: ResultsStore, person: Person) -> None:
    """Draw what is under way; where nothing is, how the last run ended and the way to start one."""
    known, titles = store.jobs(), store.titles(the_analyses())
    if any(job.is_active for job in known):
        header("Under way")
        st.fragment(_watch, run_every=EVERY)(store, person)
    else:
        if known:
            _how_it_ended(known[0], titles)
        header("Run a protocol")
        _start(store, person)
    if known:
        with st.expander("Runs so far"):
            table(_listed(known[:_NEWEST], titles), "The newest first; they start one at a time", _LABELS)


def _watch(store: ResultsStore, person: Person) -> None:
    """Draw the run under way; once it has ended, draw the whole page anew."""
    job = next((job for job in store.jobs() if job.is_active), None)
    if job is None:
        st.rerun()
        return
    name = _name(job, store.titles(the_analyses()))
    st.write(
        f"**{as_it_is(name)}** Started by {as_it_is(job.by)} on {uk_time(job.started_at)}. It goes on if you leave "
        " this page, and everyone here sees it. Another can start when it has ended."
    )
    st.progress(job.share, text=f"{job.step}: {100 * job.share:.0f}%")
    if st.button("Cancel this run"):
        try:
            with st.spinner("Cancelling"):
                act(store, person, Action.RUN)
                store.cancel(job)
        except ToolkitError as error:
            st.error(as_it_is(str(error)))
        else:
            st.rerun()


def _how_it_ended(job: Job, titles: Mapping[str, str]) -> None:
    show = {"done": st.success, "cancelled": st.info}.get(job.state, st.error)
    show(as_it_is(f"The last run{' is done' if job.state == 'done' else ''}: {_name(job, titles)} {job.message}"))


def _start(store: ResultsStore, person: Person) -> None:
    files = list_protocols(the_analyses())
    if not files:
        st.info(f"There is no protocol in {the_analyses()}. A protocol is a file that ends in .toml.")
        return
    asked = st.query_params.get(ASKED) or st.session_state.get(_CHOSEN, REFERRALS)
    first = next((place for place, file in enumerate(files) if file.stem == asked), 0)
    titles = store.titles(the_analyses())
    chosen = st.selectbox("Question", files, index=first, format_func=lambda file: titles.get(file.stem, file.stem))
    if chosen.stem != asked:
        st.query_params[ASKED] = chosen.stem
    st.session_state[_CHOSEN] = chosen.stem  # a chooser is forgotten while it is not drawn, as when a run is under way
    try:
        protocol = load_protocol(chosen)
    except ProtocolError as error:
        st.error(as_it_is(str(error)).replace("\n", "  \n"))  # one problem a line
        return
    st.write(f"**{as_it_is(protocol.title)}** {protocol.recommendation}. {_known(store, protocol)}")
    run_plan.draw(store, person, chosen, protocol)
    run_power.draw(store, person, chosen, protocol)
    first_look = STUDIES[protocol.kind].run_primary is not None and st.checkbox(
        "A first look only: stop after the main figure. It cannot be published."
    )
    if st.button("Start the run", type="primary"):
        try:
            act(store, person, Action.RUN)
            store.start_job(chosen, asked_for="first_look" if first_look else "answer")
        except ToolkitError as error:
            st.error(as_it_is(str(error)))
        else:
            st.rerun()


def _known(store: ResultsStore, protocol: Protocol) -> str:
    """Return whether the protocol as it is now has a result on any records, and its hash."""
    plan = f"The plan's hash begins {protocol.hash[:8]}"
    if store.has_been_run(protocol):
        return f"{plan}. It has been run as it is now."
    return f"{plan}. As it is now it has not been run; earlier results stay as they are."


def _name(job: Job, titles: Mapping[str, str]) -> str:
    return titles.get(job.question, job.question) + _NAMES[job.asked_for]


def _listed(known: list[Job], titles: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "started": uk_time(job.started_at),
                "question": _name(job, titles),
                "by": job.by,
                "state": STATES[job.state].capitalize(),
                "took": _took(job),
                "message": job.message,
            }
            for job in known
        ]
    )


_LABELS = {
    "started": "Started",
    "question": "Question",
    "by": "By",
    "state": "How it stands",
    "took": "Seconds",
    "message": "What was said",
}


def _took(job: Job) -> str:
    if job.ended_at is None:
        return ""
    return in_words(round((job.ended_at - job.started_at).total_seconds()))
