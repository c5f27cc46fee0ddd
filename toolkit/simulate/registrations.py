"""Families at centres: which centre they join, how they came, and when they stop coming."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import FIRST_MONTH, LAST, NEVER, month_of, weekday_of
from toolkit.simulate.county_life import Story
from toolkit.simulate.hazards import RECENT
from toolkit.simulate.places import CENTRES, Places
from toolkit.simulate.world import World
from toolkit.tables.registrations import ROUTES

Days = NDArray[np.int64]

ROUTE_CODES = tuple(ROUTES)
_ROUTE_SHARES = {"self": 0.46, "health": 0.31, "social_care": 0.03, "school": 0.10, "other": 0.10}
_SENT_BY_SOCIAL_CARE = 0.45  # of families referred in the 91 days before
_OWN_CENTRE = 0.92
_SECOND_CENTRE = 0.06
_STAYS = 250.0  # days after the first three weeks, on average, at middling distress
_DISTRESS_LEAVES = 0.25


@dataclass(frozen=True, slots=True)
class Registrations:
    """One entry a registration, in order of day: a family's first, and for some a second centre.

    Attributes
    ----------
    family, centre
        The family and the centre.
    day, left
        The day of joining, and the day the family stopped coming (`NEVER` if it still comes).
    route
        Index into `ROUTE_CODES`.
    is_first
        Whether it is the family's first.
    """

    family: NDArray[np.int64]
    centre: NDArray[np.int64]
    day: Days
    left: Days
    route: NDArray[np.int64]
    is_first: NDArray[np.bool_]


def make_registrations(rng: np.random.Generator, world: World, story: Story) -> Registrations:
    """Return all registrations to the end of the records."""
    families, places = world.families, world.places
    family = np.flatnonzero(story.joined < NEVER)
    day = story.joined[family]
    distress = story.distress[family, month_of(day) - FIRST_MONTH]
    centre = _centre(rng, places, families.centre[family], day, own=_OWN_CENTRE)
    route = _route(rng, _was_referred(story, family, day))
    left = _leaving(rng, day, distress, families.known_to[family], _stays(world, centre, day))

    again = np.flatnonzero(rng.random(len(family)) < _SECOND_CENTRE)
    later = _weekday(day[again] + rng.integers(30, 540, len(again)))
    elsewhere = _centre(rng, places, centre[again], later, own=0.0)
    able = (later <= np.minimum(LAST, families.known_to[family[again]] - 1)) & (elsewhere != centre[again])
    again, later, elsewhere = again[able], later[able], elsewhere[able]
    going = families.known_to[family[again]]
    second_left = _leaving(rng, later, distress[again], going, _stays(world, elsewhere, later))
    parts = (
        (family, family[again]),
        (centre, elsewhere),
        (day, later),
        (left, second_left),
        (route, np.full(len(again), ROUTE_CODES.index("self"))),
        (np.ones(len(family), dtype=bool), np.zeros(len(again), dtype=bool)),
    )
    columns = [np.concatenate(pair) for pair in parts]
    order = np.lexsort((columns[0], columns[2]))
    return Registrations(*(column[order] for column in columns))


def _weekday(days: Days) -> Days:
    """Return days with those at a weekend put off to the Monday."""
    return np.asarray(days + np.maximum(0, 7 - weekday_of(days)) * (weekday_of(days) >= 5))


def _centre(rng: np.random.Generator, places: Places, near: NDArray[np.int64], day: Days, own: float) -> Days:
    """Return the centre joined: the near one if open (with that chance), otherwise another open one of the district."""
    at_own = (rng.random(len(near)) < own) & (places.opened[near] <= day)
    lot = rng.random((len(near), CENTRES))
    others = (places.district == places.district[near][:, None]) & (places.opened <= day[:, None])
    others[np.arange(len(near)), near] = False
    best = np.where(others, lot, -1.0).argmax(axis=1)
    return np.where(at_own | ~others.any(axis=1), near, best)


def _was_referred(story: Story, family: NDArray[np.int64], day: Days) -> NDArray[np.bool_]:
    """Return whether each family was referred in the 91 days up to its day."""
    key = np.sort(story.referred * NEVER + story.referred_on)
    return np.searchsorted(key, family * NEVER + day, "right") > np.searchsorted(key, family * NEVER + day - RECENT)


def _route(rng: np.random.Generator, was_referred: NDArray[np.bool_]) -> NDArray[np.int64]:
    shares = np.array([_ROUTE_SHARES[code] for code in ROUTE_CODES])
    route = rng.choice(len(ROUTE_CODES), size=len(was_referred), p=shares / shares.sum())
    sent = was_referred & (rng.random(len(was_referred)) < _SENT_BY_SOCIAL_CARE)
    return np.where(sent, ROUTE_CODES.index("social_care"), route)


def _stays(world: World, centre: NDArray[np.int64], day: Days) -> NDArray[np.float64]:
    """Return the mean days families stay after the first three weeks, at middling distress."""
    is_scored = world.places.tracks_from[centre] <= day
    return np.asarray(_STAYS * np.exp(world.options.scores.tracking_stays * is_scored))


def _leaving(
    rng: np.random.Generator, day: Days, distress: NDArray[np.float32], known_to: Days, stays: NDArray[np.float64]
) -> Days:
    """Return the day families stop coming: sooner where distress is high, and at the latest when they move away."""
    mean = stays * np.exp(-_DISTRESS_LEAVES * distress.astype(float))
    left = day + 21 + np.floor(rng.exponential(size=len(day)) * mean).astype(np.int64)
    left = np.minimum(left, known_to)
    return np.where(left > LAST, NEVER, left)
