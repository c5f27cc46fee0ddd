"""What would have become of the same families: the year after each joining, lived many times each way.

Every eligible family that joined is put back to how it stood on its joining day and lives the next 365 days by the
same daily step (`life.Lives`), once as joined, once as not joined on that day (it may join later, at its own natural
hazard), and once as never joining. The three ways share their draws, so that without an effect they do not differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.progress import Progress, silent
from toolkit.simulate.calendar import (
    FIRST_MONTH,
    LAST_MONTH,
    NEVER,
    TRIALS_FROM,
    TRIALS_TO,
    day_number,
    joining_weights,
    month_of,
    month_start,
    referral_weights,
)
from toolkit.simulate.county_life import Story, shut_factor
from toolkit.simulate.families import Families
from toolkit.simulate.hazards import DISTRESS_JOINS, PERSISTENCE, YEAR, ages, standing
from toolkit.simulate.life import Diary, Lives
from toolkit.simulate.options import CountyOptions
from toolkit.simulate.world import World

Units = NDArray[np.int64]

WAYS = ("joined", "not_joined", "never_joined")
FOLLOW_UP = 365
_MONTHS = 14


@dataclass(frozen=True, slots=True)
class Joiners:
    """Families that joined for the first time in a trial month while they had a child under five.

    Attributes
    ----------
    family, day
        The family and its joining day.
    children
        Children born and under 18 on that day.
    """

    family: Units
    day: Units
    children: Units

    def __len__(self) -> int:
        return len(self.family)


@dataclass(frozen=True, slots=True)
class Future:
    """Family referrals in the year after joining, in all repeats; one entry a referral.

    ``unit`` is repeat × joiners + joiner; ``day`` counts from the joining day; ``is_extra`` marks a
    centre's own extra referral.
    """

    unit: Units
    day: Units
    is_extra: NDArray[np.bool_]


def joiners_of(families: Families, story: Story) -> Joiners:
    """Return the eligible joiners of the trial months."""
    within = (story.joined >= day_number(TRIALS_FROM)) & (story.joined <= day_number(TRIALS_TO))
    family = np.flatnonzero(within)
    day = story.joined[family]
    children, _ = ages(families.births[family], month_of(day))
    return Joiners(family, day, children)


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds the joiners in their year, the same in every way and repeat.

    ``log_referral``, ``log_joining`` and ``shut`` by joiner and month from the month of joining, shape (joiners, 14);
    ``offset`` the month each relative day (0 to 365) falls in, shape (joiners, 366); the paces by joiner and relative
    day; ``scores`` whether the centre of the reach area scores families, by joiner and month, shape (joiners, 14);
    ``past_joiner`` and ``past_ago`` the referral days of the year before, as joiner and days before joining.
    """

    log_referral: NDArray[np.float64]
    log_joining: NDArray[np.float64]
    shut: NDArray[np.float64]
    scores: NDArray[np.bool_]
    offset: Units
    referral_pace: NDArray[np.float64]
    joining_pace: NDArray[np.float64]
    distress: NDArray[np.float64]
    past_joiner: Units
    past_ago: Units


def setting_of(world: World, story: Story, joiners: Joiners, past: Units) -> Setting:
    """Return the joiners' setting; ``past`` are the rows of the story's referrals that `past_of` found."""
    month, centre = month_of(joiners.day), world.families.centre[joiners.family]
    stands = [standing(world, joiners.family, month + k) for k in range(_MONTHS)]
    shut = np.array([shut_factor(world.places, int(month_start(m))) for m in range(FIRST_MONTH, LAST_MONTH + 1)])
    later = np.minimum(month[:, None] + np.arange(_MONTHS), LAST_MONTH) - FIRST_MONTH
    days = joiners.day[:, None] + np.arange(FOLLOW_UP + 1)
    of_day = month_of(days)
    place = np.searchsorted(joiners.family, story.referred[past])
    return Setting(
        log_referral=np.column_stack([stand.log_referral for stand in stands]),
        log_joining=np.column_stack([stand.log_joining for stand in stands]),
        shut=shut[later, centre[:, None]],
        scores=world.places.tracks_from[centre][:, None] <= month_start(month[:, None] + np.arange(_MONTHS)),
        offset=of_day - month[:, None],
        referral_pace=story.referral_pace[of_day - FIRST_MONTH] * referral_weights(days),
        joining_pace=story.joining_pace[of_day - FIRST_MONTH] * joining_weights(days),
        distress=story.distress[joiners.family, month - FIRST_MONTH].astype(float),
        past_joiner=place,
        past_ago=joiners.day[place] - story.referred_on[past],
    )


