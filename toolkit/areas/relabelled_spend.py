"""Relabelled spending: centres' lines fall in the year targeted family support rises by much of what they lost."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.areas.panel import AreaPanel
from toolkit.errors import InputError

CENTRES = ("spend_gbp_centres_individual", "spend_gbp_centres_area_wide")
TARGETED = "spend_gbp_targeted_family_support"
FALL, SHARE = 0.5, 0.5
"""The centres' lines fall by more than this share, and targeted support rises by at least this share of the loss."""
FORBIDS = "Money on centre lines may have gone on under another name: its fall may not be read as a cut in services."


@dataclass(frozen=True, slots=True)
class RelabelledSpend:
    """What was looked at, and where money may have changed its name.

    Attributes
    ----------
    fired
        One row a council and year: ``area``, ``name``, ``year`` (ending), ``centres_before``, ``centres_after``,
        ``targeted_before``, ``targeted_after`` (nominal gross pounds) and ``forbids``.
    looked_at
        Council-years with all four figures, and money on both lines the year before.
    """

    fired: pd.DataFrame
    looked_at: int


def relabelled_spend(panel: AreaPanel) -> RelabelledSpend:
    """Return the years in which centre lines fell by more than half and targeted support rose by half the loss or more.

    Raises
    ------
    InputError
        When the panel lacks a line.
    """
    missing = [name for name in (*CENTRES, TARGETED) if name not in panel.measures]
    if missing:
        raise InputError(f"The panel lacks {', '.join(missing)}. Import Section 251 outturn and ask for these lines.")
    now = panel.frame[["area", "name", "year"]].assign(
        centres_after=panel.frame[list(CENTRES)].sum(axis=1, min_count=len(CENTRES)),
        targeted_after=panel.frame[TARGETED],
    )
    before = now.drop(columns="name").rename(
        columns={"centres_after": "centres_before", "targeted_after": "targeted_before"}
    )
    both = now.merge(before.assign(year=before["year"] + 1), on=["area", "year"]).dropna()
    both = both[(both["centres_before"] > 0) & (both["targeted_before"] > 0)]
    lost = both["centres_before"] - both["centres_after"]
    is_relabelled = (lost > FALL * both["centres_before"]) & (
        both["targeted_after"] - both["targeted_before"] >= SHARE * lost
    )
    columns = ["area", "name", "year", "centres_before", "centres_after", "targeted_before", "targeted_after"]
    fired = both.loc[is_relabelled, columns].assign(forbids=FORBIDS).reset_index(drop=True)
    return RelabelledSpend(fired, len(both))
