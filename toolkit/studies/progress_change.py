"""The change in families' scores, first to last: who moved up, who down, who was lost; never what caused it."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import Field

from toolkit import __version__
from toolkit.progress import Progress
from toolkit.stats.clustered_mean import ClusteredMean, clustered_mean
from toolkit.stats.progress import OrdinalChange, ordinal_change
from toolkit.studies import progress_gates as gates
from toolkit.studies.progress_readings import LEVELS, FirstAndLast, first_and_last
from toolkit.studies.progress_tables import tables_of
from toolkit.studies.progress_words import describe
from toolkit.studies.protocol import Protocol, Spec
from toolkit.studies.result import Estimate, StudyResult

if TYPE_CHECKING:
    from toolkit.records.snapshot import Snapshot

__all__ = ["SPEC", "ProgressChangeSpec", "describe", "run"]


class ProgressChangeSpec(Spec):
    """The keys of ``[progress_change]``."""

    dimension: str = Field("overall", min_length=1, description="What the scores are about, as stored with them.")
    wait_days: int = Field(183, ge=1, description="Days a family must have had to be scored again.")
    test_retest: float = Field(
        0.7, ge=0, le=1, description="Assumed correlation of two scores of a family that has not changed."
    )


SPEC = ProgressChangeSpec


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Describe the change in scores; a snapshot without scores gives a result whose gates say so."""
    spec = protocol.spec
    assert isinstance(spec, ProgressChangeSpec)
    began = perf_counter()
    progress("Reading the scores", 0.0)
    readings = first_and_last(snapshot, dimension=spec.dimension, wait_days=spec.wait_days)
    progress("Counting who moved", 0.6)
    frame = readings.frame
    change = ordinal_change(frame["first"], frame["last"], levels=LEVELS, cluster=frame["centre_id"])
    lost = clustered_mean(np.isnan(frame["last"].to_numpy(dtype=np.float64)) * 1.0, _codes(frame["centre_id"]))
    facts = {**readings.facts, **_centres(snapshot.read("centres"), frame), **_facts(change, spec)}
    result = StudyResult(
        question=protocol.question,
        title=protocol.title,
        kind=protocol.kind,
        recommendation=protocol.recommendation,
        simulated=snapshot.is_simulated,
        protocol_hash=protocol.hash,
        snapshot_hash=snapshot.hash,
        version=__version__,
        seed=seed,
        as_of=_as_of(snapshot, readings),
        estimates=_estimates(change, lost),
        balance=None,
        matched_sets=None,
        gates=(
            gates.scored_twice(change.improved.of, protocol.gates.min_treated),
            gates.scored_again(change.without_second, protocol.gates.min_follow_up),
            gates.centres(change.clustered["improved"].clusters, protocol.gates.min_clusters),
            gates.scorers(facts["share_same_scorer"]),
            gates.comparison(),
        ),
        flow=readings.flow,
        tables=tables_of(frame, change, spec.test_retest),
        facts=facts,
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _codes(names: pd.Series) -> np.ndarray[Any, np.dtype[np.intp]]:
    return np.unique(names.to_numpy(dtype=object).astype(str), return_inverse=True)[1].reshape(-1).astype(np.intp)


def _estimates(change: OrdinalChange, lost: ClusteredMean) -> tuple[Estimate, ...]:
    """Return the share improved first; intervals take only centres as independent."""
    twice, started = change.improved.of, change.without_second.of
    means = change.clustered
    return (
        _estimate("progress", "share_improved", means["improved"], twice),
        _estimate("progress", "share_same", means["same"], twice),
        _estimate("progress", "share_worse", means["worse"], twice),
        _estimate("progress", "mean_change", means["change"], twice),
        _estimate("no_second_score", "share", lost, started),
    )


def _estimate(outcome: str, measure: str, mean: ClusteredMean, families: int) -> Estimate:
    return Estimate(
        outcome=outcome,
        estimator="first_to_last",
        measure=measure,
        estimate=_known(mean.mean),
        se=_known(mean.se),
        low=_known(mean.low),
        high=_known(mean.high),
        n_treated=families,
        clusters=mean.clusters,
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _as_of(snapshot: Snapshot, readings: FirstAndLast) -> dict[str, Any]:
    days = {"first_day": readings.first_day, "last_day": readings.last_day}
    shown = {name: None if day is None else day.date().isoformat() for name, day in days.items()}
    return {"store_version": snapshot.store_version, **shown}


def _centres(centres: pd.DataFrame, frame: pd.DataFrame) -> dict[str, int]:
    scoring = int(centres["tracks_progress_from"].notna().sum())
    return {
        "centres": len(centres),
        "centres_scoring": scoring,
        "centres_not_scoring": len(centres) - scoring,
        "centres_with_scores": int(frame["centre_id"].nunique()),
    }


def _facts(change: OrdinalChange, spec: ProgressChangeSpec) -> dict[str, Any]:
    bottom, top = change.by_start[0], change.by_start[-1]
    return {
        "improved": change.improved.count,
        "same": change.same.count,
        "worse": change.worse.count,
        "no_second_score": change.without_second.count,
        "started_at_bottom": bottom.without_second.of,
        "started_at_top": top.without_second.of,
        "floor_and_ceiling": f"Families that start at 1 can only go up. Families that start at {LEVELS} can only go "
        "down.",
        "test_retest": spec.test_retest,
        "verdict_hint": {"code": "cannot_say", "maryland_level": 1},
    }
