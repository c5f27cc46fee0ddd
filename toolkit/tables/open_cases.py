"""Referrals received while a case of the child is open: by the Department's definition they are none.

Department for Education, Children in need census guide: a referral is recorded for a child who is not known, or whose
case was open and is closed. Councils record others all the same, so they are kept, marked, and counted by a
stated rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

WhileOpen = Literal["count", "leave_out"]
Case = tuple[str, str, date, date | None, str | None]
"""Of a referral: child_id, referral_id, received_on, closed_on, outcome."""


def while_open(referrals: Iterable[Case]) -> frozenset[str]:
    """Return the numbers of the referrals that were received while a case of the child was open.

    A case is open from its referral until the day it closed; without that day it is open still. One that ended in no
    further action was never open, and neither is one that is itself among those returned. Of two of one day the first
    by number opens the case.
    """
    marked: set[str] = set()
    open_until: dict[str, date] = {}
    for child, number, received, closed, outcome in sorted(referrals, key=lambda one: (one[0], one[2], one[1])):
        if child in open_until and received < open_until[child]:
            marked.add(number)
        elif outcome != "nfa":
            open_until[child] = date.max if closed is None else closed
    return frozenset(marked)
