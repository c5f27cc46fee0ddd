"""Who was never scored again, and how wrong the headline could be: weights for those lost, and bounds without any."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from toolkit.progress import Progress
from toolkit.stats.agreement.coefficient import Coefficient
from toolkit.stats.missing.bounds import Bounds
from toolkit.stats.missing.unseen import OfAll
from toolkit.stats.variance.clustered_mean import ClusteredMean, clustered_mean
from toolkit.studies.codes import codes_of
from toolkit.studies.estimates import estimate_of_mean, known, no_figure
from toolkit.studies.progress_change.readings import FirstAndLast, first_and_last
from toolkit.studies.progress_missing import gates
from toolkit.studies.progress_missing.bounded import OfFamilies, halves_at, of_families
from toolkit.studies.progress_missing.facts import ProgressMissingFacts, Range, Told
from toolkit.studies.progress_missing.known import FirstDay, first_day
from toolkit.studies.progress_missing.spec import ProgressMissingSpec
from toolkit.studies.progress_missing.tables import tables_of
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, Gate, StudyResult

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

MEASURES = ("share_improved", "mean_change")


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Ask who was lost; a snapshot without scores gives a result whose gates say so.

    Raises
    ------
    InputError
        When there are scores but none of the dimension, or tenths of deprivation of two editions would be compared.
    """
    spec = protocol.spec_as(ProgressMissingSpec)
    began = perf_counter()
    progress("Reading the scores", 0.0)
    readings = first_and_last(snapshot, dimension=spec.dimension, wait_days=spec.wait_days, instrument=spec.instrument)
    progress("Looking up what was known on the first day", 0.2)
    day = first_day(snapshot, readings, spec.covariates)
    progress("Asking what those lost may have done", 0.5)
    found = of_families(day, readings.instrument)
    lost = clustered_mean(day.frame["last"].isna().to_numpy(dtype=np.float64), codes_of(day.frame["centre_id"]))
    facts = _facts(day, found, lost, readings)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        first_day=None if readings.first_day is None else readings.first_day.date(),
        last_day=None if readings.last_day is None else readings.last_day.date(),
        estimates=_estimates(found, lost, facts),
        gates=_gates(protocol, spec, facts),
        flow=readings.flow,
        tables=tables_of(day, found, readings.instrument),
        facts=facts,
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _gates(protocol: Protocol, spec: ProgressMissingSpec, facts: ProgressMissingFacts) -> tuple[Gate, ...]:
    limits, families, twice = protocol.gates, facts.families, facts.families_scored_twice
    return (
        gates.enough_families(families, limits.min_treated),
        gates.scored_twice(twice, limits.min_treated),
        gates.centres(facts.centres, limits.min_clusters),
        gates.complete(twice / families if families else None, limits.min_follow_up),
        gates.weights(
            facts.worth, twice, facts.largest_share, least_worth=spec.least_worth, most_share=spec.largest_share
        ),
        gates.known(facts.known / families if families else None),
    )


def _estimates(found: OfFamilies | None, lost: ClusteredMean, facts: ProgressMissingFacts) -> tuple[Estimate, ...]:
    """Return the share never scored again first; then each figure as seen, weighted, and its bounds' interval."""
    told = [estimate_of_mean(lost, "no_second_score", estimator="first_to_last", measure="share", rows=facts.families)]
    for measure, of in zip(MEASURES, (None, None) if found is None else (found.improved, found.change), strict=True):
        for how in ("seen", "weighted", "no_better", "anything"):
            told.append(_estimate(measure, how, of, facts))
    return tuple(told)


def _estimate(measure: str, how: str, of: OfAll | None, facts: ProgressMissingFacts) -> Estimate:
    rows = facts.families_scored_twice if how in ("seen", "weighted") else facts.families
    if of is None:
        return no_figure("progress", estimator=how, measure=measure, n_treated=rows)
    one: Coefficient | Bounds = getattr(of, how)
    whole, se = (one.estimate, one.se) if isinstance(one, Coefficient) else (float("nan"), float("nan"))
    estimate, error, low, high = (known(x) for x in (whole, se, one.low, one.high))
    return Estimate(
        outcome="progress", estimator=how, measure=measure, estimate=estimate, se=error, low=low, high=high,
        n_treated=rows, clusters=facts.centres,
    )  # fmt: skip


def _facts(
    day: FirstDay, found: OfFamilies | None, lost: ClusteredMean, readings: FirstAndLast
) -> ProgressMissingFacts:
    frame = day.frame
    is_lost = frame["last"].isna()
    families, twice = len(frame), int((~is_lost).sum())
    complete = None if np.isnan(lost.low) else (1 - lost.mean, 1 - lost.high, 1 - lost.low)
    figures: dict[str, Any] = {}
    for name in MEASURES:
        of = None if found is None else (found.improved if name == "share_improved" else found.change)
        figures |= {f"{name}_{part}": value for part, value in _parts(of).items()}
    headline = None if found is None or not twice else float(found.improved.seen.estimate)
    weighed = found is not None and twice > 0
    return ProgressMissingFacts(
        families=families,
        families_scored_twice=twice,
        no_second_score=families - twice,
        centres=int(frame["centre_id"].nunique()),
        share_complete=complete,
        **figures,
        halves_at=None if headline is None else halves_at(twice / families, headline),
        cannot_rise=int((is_lost & (frame["first"] >= readings.instrument.highest)).sum()),
        known=day.known,
        worth=float(found.found.effective) if found is not None and weighed else None,
        largest_share=float(found.found.largest_share) if found is not None and weighed else None,
    )


def _parts(of: OfAll | None) -> dict[str, Told | Range | float | None]:
    if of is None:
        names = ("seen", "weighted", "lowest", "highest", "no_better", "bounds", "no_better_bounds")
        return dict.fromkeys(names)
    return {
        "seen": _told(of.seen),
        "weighted": _told(of.weighted),
        "lowest": known(of.anything.lowest),
        "highest": known(of.anything.highest),
        "no_better": known(of.no_better.highest),
        "bounds": _ends(of.anything),
        "no_better_bounds": _ends(of.no_better),
    }


def _told(one: Coefficient) -> Told:
    found = (float(one.estimate), float(one.low), float(one.high))
    return found if all(np.isfinite(found)) else None


def _ends(one: Bounds) -> Range:
    return (float(one.low), float(one.high)) if np.isfinite([one.low, one.high]).all() else None
