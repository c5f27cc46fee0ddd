"""The families of a county of scores: who they are, when they join, how their state moves, and when they are referred.

Months count from January 1970, days from 1 January 1970, as numpy does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from score_worlds import ScoreWorld

CENTRES, SCORING = 34, 19
FIRST_MONTH, LAST_MONTH = 450, 506  # July 2007, March 2012
JOINS_FROM, JOINS_TO = np.datetime64("2008-07-01"), np.datetime64("2011-03-31")
SCORING_FROM, SCORING_WITHIN = np.datetime64("2009-04-01"), 180
RECORDS_END = np.datetime64("2012-03-31")
NEVER = 10**6
JOIN_SHARE = 0.85
MIDDLE = 2.9
STATE_SPREAD = 0.75
STAY, SHORTEST, LONGEST = 130.0, 60, 360
REFERRED_A_YEAR = 0.09
"""Of families in the middle state, in the first tenth of deprivation's middle, with nothing else recorded."""
AREA_SPREAD, AREA_YEAR_SPREAD = 0.15, 0.10
"""Standard deviations of reach areas' log hazards of referral, lasting and from year to year."""
AGAIN = 0.35


@dataclass(frozen=True)
class People:
    """All that is settled before anyone is referred or scored; one entry a family but where a centre is said.

    ``births``: months, shape (families, 3), `NEVER` where there is no such child, the youngest first. ``joined``,
    ``left``: days, `NEVER` for families that never join. ``starts``, ``ends``: the true state at joining and from the
    end of the stay on; between them it moves evenly. ``trait``: another lasting thing, of the same spread. By centre:
    ``scores_from`` (a day or `NEVER`), ``adds`` (to change), ``level`` and ``yearly`` (to the log hazard; the latter of
    shape (centres, 5)).
    """

    centre: np.ndarray
    decile: np.ndarray
    lone_parent: np.ndarray
    young_parent: np.ndarray
    disability: np.ndarray
    births: np.ndarray
    joined: np.ndarray
    left: np.ndarray
    engagement: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    trait: np.ndarray
    scores_from: np.ndarray
    adds: np.ndarray
    is_outlying: np.ndarray
    level: np.ndarray
    yearly: np.ndarray

    @property
    def is_tracked(self) -> np.ndarray:
        """Which families joined a centre on or after the day it began to score."""
        return (self.joined < NEVER) & (self.joined >= self.scores_from[self.centre])


@dataclass(frozen=True)
class Life:
    """One entry a referral of a family, in order of day; ``referred_after_joining`` by family: within 365 days."""

    family: np.ndarray
    day: np.ndarray
    referred_after_joining: np.ndarray


def make_people(world: ScoreWorld, seed: int) -> People:
    """Make the county's centres and families."""
    rng, of_world = np.random.default_rng([seed, 0]), np.random.default_rng([seed, 1])
    deprived = rng.normal(0, 1, CENTRES)
    # The more deprived began to score sooner: what centres were before differs, and its course does not.
    chosen = np.argsort(-(0.5 * deprived + rng.normal(0, 1, CENTRES)))[:SCORING]
    scores_from = np.full(CENTRES, NEVER)
    scores_from[chosen] = SCORING_FROM.astype(int) + rng.integers(0, SCORING_WITHIN, SCORING)
    n = world.families
    centre = rng.choice(CENTRES, n, p=rng.dirichlet(np.full(CENTRES, 12.0)))
    decile = np.clip(np.rint(5.5 - 1.5 * deprived[centre] + rng.normal(0, 1.8, n)), 1, 10).astype(int)
    lone, young, disability = rng.random((3, n)) < [[0.35], [0.18], [0.10]]
    engagement, own, drawn, trait = rng.normal(size=(4, n))
    starts = MIDDLE + 0.06 * (decile - 5) - 0.25 * (lone - 0.35) - 0.2 * (young - 0.18) + STATE_SPREAD * own
    joined = rng.integers(JOINS_FROM.astype(int), JOINS_TO.astype(int) + 1, n)
    joined = np.where(rng.random(n) < JOIN_SHARE, joined, NEVER)
    adds, is_outlying = _centres_add(world, of_world, chosen)
    change = world.change + world.spread * (0.6 * engagement + 0.8 * drawn) + adds[centre]
    tracked = (joined < NEVER) & (joined >= scores_from[centre])
    stay = STAY * np.exp(world.stays * tracked) * rng.exponential(size=n)
    left = np.where(joined < NEVER, joined + np.clip(stay, SHORTEST, LONGEST).astype(int), NEVER)
    return People(
        centre=centre,
        decile=decile,
        lone_parent=lone,
        young_parent=young,
        disability=disability,
        births=_births(rng, joined),
        joined=joined,
        left=left,
        engagement=engagement,
        starts=starts,
        ends=np.where(joined < NEVER, starts + change, starts),
        trait=MIDDLE + (starts.std() if n > 1 else 1.0) * trait,
        scores_from=scores_from,
        adds=adds,
        is_outlying=is_outlying,
        level=rng.normal(0, AREA_SPREAD, CENTRES),
        yearly=rng.normal(0, AREA_YEAR_SPREAD, (CENTRES, 5)),
    )


