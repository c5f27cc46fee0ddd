"""A small county made by hand: every family's story is written out, so every figure can be checked by eye."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from toolkit.tables import TABLES

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

    def read(self, table: str) -> pd.DataFrame:
        return pd.read_parquet(self.path(table))


Write = Callable[[Mapping[str, list[dict[str, object]]]], Folder]


@pytest.fixture
def write_snapshot(tmp_path: Path) -> Write:
    """Write rows by table to a fresh folder; columns a row leaves out are empty."""
    made = []

    def write(tables: Mapping[str, list[dict[str, object]]]) -> Folder:
        folder = tmp_path / f"snapshot-{len(made)}"
        folder.mkdir()
        made.append(folder)
        for name, table in TABLES.items():
            rows = [{column.name: row.get(column.name) for column in table.columns} for row in tables.get(name, [])]
            nullable = pa.schema([field.with_nullable(True) for field in table.arrow_schema])  # damaged data too
            pq.write_table(pa.Table.from_pylist(rows, schema=nullable), folder / f"{name}.parquet")
        return Folder(folder)

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
