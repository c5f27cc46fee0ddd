"""How the plan did on planted effects: one sentence, a folded table, and a button that starts it in the background."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from toolkit import __version__
from toolkit.accounts.roles import Action, Person
from toolkit.errors import ProtocolError, ToolkitError
from toolkit.publish.bundle.model import Bundle
from toolkit.runs.planted_effects import PlantedEffects, Tally, in_100_range, in_100_tries
from toolkit.studies.protocol_file import load_protocol
from toolkit.web.access import ResultsStore
from toolkit.web.parts.layout import as_it_is, table
from toolkit.web.session import act, the_analyses

START = "Try this plan on planted effects"
_LABELS = {
    "true": "What was true",
    "right": "Its range held it",
    "found": "Said fewer were referred",
    "more": "Said more were referred",
    "little": "Said little or none",
    "cannot_tell": "Could not tell",
    "cannot_say": "Could not answer",
}


def draw(store: ResultsStore, person: Person, folder: Path, bundle: Bundle) -> None:
    """Draw what was found for a result; where nothing was yet, offer to start it."""
    found = store.planted_of(folder, bundle)
    if found is not None:
        st.write(found.summary())
        with st.expander("How this was tried, and every count"):
            st.write(found.explained())
            if found.not_asked:
                st.write(f"Not asked of these tries: {as_it_is('; '.join(found.not_asked))}.")
            table(counts(found), "Times in 100; in brackets, what chance could make of it", _LABELS)
    elif any(job.is_active and job.asked_for == "planted" and job.question == bundle.question for job in store.jobs()):
        st.info("The plan is being tried on planted effects now. The page of runs shows how far it is.")
    else:
        _offer(store, person, bundle)


def counts(found: PlantedEffects) -> pd.DataFrame:
    """Return what the plan said, times in 100, one row for each thing that was true."""
    effect = f"An effect of {100 * found.effect:g} in 100"
    return pd.DataFrame([_row("No effect", found.nothing), _row(effect, found.planted)])


def _row(what: str, tally: Tally) -> dict[str, str]:
    return {
        "true": what,
        "right": _share(tally.right, tally.answered),
        "found": _share(tally.fewer, tally.tried),
        "more": _share(tally.more, tally.tried),
        "little": _share(tally.little_or_no_difference, tally.tried),
        "cannot_tell": _share(tally.inconclusive, tally.tried),
        "cannot_say": _share(tally.cannot_say, tally.tried),
    }


def _share(count: int, tried: int) -> str:
    if not tried:
        return ""
    low, high = in_100_range(count, tried)
    return f"{in_100_tries(count, tried)} ({low} to {high})"


def _offer(store: ResultsStore, person: Person, bundle: Bundle) -> None:
    file = the_analyses() / f"{bundle.question}.toml"
    why_not = _why_not(store, file, bundle)
    if why_not:
        st.write(f"How often this plan is right was not tried on these records. {why_not}")
        return
    st.write(
        "How often would this plan be right, and find an effect that is there? It can be tried on these records: the "
        "answer is known, for it is planted in them. A whole county takes some minutes."
    )
    if st.button(START):
        try:
            act(store, person, Action.RUN)
            store.start_job(file, asked_for="planted")
        except ToolkitError as error:
            st.error(as_it_is(str(error)))
        else:
            st.rerun()


def _why_not(store: ResultsStore, file: Path, bundle: Bundle) -> str:
    """Return why a run now would not be about this answer; empty where it would be."""
    try:
        is_same = file.is_file() and load_protocol(file).hash == bundle.protocol_hash
    except ProtocolError:
        is_same = False
    changed = [
        what
        for what, is_changed in (
            ("the plan", not is_same),
            ("the records", bundle.as_of.store_version != store.version),
            ("the toolkit", bundle.version != __version__),
        )
        if is_changed
    ]
    if not changed:
        return ""
    listed = f"{', '.join(changed[:-1])} and {changed[-1]}" if len(changed) > 1 else changed[0]
    return f"Since this answer, {listed} changed: run the plan again first."
