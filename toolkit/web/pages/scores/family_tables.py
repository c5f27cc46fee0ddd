"""A centre's families in tables by where they stand: due a second score, never scored, and each of them once."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from toolkit.studies.progress_change.second_scores import WHY, SecondScores, Standing, Why
from toolkit.web.parts.layout import header, table
from toolkit.wording.numbers import counted, uk_date

LISTED = 20
"""Families drawn at once; the others are folded away."""
MOST = 300
"""Families named at all in a list of those that are not due."""
_LABELS = {"family": "Family", "first": "First scored", "due": "Second score due"}


def named(families: pd.Series, own: Mapping[str, str]) -> list[str]:
    """Return families by the centre's own numbers where it gave them, otherwise as they are stored."""
    return [own.get(family, family) for family in families]


def due(families: pd.DataFrame, own: Mapping[str, str], caption: str) -> None:
    """Draw families with the days of their first and second score."""
    rows = pd.DataFrame(
        {
            "family": named(families["family_id"], own),
            "first": [uk_date(day) for day in families["first_on"]],
            "due": [uk_date(day) for day in families["due_on"]],
        }
    )
    table(rows.head(LISTED), caption, _LABELS)
    if len(rows) > LISTED:
        with st.expander(f"The other {len(rows) - LISTED:,}"):
            table(rows.iloc[LISTED:], f"{caption}: the others", _LABELS)


def never_scored(found: SecondScores, own: Mapping[str, str]) -> None:
    """Say which families have joined and not been scored since, where there are any."""
    families = found.frame[found.frame["why"] == Why.NOT_SCORED]
    if families.empty:
        return
    header("No first score yet")
    st.write(
        f"{counted(len(families), 'family has', 'families have')} joined and not been scored since. Give each its "
        "first score when you next see it, in the template on the page Upload scores."
    )
    rows = pd.DataFrame(
        {"family": named(families["family_id"], own), "on": [uk_date(day) for day in families["joined_on"]]}
    )
    with st.expander("Which families"):
        _some(rows, "No first score since they joined", {"family": "Family", "on": "Joined"})


def all_families(found: SecondScores, own: Mapping[str, str]) -> None:
    """Draw where each family stands, and folded away those not due yet and those that cannot be."""
    header(f"All your {counted(len(found.frame), 'family', 'families')}")
    rows = found.each_once()
    table(rows, "Each family once", {"where": "Now", "families": "Families"})
    later = found.of(Standing.NOT_YET)
    if len(later):
        with st.expander("Families not due yet"):
            due(later, own, "Not due yet")
    cannot = found.of(Standing.CANNOT)
    others = cannot[cannot["why"] != Why.NOT_SCORED]
    if len(others):
        with st.expander("Families that cannot be due, and why"):
            listed = {
                "family": named(others["family_id"], own),
                "why": [WHY[Why(why)] for why in others["why"]],
                "since": [uk_date(day) for day in others["ended_on"]],
            }
            _some(pd.DataFrame(listed), "Cannot be due", {"family": "Family", "why": "Why", "since": "On"})


def _some(rows: pd.DataFrame, caption: str, labels: Mapping[str, str]) -> None:
    table(rows.head(MOST), caption, labels)
    if len(rows) > MOST:
        st.write(f"And {len(rows) - MOST:,} more.")
