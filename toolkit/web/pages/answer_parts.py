"""The parts that every answer's page has: caveats, flow, and where the figures come from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person, may_do
from toolkit.errors import ToolkitError
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.web.access import LeadStore, ResultsStore
from toolkit.web.parts.layout import as_it_is, points, table
from toolkit.web.results import erased_since
from toolkit.web.session import act, exported
from toolkit.wording.numbers import counted, uk_date


def nothing_yet(question: str) -> None:
    """Say that a question has no result, and how to get one."""
    st.info(
        f"This has not been run on these records yet. An analyst can run it with: toolkit run {question} --store DIR"
    )


def concerns(bundle: Bundle, *, most: int | None = None) -> None:
    """Say beside the answer what the checks found that it did not wholly stand, but for what bars an answer.

    Parameters
    ----------
    most
        As many at most, the gravest first; how many more there are is said.
    """
    found = sorted(bundle.may.concerns(bundle.checks), key=lambda check: check.status != "fail")
    if found:
        said = [as_it_is(bundle.may.said_of(check)) for check in found[:most]]
        more = len(found) - len(said)
        if more:
            said.append(f"{counted(more, 'thing')} more, in the table of all that was looked at.")
        st.warning("Read it with care. What was found:\n\n" + "\n".join(f"- {sentence}" for sentence in said))


def cannot_show(bundle: Bundle, *, under_banner: bool = False) -> None:
    """List what the answer does not show, and how big a hidden difference would have to be to undo it.

    Parameters
    ----------
    under_banner
        Whether the page's banner says already that the data are simulated.
    """
    hidden = bundle.verdict.hidden if bundle.may.effect else ""
    said = [one for one in bundle.verdict.cannot_show if not (under_banner and one == SIMULATED)]
    points([*([hidden] if hidden else []), *said])


def flow(bundle: Bundle) -> None:
    """Draw how many families were left at every step."""
    rows = pd.DataFrame([{"step": step.sentence} for step in bundle.flow])
    if not rows.empty:
        rows.insert(0, "number", [f"{place}." for place in range(1, len(rows) + 1)])
        with st.expander("Every step, from all that is on record to what was compared"):
            table(rows, "Steps", {"number": "Step", "step": "What was left, or left out"})


def where_from(bundle: Bundle, folder: Path) -> None:
    """Draw what names the result: protocol, data, version and seed; and whether somebody in it was erased since."""
    erased = erased_since(folder)
    if erased:
        st.info(erased)
    as_of = bundle.as_of
    with st.expander("Where this comes from"):
        rows = pd.DataFrame(
            [
                ("Question", bundle.recommendation),
                ("Records", f"{uk_date(as_of.first_day)} to {uk_date(as_of.last_day)}" if as_of.first_day else "none"),
                ("Version of the records", str(as_of.store_version)),
                ("Plan (protocol hash)", bundle.protocol_hash[:16]),
                ("Data (snapshot hash)", bundle.snapshot_hash[:16]),
                ("Toolkit version", bundle.version),
                ("Seed", str(bundle.seed)),
            ],
            columns=["what", "value"],
        )
        table(
            rows,
            "The same plan, data, version and seed give the same figures to the last digit",
            {"what": "What", "value": "Value"},
        )


def checklist(store: ResultsStore, person: Person, folder: Path) -> None:
    """Offer the TARGET checklist that a run writes beside its result, where it has."""
    file = folder / "target.md"
    if file.is_file():
        st.download_button(
            "Download the TARGET checklist",
            file.read_bytes(),
            file_name=f"{folder.parent.name}-target.md",
            mime="text/markdown",
            on_click=exported,
            args=(store, person, Action.DOWNLOAD_RESULT),
            kwargs={"result": f"{folder.parent.name}/{folder.name}", "file": file.name},
        )


def let_explore(store: ResultsStore, person: Person) -> None:
    """Let a lead publish the table of referrals that members explore, after saying yes."""
    if not may_do(person, Action.PUBLISH) or not isinstance(store, LeadStore):
        return
    found = store.explorer()
    with st.expander("What members may explore"):
        if found is not None:
            st.write(f"Members explore referrals up to {uk_date(found.last_day)}, rounded, with small numbers hidden.")
        sure = st.checkbox("Members may see rounded numbers of referrals by district, year and who referred.")
        if st.button("Publish the table to explore", disabled=not sure):
            try:
                act(store, person, Action.PUBLISH)
                with st.spinner("Protecting every figure together"):
                    store.publish_explorer()
            except ToolkitError as error:
                st.error(as_it_is(str(error)))
            else:
                st.rerun()
