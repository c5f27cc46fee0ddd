"""What happens to a family while it is followed, as a model of departing is told of it: referrals and episodes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from toolkit.cohort.kept import places

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
Flags = NDArray[np.bool_]

RECENT, REMEMBERED = 91, 365
"""Days: a referral is recent for 91, and remembered for 365, as episodes are."""
MONTHS_AGO = ((0, 31), (31, 61), (61, RECENT))
"""Days ago, from the first on and before the second, by which recent referrals of before time zero are told apart: the
later one was, the longer it can still make a family move, and the likelier another one is."""
SINCE = (
    "referred_by_now",
    "referred_since_within_3_months",
    "referred_within_1_month",
    "referred_within_2_months",
    "referred_within_3_months",
    "referred_within_a_year",
    "episode_within_a_year",
)
"""What may have happened by a month: a referral, the latest first, or an episode.

A referral since time zero is told from one before: those who have joined since need not move for the same reasons.
"""


@dataclass(frozen=True, slots=True)
class Events:
    """Events of the rows' families: one entry an event of a row, in any order.

    Attributes
    ----------
    row, day
        The row's place in the frame, and the day counted from time zero (0 or less: before).
    is_referral
        Whether it is a referral; otherwise a statutory episode.
    """

    row: Days
    day: Days
    is_referral: Flags

    def of_rows(self, rows: Days) -> Events:
        """Return the events of some rows (places in order), numbered by their place among them."""
        place = np.searchsorted(rows, self.row)
        mine = (place < len(rows)) & (rows[np.minimum(place, len(rows) - 1)] == self.row)
        return Events(place[mine], self.day[mine], self.is_referral[mine])


@dataclass(frozen=True, slots=True)
class Happened:
    """What has happened by each month, of the rows to which anything did.

    ``rows`` in order; ``by_month``, shape (rows, months, 7), as `SINCE` has it; ``first``, shape (rows, months), the
    share of the month gone at its first referral.
    """

    rows: Days
    by_month: Flags
    first: Floats

    def of(self, row: Days, month: Days) -> Flags:
        """Return what had happened to each of some rows by a month of its own; shape (row, 7)."""
        found = np.zeros((len(row), len(SINCE)), dtype=np.bool_)
        among, has = places(self.rows, row)
        found[has] = self.by_month[among[has], month[has]]
        return found


def since(events: Events, followed: Days, edges: Days) -> Happened:
    """Return what has happened by each month: before time zero, and while a row was followed."""
    rows, row = np.unique(events.row, return_inverse=True)
    last, months = followed[rows][row], len(edges) - 1
    found = np.zeros((len(rows), months, len(SINCE)), dtype=np.bool_)
    first = np.zeros((len(rows), months))
    for month, (start, end) in enumerate(pairwise(edges.tolist())):
        ago = start - events.day
        before = (ago >= 0) & (ago < REMEMBERED)
        within = events.is_referral & (ago < 0) & (events.day <= np.minimum(end, last))
        referred, is_since = events.is_referral & before, events.day > 0
        recent = [referred & ~is_since & (ago >= first) & (ago < end_of) for first, end_of in MONTHS_AGO]
        flags = (within, referred & is_since & (ago < RECENT), *recent, referred & (ago >= RECENT))
        for place, flag in enumerate((*flags, before & ~events.is_referral)):
            found[row[flag], month, place] = True
        order = np.flatnonzero(within)[np.argsort(-events.day[within], kind="stable")]  # the first is written last
        first[row[order], month] = (events.day[order] - start) / (end - start)
    return Happened(rows, found, first)
