"""Before a run: what these records could show at all, so that "we cannot tell" comes as no surprise."""

from __future__ import annotations

from typing import Any, Protocol

import pandas as pd
import streamlit as st

from toolkit.errors import ToolkitError
from toolkit.records import Store
from toolkit.studies.protocol import Protocol as Asked
from toolkit.web.charts.power import ENOUGH, power_chart
from toolkit.web.layout import chart, points, table

KINDS = ("matched_cohort",)
"""The kinds of study whose power can be worked out."""
_SHOWN = "power"


class Plan(Protocol):
    """What `toolkit.studies.power.plan_power` returns, as far as this page needs it."""

    curve: pd.DataFrame
    options: pd.DataFrame

    def summary(self) -> str:
        """Return it in words, a sentence a line."""


def draw(store: Store, protocol: Asked) -> None:
    """Offer the question, and once it is asked, draw the answer for this protocol and these records."""
    if protocol.kind not in KINDS:
        return
    key = (protocol.hash, store.version)
    if st.button("What could these records show?"):
        with st.spinner("Working out what these records could show"):
            st.session_state[_SHOWN] = (key, _planned(store, protocol))
    kept: tuple[Any, Plan | str] | None = st.session_state.get(_SHOWN)
    if kept is None or kept[0] != key:
        return
    if isinstance(kept[1], str):
        st.info(kept[1])
    else:
        _draw(kept[1])


def _planned(store: Store, protocol: Asked) -> Plan | str:
    """Return the plan, or the sentence that says why there is none."""
    from toolkit.studies.power import plan_power  # slow to import, and needed only by who asks

    try:
        plan: Plan = plan_power(protocol, store.snapshot())
    except ToolkitError as error:
        return str(error)
    return plan


def _draw(plan: Plan) -> None:
    points([line for line in plan.summary().splitlines() if line.strip()])
    curve = plan.curve[["effect_in_100", "power"]]
    seen = curve[curve["power"] >= ENOUGH]
    chart(
        f"A true difference of {seen['effect_in_100'].min():.1f} in every 100 would be seen 8 times in 10"
        if len(seen)
        else "No difference drawn here would be seen 8 times in 10",
        power_chart(curve),
        "A line that rises: the bigger the true difference, the likelier that these records show it. The dashed line "
        "is a chance of 8 in 10.",
        few(curve),
        {"effect_in_100": "True difference, in every 100", "power": "Chance of seeing it"},
    )
    if len(plan.options):
        shown = plan.options[["what", "smallest_in_100"]]
        shown = shown.assign(smallest_in_100=[f"{value:.1f}" for value in shown["smallest_in_100"]])
        table(
            shown,
            "The smallest difference that would be seen 8 times in 10",
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
