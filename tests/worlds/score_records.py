"""What a council would hold of a county of scores, as frames and as a snapshot: what nobody sees is not in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from score_life import CENTRES, NEVER, RECORDS_END, Life, People, month_of
from score_readings import WHO, Readings
from score_truth import centre_names, family_names

from toolkit.records.snapshots.files import write_snapshot
from toolkit.records.snapshots.snapshot import Snapshot
from toolkit.tables import TABLES

TEAMS = ("north_east", "north_west", "south")
SOURCES = {"1A": 12, "2A": 14, "3A": 8, "3B": 12, "5B": 10, "6": 26, "8": 8, "9": 4, "10": 6}
OUTCOMES = {"nfa": 0.15, "assessed_not_in_need": 0.40, "in_need": 0.45}
SIBLING = 0.35


def write_frames(frames: dict[str, pd.DataFrame], folder: Path) -> Snapshot:
    """Write frames, and every other table empty, as a snapshot in ``folder / "snapshot"``."""
    tables = {name: _arrow(name, frames.get(name)) for name in TABLES}
    return write_snapshot(tables, simulated=True, version=1, beside=folder, out=folder / "snapshot")


def _arrow(name: str, frame: pd.DataFrame | None) -> pa.Table:
    schema = TABLES[name].arrow_schema
    if frame is None:
        return schema.empty_table()
    ordered = frame.reindex(columns=schema.names).sort_values(list(TABLES[name].key), kind="stable")
    return pa.Table.from_pandas(ordered, schema, preserve_index=False)


def frames_of(people: People, life: Life, readings: Readings, seed: int) -> dict[str, pd.DataFrame]:
    """Return the tables that have rows."""
    rng = np.random.default_rng([seed, 4])
    return {
        "centres": _centres(people),
        "families": _families(people, rng),
        "children": _children(people),
        "registrations": _registrations(people, rng),
        "progress_scores": _scores(people, readings),
        "referrals": _referrals(people, life, rng),
    }


def _days(days: np.ndarray) -> np.ndarray:
    found = np.minimum(days, 30000).astype("datetime64[D]")
    return np.where((days >= NEVER) | (found > RECORDS_END), np.datetime64("NaT"), found).astype("datetime64[s]")


def _months(months: np.ndarray) -> np.ndarray:
    return months.astype("datetime64[M]").astype("datetime64[s]")


def _centres(people: People) -> pd.DataFrame:
    number = np.arange(CENTRES)
    return pd.DataFrame(
        {
            "centre_id": centre_names(number),
            "name": [f"Centre {place + 1}" for place in number],
            "district": [f"District {place % 6 + 1}" for place in number],
            "area_team": [TEAMS[place % 3] for place in number],
            "provider": [("county", "school", "voluntary")[place % 3] for place in number],
            "opened_on": _days(13500 + number * 17),  # from December 2006 on
            "tracks_progress_from": _days(people.scores_from),
        }
    )


def _families(people: People, rng: np.random.Generator) -> pd.DataFrame:
    n, births = len(people.centre), people.births
    return pd.DataFrame(
        {
            "family_id": family_names(np.arange(n)),
            "reach_centre_id": centre_names(people.centre),
            "lsoa11": [f"E{1000000 + c * 8 + d % 8:08d}" for c, d in zip(people.centre, people.decile, strict=True)],
            "district": [f"District {place % 6 + 1}" for place in people.centre],
            "idaci_decile": people.decile,
            "children": (births < NEVER).sum(axis=1),
            "youngest_birth_month": _months(births[:, 0]),
            "lone_parent": people.lone_parent,
            "young_parent": people.young_parent,
            "english_additional_language": rng.random(n) < 0.07,
            "disability": people.disability,
            "kinship_care": rng.random(n) < 0.02,
            "known_from": _days(13600 - rng.integers(0, 200, n)),  # all by March 2007
            "known_to": _days(np.full(n, NEVER)),
        }
    )


def _children(people: People) -> pd.DataFrame:
    family, place = np.nonzero(people.births < NEVER)
    return pd.DataFrame(
        {
            "child_id": _child_names(family, place),
            "family_id": family_names(family),
            "birth_month": _months(people.births[family, place]),
        }
    )


def _child_names(family: np.ndarray, place: np.ndarray) -> list[str]:
    return [f"K{number:07d}" for number in family * 10 + place]


def _registrations(people: People, rng: np.random.Generator) -> pd.DataFrame:
    of = np.flatnonzero(people.joined < NEVER)
    routes = ["self", "health", "school", "social_care", "other"]
    return pd.DataFrame(
        {
            "family_id": family_names(of),
            "centre_id": centre_names(people.centre[of]),
            "registered_on": _days(people.joined[of]),
            "left_on": _days(people.left[of]),
            "route": rng.choice(routes, len(of), p=[0.5, 0.28, 0.1, 0.05, 0.07]),
        }
    )


def _scores(people: People, readings: Readings) -> pd.DataFrame:
    """Return one row a reading: of a family's end only where it was followed up; first scorings say nothing of it."""
    every = np.ones(len(readings.family), dtype=bool)
    followed, double = readings.is_followed, readings.is_double
    alone = np.full(len(readings.family), WHO.index("worker"))
    r = readings
    parts = (
        ("start", every, r.start_on, r.start, r.start_by, r.start_who, False),
        ("end", followed, r.end_on, r.end, r.end_by, r.end_who, False),
        ("start", double, r.start_on, r.second_start, r.second_start_by, alone, True),
        ("end", double & followed, r.end_on, r.second_end, r.second_end_by, alone, True),
    )
    made = []
    for stage, which, day, score, worker, who, is_second in parts:
        centre = people.centre[r.family[which]]
        made.append(
            pd.DataFrame(
                {
                    "family_id": family_names(r.family[which]),
                    "centre_id": centre_names(centre),
                    "scored_on": _days(day[which]),
                    "stage": stage,
                    "dimension": "overall",
                    "score": score[which],
                    "higher_is": "better",
                    "scored_by": [f"W{c + 1:02d}{w + 1}" for c, w in zip(centre, worker[which], strict=True)],
                    "who_scored": np.array(WHO, dtype=object)[who[which]],
                    "second_scoring": pd.array([True if is_second else None] * len(centre), dtype="boolean"),
                }
            )
        )
    return pd.concat(made, ignore_index=True)


