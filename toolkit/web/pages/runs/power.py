"""Before a run: what these records could show at all, so that "we cannot tell" comes as no surprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from toolkit.charts.power import power_chart
from toolkit.errors import ToolkitError
from toolkit.records import Store
from toolkit.studies.protocol import Protocol
from toolkit.studies.run import STUDIES
from toolkit.web.parts.layout import chart, table

if TYPE_CHECKING:
    from toolkit.studies.matched_cohort.power import PowerPlan

_SHOWN = "power"


def draw(store: Store, protocol: Protocol) -> None:
    """Offer the question, and once it is asked, draw the answer for this protocol and these records."""
    if not STUDIES[protocol.kind].emulates_a_trial:
        return
    key = (protocol.hash, store.version)
    if st.button("What could these records show?"):
        with st.spinner("Working out what these records could show"):
            st.session_state[_SHOWN] = (key, _planned(store, protocol))
    kept: tuple[Any, PowerPlan | str] | None = st.session_state.get(_SHOWN)
    if kept is None or kept[0] != key:
        return
    if isinstance(kept[1], str):
        st.info(kept[1])
    else:
        _draw(kept[1])


def _planned(store: Store, protocol: Protocol) -> PowerPlan | str:
    """Return the plan, or the sentence that says why there is none."""
    from toolkit.studies.matched_cohort.power import plan_power

    try:
        plan = plan_power(protocol, store.snapshot())
    except ToolkitError as error:
        return str(error)
    return plan


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
