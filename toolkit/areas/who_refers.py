"""Who refers: a change in a council's referrals told apart by where they came from."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.areas.panel import SOURCE_MEASURES, AreaPanel
from toolkit.errors import InputError
from toolkit.wording.phrases import years


@dataclass(frozen=True, slots=True)
class WhoRefers:
    """A change decomposed by source.

    Attributes
    ----------
    area, name
        The council.
    first, last
        Years ending that are compared.
    change
        In referrals from ``first`` to ``last``; missing where one is not published.
    by_source
        One row a source, the largest change first: ``source``, ``before``, ``after`` and ``change`` (missing where one
        was not published), ``low`` and ``high`` (where a suppressed figure leaves the change).
    unexplained
        ``change`` less the published changes of sources; missing where one of them is.
    """

    area: str
    name: str
    first: int
    last: int
    change: float
    by_source: pd.DataFrame
    unexplained: float


def who_refers(panel: AreaPanel, area: str, first: int, last: int) -> WhoRefers:
    """Return a council's change in referrals between two years, by source.

    Raises
    ------
    InputError
        When the panel has no sources, or no row of the council in one of the years.
    """
    sources = [name for name in SOURCE_MEASURES if name in panel.measures]
    if not sources:
        raise InputError("The panel has no referrals by source. Import the Department's file c5 and ask for them.")
    rows = panel.frame[panel.frame["area"] == area].set_index("year")
    missing = [year for year in (first, last) if year not in rows.index]
    if missing:
        raise InputError(f"The panel has no row of {area} in {years(missing)}.")
    before, after = (rows.loc[[year]].iloc[0].to_dict() for year in (first, last))
    by_source = pd.DataFrame(
        {
            "source": [name.removeprefix("referrals_source_") for name in sources],
            "before": [float(before[name]) for name in sources],
            "after": [float(after[name]) for name in sources],
            "change": [float(after[name] - before[name]) for name in sources],
            "low": [float(after[f"{name}_low"] - before[f"{name}_high"]) for name in sources],
            "high": [float(after[f"{name}_high"] - before[f"{name}_low"]) for name in sources],
        }
    ).sort_values("change", ascending=False, kind="stable", ignore_index=True)
    change = float(after["referrals"] - before["referrals"])
    unexplained = change - float(by_source["change"].sum(skipna=False))
    return WhoRefers(area, str(after["name"]), first, last, change, by_source, unexplained)