def _referrals(people: People, life: Life, rng: np.random.Generator) -> pd.DataFrame:
    """Return the referrals of children: one of the family's, and often brothers and sisters with it."""
    births = people.births[life.family]
    is_born = births <= month_of(life.day)[:, None]
    lot = np.where(is_born, rng.random(births.shape), 2.0)
    named = is_born & ((lot == lot.min(axis=1)[:, None]) | (rng.random(births.shape) < SIBLING))
    row, place = np.nonzero(named)
    n, day = len(row), life.day[row]
    source = rng.choice(list(SOURCES), len(life.day), p=np.array(list(SOURCES.values())) / 100)[row]
    ends = rng.choice(3, n, p=list(OUTCOMES.values()))
    closed = day + np.where(ends == 0, 1, np.where(ends == 1, 30, 60 + rng.exponential(170, n).astype(int)))
    is_closed = closed <= RECORDS_END.astype(int)
    return pd.DataFrame(
        {
            "referral_id": [f"R{number:06d}" for number in range(1, n + 1)],
            "child_id": _child_names(life.family[row], place),
            "received_on": _days(day),
            "source": source,
            "outcome": np.array(list(OUTCOMES), dtype=object)[ends],
            "closed_on": _days(np.where(is_closed, closed, NEVER)),
            "closure_reason": np.where(is_closed & (ends > 0), np.where(ends == 1, "RC8", "RC7"), None),
            "referred_back": False,
        }
    )
