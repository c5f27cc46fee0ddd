"""What records could show: worked out by a run, kept with it, and found again for the same plan and records."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit import __version__
from toolkit.errors import InputError
from toolkit.progress import Progress, silent
from toolkit.runs.files import Job, read_json, write_json
from toolkit.studies.matched_cohort.power import PowerPlan, plan_power
from toolkit.studies.protocol import Protocol

if TYPE_CHECKING:
    from toolkit.records import Snapshot

POWER = "power.json"
_CURVE, _OPTIONS = ("effect_in_100", "power"), ("what", "smallest_in_100")


def work_out(protocol: Protocol, snapshot: Snapshot, folder: Path, *, progress: Progress = silent) -> Path:
    """Work out what a protocol could show on a snapshot, and keep it in a run's folder; return the folder.

    Where no family can be compared, the sentence that says so is kept in its place.

    Raises
    ------
    ProtocolError
        When power cannot be worked out for this kind of protocol.
    """
    key = _key(protocol, snapshot.store_version)
    try:
        plan = plan_power(protocol, snapshot, progress=progress)
    except InputError as error:
        write_json(folder / POWER, {"key": key, "why_not": str(error)})
    else:
        write_json(folder / POWER, {"key": key, "plan": _written(plan)})
    return folder


def kept_power(jobs: Iterable[Job], protocol: Protocol, store_version: int) -> PowerPlan | str | None:
    """Return what a run worked out for this plan, these records and this toolkit.

    Parameters
    ----------
    jobs
        Every run of the store, the newest first.
    protocol
        The plan.
    store_version
        The version of the records.

    Returns
    -------
    PowerPlan, str or None
        The plan; the sentence that says why there is none; ``None`` when nobody has asked yet.
    """
    for job in jobs:
        if job.asked_for == "power" and job.state == "done":
            kept = read_json(job.folder / POWER)
            if kept.get("key") == _key(protocol, store_version):
                return _read(kept["plan"]) if "plan" in kept else str(kept["why_not"])
    return None


def _key(protocol: Protocol, store_version: int) -> dict[str, Any]:
    return {"protocol": protocol.hash, "store_version": store_version, "toolkit": __version__}


def _written(plan: PowerPlan) -> dict[str, Any]:
    return {
        "happened": plan.happened,
        "baseline": plan.baseline,
        "joiners": plan.joiners,
        "clusters": plan.clusters,
        "smallest": _or_none(plan.smallest),
        "curve": plan.curve[list(_CURVE)].to_dict("records"),
        "options": [
            {"what": row["what"], "smallest_in_100": _or_none(row["smallest_in_100"])}
            for row in plan.options.to_dict("records")
        ],
        "facts": plan.facts,
    }


def _read(kept: Mapping[str, Any]) -> PowerPlan:
    return PowerPlan(
        happened=kept["happened"],
        baseline=kept["baseline"],
        joiners=kept["joiners"],
        clusters=kept["clusters"],
        smallest=math.nan if kept["smallest"] is None else kept["smallest"],
        curve=pd.DataFrame(kept["curve"], columns=list(_CURVE), dtype=float),
        options=pd.DataFrame(kept["options"], columns=list(_OPTIONS)).astype({"smallest_in_100": float}),
        facts=dict(kept["facts"]),
    )


def _or_none(value: float) -> float | None:
    # JSON has no sign for what is not a number.
    return float(value) if math.isfinite(value) else None
