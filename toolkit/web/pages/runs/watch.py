"""Watching a run and cancelling it, and the runs that ended: a run is a process of its own, a page only looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.errors import ToolkitError
from toolkit.runs.files import AskedFor, Job
from toolkit.web.access import ResultsStore
from toolkit.web.parts.layout import as_it_is, table
from toolkit.web.session import act, the_analyses
from toolkit.wording.numbers import in_words, uk_time

EVERY = 2.0
"""Seconds between two looks at a run under way."""
_STATES = {
    "queued": "starting",
    "running": "under way",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "lost": "lost",
}
_NEWEST = 10
_NAMES: Mapping[AskedFor, str] = MappingProxyType(
    {"answer": "", "first_look": " (first look)", "power": " (power)", "planted": " (planted effects)"}
)
_LABELS = {
    "started": "Started",
    "question": "Question",
    "by": "By",
    "state": "How it stands",
    "took": "Seconds",
    "message": "What was said",
}


def under_way(store: ResultsStore, person: Person) -> None:
    """Draw the run under way; once it has ended, draw the whole page anew."""
    job = next((job for job in store.jobs() if job.is_active), None)
    if job is None:
        st.rerun()
        return
    name = _name(job, store.titles(the_analyses()))
    st.info(  # in a box that takes the focus of the button that started it
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


def how_it_ended(job: Job, titles: Mapping[str, str]) -> None:
    """Say how the last run ended."""
    show = {"done": st.success, "cancelled": st.info}.get(job.state, st.error)
    show(as_it_is(f"The last run{' is done' if job.state == 'done' else ''}: {_name(job, titles)} {job.message}"))


def so_far(known: Sequence[Job], titles: Mapping[str, str]) -> None:
    """Draw the runs so far, folded away."""
    with st.expander("Runs so far"):
        table(_listed(known[:_NEWEST], titles), "The newest first; they start one at a time", _LABELS)


def _name(job: Job, titles: Mapping[str, str]) -> str:
    return titles.get(job.question, job.question) + _NAMES[job.asked_for]


def _listed(known: Sequence[Job], titles: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "started": uk_time(job.started_at),
                "question": _name(job, titles),
                "by": job.by,
                "state": _STATES[job.state].capitalize(),
                "took": _took(job),
                "message": job.message,
            }
            for job in known
        ]
    )


def _took(job: Job) -> str:
    if job.ended_at is None:
        return ""
    return in_words(round((job.ended_at - job.started_at).total_seconds()))