def past_of(story: Story, joiners: Joiners) -> Units:
    """Return the rows of the story's referrals in the year up to each joiner's joining day, that day included."""
    joined = story.joined[story.referred]
    ago = joined - story.referred_on
    return np.flatnonzero((ago >= 0) & (ago < YEAR) & np.isin(story.referred, joiners.family))


def live_again(
    setting: Setting,
    options: CountyOptions,
    way: str,
    seeds: np.random.SeedSequence,
    repeats: int,
    progress: Progress = silent,
) -> Future:
    """Live the joiners' next 365 days ``repeats`` times in one of `WAYS`."""
    joiners = len(setting.distress)
    rngs = _generators(seeds, way)
    distress_rng = rngs.pop("distress")
    lives = Lives(joiners * repeats, options, rngs)
    distress = np.tile(setting.distress, repeats)
    every = np.arange(joiners * repeats)
    _set_month(lives, setting, options, distress, every, 0)
    units = (setting.past_joiner + joiners * np.arange(repeats)[:, None]).ravel()
    lives.remember(units, np.tile(-setting.past_ago, repeats), today=0)
    if way == "joined":
        lives.join(every, 0)
    spread = np.sqrt(1 - PERSISTENCE**2)
    diary = Diary()
    for day in range(1, FOLLOW_UP + 1):
        progress("Living the families' other futures", day / FOLLOW_UP)
        lives.begin(day)
        turned = np.flatnonzero(setting.offset[:, day] > setting.offset[:, day - 1])
        changed = (turned + joiners * np.arange(repeats)[:, None]).ravel()
        distress[changed] *= PERSISTENCE
        distress[changed] += spread * distress_rng.standard_normal(len(changed))
        _set_month(lives, setting, options, distress, every if day == 1 else changed, day)
        by_others, by_centre, joining = lives.run(setting.referral_pace[:, day], setting.joining_pace[:, day])
        lives.join(joining, day)
        diary.note(day, by_others, by_centre)
    return Future(*diary.read())


def _generators(seeds: np.random.SeedSequence, way: str) -> dict[str, np.random.Generator]:
    """Return the generators of a way of living: the same ones for every way, but a clock for joining only where due."""
    kinds = ("referral", "centre", "distress", "joining") if way == "not_joined" else ("referral", "centre", "distress")
    keys = {"referral": 0, "centre": 1, "distress": 2, "joining": 3}
    return {
        kind: np.random.default_rng(np.random.SeedSequence(seeds.entropy, spawn_key=(*seeds.spawn_key, keys[kind])))
        for kind in kinds
    }


def _set_month(
    lives: Lives,
    setting: Setting,
    options: CountyOptions,
    distress: NDArray[np.float64],
    units: Units,
    day: int,
) -> None:
    """Set units' hazards to the month of a relative day."""
    joiner = units % len(setting.distress)
    month = setting.offset[joiner, day]
    hidden = options.hidden * distress[units] - options.hidden**2 / 2
    lives.base_referral[units] = np.exp(setting.log_referral[joiner, month] + hidden)
    if options.scores.tracking_referrals:
        since = setting.offset[joiner, np.minimum(lives.joined[units], FOLLOW_UP)]
        is_scored = (lives.joined[units] < NEVER) & (since < month) & setting.scores[joiner, month]
        lives.base_referral[units] *= np.where(is_scored, np.exp(options.scores.tracking_referrals), 1.0)
    log_joining = setting.log_joining[joiner, month] + DISTRESS_JOINS * distress[units]
    lives.base_joining[units] = np.exp(log_joining) * setting.shut[joiner, month]
    lives.refresh(units)
