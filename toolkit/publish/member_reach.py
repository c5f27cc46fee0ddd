"""What a member may see of reach and trust: the protectors of their tables.

Groups of the same families share their totals, so a group whose small numbers would need a total hidden is not shown
at all: the total stands in the other groups. Only the families on the day are shown, never beside those counted as
they began, and matched referrals never beside all of them: two counts of nearly the same families give the few between
them away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from toolkit.publish.disclosure import Policy, protect_counts, protect_share

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]
_ENDED = ("nfa", "assessed_not_in_need", "in_need")


def reach_groups(tables: Tables, policy: Policy) -> list[dict[str, Any]]:
    """Return, by group, families and how many had not joined, with the gap that stays with all else the same.

    Shares and gaps, in whole families of 100, are given only for groups of which no count is hidden.
    """
    rows, shown = tables["reach_groups"], []
    for group in dict.fromkeys(str(row["group"]) for row in rows):
        levels = [row for row in rows if row["group"] == group]
        counts = np.array([[int(row["missed"]), int(row["families"]) - int(row["missed"])] for row in levels])
        if counts.sum(axis=0).min() < policy.minimum_families:
            continue  # so few joined, or did not, that one level's rounded count tells of another's small one
        safe = protect_counts(counts, policy)
        if None in (*safe.column_totals, safe.total):
            continue
        in_100 = [protect_share(int(row["missed"]), int(row["families"]), policy) for row in levels]
        if any(figure is None for cells in safe.cells for figure in cells):
            in_100 = [None] * len(levels)  # exact shares would take the blur off the counts that hide the rest
        for row, cells, total, share in zip(levels, safe.cells, safe.row_totals, in_100, strict=True):
            gap = None if None in in_100 else _hundredths(row, "adjusted_gap")
            shown.append(
                {
                    "group": group,
                    "label": row["label"],
                    "level": row["level"],
                    "families": total,
                    "not_joined": cells[0],
                    "joined": cells[1],
                    "not_joined_in_100": share,
                    "against": row["against"],
                    "gap_in_100": gap,
                    "stands": bool(row["stands"]) if gap is not None else None,
                }
            )
    return shown


def reach_areas(tables: Tables, policy: Policy) -> list[dict[str, Any]]:
    """Return the reach areas with enough families, in order of their number, never of their share.

    Where one area of a district alone would be left out, the next smallest is left out as well: the district's own
    figure less the others would tell of it.
    """
    rows = tables["reach_areas"]
    hidden = {str(row["reach_centre_id"]) for row in rows if int(row["families"]) < policy.minimum_families}
    for district in {str(row["district"]) for row in rows}:
        areas = [row for row in rows if str(row["district"]) == district]
        out = [row for row in areas if str(row["reach_centre_id"]) in hidden]
        left = [row for row in areas if str(row["reach_centre_id"]) not in hidden]
        if len(out) == 1 and left:
            hidden.add(str(min(left, key=lambda row: int(row["families"]))["reach_centre_id"]))
    counts = [(int(row["missed"]), int(row["families"])) for row in rows]
    shown = [
        {
            "reach_centre_id": row["reach_centre_id"],
            "district": row["district"],
            "families": (families + policy.round_to // 2) // policy.round_to * policy.round_to,
            "not_joined_in_100": protect_share(missed, families, policy),
            "limits_in_100": [round(100 * float(row[name])) for name in ("low_95", "high_95")],
            "outside": int(row["outside"]) if protect_share(missed, families, policy) is not None else None,
        }
        for row, (missed, families) in zip(rows, counts, strict=True)
        if str(row["reach_centre_id"]) not in hidden
    ]
    return sorted(shown, key=lambda row: str(row["reach_centre_id"]))


def reach_by_year(tables: Tables, policy: Policy) -> list[dict[str, Any]]:
    """Return, by the year families came to have a young child, how many of 100 did not join in time; no counts."""
    return [
        {
            "year": int(row["year"]),
            "not_joined_in_100": protect_share(int(row["missed"]), int(row["families"]), policy),
            "whole": bool(row["whole"]),
        }
        for row in tables["reach_by_year"]
    ]


def trust_by_source(tables: Tables, policy: Policy) -> list[dict[str, Any]]:
    """Return how referrals ended by who made them, as one table with its totals."""
    rows = tables["trust_by_source"]
    if not rows:
        return []
    safe = protect_counts(np.array([[int(row[name]) for name in _ENDED] for row in rows]), policy)
    return [
        {
            "group": row["group"],
            "referrals": total,
            **dict(zip(_ENDED, cells, strict=True)),
            "nfa_in_100": None
            if cells[0] is None or total is None
            else protect_share(int(row["nfa"]), int(row["referrals"]), policy),
        }
        for row, cells, total in zip(rows, safe.cells, safe.row_totals, strict=True)
    ]


def _hundredths(row: Mapping[str, Any], name: str) -> list[int] | None:
    values = [row[key] for key in (name, f"{name}_low", f"{name}_high")]
    return None if any(value is None for value in values) else [round(100 * float(value)) for value in values]


REACH_PROTECTORS: Mapping[str, Callable[[Tables, Policy], list[dict[str, Any]]]] = MappingProxyType(
    {
        "reach_groups": reach_groups,
        "reach_areas": reach_areas,
        "reach_by_year": reach_by_year,
        "trust_by_source": trust_by_source,
    }
)
"""For `toolkit.publish.member_tables.PROTECTORS`."""
