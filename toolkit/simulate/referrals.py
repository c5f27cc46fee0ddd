"""From a family's referral to its children's: who is named, who referred, and what came of it.

Everything is decided by uniform draws given with each family referral, so that the same referral in two possible
futures of a family is about the same children and ends the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import NEVER, month_of
from toolkit.simulate.families import MOST_CHILDREN, Families
from toolkit.simulate.hazards import ADULT, SIBLING_SHARE, UNDER_FIVE
from toolkit.tables.referrals import OUTCOMES, SOURCES

Floats = NDArray[np.float64]
Units = NDArray[np.int64]

CENTRE_SOURCES = ("8", "5D")
SOURCE_CODES = tuple(SOURCES)
NFA, NOT_IN_NEED, IN_NEED = (tuple(OUTCOMES).index(code) for code in ("nfa", "assessed_not_in_need", "in_need"))

# Per cent of referrals by source, for a child of concern under five and for an older one.
_MIX_UNDER_FIVE = {
    "1A": 7, "1B": 2, "1C": 2, "1D": 2, "2A": 5, "2B": 2, "3A": 3, "3B": 9, "3C": 0.5, "3D": 2, "3E": 4, "3F": 6,
    "4": 2.5, "5A": 4, "5B": 3, "5C": 3, "5D": 3, "6": 24, "7": 4, "8": 6, "9": 4, "10": 2,
}  # fmt: skip
_MIX_OLDER = {
    "1A": 7, "1B": 2, "1C": 3, "1D": 2, "2A": 22, "2B": 3, "3A": 2, "3B": 1, "3C": 1.5, "3D": 1.5, "3E": 3, "3F": 4,
    "4": 2, "5A": 4, "5B": 3, "5C": 3, "5D": 1, "6": 25, "7": 3.5, "8": 3, "9": 2.5, "10": 1,
}  # fmt: skip
_CENTRE_EXTRA = {"8": 70, "5D": 30}

# How likely no further action is: other sources, centres' sources, and the extra referrals of centres that notice
# more; and how many of the last two then go back to the centre.
_NFA_OTHERS, _NFA_CENTRE, _NFA_EXTRA = 0.054, 0.12, 0.26
_SENT_BACK_CENTRE, _SENT_BACK_EXTRA = 0.6, 0.7
_IN_NEED, _IN_NEED_EXTRA = 0.58, 0.40
_SAME_CHILD = 0.85
_SHARED_OUTCOME = 0.8

# The draws of a family referral: one each, then these for every child.
EVENT_DRAWS = ("child", "which", "source", "assessed", "back", "need", "enquiry", "plan", "care")
CHILD_DRAWS = (
    "sibling", "own_outcome", "need", "own_care", "care", "case_length", "enquiry_wait", "plan_wait", "care_wait",
    "enquiry_length", "plan_length", "care_kind", "care_length", "closure",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draws:
    """Uniform draws of family referrals: by name, shape (referrals,) for the family's, (referrals, 6) for a child's."""

    event: Floats
    child: Floats

    def of_event(self, name: str) -> Floats:
        """Return a draw of each family referral."""
        return self.event[:, EVENT_DRAWS.index(name)]

    def of_child(self, name: str) -> Floats:
        """Return a draw of each child of each family referral, shape (referrals, 6)."""
        return self.child[:, :, CHILD_DRAWS.index(name)]

    def take(self, rows: Units) -> Draws:
        """Return the draws of chosen family referrals."""
        return Draws(self.event[rows], self.child[rows])

    def followed_by(self, others: Draws) -> Draws:
        """Return these draws and then others."""
        return Draws(np.concatenate([self.event, others.event]), np.concatenate([self.child, others.child]))


def make_draws(rng: np.random.Generator, referrals: int) -> Draws:
    """Draw what family referrals need."""
    event = rng.random((referrals, len(EVENT_DRAWS)))
    return Draws(event, rng.random((referrals, MOST_CHILDREN, len(CHILD_DRAWS))))


@dataclass(frozen=True, slots=True)
class ChildReferrals:
    """One entry a child referral, sorted by unit, child and day.

    Attributes
    ----------
    event
        The row of the family referral it is part of.
    unit, family, child
        The unit (a family or a future of one), the family, and which of its children.
    day
        The day it was received.
    source, outcome
        Indices into `SOURCE_CODES` and the table's outcomes.
    is_centre_extra, sent_back
        Whether it is one of a centre's own extra referrals; whether it went back to the centre.
    previous, next
        The day of the child's referral before and after, or -`NEVER` and `NEVER`.
    """

    event: Units
    unit: Units
    family: Units
    child: Units
    day: Units
    source: Units
    outcome: Units
    is_centre_extra: NDArray[np.bool_]
    sent_back: NDArray[np.bool_]
    previous: Units
    next: Units

    @property
    def by_centre_source(self) -> NDArray[np.bool_]:
        """Whether the source code is one that centres use."""
        return np.isin(self.source, [SOURCE_CODES.index(code) for code in CENTRE_SOURCES])


def child_referrals(
    families: Families, unit: Units, family: Units, day: Units, is_extra: NDArray[np.bool_], draws: Draws
) -> ChildReferrals:
    """Return the child referrals that family referrals consist of.

    Parameters
    ----------
    families
        The county's families.
    unit, family, day, is_extra
        One entry a family referral: its unit and family, the day, and whether it is a centre's own extra one.
    draws
        Its draws.
    """
    age = month_of(day)[:, None] - families.births[family]
    is_child = (age >= 0) & (age < ADULT)
    concern = _child_of_concern(families.concern[family], is_child, draws)
    event, child = np.nonzero((is_child & (draws.of_child("sibling") < SIBLING_SHARE)) | concern)
    order = np.lexsort((day[event], child, unit[event]))
    event, child = event[order], child[order]
    is_young = age[np.arange(len(age)), concern.argmax(axis=1)] < UNDER_FIVE
    source = _source(draws.of_event("source"), is_young, is_extra)
    nfa, sent_back = _refused(source, is_extra, draws)
    previous, following = _neighbours(unit[event] * MOST_CHILDREN + child, day[event])
    return ChildReferrals(
        event=event,
        unit=unit[event],
        family=family[event],
        child=child,
        day=day[event],
        source=source[event],
        outcome=np.where(nfa[event], NFA, _assessed(event, child, is_extra, draws)),
        is_centre_extra=is_extra[event],
        sent_back=sent_back[event],
        previous=previous,
        next=following,
    )


def _refused(source: Units, is_extra: NDArray[np.bool_], draws: Draws) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which family referrals end before an assessment, and which of those go back to the centre."""
    is_centre = np.isin(source, [SOURCE_CODES.index(code) for code in CENTRE_SOURCES])
    chance = np.where(is_extra, _NFA_EXTRA, np.where(is_centre, _NFA_CENTRE, _NFA_OTHERS))
    nfa = draws.of_event("assessed") < chance
    back = draws.of_event("back") < np.where(is_extra, _SENT_BACK_EXTRA, _SENT_BACK_CENTRE)
    return nfa, nfa & is_centre & back