def _centres_add(world: ScoreWorld, rng: np.random.Generator, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what each centre adds to change, and which are out of the ordinary: scoring ones, at random."""
    adds, is_outlying = world.centre_spread * rng.normal(size=CENTRES), np.zeros(CENTRES, dtype=bool)
    apart = rng.permutation(chosen)[: len(world.outlying)]
    adds[apart] += world.outlying
    is_outlying[apart] = True
    return adds, is_outlying


def _births(rng: np.random.Generator, joined: np.ndarray) -> np.ndarray:
    """Return birth months, youngest first: it is under four at joining, or in January 2010 where none joins."""
    n = len(joined)
    month = np.where(joined < NEVER, month_of(np.minimum(joined, 15000)), 480)
    youngest = month - rng.integers(0, 48, n)
    births = youngest[:, None] - np.cumsum(np.column_stack([np.zeros(n, int), rng.integers(16, 40, (n, 2))]), axis=1)
    births[np.arange(3) >= rng.choice([1, 2, 3], n, p=[0.45, 0.40, 0.15])[:, None]] = NEVER
    return births


def month_of(day: np.ndarray) -> np.ndarray:
    """Return the month of each day."""
    return np.asarray(day).astype("datetime64[D]").astype("datetime64[M]").astype(int)


def state_on(people: People, day: np.ndarray) -> np.ndarray:
    """Return every family's true state on a day each, or on one day."""
    stay = np.maximum(people.left - people.joined, 1)
    part = np.where(people.joined < NEVER, np.clip((day - people.joined) / stay, 0, 1), 0)
    return people.starts + part * (people.ends - people.starts)


def live(people: People, meaning: float, tracking: float, seed: list[int]) -> Life:
    """Live month by month; the same seed is the same luck, whatever tracking does."""
    rng, n = np.random.default_rng(seed), len(people.centre)
    eldest = np.where(people.births < NEVER, people.births, NEVER).min(axis=1)
    fixed = np.log(REFERRED_A_YEAR / 12) - 0.05 * (people.decile - 5) + people.level[people.centre]
    fixed = fixed + 0.3 * people.lone_parent + 0.25 * people.young_parent + 0.4 * people.disability
    month_joined = np.where(people.joined < NEVER, month_of(np.minimum(people.joined, 15500)), NEVER)
    referred, events = np.zeros((n, LAST_MONTH - FIRST_MONTH + 1), dtype=bool), []
    for place, month in enumerate(range(FIRST_MONTH, LAST_MONTH + 1)):
        first = np.datetime64(month, "M").astype("datetime64[D]").astype(int)
        luck, weekday = rng.random(n), rng.integers(0, 28, n)
        state = state_on(people, np.full(n, first + 14))
        before = np.minimum(referred[:, max(0, place - 12) : place].sum(axis=1), 2)
        log_hazard = fixed - meaning * (state - MIDDLE) + AGAIN * before
        log_hazard = log_hazard + people.yearly[people.centre, (month - FIRST_MONTH) // 12]
        log_hazard = log_hazard + tracking * (people.is_tracked & (month > month_joined))
        referred[:, place] = (luck < -np.expm1(-np.exp(log_hazard))) & (eldest <= month)
        who = np.flatnonzero(referred[:, place])
        events.append(np.column_stack([who, first + weekday[who]]))
    family, day = np.concatenate(events).T
    order = np.lexsort((family, day))
    family, day = family[order], day[order]
    since = day - people.joined[family]
    soon = np.bincount(family[(since > 0) & (since <= 365)], minlength=n) > 0
    return Life(family, day, soon)
