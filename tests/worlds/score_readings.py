"""How families of a county of scores are scored: by whom, how truly, who is scored again, and who twice in a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from score_life import CENTRES, People

if TYPE_CHECKING:
    from score_worlds import ScoreWorld

WHO = ("family", "worker", "together", "worker_only")
WORKERS = (3, 6)
SCORED, SAME_WORKER = 0.95, 0.8
RECORDED = {"constant": 0.7, "start": -1.2, "worker_only": -1.3, "lone_parent": -0.8}
"""Log odds of an end score where it is missing by what is recorded: ``start`` for each point of the first score above
3, the others where they are so."""


@dataclass(frozen=True)
class Readings:
    """The scored families, one entry each, and the score each would have at its end whether it was given or not.

    ``family`` indexes people. ``start``, ``end``: scores as their worker gives them; ``end_uncrept``: without what
    creep added; ``end_unchanged``: had its state stayed as at the start, and nothing crept. ``is_followed``: whether
    there is an end score, and ``chance`` how likely that was. ``start_by``, ``end_by``: workers, from 0 within the
    centre; ``start_who``, ``end_who`` index `WHO`. ``is_double`` whether scored twice on both days, with
    ``second_start``, ``second_end`` by ``second_start_by``, ``second_end_by``.
    """

    family: np.ndarray
    start_on: np.ndarray
    end_on: np.ndarray
    start: np.ndarray
    end: np.ndarray
    end_uncrept: np.ndarray
    end_unchanged: np.ndarray
    is_followed: np.ndarray
    chance: np.ndarray
    start_by: np.ndarray
    end_by: np.ndarray
    start_who: np.ndarray
    end_who: np.ndarray
    is_double: np.ndarray
    second_start: np.ndarray
    second_end: np.ndarray
    second_start_by: np.ndarray
    second_end_by: np.ndarray


def make_readings(world: ScoreWorld, people: People, seed: int) -> Readings:
    """Score families that joined a centre once it scored."""
    rng = np.random.default_rng([seed, 3])
    family = np.flatnonzero(people.is_tracked & (rng.random(len(people.centre)) < SCORED))
    n, centre = len(family), people.centre[family]
    start_on, end_on = people.joined[family] + rng.integers(0, 22, n), people.left[family]
    end_on = np.maximum(end_on, start_on + 28)
    workers = rng.integers(*WORKERS, CENTRES)
    lenient = rng.normal(0, world.habit, (CENTRES, WORKERS[1]))
    start_by, other = np.floor(rng.random((2, n)) * workers[centre]).astype(int)
    end_by = np.where(rng.random(n) < SAME_WORKER, start_by, other)
    sees = _sees(world, people, family, rng)
    error = world.error * rng.normal(size=(5, n))
    years = np.maximum(end_on - people.scores_from[centre], 0) / 365.25
    seen_end = sees[1] + lenient[centre, end_by] + error[1]
    start = _mark(sees[0] + lenient[centre, start_by] + error[0])
    alone = 1 / (1 + np.exp(1.6 + 1.2 * people.engagement[family]))
    start_who, end_who = np.where(rng.random((2, n)) < alone, 3, rng.choice(3, (2, n), p=[0.2, 0.25, 0.55]))
    chance = _chance(world.followed, people, family, start, start_who)
    # Another worker than the one who scored first: so many places on, and round.
    on = 1 + np.floor(rng.random((2, n)) * (workers[centre] - 1)).astype(int)
    others = (np.stack([start_by, end_by]) + on) % workers[centre]
    return Readings(
        family=family,
        start_on=start_on,
        end_on=end_on,
        start=start,
        end=_mark(seen_end + world.creep * years),
        end_uncrept=_mark(seen_end),
        end_unchanged=_mark(sees[2] + lenient[centre, end_by] + error[2]),
        is_followed=rng.random(n) < chance,
        chance=chance,
        start_by=start_by,
        end_by=end_by,
        start_who=start_who,
        end_who=end_who,
        is_double=rng.random(n) < world.double,
        second_start=_mark(sees[3] + lenient[centre, others[0]] + error[3]),
        second_end=_mark(sees[4] + lenient[centre, others[1]] + error[4]),
        second_start_by=others[0],
        second_end_by=others[1],
    )


def _sees(world: ScoreWorld, people: People, family: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what scorers look at, shape (5, scored).

    At the start; at the end; at the end had nothing changed; and what second scorers of start and end look at.
    """
    starts, ends = people.starts[family], people.ends[family]
    own = rng.normal(size=(5, len(family)))
    if world.reads == "nothing":
        return starts.mean() + starts.std() * own
    if world.reads == "trait":
        starts, ends = people.trait[family], people.trait[family] + ends - starts
    return np.stack([starts, ends, starts, starts, ends])


def _chance(followed: str, people: People, family: np.ndarray, start: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Return each family's chance of an end score."""
    ends, engagement = people.ends[family], people.engagement[family]
    if followed == "most":
        return np.full(len(family), 0.92)
    if followed == "half":
        log_odds = 0.8 * engagement + 0.6 * (ends - ends.mean())
    elif followed == "hidden":
        log_odds = 0.4 + 1.2 * (ends - ends.mean())
    elif followed == "low":
        log_odds = 1.5 * (2.8 - start)
    else:
        log_odds = RECORDED["constant"] + RECORDED["start"] * (start - 3) + RECORDED["worker_only"] * (who == 3)
        log_odds = log_odds + RECORDED["lone_parent"] * people.lone_parent[family]
    return 1 / (1 + np.exp(-log_odds))


def _mark(seen: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(seen), 1, 5).astype(int)
