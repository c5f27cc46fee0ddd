"""A small county made by hand: every family's story is written out, so every figure can be checked by eye."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from toolkit.tables import TABLES

FIRST_DAY = date(2007, 4, 1)
FAMILY = {
    "reach_centre_id": "C01",
    "lsoa11": None,
    "district": "Northvale",
    "idaci_decile": 3,
    "children": 1,
    "youngest_birth_month": None,
    "lone_parent": False,
    "young_parent": False,
    "english_additional_language": False,
    "disability": False,
    "kinship_care": False,
    "known_from": date(2007, 4, 1),
    "known_to": None,
}


@dataclass(frozen=True)
class Folder:
    """What a cohort needs of a snapshot."""

    folder: Path
    hash: str = "0" * 64
    is_simulated: bool = True
    store_version: int = 1

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"

    def pattern(self, table: str) -> str:
        return str(self.path(table))

    def read(self, table: str) -> pd.DataFrame:
        return pd.read_parquet(self.path(table))


Write = Callable[[Mapping[str, list[dict[str, object]]]], Folder]


def _write(folder: Path, tables: Mapping[str, list[dict[str, object]]]) -> Folder:
    for name, table in TABLES.items():
        rows = [{column.name: row.get(column.name) for column in table.columns} for row in tables.get(name, [])]
        nullable = pa.schema([field.with_nullable(True) for field in table.arrow_schema])  # damaged data too
        pq.write_table(pa.Table.from_pylist(rows, schema=nullable), folder / f"{name}.parquet")
    return Folder(folder)


@pytest.fixture
def write_snapshot(tmp_path: Path) -> Write:
    """Write rows by table to a fresh folder; columns a row leaves out are empty."""
    made = []

    def write(tables: Mapping[str, list[dict[str, object]]]) -> Folder:
        folder = tmp_path / f"snapshot-{len(made)}"
        folder.mkdir()
        made.append(folder)
        return _write(folder, tables)

    return write


@pytest.fixture
def village() -> dict[str, list[dict[str, object]]]:
    """Twelve families in one district, each with one child born in June 2008; three join in 2009.

    Records of referrals run from 2 April 2007 to 31 March 2012 (two referrals of an older family, F99, see to that).
    """
    numbers = [f"F{i:02d}" for i in range(1, 13)]
    families = [{"family_id": number, **FAMILY} for number in [*numbers, "F99"]]
    children = [{"child_id": f"K{n[1:]}", "family_id": n, "birth_month": date(2008, 6, 1)} for n in numbers]
    children.append({"child_id": "K99", "family_id": "F99", "birth_month": date(1998, 1, 1)})
    joins = {"F01": date(2009, 5, 20), "F02": date(2009, 5, 6), "F03": date(2009, 9, 15)}
    return {
        "families": families,
        "children": children,
        "registrations": [
            {"family_id": family, "centre_id": "C01", "registered_on": day} for family, day in joins.items()
        ],
        "referrals": [referral("K99", date(2007, 4, 2)), referral("K99", date(2012, 3, 31))],
        "episodes": [],
    }


def referral(child: str, day: date, source: str = "3B", outcome: str = "in_need") -> dict[str, object]:
    """Return a referral's row."""
    return {
        "referral_id": f"R-{child}-{day}-{source}",
        "child_id": child,
        "received_on": day,
        "source": source,
        "outcome": outcome,
    }


def _day(offset: int) -> date:
    return FIRST_DAY + timedelta(days=int(offset))


