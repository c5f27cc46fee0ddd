"""What a decision on scores rests on: the studies of paragraph 73, asked again of one snapshot, by one protocol.

The decision itself is made where words are (`toolkit.publish.decision`), by rules that the protocol's keys move; here
are its figures, so that whoever distrusts a rule finds what it was given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit.progress import Progress
from toolkit.stats.variance.clustered_mean import ClusteredMean, clustered_mean
from toolkit.studies.estimates import estimate_of_mean, no_figure
from toolkit.studies.progress_change.readings import FirstAndLast, first_and_last
from toolkit.studies.progress_decision import gates
from toolkit.studies.progress_decision.criteria import criteria_of
from toolkit.studies.progress_decision.facts import ProgressDecisionFacts, Told
from toolkit.studies.progress_decision.pace import Pace, pace_of
from toolkit.studies.progress_decision.spec import ProgressDecisionSpec
from toolkit.studies.progress_decision.tables import counts_table, criteria_table
from toolkit.studies.progress_meaning import study as meaning_study
from toolkit.studies.progress_meaning.facts import ProgressMeaningFacts
from toolkit.studies.progress_meaning.spec import ProgressMeaningSpec
from toolkit.studies.progress_rollout import study as rollout_study
from toolkit.studies.progress_rollout.facts import RolloutFacts
from toolkit.studies.progress_rollout.spec import ProgressRolloutSpec
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, StudyResult

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

OF_MEANING = frozenset({"enough_families", "enough_referred", "follow_up", "clusters"})
"""Gates of meaning without which nothing is known of it."""
DIRECTION = "direction"
_OF_OTHERS = {"max_smd": 0.2, "min_overlap": 0.5}
"""Limits of the studies' own protocols that this one's gates have no use for."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was found, by study."""

    readings: FirstAndLast
    again: ClusteredMean
    meaning: StudyResult
    rollout: StudyResult
    pace: Pace


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Gather what the decision rests on; a snapshot without scores gives a result whose gates say so.

    Raises
    ------
    InputError
        When there are scores but none of the dimension, or tenths of deprivation of two editions would be compared.
    """
    spec = protocol.spec_as(ProgressDecisionSpec)
    began = perf_counter()
    asked = _ask(protocol, snapshot, seed, progress)
    means = asked.meaning.facts_as(ProgressMeaningFacts)
    scored = asked.readings.counts
    limits = protocol.gates
    direction = next(gate for gate in asked.meaning.gates if gate.name == DIRECTION)
    facts = _facts(asked, spec)
    if facts.agreement is not None and facts.agreement[2] < spec.no_agreement:
        # Noise runs the wrong way as often as any: that bars no answer.
        direction = replace(direction, status="warn" if direction.status == "fail" else direction.status)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        first_day=_day(asked.readings.first_day),
        last_day=_day(asked.readings.last_day),
        estimates=_estimates(asked, facts),
        gates=(
            gates.enough_scored(scored.families, limits.min_treated),
            gates.centres(asked.readings.frame["centre_id"].nunique(), limits.min_clusters),
            direction,
        ),
        flow=asked.readings.flow,
        tables={
            "decision_criteria": criteria_table(criteria_of(facts)),
            "decision_counts": counts_table(asked.readings.frame, asked.meaning, asked.rollout, means),
        },
        facts=facts,
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _ask(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> _Asked:
    spec = protocol.spec_as(ProgressDecisionSpec)
    progress("Counting who was scored again", 0.0)
    readings = first_and_last(snapshot, dimension=spec.dimension, wait_days=spec.wait_days, instrument=spec.instrument)
    centre = readings.frame["centre_id"].to_numpy(dtype=object).astype(str)
    is_again = readings.frame["last"].notna().to_numpy(dtype=np.float64)
    again = clustered_mean(is_again, np.unique(centre, return_inverse=True)[1].reshape(-1).astype(np.intp))
    shared = ("dimension", "instrument", "least_rise", "repeats", "min_referred", "min_pairs")
    means = ProgressMeaningSpec.model_validate({name: getattr(spec, name) for name in shared})
    scoring = ProgressRolloutSpec.model_validate({"draws": spec.draws})

    def part(start: float, end: float) -> Progress:
        return lambda said, share: progress(said, start + share * (end - start))

    def as_of(kind: str, keys: Any) -> Protocol:
        limits = protocol.gates.model_copy(update=_OF_OTHERS)
        return protocol.model_copy(update={"kind": kind, "spec": keys, "gates": limits})

    return _Asked(
        readings,
        again,
        meaning_study.run(as_of("progress_meaning", means), snapshot, seed, part(0.1, 0.6)),
        rollout_study.run(as_of("progress_rollout", scoring), snapshot, seed, part(0.6, 0.95)),
        pace_of(snapshot, spec.dimension, spec.instrument),
    )


def _day(day: pd.Timestamp | None) -> Any:
    return None if day is None else day.date()


def _facts(asked: _Asked, spec: ProgressDecisionSpec) -> ProgressDecisionFacts:
    means, scoring = asked.meaning.facts_as(ProgressMeaningFacts), asked.rollout.facts_as(RolloutFacts)
    is_known = not any(gate.status == "fail" and gate.name in OF_MEANING for gate in asked.meaning.gates)
    may_tell = not any(gate.status == "fail" for gate in asked.rollout.gates)
    again = (asked.again.mean, asked.again.low, asked.again.high)
    scoring_cost = spec.minutes_a_scoring / 60 * spec.cost_an_hour or None
    return ProgressDecisionFacts(
        share_complete=tuple(map(float, again)) if np.isfinite(again).all() else None,  # type: ignore[arg-type]
        agreement=means.agreement if means.agreement_pairs >= spec.min_pairs else None,
        agreement_pairs=float(means.agreement_pairs),
        adds_value=means.adds_value if is_known else "unknown",
        added_value=means.added_value,
        largest_rise=means.largest_rise,
        slope_ratio=_slope_ratio(means.odds_ratio),
        change_adds_value=means.change_adds_value if is_known else "unknown",
        change_added_value=means.change_added_value,
        change_largest_rise=means.change_largest_rise,
        told_on=float(means.families),
        drift=means.drift,
        drift_against_other=means.drift_against_other,
        drift_scores=float(means.drift_scores),
        drift_double=float(means.drift_double),
        effect=scoring.effect if may_tell else None,
        paths_alike=scoring.trends_alike and scoring.ways_agree is not False,
        smallest_visible=scoring.smallest_visible,
        months_each_side=float(ProgressRolloutSpec.model_validate({}).months_each_side),
        centres_not_scoring=scoring.centres_not_scoring,
        pace_scored=asked.pace.scored,
        pace_double=asked.pace.double,
        cost_a_family=None if scoring_cost is None else scoring_cost * spec.scorings_a_family,
        cost_a_scoring=scoring_cost,
        cost_source=spec.cost_source,
        wait_days=float(spec.wait_days),
        **{name: getattr(spec, name) for name in _LIMITS},
    )


_LIMITS = (
    "least_complete", "least_agreement", "no_agreement", "least_rise", "least_rise_of_change",
    "most_drift", "most_harm", "most_cost",
    "double_share",
)  # fmt: skip


def _slope_ratio(odds: Told) -> float | None:
    """Return half the width of a log odds ratio's range by its size; ``None`` where there is none, or it is nought."""
    if odds is None or odds[0] == 1:
        return None
    about, low, high = np.log(odds)
    return float((high - low) / 2 / abs(about))


def _estimates(asked: _Asked, facts: ProgressDecisionFacts) -> tuple[Estimate, ...]:
    """Return the share scored again first, then what else the decision rests on, each where it may be told."""
    return (
        estimate_of_mean(
            asked.again, "scored_again", estimator="first_to_last", measure="share", rows=len(asked.readings.frame)
        ),
        _estimate("score", "double_scores", "kappa", facts.agreement),
        _estimate("any_referral_12m", "first_score", "area_rise", facts.added_value),
        _estimate("any_referral_12m", "change", "area_rise", facts.change_added_value),
        _estimate("score", "end_scores", "drift_a_year", facts.drift),
        _estimate("score", "end_scores", "drift_a_year_against_other", facts.drift_against_other),
        _estimate("any_referral_12m", "scoring", "difference_by_scoring", facts.effect),
    )


def _estimate(outcome: str, estimator: str, measure: str, told: Told) -> Estimate:
    if told is None:
        return no_figure(outcome, estimator=estimator, measure=measure)
    return Estimate(outcome, estimator, measure, told[0], None, told[1], told[2])
