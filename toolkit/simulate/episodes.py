"""What follows a child's referral: an enquiry, a protection plan, care, and the case's close.

At most one of each follows a referral, and none begins after the child's next one: what the next leads to is its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import NEVER, month_of, month_start
from toolkit.simulate.families import Families
from toolkit.simulate.hazards import ADULT
from toolkit.simulate.referrals import IN_NEED, NFA, ChildReferrals, Draws

Floats = NDArray[np.float64]
Days = NDArray[np.int64]

KINDS = ("section_47", "protection_plan", "looked_after")

_ENQUIRY, _PLAN = 0.27, 0.42  # of children found in need, an enquiry; of those, a plan
_EXTRA_ENQUIRY, _EXTRA_CARE = 0.4, 0.35  # what a centre's own extra referral multiplies them by
# Care, of children found in need, by age in years at referral: after the report's Table 1.
_CARE_AGES, _CARE = (0, 5, 10, 16, 18), (0.112, 0.056, 0.180, 0.300)
_CARE_YEARS = {2007: 0.80, 2008: 1.02, 2009: 1.02, 2010: 1.12, 2011: 1.05}  # by the year beginning in April
_SHARED_CARE = 0.5
_SHORT_CARE = 0.30


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What followed each child referral; one entry a child referral.

    Attributes
    ----------
    starts, ends
        First and last day of each kind in `KINDS`, `NEVER` where there is none or it goes on, shape (referrals, 3).
    closed
        The day the case closed.
    reason
        Why, a census code, or "" where it ended before an assessment.
    """

    starts: Days
    ends: Days
    closed: Days
    reason: NDArray[np.str_]


def aftermath(families: Families, referrals: ChildReferrals, draws: Draws, *, ignore_moves: bool = False) -> Aftermath:
    """Return what follows child referrals, given the draws of the family referrals they are part of.

    Where ``ignore_moves``, families stay: so a possible future is followed for its whole year.
    """
    own = _Own(referrals, draws)
    moved = np.full(len(referrals.day), NEVER) if ignore_moves else families.known_to[referrals.family]
    adult = month_start(families.births[referrals.family, referrals.child] + ADULT)
    starts = np.column_stack(_starts(families, referrals, own))
    starts[starts >= np.minimum(np.minimum(moved, adult), referrals.next)[:, None]] = NEVER
    starts[:, 1] = np.where(starts[:, 0] < NEVER, starts[:, 1], NEVER)
    stop = np.minimum(adult, referrals.next) - 1
    at_home = np.minimum(stop, moved)  # a plan ends where the family moves away; care does not
    limits = np.column_stack([at_home, at_home, stop])
    ends = np.where(starts < NEVER, np.minimum(starts + _lengths(own), limits), NEVER)
    closed = np.minimum(_closing(referrals, own, starts, ends), at_home)
    return Aftermath(starts, ends, closed, _reasons(referrals, own, closed, moved, adult, starts, ends))


class _Own:
    """The draws of each child referral."""

    def __init__(self, referrals: ChildReferrals, draws: Draws) -> None:
        self._referrals, self._draws = referrals, draws

    def event(self, name: str) -> Floats:
        return self._draws.of_event(name)[self._referrals.event]

    def child(self, name: str) -> Floats:
        return self._draws.of_child(name)[self._referrals.event, self._referrals.child]

    def wait(self, name: str, mean: float) -> Days:
        """Return whole days, exponential with that mean."""
        return np.floor(-mean * np.log1p(-self.child(name))).astype(np.int64)


def _starts(families: Families, referrals: ChildReferrals, own: _Own) -> tuple[Days, Days, Days]:
    in_need = referrals.outcome == IN_NEED
    extra = referrals.is_centre_extra
    enquired = in_need & (own.event("enquiry") < _ENQUIRY * np.where(extra, _EXTRA_ENQUIRY, 1.0))
    planned = enquired & (own.event("plan") < _PLAN)
    care_draw = np.where(own.child("own_care") < _SHARED_CARE, own.event("care"), own.child("care"))
    cared = in_need & (care_draw < _care_chance(families, referrals) * np.where(extra, _EXTRA_CARE, 1.0))
    enquiry = referrals.day + np.floor(8 * own.child("enquiry_wait")).astype(np.int64)
    plan = enquiry + 10 + np.floor(12 * own.child("plan_wait")).astype(np.int64)
    care = referrals.day + own.wait("care_wait", 40.0)
    return np.where(enquired, enquiry, NEVER), np.where(planned, plan, NEVER), np.where(cared, care, NEVER)


def _care_chance(families: Families, referrals: ChildReferrals) -> Floats:
    month = month_of(referrals.day)
    years_old = (month - families.births[referrals.family, referrals.child]) / 12
    by_age = np.array([*_CARE, 0.0])[np.searchsorted(_CARE_AGES[1:], years_old, side="right")]
    first = min(_CARE_YEARS)
    year = np.clip((month - 3) // 12, first, max(_CARE_YEARS))
    return np.asarray(by_age * np.array(list(_CARE_YEARS.values()))[year - first])


def _lengths(own: _Own) -> Days:
    """Return days that each kind lasts, shape (referrals, 3)."""
    enquiry = 7 + np.floor(14 * own.child("enquiry_length")).astype(np.int64)
    plan = 60 + own.wait("plan_length", 230.0)
    short, long = 7 + own.wait("care_length", 90.0), 200 + own.wait("care_length", 2200.0)
    return np.column_stack([enquiry, plan, np.where(own.child("care_kind") < _SHORT_CARE, short, long)])


def _closing(referrals: ChildReferrals, own: _Own, starts: Days, ends: Days) -> Days:
    draw = own.child("case_length")
    ended_early = referrals.day + np.floor(10 * draw).astype(np.int64)
    assessed = referrals.day + 14 + np.floor(40 * draw).astype(np.int64)
    in_need = referrals.day + 45 + own.wait("case_length", 140.0)
    by_itself = np.where(
        referrals.outcome == NFA, ended_early, np.where(referrals.outcome == IN_NEED, in_need, assessed)
    )
    last_end = np.where(starts < NEVER, ends, 0).max(axis=1)
    return np.asarray(np.maximum(by_itself, last_end))


def _reasons(
    referrals: ChildReferrals, own: _Own, closed: Days, moved: Days, adult: Days, starts: Days, ends: Days
) -> NDArray[np.str_]:
    """Return why cases closed: RC8 assessed only, RC5 moved, RC6 grown up, RC1/RC3/RC4 out of care, otherwise RC7."""
    long_care = (starts[:, 2] < NEVER) & (ends[:, 2] - starts[:, 2] > 365)
    out_of_care = np.array(["RC1", "RC3", "RC4", "RC7"])[np.floor(4 * own.child("closure")).astype(np.int64)]
    reason = np.where(long_care, out_of_care, "RC7")
    reason = np.where(closed >= moved, "RC5", np.where(closed >= adult - 1, "RC6", reason))
    reason = np.where(referrals.outcome == NFA, "", np.where(referrals.outcome == IN_NEED, reason, "RC8"))
    return reason
