"""Progress scores at the tracking centres: a family's true state seen through a worker's habits, from joining on.

Families join when distress is worst, so scores improve on average even where centres do nothing; families still in
distress, and those that do not engage, are the likelier to have no second score; each worker is lenient or strict in
her own way; and some workers' end scores creep up from year to year. What a reading tells of the coming year (see
`_foreseen`) is drawn from what did come, so that no other part of the county depends on its scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import FIRST_MONTH, LAST, NEVER, month_of
from toolkit.simulate.county_life import Story
from toolkit.simulate.families import Families
from toolkit.simulate.hazards import YEAR
from toolkit.simulate.registrations import Registrations
from toolkit.simulate.score_options import ScoreOptions
from toolkit.simulate.scorers import WHO_ADDS, WHO_CODES, Scorers, make_scorers, who_scores
from toolkit.simulate.world import World
from toolkit.tables.progress_scores import STAGES

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

STAGE_CODES = tuple(STAGES)
HIGHER_IS = "better"
GAIN, GAIN_DAYS = 0.40, 120.0
"""Points that support adds in the end where centres prevent, and the days in which it gets two thirds of the way."""
STREAMS = ("scores", "engagement", "who_scored", "drift", "second_scoring", "foreseen")
"""The streams of random numbers that scores are drawn from."""

_MIDDLE, _PER_DISTRESS, _PER_TENTH, _LONE = 3.3, -0.75, 0.05, -0.2
_SAME_WORKER = 0.75
_STARTS_AT, _STARTS_PER_DISTRESS = 0.4, 0.5  # log odds that a family is scored at all
_REVIEW_AT, _END_AT = 1.0, 0.9  # log odds of a reading that is due


@dataclass(frozen=True, slots=True)
class Stays:
    """Families' first stays at centres that score, scored or not; the last three of shape (stages, stays).

    Attributes
    ----------
    family, centre, joined
        Who, where, and the day of joining.
    engagement
        Standard normal: how readily a family works with its centre. No table holds it.
    due, has
        The day of each stage's reading, and whether there is one.
    state
        The true state on that day, in points of the score.
    """

    family: Ints
    centre: Ints
    joined: Days
    engagement: Floats
    due: Days
    has: Bools
    state: Floats


@dataclass(frozen=True, slots=True)
class Scores:
    """One entry a reading.

    ``stage`` indexes `STAGE_CODES`, ``who`` indexes `scorers.WHO_CODES`, ``worker`` counts from 0 within the centre;
    ``is_second`` marks an independent second scoring of the same day; ``stay`` indexes ``stays``; ``crept`` is what
    the worker's drift added, in points.
    """

    stay: Ints
    family: Ints
    centre: Ints
    day: Days
    stage: Ints
    score: Ints
    worker: Ints
    who: Ints
    is_second: Bools
    crept: Floats
    stays: Stays
    scorers: Scorers


def make_scores(
    rngs: dict[str, np.random.Generator],
    world: World,
    story: Story,
    registrations: Registrations,
) -> Scores:
    """Return the readings of families' first registrations at centres that score.

    Parameters
    ----------
    rngs
        By name, each of `STREAMS`.
    """
    families, places, options, rng = world.families, world.places, world.options.scores, rngs["scores"]
    of = np.flatnonzero(registrations.is_first & (registrations.day >= places.tracks_from[registrations.centre]))
    family, centre, joined = registrations.family[of], registrations.centre[of], registrations.day[of]
    scorers = make_scorers(rng, rngs["drift"], options)
    usual = scorers.of(centre, rng.random(len(of)))
    engagement = rngs["engagement"].normal(size=len(of))
    due, has = _due(rng, story, family, joined, registrations.left[of], engagement, options)
    state = _level(families, story, family, due)
    if world.options.prevents:
        state += GAIN * -np.expm1(-(due - joined) / GAIN_DAYS)
    state -= options.meaning * _PER_DISTRESS**2 * _foreseen(rngs["foreseen"], families, story, family, due)
    has &= due <= np.minimum(LAST, families.known_to[family])
    stays = Stays(family, centre, joined, engagement, due, has, state)
    who = who_scores(rngs["who_scored"], engagement, len(STAGE_CODES))
    parts = []
    for stage in range(len(STAGE_CODES)):
        other = scorers.of(centre, rng.random(len(of)))
        worker = np.where((stage == 0) | (rng.random(len(of)) < _SAME_WORKER), usual, other)
        noise = rng.normal(0, options.error, len(of))
        crept = np.zeros(len(of))
        if STAGE_CODES[stage] == "end":
            years = np.maximum(due[stage] - places.tracks_from[centre], 0) / 365.25
            crept = scorers.creep[centre, worker] * years
        row = np.flatnonzero(has[stage])
        seen = state[stage] + scorers.leniency[centre, worker] + crept + noise + _ADDS[who[stage]]
        parts.append((row, np.full(len(row), stage), _marked(seen[row]), worker[row], who[stage][row], crept[row]))
    first = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return _both(first, _second(rngs["second_scoring"], stays, scorers, first, options), stays, scorers)


def _second(
    rng: np.random.Generator, stays: Stays, scorers: Scorers, first: list[NDArray[np.generic]], options: ScoreOptions
) -> list[NDArray[np.generic]]:
    """Return the second scorings of starts and ends, in the columns of the first.

    They are by another worker, who sees the family but not the score, and has no work of her own to mark.
    """
    is_double = rng.random(len(stays.family)) < options.double
    lot, noise = rng.random(stays.due.shape), rng.normal(0, options.error, stays.due.shape)
    stay, stage, worker = (first[place].astype(np.int64) for place in (0, 1, 3))
    row = np.flatnonzero(is_double[stay] & (stage != STAGE_CODES.index("review")))
    stay, stage = stay[row], stage[row]
    centre = stays.centre[stay]
    other = scorers.another(centre, worker[row], lot[stage, stay])
    seen = stays.state[stage, stay] + scorers.leniency[centre, other] + noise[stage, stay]
    return [stay, stage, _marked(seen), other, np.full(len(row), WHO_CODES.index("worker")), np.zeros(len(row))]


def _both(
    first: list[NDArray[np.generic]], second: list[NDArray[np.generic]], stays: Stays, scorers: Scorers
) -> Scores:
    """Return first and second scorings in order of day, family and stage, a second after its first."""
    stay, stage, score, worker, who, crept = (np.concatenate(pair) for pair in zip(first, second, strict=True))
    is_second = np.arange(len(stay)) >= len(first[0])
    day = stays.due[stage, stay]
    order = np.lexsort((is_second, stage, stays.family[stay], day))
    stay = stay[order]
    return Scores(
        stay=stay,
        family=stays.family[stay],
        centre=stays.centre[stay],
        day=day[order],
        stage=stage[order],
        score=score[order],
        worker=worker[order],
        who=who[order],
        is_second=is_second[order],
        crept=crept[order],
        stays=stays,
        scorers=scorers,
    )


def _due(
    rng: np.random.Generator,
    story: Story,
    family: Ints,
    joined: Days,
    left: Days,
    engagement: Floats,
    options: ScoreOptions,
) -> tuple[Days, Bools]:
    """Return, for start, review and end, the day of each family's reading and whether there is one."""
    start = joined + rng.integers(0, 22, len(family))
    scored = _chance(rng, _STARTS_AT + _STARTS_PER_DISTRESS * _distress(story, family, start))
    review = start + rng.integers(80, 160, len(family))
    lasting = options.lost_unengaged * engagement - options.lost_in_distress * _distress(story, family, review)
    reviewed = (review <= left) & _chance(rng, _REVIEW_AT + lasting)
    end = np.maximum(left - rng.integers(0, 15, len(family)), review + 14)
    has_left = (left < NEVER) & (end <= left + 28)
    lasting = options.lost_unengaged * engagement - options.lost_in_distress * _distress(story, family, end)
    ended = has_left & _chance(rng, _END_AT + lasting)
    return np.stack([start, review, end]), np.stack([scored, scored & reviewed, scored & ended])


