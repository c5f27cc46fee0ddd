"""The tables a member may see, each with the way it is protected; a table that is not listed here is never shown.

Tables that share counts are shown as one, since two protected tables of the same families can give each other away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.amounts import share_in_words
from toolkit.publish.disclosure import Policy, protect_count, protect_counts, protect_share
from toolkit.publish.member_reach import REACH_PROTECTORS

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]


def member_tables(tables: Tables, policy: Policy) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of a bundle that members may see, protected; a suppressed figure is ``None``."""
    return {name: protect(tables, policy) for name, protect in PROTECTORS.items() if name in tables}


def events_by_outcome(rows: Rows) -> dict[str, list[int]]:
    """Return the number of rows with each outcome, by arm."""
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(str(row["outcome"]), []).append(int(row["with_outcome"]))
    return found


def _events_matched(tables: Tables, policy: Policy) -> list[dict[str, Any]]:
    """Return how many families of each arm had each outcome; with and without are protected as one table."""
    rows, shown = tables["events_matched"], []
    for outcome in dict.fromkeys(str(row["outcome"]) for row in rows):
        arms = [row for row in rows if row["outcome"] == outcome]
        counts = np.array([[int(row["with_outcome"]), int(row["rows"]) - int(row["with_outcome"])] for row in arms])
        safe = protect_counts(counts, policy)
        for place, row in enumerate(arms):
            part, whole = int(row["with_outcome"]), int(row["rows"])
            is_hidden = safe.cells[place][0] is None or protect_share(part, whole, policy) is None
            shown.append(
                {
                    "outcome": outcome,
                    "label": OUTCOMES[outcome].label if outcome in OUTCOMES else outcome,
                    "joined": bool(row["treated"]),
                    "families": safe.row_totals[place],
                    "with_outcome": safe.cells[place][0],
                    "in_100": None if is_hidden else share_in_words(part / whole, 100),
                }
            )
    return shown


def _by_start(tables: Tables, policy: Policy) -> list[dict[str, Any]]:
    """Return, by starting score, how many improved, stayed, got worse or were never scored again, as one table."""
    names = ("improved", "same", "worse")
    lost = {int(row["start"]): int(row["no_second_score"]) for row in tables.get("no_second_score", ())}
    rows = tables["by_start"]
    counts = np.array(
        [[*(int(row[name]) for name in names), lost.get(int(row["start"]), 0)] for row in rows], dtype=int
    )
    if not len(rows):
        return []
    safe = protect_counts(counts, policy)
    return [
        {"start": int(row["start"]), **dict(zip((*names, "no_second_score"), cells, strict=True)), "families": total}
        for row, cells, total in zip(rows, safe.cells, safe.row_totals, strict=True)
    ]


def _funnel(tables: Tables, policy: Policy) -> list[dict[str, Any]]:
    """Return the share improved at each centre with enough families, in order of its number, never of its share."""
    shown = [
        {
            "centre_id": row["centre_id"],
            "families": protect_count(int(row["families"]), policy),
            "improved_in_100": protect_share(int(row["improved"]), int(row["families"]), policy),
        }
        for row in tables["funnel"]
        if int(row["families"]) >= policy.minimum_families
    ]
    return sorted(shown, key=lambda row: str(row["centre_id"]))


def _series(tables: Tables, policy: Policy) -> list[dict[str, Any]]:
    """Return the county's counts by quarter, each by itself."""
    return [
        {"quarter": row["quarter"], "referrals": protect_count(int(row["referrals"]), policy)}
        for row in tables["series"]
        if row["referrals"] is not None
    ]


PROTECTORS: Mapping[str, Callable[[Tables, Policy], list[dict[str, Any]]]] = MappingProxyType(
    {"events_matched": _events_matched, "by_start": _by_start, "funnel": _funnel, "series": _series, **REACH_PROTECTORS}
)
