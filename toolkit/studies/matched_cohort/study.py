"""The matched cohort: families that joined against families like them that had not, from a protocol to a result."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from toolkit.cohort.censoring import weight_name
from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.outcomes import outcomes_named
from toolkit.errors import InputError
from toolkit.progress import Progress, part
from toolkit.stats import Effect
from toolkit.studies.design_record import Sealed, untold
from toolkit.studies.estimates import can_be_estimated, estimate_of, no_estimate, unadjusted_difference
from toolkit.studies.matched_cohort.calibration.calibrated import calibrated, calibration_of
from toolkit.studies.matched_cohort.calibration.controls import find_controls
from toolkit.studies.matched_cohort.checks.names import GATES
from toolkit.studies.matched_cohort.checks.registry import SPECS, run_checks
from toolkit.studies.matched_cohort.comparison import Comparison
from toolkit.studies.matched_cohort.curve import curve_table
from toolkit.studies.matched_cohort.design_stage import Designed, make_design
from toolkit.studies.matched_cohort.draws import read_answer
from toolkit.studies.matched_cohort.estimators import before_of, compare_otherwise
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.matched_cohort.subgroups import subgroup_tables
from toolkit.studies.matched_cohort.tables import facts_of, labelled, matched_flow, tables_of
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, StudyResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from toolkit.cohort.design import TrialDesign
    from toolkit.records.snapshots.snapshot import Snapshot


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress, sealed: Sealed = untold) -> StudyResult:
    """Run a matched-cohort protocol on a snapshot: the answer, the cascade, other methods, subgroups and checks.

    ``sealed`` is told of the design before any outcome of a joiner is read.

    Raises
    ------
    InputError
        When no family can be compared, with the flow that says why.
    """
    spec = protocol.spec_as(MatchedCohort)
    clock = _Clock()
    names = (*GATES, *spec.checks)
    asked = design_for(spec, names)
    progress_of_design = part(progress, 0.0, 0.2)
    if spec.draws == 1:
        designed = _designed(protocol, snapshot, seed, progress_of_design, asked, clock, sealed, keep=True)
    else:  # the primary outcome decides which draw is the middle one, and that one is built with the rest
        narrow = replace(spec.design(), outcomes=spec.outcomes[:1], time_to=(), child_days=False)
        designed = _designed(protocol, snapshot, seed, progress_of_design, narrow, clock, sealed, keep=False)
    evidence = _primary(protocol, snapshot, seed, part(progress, 0.2, 0.25), asked, clock, designed)
    comparison = evidence.comparison
    estimates = [*evidence.estimates, *_cascade(comparison, spec, part(progress, 0.25, 0.3))]
    clock.lap("cascade")
    not_worked_out: dict[str, str] = {}
    for place, name in enumerate(spec.estimators):
        progress("Comparing in other ways", 0.3 + 0.25 * place / len(spec.estimators))
        others, why_not = compare_otherwise(name, comparison, spec)
        estimates += others
        not_worked_out |= {name: why_not} if why_not else {}
        clock.lap(name)
    estimates += _unadjusted(comparison, spec)
    progress("Looking at kinds of family", 0.55)
    tables = subgroup_tables(comparison, spec, spec.outcomes[0], spec.subgroups) if spec.subgroups else {}
    if spec.curve:
        tables["curve"] = curve_table(comparison, spec.curve, cluster=spec.cluster)
    clock.lap("subgroups")
    evidence = replace(evidence, estimates=tuple(estimates), not_worked_out=not_worked_out)
    checks = run_checks(names, evidence, progress=part(progress, 0.6, 1.0))
    clock.lap("checks")
    result = _result(evidence, clock)
    progress("Study done", 1.0)
    return replace(
        result,
        tables={**result.tables, **tables},
        gates=tuple(check.as_gate() for check in checks if check.is_gate),
        checks=checks,
        design=designed.record,
        timings=clock.laps,
    )


def run_primary(
    protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress, sealed: Sealed = untold
) -> StudyResult:
    """Run a protocol as far as its primary result, and what bars or changes it: for a first look, not to publish."""
    spec, clock = protocol.spec_as(MatchedCohort), _Clock()
    names = (*GATES, *(name for name in spec.checks if name in {*spec.must_pass, *spec.sign_needs}))
    asked = design_for(spec, names, whole=False)
    designed = _designed(protocol, snapshot, seed, part(progress, 0.0, 0.7), asked, clock, sealed, keep=True)
    evidence = _primary(protocol, snapshot, seed, part(progress, 0.7, 1.0), asked, clock, designed)
    checks = run_checks(names, evidence)
    result = _result(evidence, clock)
    progress("Study done", 1.0)
    return replace(
        result,
        gates=tuple(check.as_gate() for check in checks if check.is_gate),
        checks=checks,
        design=designed.record,
        facts=replace(result.facts_as(MatchedCohortFacts), primary_only=True),
        timings=clock.laps,
    )


def design_for(spec: MatchedCohort, names: Sequence[str], *, whole: bool = True) -> TrialDesign:
    """Return the protocol's design with what checks and the other estimators need; none of it is matched on.

    What is not ``whole`` stops at the primary outcome and those that the checks look at.
    """
    design, checks = spec.design(), [SPECS[name] for name in names]
    covariates = [*design.covariates, *(name for check in checks for name in check.covariates)]
    if whole:
        covariates += [name for name in spec.subgroups if name != "district"]
    if whole and "difference_in_differences" in spec.estimators:
        covariates += ["months_known", *filter(COVARIATES.__contains__, map(before_of, spec.outcomes))]
    outcomes, curve = (design.outcomes, [spec.curve]) if whole else (spec.outcomes[:1], [])
    return replace(
        design,
        covariates=tuple(dict.fromkeys(covariates)),
        weigh_by=design.covariates,
        outcomes=tuple(dict.fromkeys([*outcomes, *(name for check in checks for name in check.outcomes)])),
        history_days=max((COVARIATES[name].look_back_days for name in covariates), default=0),
        time_to=tuple(
            dict.fromkeys([*design.time_to, *filter(None, curve), *(name for one in checks for name in one.time_to)])
        ),
    )


def _designed(
    protocol: Protocol,
    snapshot: Snapshot,
    seed: int,
    progress: Progress,
    design: TrialDesign,
    clock: _Clock,
    sealed: Sealed,
    *,
    keep: bool,
) -> Designed:
    """Return the design once it stands, having told of it: nothing of the answer has been read by then."""
    designed = make_design(protocol, snapshot, design, seed=seed, keep=keep, progress=progress)
    clock.lap("design")
    sealed(designed.record)
    return designed


def _primary(
    protocol: Protocol,
    snapshot: Snapshot,
    seed: int,
    progress: Progress,
    design: TrialDesign,
    clock: _Clock,
    designed: Designed,
) -> Evidence:
    """Return the comparison with the primary outcome's estimates, first among them the one the verdict is about."""
    spec = protocol.spec_as(MatchedCohort)
    draws = read_answer(designed, snapshot, spec, design, progress=part(progress, 0.0, 0.85))
    clock.lap("draws")
    progress("Estimating the effect", 0.85)
    estimates = _matched(draws.comparison, spec, spec.outcomes[0])
    estimates[0] = draws.widened(estimates[0])
    clock.lap("effect")
    evidence = Evidence(protocol, snapshot, seed, draws.comparison, tuple(estimates), draws)
    if spec.calibrated and draws.effect is not None:
        progress("Looking at years that joining cannot reach", 0.9)
        evidence = _calibrated(evidence, draws.effect)
        clock.lap("calibration")
    return evidence