def _foreseen(rng: np.random.Generator, families: Families, story: Story, family: Ints, due: Days) -> Bools:
    """Return whether each family is referred within a year of each due day.

    A state lower by m·v where a referral follows, and otherwise normal with variance v, has a log odds of referral
    that falls by m for each point, whatever else is known (two normal groups of one variance: Bayes' rule). Where
    the year after a reading is not all lived through here, what is unseen of it is drawn at the others' rate.
    """
    key = np.sort(story.referred * NEVER + story.referred_on)
    at = family * NEVER + np.minimum(due, LAST)
    follows = np.searchsorted(key, at + YEAR, "right") > np.searchsorted(key, at, "right")
    seen = np.clip((np.minimum(LAST, families.known_to[family]) - due) / YEAR, 0, 1)
    rate = follows[seen == 1].mean() if (seen == 1).any() else 0.0
    return np.asarray(follows | (rng.random(due.shape) < rate * (1 - seen)))


def _distress(story: Story, family: Ints, day: Days) -> Floats:
    month = month_of(np.minimum(day, LAST)) - FIRST_MONTH
    return story.distress[family, month].astype(float)


def _level(families: Families, story: Story, family: Ints, day: Days) -> Floats:
    return np.asarray(
        _MIDDLE
        + _PER_DISTRESS * _distress(story, family, day)
        + _PER_TENTH * (families.decile[family] - 5.5)
        + _LONE * families.lone_parent[family]
    )


def _marked(seen: Floats) -> Ints:
    return np.clip(np.rint(seen), 1, 5).astype(np.int64)


def _chance(rng: np.random.Generator, log_odds: Floats) -> Bools:
    return rng.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))


_ADDS = np.array([WHO_ADDS[code] for code in WHO_CODES])
