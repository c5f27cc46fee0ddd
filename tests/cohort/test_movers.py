"""Moving away because of a referral: what dropping the families that moved makes of a made-up town, and what is right.

The town is not the simulator's: week by week, families referred are referred again and, while they have not joined,
move away within weeks; families in need move more; centres prevent. Had nobody moved is known by living it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from toolkit.cohort.censoring import FOLLOWED
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.trials import build_cohort
from toolkit.tables import TABLES

ANY, DAYS, AGAIN = "any_referral_12m", "referral_days_12m", "re_referral_12m"
DESIGN = TrialDesign(
    ("idaci_decile", "referrals_last_3m", "referrals_3m_to_12m"),
    (ANY, DAYS, AGAIN, "any_referral_6m"),
    first_trial=date(2008, 8, 1),
    last_trial=date(2008, 12, 1),
    time_to=("any_referral",),
)
FIRST_DAY, WEEKS, EFFECT = pd.Timestamp("2007-04-01"), 150, 0.6
ARMS = (1, 0)


@dataclass(frozen=True)
class Folder:
    folder: Path

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"


class Town:
    """Families of one child each, lived week by week."""

    def __init__(self, families: int, seed: int, driven_out: float) -> None:
        rng = np.random.default_rng(seed)
        self.decile = rng.integers(1, 11, families)
        self.referred = np.zeros((families, WEEKS), dtype=bool)
        self.joined, self.moved = np.full(families, WEEKS), np.full(families, WEEKS)
        since = np.full(families, 999)
        for week in range(WEEKS):
            here, has_joined = self.moved >= week, self.joined < week
            self.referred[:, week] = here & (rng.random(families) < self.hazard(since, has_joined, self.decile))
            since = np.where(self.referred[:, week], 0, since + 1)
            need = np.exp(0.12 * (5.5 - self.decile))
            joins = here & (self.joined == WEEKS) & (week >= 60)
            joins &= rng.random(families) < 0.004 * need * np.exp(1.5 * (since < 13))
            self.joined[joins] = week
            out = driven_out * ((since < 9) & (self.joined >= week))
            moves = here & (self.moved == WEEKS) & (rng.random(families) < 0.0006 * need + out)
            self.moved[moves] = week

    @staticmethod
    def hazard(since: np.ndarray, has_joined: np.ndarray, decile: np.ndarray) -> np.ndarray:
        return 0.0016 * np.exp(0.12 * (5.5 - decile) + 1.2 * (since < 26)) * np.where(has_joined, EFFECT, 1.0)

    def write(self, folder: Path) -> Folder:
        names = np.array([f"F{i:05d}" for i in range(len(self.decile))])
        children = np.char.replace(names, "F", "K")
        family, week = np.nonzero(self.referred)
        joined, moved = np.flatnonzero(self.joined < WEEKS), self.moved < WEEKS
        known_to = pd.Series(_day(self.moved, 6)).where(moved)
        same = {"reach_centre_id": "C01", "district": "Northvale", "children": 1, "known_from": FIRST_DAY}
        needs = dict.fromkeys(
            ("lone_parent", "young_parent", "english_additional_language", "disability", "kinship_care"), False
        )
        tables = {
            "families": {"family_id": names, "idaci_decile": self.decile, "known_to": known_to, **same, **needs},
            "children": {"child_id": children, "family_id": names, "birth_month": pd.Timestamp("2006-06-01")},
            "registrations": {
                "family_id": names[joined],
                "centre_id": "C01",
                "registered_on": _day(self.joined[joined], 5),
            },
            "referrals": {
                "referral_id": np.arange(len(family)).astype(str),
                "child_id": children[family],
                "received_on": _day(week, 3),
                "source": "6",
                "outcome": "in_need",
            },
            "episodes": {"child_id": np.array([], dtype=str)},
        }
        for name, columns in tables.items():
            schema = pa.schema([field.with_nullable(True) for field in TABLES[name].arrow_schema])
            known = pa.schema([field for field in schema if field.name in columns])
            made = pa.Table.from_pandas(pd.DataFrame(columns), known, preserve_index=False)
            empty = {field.name: pa.nulls(len(made), field.type) for field in schema if field.name not in columns}
            for column, values in empty.items():
                made = made.append_column(column, values)
            pq.write_table(made.select(schema.names), folder / f"{name}.parquet")
        return Folder(folder)

    def truth(self, arm: pd.DataFrame, *, joins: bool, repeats: int) -> dict[str, float]:
        """Return what would have been of an arm's rows in 52 weeks from where each stood, had nobody moved."""
        rng = np.random.default_rng(9)
        family = np.repeat(arm["family_id"].astype(str).str[1:].astype(int).to_numpy(), repeats)
        start = np.repeat(((arm["time_zero"] - FIRST_DAY).dt.days // 7).to_numpy(), repeats)
        seen = self.referred[family] & (np.arange(WEEKS) <= start[:, None])
        since = np.where(seen.any(axis=1), start - (WEEKS - 1 - seen[:, ::-1].argmax(axis=1)), 999)
        has_joined, count, again = np.full(len(family), joins), np.zeros(len(family)), np.zeros(len(family), bool)
        for _ in range(52):
            since += 1
            referred = rng.random(len(family)) < self.hazard(since - 1, has_joined, self.decile[family])
            count += referred
            again |= referred & (since <= 52)
            since = np.where(referred, 0, since)
            if not joins:
                chance = 0.004 * np.exp(0.12 * (5.5 - self.decile[family]) + 1.5 * (since < 13))
                has_joined |= rng.random(len(family)) < chance
        return {ANY: float((count > 0).mean()), DAYS: float(count.mean()), AGAIN: float(again.mean())}


def _day(week: np.ndarray, day: int) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(FIRST_DAY + pd.to_timedelta(7 * np.asarray(week) + day, unit="D"))


@pytest.fixture(scope="module")
def town():
    return Town(24_000, seed=2, driven_out=0.04)


@pytest.fixture(scope="module")
def cohort(town, tmp_path_factory):
    return build_cohort(town.write(tmp_path_factory.mktemp("town")), DESIGN, seed=1)


def arm_of(cohort, treated):
    frame = cohort.frame
    return frame[(frame["treated"] == treated) & frame["follow_up"].isin(FOLLOWED)]
