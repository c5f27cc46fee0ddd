"""A lake of very small authorities made in a moment, for tests of what happens around a run."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from toolkit.records.snapshots.files import write_snapshot
from toolkit.records.snapshots.lake import Lake, part_folder
from toolkit.studies.protocol import Gates
from toolkit.tables import TABLES

DAYS, FIRST = 1826, date(2007, 4, 1)
PROTOCOL = """
title = "Do they help?"
recommendation = "Recommendation 11"
kind = "matched_cohort"
seed = 11

[matched_cohort]
child_under_months = 60
covariates = ["idaci_decile", "lone_parent", "referrals_last_3m"]
exact = ["trial", "district"]
then_exact = ["trial"]
caliper = 0.2
ratio = 2
outcomes = ["any_referral_12m"]
measures = ["difference"]
cluster = "reach_centre_id"
estimators = []
subgroups = []
checks = []

[gates]
min_treated = 5
max_shift = 0.5
min_overlap = 0.1
min_follow_up = 0.1
min_clusters = 2
"""
LIMITS = Gates(min_treated=5, max_shift=0.5, min_overlap=0.1, min_follow_up=0.1, min_clusters=2)
"""Those of `PROTOCOL`."""


def small_lake(folder: Path, authorities: int, families: int = 500, *, more: int = 40) -> Lake:
    """Write authorities of a few hundred families, each with some more, referred and joining at random."""
    for place in range(authorities):
        code = f"A{place + 1:03d}"
        tables = _tables(np.random.default_rng([7, place]), families + more * place)
        write_snapshot(tables, simulated=True, version=1, beside=folder, out=part_folder(folder, code))
    return Lake.open(folder)


def _day(offset: float) -> date:
    return FIRST + timedelta(days=int(offset))


def _tables(rng: np.random.Generator, families: int) -> dict[str, pa.Table]:
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in TABLES}
    for i in range(families):
        name, child, need = f"F{i:04d}", f"K{i:04d}", int(rng.integers(1, 11))
        rows["families"].append(
            {
                "family_id": name,
                "reach_centre_id": f"C{i % 8:02d}",
                "district": ("Northvale", "Eastmarch")[i % 2],
                "idaci_decile": need,
                "children": 1,
                "known_from": FIRST,
                **dict.fromkeys(("young_parent", "english_additional_language", "disability", "kinship_care"), False),
                "lone_parent": bool(rng.random() < 0.3),
            }
        )
        born = date(int(rng.integers(2005, 2009)), int(rng.integers(1, 13)), 1)
        rows["children"].append({"child_id": child, "family_id": name, "birth_month": born})
        for day in np.unique(rng.integers(0, DAYS, rng.poisson(0.2 * (11 - need)))):
            rows["referrals"].append(_referral(child, _day(day)))
        if rng.random() < 0.25:
            joined = _day(rng.integers(200, 1700))
            rows["registrations"].append({"family_id": name, "centre_id": "C00", "registered_on": joined})
    rows["referrals"] += [_referral("K0000", FIRST), _referral("K0000", _day(DAYS - 1))]
    return {name: _arrow(name, found) for name, found in rows.items()}


def _referral(child: str, day: date) -> dict[str, object]:
    return {
        "referral_id": f"R-{child}-{day}",
        "child_id": child,
        "received_on": day,
        "source": "3B",
        "outcome": "in_need",
    }


def _arrow(name: str, rows: list[dict[str, object]]) -> pa.Table:
    table = TABLES[name]
    unique = {tuple(str(row[key]) for key in table.key): row for row in rows}
    full = [{column.name: unique[key].get(column.name) for column in table.columns} for key in sorted(unique)]
    return pa.Table.from_pylist(full, schema=pa.schema([field.with_nullable(True) for field in table.arrow_schema]))
