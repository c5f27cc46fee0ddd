"""Disclosure control: what must be hidden or blurred before anyone but staff sees a count.

Small counts are hidden, then as many others as keep anyone from working them out by adding and subtracting, across all
tables that share figures; whatever is shown is rounded, each figure by itself. `audit` attacks what is about to be
shown and everything shown before, and what it could narrow down is not shown.
"""

from toolkit.publish.disclosure.audit import Finding, audit
from toolkit.publish.disclosure.book import Book, Statement
from toolkit.publish.disclosure.policy import HOUSE_POLICY, Policy, load_policy
from toolkit.publish.disclosure.protect import CannotProtect, Release, protect
from toolkit.publish.disclosure.single import (
    SUPPRESSED,
    Protected,
    protect_count,
    protect_counts,
    protect_share,
    round_count,
    share_of_shown,
)

__all__ = [
    "HOUSE_POLICY",
    "SUPPRESSED",
    "Book",
    "CannotProtect",
    "Finding",
    "Policy",
    "Protected",
    "Release",
    "Statement",
    "audit",
    "load_policy",
    "protect",
    "protect_count",
    "protect_counts",
    "protect_share",
    "round_count",
    "share_of_shown",
]
