"""What scores mean: whether they tell of referral beyond what was known, and whether scorers agree and drift."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from toolkit.progress import Progress
from toolkit.stats.agreement.coefficient import Coefficient
from toolkit.studies.definition_breaks import breaks_of
from toolkit.studies.estimates import known, no_figure
from toolkit.studies.progress_meaning import gates
from toolkit.studies.progress_meaning.known import Scored, scored_families
from toolkit.studies.progress_meaning.readings import Scores, read_scores
from toolkit.studies.progress_meaning.rose import Rose, compare_rose
from toolkit.studies.progress_meaning.rule import runs_the_wrong_way
from toolkit.studies.progress_meaning.scorers import Scorers, scorers_of
from toolkit.studies.progress_meaning.spec import ProgressMeaningSpec
from toolkit.studies.progress_meaning.tables import tables_of
from toolkit.studies.progress_meaning.telling import Telling, change_tells, first_score_tells
from toolkit.studies.progress_meaning.telling_facts import facts_of
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, Gate, StudyResult

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Ask what the scores mean; a snapshot without scores gives a result whose gates say so.

    Raises
    ------
    InputError
        When there are scores but none of the dimension, or tenths of deprivation of two editions would be compared.
    """
    spec = protocol.spec_as(ProgressMeaningSpec)
    began = perf_counter()
    progress("Reading the scores", 0.0)
    scores = read_scores(snapshot, dimension=spec.dimension, apart_days=spec.apart_days, instrument=spec.instrument)
    progress("Looking up what was known, and what followed", 0.1)
    first_scored, next_scored, flow = scored_families(snapshot, scores, spec)
    progress("Asking what the first score tells", 0.4)
    first = first_score_tells(first_scored, spec, seed)
    progress("Asking what change tells", 0.6)
    change = change_tells(next_scored, spec, seed)
    progress("Comparing families whose score rose with others", 0.8)
    rose = compare_rose(next_scored, spec)
    scorers = scorers_of(scores)
    limits = protocol.gates
    stands = _rose_stands(rose, limits.min_treated, limits.max_smd, limits.min_overlap)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        first_day=None if scores.first_day is None else scores.first_day.date(),
        last_day=None if scores.last_day is None else scores.last_day.date(),
        estimates=_estimates(first, change, rose, scorers, spec.outcome),
        balance=rose.balance,
        gates=_gates(protocol, snapshot, first_scored, first, scorers, scores),
        flow=flow,
        tables=tables_of(first, change, rose, scores),
        facts=facts_of(first_scored, first, change, rose, scorers, scores, spec, rose_stands=stands),
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _rose_stands(rose: Rose, minimum: int, largest: float, overlap: float) -> bool:
    if rose.largest is None or rose.estimate.with_interval is None or rose.matched < minimum:
        return False
    return rose.largest[1] < largest and rose.matched >= overlap * rose.rose


def _gates(
    protocol: Protocol, snapshot: Snapshot, scored: Scored, first: Telling, scorers: Scorers, scores: Scores
) -> tuple[Gate, ...]:
    limits, spec = protocol.gates, protocol.spec_as(ProgressMeaningSpec)
    days = [None if day is None else day.date() for day in (scores.first_day, scores.last_day)]
    slope = None if first.found is None else known(first.found.slope.estimate)
    drift = scorers.drift
    return (
        gates.enough_families(first.families, limits.min_treated),
        gates.enough_referred(first.referred, first.families - first.referred, spec.min_referred),
        gates.followed(scored.followed / scored.in_time if scored.in_time else None, limits.min_follow_up),
        gates.centres(int(first.rows["centre_id"].nunique()), limits.min_clusters),
        gates.direction(runs_the_wrong_way(first.found), slope),
        gates.agreement(None if scorers.agreement is None else scorers.agreement.kappa, scorers.pairs, spec.min_pairs),
        gates.drift(None if drift is None else drift.pooled, None if drift is None else drift.against_other),
        gates.definitions(breaks_of(snapshot), *days),
    )


def _estimates(first: Telling, change: Telling, rose: Rose, scorers: Scorers, outcome: str) -> tuple[Estimate, ...]:
    """Return the rise by the first score first; then all else it tells, what change tells, and the scorers' figures."""
    found: list[Estimate] = []
    for name, telling in (("first_score", first), ("change", change)):
        got = telling.found
        parts = {
            "area_rise": None if got is None else got.rise,
            "area_known": None if got is None else got.known,
            "area_both": None if got is None else got.both,
            "area_score": None if got is None else got.score,
            "log_odds_a_point": None if got is None else got.slope,
            "log_odds_a_point_by_others": None if telling.by_others is None else telling.by_others.slope,
            "brier_fall": None if got is None else got.brier,
            "log_score_rise": None if got is None else got.log_score,
            "calibration_slope": None if telling.calibrated is None else telling.calibrated.slope,
            "calibration_in_the_large": None if telling.calibrated is None else telling.calibrated.in_the_large,
        }
        clusters = int(telling.rows["centre_id"].nunique())
        found += [_estimate(outcome, name, m, one, telling.families, clusters) for m, one in parts.items()]
    found.append(rose.estimate)
    if scorers.agreement is not None:
        found.append(_estimate("score", "double_scores", "kappa", scorers.agreement.kappa, scorers.pairs, None))
    if scorers.drift is not None:
        drift = scorers.drift
        for measure, one in (("drift_a_year", drift.pooled), ("drift_a_year_against_other", drift.against_other)):
            found.append(_estimate("score", "end_scores", measure, one, drift.scores, drift.scorers))
    return tuple(found)


def _estimate(
    outcome: str, estimator: str, measure: str, one: Coefficient | None, rows: int, clusters: int | None
) -> Estimate:
    if one is None:
        return no_figure(outcome, estimator=estimator, measure=measure, n_treated=rows)
    estimate, se, low, high = (known(x) for x in (one.estimate, one.se, one.low, one.high))
    return Estimate(
        outcome=outcome, estimator=estimator, measure=measure, estimate=estimate, se=se, low=low, high=high,
        n_treated=rows, clusters=clusters,
    )  # fmt: skip
