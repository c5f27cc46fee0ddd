"""What a council would hold of a county of money: a family an area and child, known for one quarter each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from money_worlds import AREAS, MoneyWorld
from score_records import write_frames

from toolkit.records.snapshots.snapshot import Snapshot
from toolkit.tables import TABLES

EACH = 60
"""Children of an area in every quarter."""
FIRST = pd.Timestamp(2007, 4, 1)
CENTRES = [f"C{place + 1:02d}" for place in range(AREAS)]


def quarters_of(world: MoneyWorld) -> pd.DatetimeIndex:
    """The first day of each quarter."""
    return pd.date_range(FIRST, periods=world.counts.shape[1], freq="QS")


def write_money(world: MoneyWorld, folder: Path) -> Snapshot:
    """Write a county's records as a snapshot: each referral is of another child, on some day of its quarter."""
    starts, rng = quarters_of(world), np.random.default_rng(1)
    area, quarter = (place.ravel() for place in np.indices(world.counts.shape))
    row = np.repeat(np.arange(len(area)), EACH)
    within = np.tile(np.arange(EACH), len(area))
    number = [f"{place:07d}" for place in range(len(row))]
    district = np.array([f"District {one + 1}" for one in world.district])
    families = pd.DataFrame(
        {
            "family_id": [f"f{one}" for one in number],
            "reach_centre_id": np.array(CENTRES)[area[row]],
            "district": district[area[row]],
            "idaci_decile": np.clip(np.rint(world.deprivation), 1, 10).astype(int)[area[row]],
            "known_from": starts[quarter[row]],
            "known_to": starts[quarter[row]] + pd.offsets.QuarterBegin(startingMonth=1),
        }
    )
    children = pd.DataFrame(
        {
            "child_id": [f"c{one}" for one in number],
            "family_id": families["family_id"],
            "birth_month": families["known_from"] - pd.DateOffset(years=2),
        }
    )
    referred = within < world.counts[area[row], quarter[row]]
    referrals = pd.DataFrame(
        {
            "referral_id": [f"r{one}" for one in np.array(number)[referred]],
            "child_id": children.loc[referred, "child_id"],
            "received_on": families.loc[referred, "known_from"]
            + pd.to_timedelta(rng.integers(0, 90, int(referred.sum())), unit="D"),
        }
    )
    frames = {"families": families, "children": children, "referrals": referrals, "centres": _centres(world)}
    frames["investments"] = _investments(world)
    return write_frames({name: _filled(name, frame) for name, frame in frames.items()}, folder)


def _filled(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with something in every column that must hold something and that no study here looks at."""
    for column in TABLES[name].columns:
        field = TABLES[name].arrow_schema.field(column.name)
        if column.name not in frame.columns:
            must = next(iter(column.codes), "x") if pa.types.is_string(field.type) else 1
            filler = None if field.nullable else (False if pa.types.is_boolean(field.type) else must)
            frame = frame.assign(**{column.name: np.full(len(frame), filler, dtype=object)})
    return frame


def _centres(world: MoneyWorld) -> pd.DataFrame:
    district = [f"District {one + 1}" for one in world.district]
    opened = pd.Timestamp(2005, 1, 1)
    return pd.DataFrame({"centre_id": CENTRES, "name": CENTRES, "district": district, "opened_on": opened})


def _investments(world: MoneyWorld) -> pd.DataFrame:
    starts = quarters_of(world)
    area, quarter = np.nonzero(world.dose > 0)
    return pd.DataFrame(
        {
            "programme": "Early intervention",
            "area": np.array(CENTRES)[area],
            "starts_on": starts[quarter],
            "ends_on": starts[quarter] + pd.offsets.QuarterEnd(startingMonth=3),
            "amount_gbp": world.dose[area, quarter] * EACH,
        }
    )