def _calibrated(evidence: Evidence, effect: Effect) -> Evidence:
    found = calibration_of(find_controls(evidence.comparison, evidence.snapshot, evidence.spec), effect.mean_control)
    answer = calibrated(evidence.estimates[0], found, effect.degrees_of_freedom)
    estimates = evidence.estimates if answer is None else (answer, *evidence.estimates)
    return replace(evidence, estimates=estimates, calibration=found)


def _matched(comparison: Comparison, spec: MatchedCohort, outcome: str) -> list[Estimate]:
    values, found = comparison.values(outcome), []
    rows = comparison.inside.assign(**{outcome: comparison.values_inside(outcome)})
    for measure in _measures(spec, outcome):
        if not can_be_estimated(rows, outcome, measure):
            found.append(no_estimate(rows, outcome, "matched", measure))
            continue
        if measure == "rate_ratio":  # its time at risk too is that of families followed to the end
            weighted = comparison.matched.reweighted(comparison.followed[weight_name(outcome)])
            effect = weighted.effect(outcome, measure=measure, exposure="child_days", cluster=spec.cluster)
        else:
            effect = comparison.matched.effect(values, measure=measure, cluster=spec.cluster)
        found.append(estimate_of(effect, outcome, "matched"))
    return found


def _measures(spec: MatchedCohort, outcome: str) -> list[str]:
    """Return the protocol's measures for an outcome: a count's ratio is that of its rates per child-year."""
    is_binary = outcomes_named([outcome])[0].is_binary
    return [m if is_binary or m != "ratio" else "rate_ratio" for m in spec.measures]


def _cascade(comparison: Comparison, spec: MatchedCohort, progress: Progress) -> list[Estimate]:
    others, found = spec.every_outcome[1:], []
    for place, outcome in enumerate(others):
        progress("Following the cascade", place / len(others))
        try:
            found += _matched(comparison, spec, outcome)
        except InputError:  # so rare here that no error can be told: the answer itself does not hang on it
            rows = comparison.inside
            found += [no_estimate(rows, outcome, "matched", measure) for measure in _measures(spec, outcome)]
    return found


def _unadjusted(comparison: Comparison, spec: MatchedCohort) -> list[Estimate]:
    followed = comparison.followed
    treated, cluster = followed["treated"].to_numpy() == 1, followed[spec.cluster].cat.codes.to_numpy()
    return [
        unadjusted_difference(outcome, comparison.values(outcome).to_numpy(), treated, cluster)
        for outcome in spec.outcomes
    ]


def _result(evidence: Evidence, clock: _Clock) -> StudyResult:
    protocol, spec, comparison = evidence.protocol, evidence.spec, evidence.comparison
    cohort, sets, rounds = comparison.cohort, comparison.sets, comparison.rounds
    return StudyResult.of(
        protocol,
        evidence.snapshot,
        evidence.seed,
        first_day=cohort.calendar.first_day,
        last_day=cohort.calendar.last_day,
        estimates=evidence.estimates,
        balance=labelled(rounds.balance),
        matched_sets=sets,
        gates=(),
        flow=(*cohort.flow, *comparison.ready.flow, *matched_flow(comparison.ready.frame, sets)),
        tables={**tables_of(cohort, comparison, rounds.unmatched, spec), **_of_the_answer(evidence)},
        facts=facts_of(comparison, spec, evidence.effect, evidence.notes, evidence.calibration),
        timings=clock.laps,
    )


def _of_the_answer(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """Return what the answer rests on beside one comparison: its draws and its negative controls."""
    tables = {}
    if evidence.draws is not None and evidence.spec.draws > 1:
        tables["draws"] = evidence.draws.table()
    if evidence.calibration is not None:
        tables["negative_controls"] = evidence.calibration.controls.table.drop(columns="events")
    return tables


class _Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = round(now - self._since, 3)
        self._since = now
