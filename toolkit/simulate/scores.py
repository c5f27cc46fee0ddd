"""Progress scores at the tracking centres: distress seen through a worker's habits, from the day of joining on.

Families join when distress is worst, so scores improve on average even where centres do nothing; families still in
distress are the likelier to have no second score; and each worker is lenient or strict in her own way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import FIRST_MONTH, LAST, NEVER, month_of
from toolkit.simulate.county_life import Story
from toolkit.simulate.families import Families
from toolkit.simulate.places import CENTRES, Places
from toolkit.simulate.registrations import Registrations
from toolkit.tables.progress_scores import STAGES

Floats = NDArray[np.float64]
Days = NDArray[np.int64]

STAGE_CODES = tuple(STAGES)
HIGHER_IS = "better"
GAIN, GAIN_DAYS = 0.40, 120.0
"""Points that support adds in the end where centres prevent, and the days in which it gets two thirds of the way."""

_MIDDLE, _PER_DISTRESS, _PER_TENTH, _LONE = 3.3, -0.75, 0.05, -0.2
_NOISE, _HABIT = 0.55, 0.40
_WORKERS = (3, 7)
_SAME_WORKER = 0.75
_STARTS_AT, _STARTS_PER_DISTRESS = 0.4, 0.5  # log odds that a family is scored at all
_REVIEW_AT, _END_AT, _SEEN_PER_DISTRESS = 1.0, 0.9, -0.6  # log odds of a reading that is due


@dataclass(frozen=True, slots=True)
class Scores:
    """One entry a reading; ``stage`` indexes `STAGE_CODES`, ``worker`` counts from 0 within the centre."""

    family: NDArray[np.int64]
    centre: NDArray[np.int64]
    day: Days
    stage: NDArray[np.int64]
    score: NDArray[np.int64]
    worker: NDArray[np.int64]


def make_scores(
    rng: np.random.Generator,
    families: Families,
    places: Places,
    story: Story,
    registrations: Registrations,
    *,
    gains: bool,
) -> Scores:
    """Return the readings of families' first registrations at centres that score.

    Parameters
    ----------
    gains
        Whether support itself raises scores.
    """
    of = np.flatnonzero(registrations.is_first & (registrations.day >= places.tracks_from[registrations.centre]))
    family, centre, joined = registrations.family[of], registrations.centre[of], registrations.day[of]
    habits, workers = _habits(rng)
    usual = np.floor(rng.random(len(of)) * workers[centre]).astype(np.int64)
    parts = []
    for stage, (day, has) in enumerate(_due(rng, story, family, joined, registrations.left[of])):
        other = np.floor(rng.random(len(of)) * workers[centre]).astype(np.int64)
        worker = np.where((stage == 0) | (rng.random(len(of)) < _SAME_WORKER), usual, other)
        gain = GAIN * -np.expm1(-(day - joined) / GAIN_DAYS) if gains else 0.0
        seen = _level(families, story, family, day) + gain + habits[centre, worker] + rng.normal(0, _NOISE, len(of))
        score = np.clip(np.rint(seen), 1, 5).astype(np.int64)
        row = np.flatnonzero(has & (day <= np.minimum(LAST, families.known_to[family])))
        parts.append((family[row], centre[row], day[row], np.full(len(row), stage), score[row], worker[row]))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.lexsort((columns[3], columns[0], columns[2]))
    return Scores(*(column[order] for column in columns))


def _due(
    rng: np.random.Generator, story: Story, family: NDArray[np.int64], joined: Days, left: Days
) -> list[tuple[Days, NDArray[np.bool_]]]:
    """Return, for start, review and end, the day of each family's reading and whether there is one."""
    start = joined + rng.integers(0, 22, len(family))
    scored = _chance(rng, _STARTS_AT + _STARTS_PER_DISTRESS * _distress(story, family, start))
    review = start + rng.integers(80, 160, len(family))
    reviewed = (review <= left) & _chance(rng, _REVIEW_AT + _SEEN_PER_DISTRESS * _distress(story, family, review))
    end = np.maximum(left - rng.integers(0, 15, len(family)), review + 14)
    has_left = (left < NEVER) & (end <= left + 28)
    ended = has_left & _chance(rng, _END_AT + _SEEN_PER_DISTRESS * _distress(story, family, end))
    return [(start, scored), (review, scored & reviewed), (end, scored & ended)]


def _distress(story: Story, family: NDArray[np.int64], day: Days) -> Floats:
    month = month_of(np.minimum(day, LAST)) - FIRST_MONTH
    return story.distress[family, month].astype(float)


def _level(families: Families, story: Story, family: NDArray[np.int64], day: Days) -> Floats:
    return np.asarray(
        _MIDDLE
        + _PER_DISTRESS * _distress(story, family, day)
        + _PER_TENTH * (families.decile[family] - 5.5)
        + _LONE * families.lone_parent[family]
    )


def _habits(rng: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
    """Return each worker's leniency in points, shape (centres, most workers), and how many each centre has."""
    workers = rng.integers(*_WORKERS, CENTRES)
    return rng.normal(0, _HABIT, (CENTRES, _WORKERS[1])), workers


def _chance(rng: np.random.Generator, log_odds: Floats) -> NDArray[np.bool_]:
    return rng.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))