@dataclass(frozen=True)
class Town:
    """Families that join and leave at their worst, with what would have become of them had they done otherwise.

    Week by week, more deprived families and those referred in the last 13 weeks are referred, join and leave more;
    a family that attends is referred ``EFFECT`` times as often.
    """

    WEEKS = 170
    EFFECT = 0.5

    tables: dict[str, list[dict[str, object]]]
    decile: np.ndarray
    referred_week: np.ndarray  # (families, weeks)
    joins: bool = True

    @classmethod
    def make(cls, families: int, seed: int) -> Town:
        rng = np.random.default_rng(seed)
        decile = rng.integers(1, 11, families)
        since = np.full(families, 99)
        joined, left = np.full(families, cls.WEEKS), np.full(families, cls.WEEKS)
        referred = np.zeros((families, cls.WEEKS), dtype=bool)
        for week in range(cls.WEEKS):
            attends = (joined < week) & (left >= week)
            referred[:, week] = rng.random(families) < cls.referral_hazard(decile, since, attends)
            since = np.where(referred[:, week], 0, since + 1)
            recent = since < 13
            may_join = joined == cls.WEEKS
            joins = (
                may_join & (week >= 52) & (rng.random(families) < 0.004 * np.exp(0.12 * (5.5 - decile) + 2.2 * recent))
            )
            leaves = attends & (rng.random(families) < 0.03 * np.exp(0.1 * (5.5 - decile) + 1.6 * recent))
            joined[joins], left[leaves] = week, week
        names = [f"F{i:05d}" for i in range(families)]
        registrations = [
            {
                "family_id": names[i],
                "centre_id": "C01",
                "registered_on": _day(7 * joined[i] + 6),
                "left_on": _day(7 * left[i] + 6) if left[i] < cls.WEEKS else None,
            }
            for i in np.flatnonzero(joined < cls.WEEKS)
        ]
        referrals = [
            {
                "referral_id": f"R{i}-{week}",
                "child_id": f"K{names[i][1:]}",
                "received_on": _day(7 * week + 3),
                "source": "6",
                "outcome": "in_need",
            }
            for i, week in zip(*np.nonzero(referred), strict=True)
        ]
        tables = {
            "families": [
                {**FAMILY, "family_id": name, "idaci_decile": int(d)} for name, d in zip(names, decile, strict=True)
            ],
            "children": [{"child_id": f"K{n[1:]}", "family_id": n, "birth_month": date(2006, 6, 1)} for n in names],
            "registrations": registrations,
            "referrals": referrals,
            "episodes": [],
        }
        return cls(tables, decile, referred)

    @classmethod
    def referral_hazard(cls, decile: np.ndarray, since: np.ndarray, attends: np.ndarray) -> np.ndarray:
        return 0.0022 * np.exp(0.1 * (5.5 - decile) + 1.2 * (since < 13)) * np.where(attends, cls.EFFECT, 1.0)

    def risk_if(self, frame: pd.DataFrame, *, stays_weeks: int | None, seed: int = 1, repeats: int = 4) -> float:
        """Return the share of the rows' families referred in 52 weeks from time zero, had they never joined (``None``)
        or joined and stayed so many weeks at least, simulated from where each row stood at time zero."""
        rng = np.random.default_rng(seed)
        family = np.repeat(frame["family_id"].astype(str).str[1:].astype(int).to_numpy(), repeats)
        start = np.repeat(((frame["time_zero"] - pd.Timestamp(FIRST_DAY)).dt.days // 7).to_numpy(), repeats)
        week = np.arange(self.WEEKS)
        last = np.where(self.referred_week[family] & (week <= start[:, None]), week, -99).max(axis=1)
        since, decile = start - last, self.decile[family]
        attends = np.full(len(family), stays_weeks is not None)
        ever = np.zeros(len(family), dtype=bool)
        for passed in range(1, 53):
            referred = rng.random(len(family)) < self.referral_hazard(decile, since, attends)
            ever |= referred
            since = np.where(referred, 0, since + 1)
            leaving = 0.03 * np.exp(0.1 * (5.5 - decile) + 1.6 * (since < 13))
            if stays_weeks is not None and passed > stays_weeks:
                attends &= rng.random(len(family)) >= leaving
        return float(ever.mean())


@pytest.fixture(scope="session")
def town() -> Town:
    return Town.make(16_000, seed=4)


@pytest.fixture(scope="session")
def town_snapshot(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return _write(tmp_path_factory.mktemp("town"), town.tables)


@pytest.fixture(scope="session")
def hamlet_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Write 500 families of two districts with everything that can happen to them happening often."""
    rng = np.random.default_rng(20)
    tables: dict[str, list[dict[str, object]]] = {name: [] for name in TABLES}
    for i in range(500):
        name = f"F{i:03d}"
        known = int(rng.integers(-400, 900)) if rng.random() < 0.5 else -400
        moves = known + int(rng.integers(30, 1500)) if rng.random() < 0.25 else None
        tables["families"].append(
            {
                **FAMILY,
                "family_id": name,
                "district": ("Northvale", "Eastmarch")[i % 2],
                "idaci_decile": int(rng.integers(1, 11)),
                "known_from": _day(known),
                "known_to": None if moves is None else _day(moves),
            }
        )
        for child in range(int(rng.integers(1, 4))):
            born = date(int(rng.integers(1990, 2011)), int(rng.integers(1, 13)), 1)
            number = f"K{i:03d}{child}"
            tables["children"].append({"child_id": number, "family_id": name, "birth_month": born})
            for day in np.unique(rng.integers(0, 1826, rng.poisson(1.2))):
                tables["referrals"].append(referral(number, _day(day), str(rng.choice(["6", "8"])), "nfa"))
            for day in np.unique(rng.integers(0, 1826, rng.poisson(0.2))):
                kind = str(rng.choice(["section_47", "looked_after"]))
                tables["episodes"].append({"child_id": number, "kind": kind, "started_on": _day(day)})
        joins = int(rng.integers(200, 1700))
        for spell in range(int(rng.integers(0, 3))):
            left = joins + int(rng.integers(0, 300))
            is_open = rng.random() < 0.3
            tables["registrations"].append(
                {
                    "family_id": name,
                    "centre_id": f"C0{spell}",
                    "registered_on": _day(joins),
                    "left_on": None if is_open else _day(left),
                }
            )
            joins = left + int(rng.integers(-20, 40))
    tables["referrals"] += [referral("K0000", _day(0), "3A"), referral("K0000", _day(1826), "3A")]
    return _write(tmp_path_factory.mktemp("hamlet"), tables)
