"""The figures of trust: how referrals ended, by who made them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.figures.protector import Tables
from toolkit.studies.trust.facts import TrustFacts
from toolkit.studies.trust.tables import CENTRES, ENDED

SENT_BACK = ("trust/sent back", "trust/not sent back")
"""Referrals by centres that were sent back to them, and those that were not."""


def matched_names(outcome: str, *, by_centres: bool) -> tuple[str, str]:
    """Return the names of an arm's matched referrals that ended in a way, and of those that did not."""
    arm = "centres" if by_centres else "others"
    return f"matched/{arm}/{outcome}/with", f"matched/{arm}/{outcome}/without"


def enter(bundle: Bundle, book: Book, policy: Policy) -> None:
    """Enter the matched referrals by how they ended, and the referrals by centres that were sent back.

    Centres' matched referrals are part of all of theirs, in the table: what is left over is entered too, never to be
    shown, so that neither gives it away.
    """
    all_of_centres = {
        name: row[name] for row in bundle.table("trust_by_source") if row["group"] == CENTRES for name in ENDED
    }
    for row in bundle.table("trust_matched"):
        outcome, by_centres = str(row["outcome"]), bool(row["treated"])
        part, rest = int(row["with_outcome"]), int(row["rows"]) - int(row["with_outcome"])
        with_it, without = matched_names(outcome, by_centres=by_centres)
        book.figure(with_it, part)
        book.figure(without, rest)
        if by_centres and outcome in all_of_centres:
            whole = book.figure(source_name(CENTRES, outcome), int(all_of_centres[outcome]))
            left = book.figure(f"left over/{outcome}", book[whole] - part, inner=True)
            book.total(whole, [with_it, left])
    facts = bundle.facts
    if isinstance(facts, TrustFacts):
        sent, others = SENT_BACK
        book.figure(sent, facts.sent_back)
        book.figure(others, facts.back_recorded - facts.sent_back)


def source_name(group: str, ended: str) -> str:
    """Return the name of a group's referrals that ended in a way; ``all`` for all of them."""
    return f"trust/{group}/{ended}"


def enter_trust_by_source(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter how referrals ended by who made them; the Department publishes the totals of both."""
    rows = tables["trust_by_source"]
    counts = np.array([[int(row[name]) for name in ENDED] for row in rows])
    book.table("trust", [str(row["group"]) for row in rows], ENDED, counts, known_margins=True)


def trust_by_source(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return how referrals ended by who made them."""
    return [_row(str(row["group"]), release, policy) for row in tables["trust_by_source"]]


def _row(group: str, release: Release, policy: Policy) -> dict[str, Any]:
    ended: Mapping[str, int | None] = {name: release[source_name(group, name)] for name in ENDED}
    total = release[source_name(group, "all")]
    return {"group": group, "referrals": total, **ended, "nfa_in_100": share_of_shown(ended["nfa"], total, policy)}
