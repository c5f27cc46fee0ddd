"""What a member may see of trust: how referrals ended, by who made them."""

from __future__ import annotations

from typing import Any

import numpy as np

from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.members.protector import Tables

_ENDED = ("nfa", "assessed_not_in_need", "in_need")


def enter_trust_by_source(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter how referrals ended by who made them; the Department publishes the totals of both."""
    rows = tables["trust_by_source"]
    counts = np.array([[int(row[name]) for name in _ENDED] for row in rows])
    book.table("trust", [str(row["group"]) for row in rows], _ENDED, counts, known_margins=True)


def trust_by_source(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return how referrals ended by who made them."""
    shown = []
    for row in tables["trust_by_source"]:
        ended = {name: release[f"trust/{row['group']}/{name}"] for name in _ENDED}
        total = release[f"trust/{row['group']}/all"]
        share = share_of_shown(ended["nfa"], total, policy)
        shown.append({"group": row["group"], "referrals": total, **ended, "nfa_in_100": share})
    return shown
