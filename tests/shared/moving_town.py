"""A made-up town whose families move away because they were referred, or because of what nobody recorded.

It is not the simulator's: week by week, families referred are referred again and, while they have not joined, move away
within weeks; families in need move more; centres prevent. What would have been had nobody moved is known by living on
from where each stood.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.tables import TABLES

FIRST_DAY, WEEKS, EFFECT = pd.Timestamp("2007-04-01"), 150, 0.6


@dataclass(frozen=True)
class Folder:
    """What a cohort needs of a snapshot."""

    folder: Path

    def path(self, table: str) -> Path:
        """Return a table's file."""
        return self.folder / f"{table}.parquet"

    def pattern(self, table: str) -> str:
        """Return it as DuckDB reads it."""
        return str(self.path(table))

    def read(self, table: str) -> pd.DataFrame:
        """Return its rows."""
        return pd.read_parquet(self.path(table))


class MovingTown:
    """Families of one child each in reach areas of 20 centres, lived week by week.

    ``driven_out`` is the weekly chance that a family not joined moves in the nine weeks after a referral; ``leaving``
    that a family moves of itself. ``trouble``, the log's standard deviation of what nobody recorded, makes families be
    referred and, while they have not joined, move away.
    """

    def __init__(
        self, families: int, seed: int, *, driven_out: float = 0.0, leaving: float = 0.0006, trouble: float = 0.0
    ) -> None:
        rng = np.random.default_rng(seed)
        self.area = rng.integers(0, 20, families)
        self.trouble = np.exp(trouble * rng.standard_normal(families) - trouble**2 / 2)
        self.decile = rng.integers(1, 11, families)
        self.referred = np.zeros((families, WEEKS), dtype=bool)
        self.joined, self.moved = np.full(families, WEEKS), np.full(families, WEEKS)
        since, everyone = np.full(families, 999), np.arange(families)
        for week in range(WEEKS):
            here, has_joined = self.moved >= week, self.joined < week
            self.referred[:, week] = here & (rng.random(families) < self.hazard(everyone, since, has_joined))
            since = np.where(self.referred[:, week], 0, since + 1)
            need = np.exp(0.12 * (5.5 - self.decile))
            joins = here & (self.joined == WEEKS) & (week >= 60)
            joins &= rng.random(families) < 0.004 * need * np.exp(1.5 * (since < 13))
            self.joined[joins] = week
            out = driven_out * ((since < 9) & (self.joined >= week))
            alone = leaving * need * np.where(self.joined >= week, self.trouble, 1.0)
            moves = here & (self.moved == WEEKS) & (rng.random(families) < alone + out)
            self.moved[moves] = week

    def hazard(self, family: np.ndarray, since: np.ndarray, has_joined: np.ndarray) -> np.ndarray:
        log_hazard = 0.12 * (5.5 - self.decile[family]) + 1.2 * (since < 26)
        return 0.0016 * np.exp(log_hazard) * self.trouble[family] * np.where(has_joined, EFFECT, 1.0)

    def write(self, folder: Path) -> Folder:
        """Write the records to a folder."""
        names = np.array([f"F{i:05d}" for i in range(len(self.decile))])
        children = np.char.replace(names, "F", "K")
        family, week = np.nonzero(self.referred)
        joined, moved = np.flatnonzero(self.joined < WEEKS), self.moved < WEEKS
        known_to = pd.Series(_day(self.moved, 6)).where(moved)
        same = {
            "reach_centre_id": [f"C{a:02d}" for a in self.area],
            "district": "Northvale",
            "children": 1,
            "known_from": FIRST_DAY,
        }
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
            referred = rng.random(len(family)) < self.hazard(family, since - 1, has_joined)
            count += referred
            again |= referred & (since <= 52)
            since = np.where(referred, 0, since)
            if not joins:
                chance = 0.004 * np.exp(0.12 * (5.5 - self.decile[family]) + 1.5 * (since < 13))
                has_joined |= rng.random(len(family)) < chance
        return {
            "any_referral_12m": float((count > 0).mean()),
            "referral_days_12m": float(count.mean()),
            "re_referral_12m": float(again.mean()),
        }


def _day(week: np.ndarray, day: int) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(FIRST_DAY + pd.to_timedelta(7 * np.asarray(week) + day, unit="D"))
