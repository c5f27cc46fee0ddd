"""The change in families' scores, first to last: who moved up, who down, who was lost; never what caused it."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.progress import Progress
from toolkit.stats.agreement.coefficient import FEWEST_PAIRS, Coefficient
from toolkit.stats.ordinal.beyond import ChangeBeyond
from toolkit.stats.ordinal.change import OrdinalChange
from toolkit.stats.variance.clustered_mean import ClusteredMean, clustered_mean
from toolkit.studies.codes import codes_of
from toolkit.studies.estimates import estimate_of_mean, no_figure
from toolkit.studies.progress_change import gates
from toolkit.studies.progress_change.by_parts import change_by_dimension
from toolkit.studies.progress_change.doubles import beyond_chance, with_second_scorings
from toolkit.studies.progress_change.facts import Counted, ProgressChangeFacts
from toolkit.studies.progress_change.on_scale import change_on, in_points
from toolkit.studies.progress_change.readings import FirstAndLast, first_and_last
from toolkit.studies.progress_change.spec import ProgressChangeSpec
from toolkit.studies.progress_change.tables import tables_of
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, StudyResult
from toolkit.tables.instrument_scale import Instrument

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


UNKNOWN = (
    "Fewer than {fewest} families were scored by two workers on the day of their first score, or at too few centres. "
    "So it is not known how much of the change is chance, and nothing is assumed."
)


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Describe the change in scores; a snapshot without scores gives a result whose gates say so."""
    spec = protocol.spec_as(ProgressChangeSpec)
    began = perf_counter()
    progress("Reading the scores", 0.0)
    readings = first_and_last(snapshot, dimension=spec.dimension, wait_days=spec.wait_days, instrument=spec.instrument)
    progress("Counting who moved", 0.6)
    frame, instrument = with_second_scorings(snapshot, readings, spec.dimension), readings.instrument
    change = change_on(frame, instrument, cluster=frame["centre_id"])
    beyond = beyond_chance(frame, readings)
    lost = clustered_mean(np.isnan(frame["last"].to_numpy(dtype=np.float64)) * 1.0, codes_of(frame["centre_id"]))
    facts = _facts(readings, change, beyond, snapshot.read("centres"))
    by_dimension = change_by_dimension(snapshot, instrument, wait_days=spec.wait_days)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        first_day=None if readings.first_day is None else readings.first_day.date(),
        last_day=None if readings.last_day is None else readings.last_day.date(),
        estimates=(*_estimates(change, lost, instrument), *_beyond(beyond)),
        gates=(
            gates.scored_twice(change.improved.of, protocol.gates.min_treated),
            gates.scored_again(change.without_second, protocol.gates.min_follow_up),
            gates.centres(change.clustered["improved"].clusters, protocol.gates.min_clusters),
            gates.scorers(facts.share_same_scorer),
            gates.chance(facts.beyond, facts.by_others),
            gates.comparison(),
        ),
        flow=readings.flow,
        tables=tables_of(frame, change, beyond, instrument) | {"change_by_dimension": by_dimension},
        facts=facts,
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _estimates(change: OrdinalChange, lost: ClusteredMean, instrument: Instrument) -> tuple[Estimate, ...]:
    """Return the share improved first; intervals take only centres as independent."""
    twice, started = change.improved.of, change.without_second.of
    means = change.clustered
    return (
        _estimate("progress", "share_improved", means["improved"], twice),
        _estimate("progress", "share_same", means["same"], twice),
        _estimate("progress", "share_worse", means["worse"], twice),
        _estimate("progress", "mean_change", in_points(means["change"], instrument), twice),
        _estimate("no_second_score", "share", lost, started),
    )


def _estimate(outcome: str, measure: str, mean: ClusteredMean, families: int) -> Estimate:
    return estimate_of_mean(mean, outcome, estimator="first_to_last", measure=measure, rows=families)


def _beyond(found: ChangeBeyond | None) -> tuple[Estimate, ...]:
    """Return the change beyond chance, what chance makes of it, and the change as second scorers gave both ends."""
    parts = ("beyond", "expected", "by_others")
    if found is None:
        return tuple(no_figure("progress", estimator="second_scorings", measure=f"change_{part}") for part in parts)
    told = []
    for part in parts:
        one: Coefficient = getattr(found, part)
        estimate, se, low, high = (
            float(x) if np.isfinite(x) else None for x in (one.estimate, one.se, one.low, one.high)
        )
        rows = found.pairs_at_end if part == "by_others" else found.pairs
        told.append(
            Estimate(
                outcome="progress", estimator="second_scorings", measure=f"change_{part}", estimate=estimate, se=se,
                low=low, high=high, n_treated=rows,
            )
        )  # fmt: skip
    return tuple(told)


def _floor_and_ceiling(instrument: Instrument) -> str:
    low, high = instrument.lowest, instrument.highest
    return f"Families that start at {low} can only go up. Families that start at {high} can only go down."


def _facts(
    readings: FirstAndLast, change: OrdinalChange, found: ChangeBeyond | None, centres: pd.DataFrame
) -> ProgressChangeFacts:
    counts, bottom, top = readings.counts, change.by_start[0], change.by_start[-1]
    beyond = None if found is None else _counted(found.beyond, found.pairs)
    expected = None if found is None else _counted(found.expected, found.pairs)
    scoring = int(centres["tracks_progress_from"].notna().sum())
    return ProgressChangeFacts(
        families=counts.families,
        families_scored_twice=counts.families_scored_twice,
        no_second_score=change.without_second.count,
        improved=change.improved.count,
        same=change.same.count,
        worse=change.worse.count,
        started_at_bottom=bottom.without_second.of,
        started_at_top=top.without_second.of,
        readings=counts.readings,
        readings_higher_is_worse=counts.readings_higher_is_worse,
        direction=counts.direction,
        share_of_joiners_scored=counts.share_of_joiners_scored,
        families_scorer_known=counts.families_scorer_known,
        share_same_scorer=counts.share_same_scorer,
        median_days_between=counts.median_days_between,
        centres=len(centres),
        centres_scoring=scoring,
        centres_not_scoring=len(centres) - scoring,
        centres_with_scores=int(readings.frame["centre_id"].nunique()),
        floor_and_ceiling=_floor_and_ceiling(readings.instrument),
        ended_at_bottom=int(change.transitions[:, 0].sum()),
        ended_at_top=int(change.transitions[:, -1].sum()),
        beyond=beyond,
        beyond_unknown="" if beyond is not None else UNKNOWN.format(fewest=FEWEST_PAIRS),
        beyond_bounds=None if found is None or not np.isfinite(found.bounds).all() else found.bounds,
        expected_by_chance=None if expected is None else expected[:3],
        by_others=None if found is None else _counted(found.by_others, found.pairs_at_end),
    )


def _counted(one: Coefficient, pairs: int) -> Counted:
    if not np.isfinite([one.estimate, one.low, one.high]).all():
        return None
    return float(one.estimate), float(one.low), float(one.high), pairs
