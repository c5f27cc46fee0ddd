"""Starting a run: the question, its plan and power, and the button."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.errors import ProtocolError, ToolkitError
from toolkit.studies.protocol import Protocol
from toolkit.studies.protocol_file import list_protocols, load_protocol
from toolkit.studies.run import STUDIES
from toolkit.web.access import ResultsStore
from toolkit.web.pages.questions.chooser import ASKED
from toolkit.web.pages.runs import plan as run_plan
from toolkit.web.pages.runs import power as run_power
from toolkit.web.pages.runs import watch
from toolkit.web.parts.layout import as_it_is, header
from toolkit.web.results import REFERRALS
from toolkit.web.session import act, the_analyses

_CHOSEN = "protocol-chosen"


def draw(store: ResultsStore, person: Person) -> None:
    """Draw what is under way; where nothing is, how the last run ended and the way to start one."""
    known, titles = store.jobs(), store.titles(the_analyses())
    if any(job.is_active for job in known):
        header("Under way")
        st.fragment(watch.under_way, run_every=watch.EVERY)(store, person)
    else:
        if known:
            watch.how_it_ended(known[0], titles)
        header("Run a protocol")
        _start(store, person)
    if known:
        watch.so_far(known, titles)


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
