"""The county's life, day by day: when each family is referred, and when it joins a centre."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.progress import Progress, silent
from toolkit.simulate.calendar import (
    FIRST,
    FIRST_MONTH,
    LAST,
    LAST_MONTH,
    NEVER,
    joining_weights,
    month_start,
    referral_weights,
    referrals_due,
)
from toolkit.simulate.families import Families
from toolkit.simulate.hazards import CENTRE_SHUT, DISTRESS_JOINS, PERSISTENCE, standing
from toolkit.simulate.life import Diary, Lives
from toolkit.simulate.places import Places
from toolkit.simulate.world import World

_MOVES_WITHIN = 91
"""Days within which a family moves away that a referral makes move."""
JOINING_A_MONTH = 255
"""Families joining a centre in a month, of the whole county, once every reach area has one."""


@dataclass(frozen=True, slots=True)
class Story:
    """What happened.

    Attributes
    ----------
    joined
        By family, the day it first joined a centre, or `NEVER`.
    referred, referred_on, by_centre
        One entry a family referral, in order of day: the family, the day, and whether it is one of the centre's own
        extra referrals.
    distress
        By family and month from `FIRST_MONTH`, shape (families, months), float32.
    referral_pace, joining_pace
        By month, what the hazards of all families were multiplied by so that the county's totals are as due.
    moved
        By family, the day it moved away, or `NEVER`: of itself, or because it was referred.
    """

    joined: NDArray[np.int64]
    referred: NDArray[np.int64]
    referred_on: NDArray[np.int64]
    by_centre: NDArray[np.bool_]
    distress: NDArray[np.float32]
    referral_pace: NDArray[np.float64]
    joining_pace: NDArray[np.float64]
    moved: NDArray[np.int64]


def live(world: World, rngs: dict[str, np.random.Generator], progress: Progress = silent) -> Story:
    """Let the county live from `calendar.LIFE_FROM` to the end of the records.

    The calendar (seasons, the growth, November 2008) acts on all families alike: each month's pace is set so that
    the referrals expected of the county as it stands are those due.
    """
    families = world.families
    months = range(FIRST_MONTH, LAST_MONTH + 1)
    distress = distress_of(rngs["distress"], len(families), len(months))
    lives = Lives(len(families), world.options, {kind: rngs[kind] for kind in ("referral", "centre", "joining")})
    lives.is_here[:] = (families.known_from <= FIRST) & (families.known_to > FIRST)
    moves, diary, paces = _moves(families), Diary(), np.zeros((2, len(months)))
    moved = families.known_to.copy()
    for i, month in enumerate(months):
        progress("Living the county's life", i / len(months))
        days = np.arange(int(month_start(month)), int(month_start(month + 1)))
        for day in days.tolist():
            for units, is_here in moves.pop(day, ()):
                lives.is_here[units] = is_here & (moved[units] > day)
                lives.refresh(units)
            lives.begin(day)
            if day == days[0]:
                paces[:, i] = _begin_month(world, lives, distress[:, i], month, days)
            by_others, by_centre, joining = lives.run(
                float(paces[0, i] * referral_weights(day)), float(paces[1, i] * joining_weights(day))
            )
            lives.join(joining, day)
            diary.note(day, by_others, by_centre)
            if world.options.moving:
                referred = np.concatenate([by_others, by_centre])
                for last, units in _driven_out(rngs["moving"], world.options.moving, lives, referred, day):
                    moved[units] = np.minimum(moved[units], last)
                    moves[last].append((units, False))
    return Story(lives.joined, *diary.read(), distress, referral_pace=paces[0], joining_pace=paces[1], moved=moved)


def _driven_out(
    rng: np.random.Generator, chance: float, lives: Lives, referred: NDArray[np.int64], day: int
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield the days on which families referred today will move away because of it, and which do."""
    going = referred[(lives.joined[referred] > day) & (rng.random(len(referred)) < chance)]
    last = day + rng.integers(1, _MOVES_WITHIN + 1, len(going))
    for one in np.unique(last).tolist():
        yield one, going[last == one]


def _begin_month(
    world: World, lives: Lives, distress: NDArray[np.float32], month: int, days: NDArray[np.int64]
) -> tuple[float, float]:
    """Set every family's hazards to a month; return its paces: what is due over what the hazards would give."""
    options, opened = world.options, world.places.opened
    stand = standing(world, slice(None), month)
    hidden = np.exp(options.hidden * distress - options.hidden**2 / 2)
    lives.base_referral = np.exp(stand.log_referral) * hidden
    if options.scores.tracking_referrals:
        is_scored = (lives.joined < NEVER) & (world.places.tracks_from <= days[0])[world.families.centre]
        lives.base_referral[is_scored] *= np.exp(options.scores.tracking_referrals)
    shut = shut_factor(world.places, int(days[0]))[world.families.centre]
    lives.base_joining = np.exp(stand.log_joining + DISTRESS_JOINS * distress) * shut
    lives.refresh(slice(None))
    children = float(((lives.referral + lives.centre) * stand.children_due).sum() * referral_weights(days).sum())
    joining = float(lives.joining.sum() * joining_weights(days).sum())
    joining_due = JOINING_A_MONTH * options.share * float((opened <= days[0]).mean())
    children_due = referrals_due()[month - FIRST_MONTH] * options.share
    return children_due / children, (joining_due / joining if joining > 0 else 0.0)


def distress_of(rng: np.random.Generator, families: int, months: int) -> NDArray[np.float32]:
    """Return distress by family and month: standard normal, correlated from month to month."""
    distress = rng.standard_normal((months, families), dtype=np.float32)
    spread = np.float32(np.sqrt(1 - PERSISTENCE**2))
    for month in range(1, months):
        distress[month] = PERSISTENCE * distress[month - 1] + spread * distress[month]
    return distress.T


def shut_factor(places: Places, day: int) -> NDArray[np.float64]:
    """Return, by reach area, what is left of the hazard of joining: all, some or none with the centres open."""
    return np.where(places.opened <= day, 1.0, CENTRE_SHUT * places.is_open_elsewhere(day))


def _moves(families: Families) -> dict[int, list[tuple[NDArray[np.int64], bool]]]:
    """Return, by day, the families that come (True) and that go (False)."""
    moves: dict[int, list[tuple[NDArray[np.int64], bool]]] = defaultdict(list)
    for days, is_here in ((families.known_from, True), (families.known_to, False)):
        within = np.flatnonzero((days > FIRST) & (days <= LAST))
        order = within[np.argsort(days[within], kind="stable")]
        starts = np.flatnonzero(np.diff(days[order], prepend=NEVER))
        for units in np.split(order, starts[1:]):
            if len(units):
                moves[int(days[units[0]])].append((units, is_here))
    return moves
