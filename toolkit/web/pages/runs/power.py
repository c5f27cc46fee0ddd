"""Before a run: what these records could show at all, so that "we cannot tell" comes as no surprise."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.charts.power import power_chart
from toolkit.errors import ToolkitError
from toolkit.studies.matched_cohort.power import PowerPlan
from toolkit.studies.protocol import Protocol
from toolkit.studies.run import STUDIES
from toolkit.web.access import ResultsStore
from toolkit.web.parts.layout import as_it_is, chart, table
from toolkit.web.session import act


def draw(store: ResultsStore, person: Person, file: Path, protocol: Protocol) -> None:
    """Draw what a run worked out for this protocol and these records; where none did, offer to start one."""
    if not STUDIES[protocol.kind].emulates_a_trial:
        return
    kept = store.power_of(protocol)
    if isinstance(kept, str):
        st.info(as_it_is(kept))
    elif kept is not None:
        _draw(kept)
    elif st.button("What could these records show?"):
        try:
            act(store, person, Action.RUN)
            store.start_job(file, asked_for="power")
        except ToolkitError as error:
            st.error(as_it_is(str(error)))
        else:
            st.rerun()


def _draw(plan: PowerPlan) -> None:
    st.write(plan.summary())
    curve = plan.curve[["effect_in_100", "power"]]
    if curve.empty or pd.isna(plan.smallest):
        return
    chart(
        f"{100 * plan.smallest:.1f} fewer in every 100 would be seen four times out of five",
        power_chart(curve),
        "A line that rises: the bigger the true fall, the likelier that these records show it. The dashed line is a "
        "chance of four in five.",
        few(curve),
        {"effect_in_100": "Fewer in every 100", "power": "Chance of seeing it"},
    )
    shown = plan.options[["what", "smallest_in_100"]]
    sizes = ["" if pd.isna(value) else f"{value:.1f} fewer" for value in shown["smallest_in_100"]]
    table(
        shown.assign(smallest_in_100=sizes),
        "The smallest fall that would be seen four times out of five",
        {"what": "With", "smallest_in_100": "In every 100 families"},
    )


def few(curve: pd.DataFrame) -> pd.DataFrame:
    """Return at most a dozen rows of the curve, evenly spaced, as the table beneath it shows them."""
    step = max(1, -(-len(curve) // 12))
    rows = curve.iloc[::step]
    return pd.DataFrame(
        {
            "effect_in_100": [f"{value:.1f}" for value in rows["effect_in_100"]],
            "power": [f"{100 * value:.0f}%" for value in rows["power"]],
        }
    )
