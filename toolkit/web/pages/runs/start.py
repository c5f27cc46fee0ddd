"""Starting a run, watching it and cancelling it: the run is a process of its own, this page only looks at it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.errors import ProtocolError, ToolkitError
from toolkit.records import Store
from toolkit.runs.jobs import Job, cancel, jobs, start_job
from toolkit.studies.load import list_protocols, load_protocol
from toolkit.studies.protocol import Protocol
from toolkit.studies.run import STUDIES
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


def draw(store: Store, person: Person) -> None:
    """Draw what is under way; where nothing is, how the last run ended and the way to start one."""
    known = jobs(store.folder)
    if any(job.is_active for job in known):
        header("Under way")
        st.fragment(_watch, run_every=EVERY)(store, person)
    else:
        if known:
            _how_it_ended(known[0])
        header("Run a protocol")
        _start(store, person)
    if known:
        with st.expander("Runs so far"):
            table(_listed(known[:_NEWEST]), "The newest first; they start one at a time", _LABELS)


def _watch(store: Store, person: Person) -> None:
    """Draw the run under way; once it has ended, draw the whole page anew."""
    job = next((job for job in jobs(store.folder) if job.is_active), None)
    if job is None:
        st.rerun()
        return
    st.write(
        f"**{as_it_is(job.question)}**, started by {job.by} on {uk_time(job.started_at)}. It goes on if you leave "
        "this page, and everyone here sees it. Another can start when it has ended."
    )
    st.progress(job.share, text=f"{job.step}: {100 * job.share:.0f}%")
    if st.button("Cancel this run"):
        with st.spinner("Cancelling"):
            act(store, person, Action.RUN)
            cancel(job, by=person.name)
        st.rerun()


def _how_it_ended(job: Job) -> None:
    show = {"done": st.success, "cancelled": st.info}.get(job.state, st.error)
    show(as_it_is(f"The last run, {job.question}{' is done' if job.state == 'done' else ''}. {job.message}"))


def _start(store: Store, person: Person) -> None:
    files = list_protocols(the_analyses())
    if not files:
        st.info(f"There is no protocol in {the_analyses()}. A protocol is a file that ends in .toml.")
        return
    first = next((place for place, file in enumerate(files) if file.stem == REFERRALS), 0)
    chosen = st.selectbox("Protocol", files, index=first, format_func=lambda file: file.stem)
    try:
        protocol = load_protocol(chosen)
    except ProtocolError as error:
        st.error(as_it_is(str(error)).replace("\n", "  \n"))  # one problem a line
        return
    st.write(f"**{as_it_is(protocol.title)}** {protocol.recommendation}. {_known(store, protocol)}")
    run_power.draw(store, protocol)
    first_look = STUDIES[protocol.kind].run_primary is not None and st.checkbox(
        "A first look only: stop after the main figure. It cannot be published."
    )
    if st.button("Start the run", type="primary"):
        try:
            act(store, person, Action.RUN)
            start_job(store.folder, chosen, by=person.name, primary_only=first_look)
        except ToolkitError as error:
            st.error(as_it_is(str(error)))
        else:
            st.rerun()


def _known(store: Store, protocol: Protocol) -> str:
    """Return whether the protocol as it is now has a result on any records, and its hash."""
    plan = f"The plan's hash begins {protocol.hash[:8]}"
    results = (store.folder / "results" / protocol.question).glob("*/result.json")
    if any(f'"protocol_hash": "{protocol.hash}"' in file.read_text(encoding="utf-8") for file in results):
        return f"{plan}. It has been run as it is now."
    return f"{plan}. As it is now it has not been run; earlier results stay as they are."


def _listed(known: list[Job]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "started": uk_time(job.started_at),
                "question": f"{job.question} (first look)" if job.is_first_look else job.question,
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
