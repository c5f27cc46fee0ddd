"""A council in which some centres began to score families, written apart from the simulator, with a known effect.

Centres differ in size (some have thirty times the families of others), in level, and by a year's own luck; deprived
areas' families are referred more; starts are spread over a year and a half. Scoring changes a family's chance of being
referred by ``effect``, the same for all that join once their centre scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.cohort.flow import FlowStep
from toolkit.studies.progress_rollout.joining import CASE_MIX, Joining

FIRST = pd.Timestamp(2007, 4, 1)
YEARS = 4


@dataclass(frozen=True)
class RolledOut:
    """The families as they joined, and the table of centres."""

    joining: Joining
    centres: pd.DataFrame


def rolled_out(
    seed: int,
    *,
    centres: int = 34,
    scoring: int = 19,
    effect: float = 0.0,
    families: float = 60.0,
    luck: float = 0.015,
    drift: float = 0.0,
    by_need: float = 0.0,
    starts: int = 540,
) -> RolledOut:
    """Return a council.

    Parameters
    ----------
    seed
        Another seed, another council.
    centres, scoring
        How many there are, and how many of them began to score.
    effect
        What scoring adds to the chance of being referred.
    families
        Families that join a middling centre in a year.
    luck
        Standard deviation of what a year adds to all of a centre's families.
    drift
        What each year adds at centres that were to score, whether or not they had begun.
    by_need
        How much more likely centres of deprived areas are to begin (0: by lot).
    starts
        Days over which the starts are spread, from half a year into the second year.
    """
    rng = np.random.default_rng(seed)
    deprivation = rng.normal(size=centres)
    order = np.argsort(rng.gumbel(size=centres) - by_need * deprivation)
    scores = np.isin(np.arange(centres), order[:scoring])
    begins = FIRST + pd.to_timedelta(550 + rng.integers(0, max(1, starts), centres), unit="D")
    size = np.clip(families * np.exp(rng.normal(0, 0.8, centres)), 5, 150).round()
    centre = np.repeat(np.arange(centres), rng.poisson(size * YEARS))
    day = rng.integers(0, 365 * YEARS, len(centre))
    year = day // 365
    lone = rng.random(len(centre)) < 0.3
    decile = np.clip(np.round(5.5 + 1.5 * deprivation[centre] + rng.normal(0, 2, len(centre))), 1, 10)
    joined_on = FIRST + pd.to_timedelta(day, unit="D")
    has_begun = scores[centre] & (joined_on >= begins[centre])
    shared = 0.01 * year + rng.normal(0, luck, (centres, YEARS))[centre, year] + rng.normal(0, 0.02, centres)[centre]
    chance = 0.07 + 0.05 * lone - 0.006 * (decile - 5.5) + shared + effect * has_begun + drift * year * scores[centre]
    marks = {name: np.zeros(len(centre)) for name in CASE_MIX}
    marks |= {"lone_parent": lone * 1.0, "idaci_decile": decile}
    frame = pd.DataFrame(
        {
            "centre_id": [f"C{number:03d}" for number in centre],
            "day": joined_on,
            "district": [f"D{number % 6}" for number in centre],
            **marks,
            "referred": (rng.random(len(centre)) < np.clip(chance, 0.005, 0.9)) * 1.0,
            "still_coming": (rng.random(len(centre)) < 0.5) * 1.0,
            "is_followed": True,
            "is_seen": True,
        }
    )
    names = [f"C{number:03d}" for number in range(centres)]
    table = pd.DataFrame(
        {
            "centre_id": names,
            "district": [f"D{number % 6}" for number in range(centres)],
            "area_team": [("north_east", "north_west", "south")[number % 3] for number in range(centres)],
            "provider": rng.choice(["county", "school", "voluntary"], centres),
            "tracks_progress_from": pd.Series(begins).where(scores),
        }
    )
    areas = pd.DataFrame(
        {
            "centre_id": names,
            "area_families": size * 20,
            "deprivation": 5.5 + deprivation,
            "earlier_referrals": 0.03 - 0.004 * deprivation + rng.normal(0, 0.004, centres),
        }
    )
    steps = ("joined", "out_before_records", "out_not_known", "out_too_recent", "out_moved", "followed")
    flow = tuple(
        FlowStep(step, count, count, "")
        for step in steps
        for count in [len(frame) if step in ("joined", "followed") else 0]
    )
    days = FIRST.date(), (FIRST + pd.Timedelta(days=365 * (YEARS + 1))).date()
    return RolledOut(Joining(frame, areas, flow, *days), table)
