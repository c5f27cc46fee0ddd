"""What centres' families differ by, as columns of numbers, and what of it the records hold too little of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats
from toolkit.tables.deprivation import check_one_edition

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

YEAR = 365.25
FEWEST = 20
"""A yes or no of fewer families than this, on either side, cannot be allowed for."""
FEWEST_CENTRES = 3
"""Nor can one that fewer centres than this have: it would be the centre itself."""
_ALONE = ("worker", "worker_only")


@dataclass(frozen=True, slots=True)
class Columns:
    """What families differ by.

    Attributes
    ----------
    frame
        One row a family scored twice, as numbers without gaps; row level.
    used, left_out
        Which of the protocol's covariates have a column, and which vary too little, or are not recorded.
    """

    frame: pd.DataFrame
    used: tuple[str, ...]
    left_out: tuple[str, ...]


def columns_of(twice: pd.DataFrame, snapshot: Snapshot, covariates: Sequence[str]) -> Columns:
    """Return what the families scored twice differ by.

    Parameters
    ----------
    twice
        ``family_id``, ``centre_id``, ``first``, ``first_on``, ``last_on``, ``first_who``, ``last_who``.
    snapshot
        With the table families.
    covariates
        Names of `toolkit.studies.progress_centres.spec.CASE_MIX`.

    Raises
    ------
    InputError
        When tenths of deprivation of two editions would be compared.
    """
    families = snapshot.read("families")
    check_one_edition(families, covariates)
    known = families.assign(family_id=families["family_id"].astype(str)).drop_duplicates("family_id")
    known = known.set_index("family_id").reindex(twice["family_id"])
    made: dict[str, Floats] = {}
    used: list[str] = []
    for name in covariates:
        mine = {key: values for key, values in _columns(name, twice, known).items() if _tells(values, twice)}
        if mine:
            used.append(name)
        made |= mine
    frame = pd.DataFrame(made, index=twice.index)
    return Columns(frame, tuple(used), tuple(name for name in covariates if name not in used))


def _columns(name: str, twice: pd.DataFrame, known: pd.DataFrame) -> dict[str, Floats]:
    if name == "first_score":
        return _bent(name, twice["first"].to_numpy(dtype=np.float64))
    if name == "days_between":
        days = (twice["last_on"] - twice["first_on"]).dt.days.to_numpy(dtype=np.float64)
        return _bent(name, days / YEAR)
    if name == "who_scored":
        return _who(twice)
    if name == "idaci_decile":
        tenth = pd.to_numeric(known[name]).to_numpy(dtype=np.float64, na_value=np.nan)
        missing = np.isnan(tenth)
        middle = 0.0 if missing.all() else float(tenth[~missing].mean())
        return {name: np.where(missing, middle, tenth), f"{name}_unknown": missing.astype(np.float64)}
    # A need that nobody recorded is taken for none: councils tick what they find.
    return {name: known[name].fillna(False).to_numpy(dtype=np.float64)}


def _bent(name: str, values: Floats) -> dict[str, Floats]:
    """Return numbers, and how far they bend."""
    middle = float(values.mean()) if len(values) else 0.0
    return {name: values, f"{name}_squared": (values - middle) ** 2}


def _who(twice: pd.DataFrame) -> dict[str, Floats]:
    """Return, of the first and the last score, whether the family or the worker gave it alone, or nobody says."""
    made: dict[str, Floats] = {}
    for which in ("first", "last"):
        who = twice[f"{which}_who"]
        made[f"{which}_by_family"] = who.isin(["family"]).astype(float).to_numpy()
        made[f"{which}_by_worker"] = who.isin(_ALONE).astype(float).to_numpy()
        made[f"{which}_by_unknown"] = who.isna().astype(float).to_numpy()
    return made


def _tells(values: Floats, twice: pd.DataFrame) -> bool:
    """Whether a column differs between families; a yes or no must be that of enough families and centres."""
    if not len(values) or np.ptp(values) == 0:
        return False
    if not np.isin(values, (0.0, 1.0)).all():
        return True
    sides = (values == 1, values == 0)
    return all(side.sum() >= FEWEST and twice["centre_id"][side].nunique() >= FEWEST_CENTRES for side in sides)
