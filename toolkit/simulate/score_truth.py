"""What the simulated scores truly are: what ``truth.json`` says of them under ``_about``, ``scores``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.simulate.calendar import LAST, NEVER
from toolkit.simulate.places import Places
from toolkit.simulate.score_options import ScoreOptions
from toolkit.simulate.scorers import WHO_ADDS, worker_ids
from toolkit.simulate.scores import STAGE_CODES, Scores

START, REVIEW, END = (STAGE_CODES.index(stage) for stage in ("start", "review", "end"))
TEXT = {
    "state": "A family's true state in points of the score, before leniency, drift, who scored, error, rounding and "
    "the ends of the scale. No table holds it.",
    "meaning": "What a point of state takes off the log odds that the family is referred within 365 days after a "
    "reading, beyond all that is recorded, and beyond what the option hidden does.",
    "reliability": "Variance of state over that of what a worker would write before rounding, among families scored at "
    "the start: the correlation expected of two workers' scores of the same day.",
    "drift": "Workers whose end scores, and no others, creep up by so many points a year since their centre began to "
    "score; and by how much that raised the county's end scores on average. Second scorings do not creep.",
    "second_scores": "What a standard deviation of distress and of engagement add to the log odds of a later score.",
    "change": "Mean change of state from start to the day a review was due, of all families scored at the start and of "
    "those reviewed, in points.",
    "tracking": "What scoring as such adds to the log hazard of referral and to the log of the mean length of stay.",
}


def true_scores(scores: Scores, places: Places, options: ScoreOptions) -> dict[str, Any]:
    """Return what is true of a county's scores, each beside a sentence of what it is, in ``text``.

    Shares and means of nothing are None.
    """
    return {
        "meaning_log_odds_a_point": -options.meaning,
        "error_sd": options.error,
        "habit_sd": options.habit,
        "reliability": _reliability(scores, options),
        "who_scored_adds": dict(WHO_ADDS),
        "double_scored_families": len(np.unique(scores.family[scores.is_second])),
        "drift": _drift(scores, places, options),
        "second_scores": {"per_distress": -options.lost_in_distress, "per_engagement": options.lost_unengaged},
        "change": _change(scores),
        "tracking": {
            "centres": int((places.tracks_from < NEVER).sum()),
            "log_hazard_of_referral": options.tracking_referrals,
            "log_length_of_stay": options.tracking_stays,
        },
        "text": TEXT,
    }


def _reliability(scores: Scores, options: ScoreOptions) -> float | None:
    state = scores.stays.state[START][scores.stays.has[START]]
    if len(state) < 2:
        return None
    varies = float(state.var())
    whole = varies + options.error**2 + options.habit**2
    return round(varies / whole, 4) if whole > 0 else None


def _drift(scores: Scores, places: Places, options: ScoreOptions) -> dict[str, Any]:
    is_worker = np.arange(scores.scorers.creep.shape[1]) < scores.scorers.count[:, None]
    is_here = is_worker & (places.tracks_from < NEVER)[:, None]
    centre, worker = np.nonzero(is_here & (scores.scorers.creep > 0))
    ends = (scores.stage == END) & ~scores.is_second
    return {
        "points_a_year": options.drift,
        "workers": worker_ids(centre, worker),
        "workers_in_all": int(is_here.sum()),
        "mean_points_in_end_scores": _mean(scores.crept[ends]),
    }


def _change(scores: Scores) -> dict[str, Any]:
    stays = scores.stays
    change = stays.state[REVIEW] - stays.state[START]
    was_due = stays.has[START] & (stays.due[REVIEW] <= LAST)
    reviewed = was_due & stays.has[REVIEW]
    return {
        "families": int(was_due.sum()),
        "reviewed": int(reviewed.sum()),
        "of_all": _mean(change[was_due]),
        "of_reviewed": _mean(change[reviewed]),
    }


def _mean(values: NDArray[np.float64]) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None
