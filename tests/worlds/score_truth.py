"""What is so in a county of scores, to hold what studies say against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from score_life import CENTRES, NEVER, Life, People
from score_readings import Readings

if TYPE_CHECKING:
    from score_worlds import ScoreWorld


@dataclass(frozen=True)
class ScoreTruth:
    """What is so; "all" are the families scored at their start, whether they were scored again or not.

    ``families``: one row each of all: ``family_id``, ``centre_id``, ``start``, ``end`` (the end score it would have
    been given), ``end_uncrept``, ``end_unchanged`` (had its state not changed), ``state_start``, ``state_end``,
    ``is_followed``, ``chance_followed``, ``referred`` (within 365 days after its start score).

    ``mean_change``: mean true change of state of all, in points. ``mean_score_change``, ``share_improved``,
    ``share_worse``: of the scores of all, as workers would give them, had all been scored again. The same with
    ``_uncrept``: without what workers' creep added. ``regression_to_the_mean``: mean score change of those followed up
    had no state changed and nothing crept; ``unchanged_by_start``: the same of all, by first score.

    ``centre_adds``: by ``centre_id`` of scoring centres, points added to true change; ``outlying``: those out of the
    ordinary. ``meaning``: log hazard of referral for a point of what scores see (0 where they see something else).
    ``tracking``, ``stays``: log hazard ratio of referral and log ratio of stays; see `ScoreCounty.tracking_difference`.
    """

    families: pd.DataFrame
    mean_change: float
    mean_score_change: float
    mean_score_change_uncrept: float
    share_improved: float
    share_improved_uncrept: float
    share_worse: float
    regression_to_the_mean: float
    unchanged_by_start: dict[int, float]
    share_followed: float
    centre_adds: dict[str, float]
    outlying: tuple[str, ...]
    meaning: float
    tracking: float
    stays: float


def true_scores(world: ScoreWorld, people: People, life: Life, readings: Readings) -> ScoreTruth:
    """Return what is so in a county."""
    of = readings.family
    frame = pd.DataFrame(
        {
            "family_id": family_names(of),
            "centre_id": centre_names(people.centre[of]),
            "start": readings.start,
            "end": readings.end,
            "end_uncrept": readings.end_uncrept,
            "end_unchanged": readings.end_unchanged,
            "state_start": people.starts[of],
            "state_end": people.ends[of],
            "is_followed": readings.is_followed,
            "chance_followed": readings.chance,
            "referred": _referred(life, readings),
        }
    )
    change, uncrept = (frame[name] - frame["start"] for name in ("end", "end_uncrept"))
    unchanged = frame["end_unchanged"] - frame["start"]
    scoring = np.flatnonzero(people.scores_from < NEVER)
    return ScoreTruth(
        families=frame,
        mean_change=float((frame["state_end"] - frame["state_start"]).mean()),
        mean_score_change=float(change.mean()),
        mean_score_change_uncrept=float(uncrept.mean()),
        share_improved=float((change > 0).mean()),
        share_improved_uncrept=float((uncrept > 0).mean()),
        share_worse=float((change < 0).mean()),
        regression_to_the_mean=float(unchanged[frame["is_followed"]].mean()),
        unchanged_by_start={int(score): float(of.mean()) for score, of in unchanged.groupby(frame["start"])},
        share_followed=float(frame["is_followed"].mean()),
        centre_adds=dict(zip(centre_names(scoring), people.adds[scoring].tolist(), strict=True)),
        outlying=tuple(centre_names(np.flatnonzero(people.is_outlying))),
        meaning=-world.meaning if world.reads == "need" else 0.0,
        tracking=world.tracking,
        stays=world.stays,
    )


def _referred(life: Life, readings: Readings) -> np.ndarray:
    """Return which scored families are referred within 365 days after their start score."""
    starts = np.full(max(readings.family.max(), life.family.max()) + 1, NEVER)
    starts[readings.family] = readings.start_on
    since = life.day - starts[life.family]
    found = np.bincount(life.family[(since > 0) & (since <= 365)], minlength=len(starts)) > 0
    return found[readings.family]


def family_names(numbers: np.ndarray) -> list[str]:
    """Return pseudonyms of families."""
    return [f"F{number:06d}" for number in numbers]


def centre_names(numbers: np.ndarray) -> list[str]:
    """Return the numbers of centres, as records have them."""
    names = [f"C{number + 1:02d}" for number in range(CENTRES)]
    return [names[number] for number in numbers]