def _assessed(event: Units, child: Units, is_extra: NDArray[np.bool_], draws: Draws) -> Units:
    """Return what an assessment of each child finds; brothers and sisters mostly alike."""
    shared, own = draws.of_event("need")[event], draws.of_child("need")[event, child]
    need = np.where(draws.of_child("own_outcome")[event, child] < _SHARED_OUTCOME, shared, own)
    return np.where(need < np.where(is_extra[event], _IN_NEED_EXTRA, _IN_NEED), IN_NEED, NOT_IN_NEED)


def _child_of_concern(concern: Floats, may_be: NDArray[np.bool_], draws: Draws) -> NDArray[np.bool_]:
    """Return, shape (referrals, 6), which child a referral is about: mostly the same one of a family."""
    usual = np.where(may_be, concern, np.inf).argmin(axis=1)
    place = np.floor(draws.of_event("which") * may_be.sum(axis=1)).astype(np.int64)
    any_one = (np.cumsum(may_be, axis=1) > place[:, None]).argmax(axis=1)
    chosen = np.where(draws.of_event("child") < _SAME_CHILD, usual, any_one)
    return np.asarray(np.arange(MOST_CHILDREN) == chosen[:, None])


def _source(draw: Floats, is_young: NDArray[np.bool_], is_extra: NDArray[np.bool_]) -> Units:
    found = np.where(is_young, _pick(draw, _MIX_UNDER_FIVE), _pick(draw, _MIX_OLDER))
    return np.where(is_extra, _pick(draw, _CENTRE_EXTRA), found)


def _pick(draw: Floats, mix: Mapping[str, float]) -> Units:
    """Return indices into `SOURCE_CODES` for uniform draws."""
    weights = np.array([mix.get(code, 0.0) for code in SOURCE_CODES])
    return np.searchsorted(np.cumsum(weights) / weights.sum(), draw, side="right").clip(0, len(weights) - 1)


def _neighbours(child: Units, day: Units) -> tuple[Units, Units]:
    """Return the day of the same child's referral before and after each, for rows sorted by child and day."""
    same = child[1:] == child[:-1]
    previous, following = np.full(len(day), -NEVER, dtype=np.int64), np.full(len(day), NEVER, dtype=np.int64)
    previous[1:] = np.where(same, day[:-1], -NEVER)
    following[:-1] = np.where(same, day[1:], NEVER)
    return previous, following
