"""The matched cohort: families that joined against families like them that had not, from a protocol to a result."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from toolkit.cohort.censoring import weight_name
from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.outcomes import outcomes_named
from toolkit.cohort.trials import build_cohort
from toolkit.progress import Progress, part
from toolkit.stats import Effect
from toolkit.studies.estimates import can_be_estimated, estimate_of, no_estimate, unadjusted_difference
from toolkit.studies.matched_cohort.checks.names import GATES
from toolkit.studies.matched_cohort.checks.registry import SPECS, run_checks
from toolkit.studies.matched_cohort.comparison import Comparison, Evidence, match_cohort
from toolkit.studies.matched_cohort.curve import curve_table
from toolkit.studies.matched_cohort.estimators import ESTIMATORS, before_of
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.matched_cohort.subgroups import subgroup_tables
from toolkit.studies.matched_cohort.tables import facts_of, labelled, matched_flow, tables_of
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, StudyResult

if TYPE_CHECKING:
    from toolkit.cohort.design import TrialDesign
    from toolkit.records.snapshots.snapshot import Snapshot


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Run a matched-cohort protocol on a snapshot: the answer, the cascade, other methods, subgroups and checks.

    Raises
    ------
    InputError
        When no family can be compared, with the flow that says why.
    """
    spec = protocol.spec_as(MatchedCohort)
    clock = _Clock()
    evidence = _primary(protocol, snapshot, seed, part(progress, 0.0, 0.25), _whole_design(spec), clock)
    comparison = evidence.comparison
    estimates = [*evidence.estimates, *_cascade(comparison, spec, part(progress, 0.25, 0.3))]
    clock.lap("cascade")
    for place, name in enumerate(spec.estimators):
        progress("Comparing in other ways", 0.3 + 0.25 * place / len(spec.estimators))
        estimates += ESTIMATORS[name](comparison, spec, spec.outcomes)
        clock.lap(name)
    estimates += _unadjusted(comparison, spec)
    progress("Looking at kinds of family", 0.55)
    tables = subgroup_tables(comparison, spec, spec.outcomes[0], spec.subgroups) if spec.subgroups else {}
    if spec.curve:
        tables["curve"] = curve_table(comparison, spec.curve, cluster=spec.cluster)
    clock.lap("subgroups")
    evidence = replace(evidence, estimates=tuple(estimates))
    checks = run_checks(
        (*GATES, *spec.checks), evidence, gates=(*GATES, *spec.must_pass), progress=part(progress, 0.6, 1.0)
    )
    clock.lap("checks")
    result = _result(evidence, clock)
    progress("Study done", 1.0)
    return replace(
        result,
        tables={**result.tables, **tables},
        gates=tuple(check.as_gate() for check in checks if check.is_gate),
        checks=checks,
        timings=clock.laps,
    )


def run_primary(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Run a protocol as far as its primary result and the gates: for a first look, not for publication."""
    clock = _Clock()
    evidence = _primary(protocol, snapshot, seed, progress, protocol.spec_as(MatchedCohort).design(), clock)
    checks = run_checks(GATES, evidence)
    result = _result(evidence, clock)
    progress("Study done", 1.0)
    return replace(
        result,
        gates=tuple(check.as_gate() for check in checks),
        checks=checks,
        facts=replace(result.facts_as(MatchedCohortFacts), primary_only=True),
        timings=clock.laps,
    )


def _whole_design(spec: MatchedCohort) -> TrialDesign:
    """Return the protocol's design with what the checks and the other estimators need; none of it is matched on."""
    design, checks = spec.design(), [SPECS[name] for name in spec.checks]
    covariates = [*design.covariates, *(name for check in checks for name in check.covariates)]
    covariates += [name for name in spec.subgroups if name != "district"]
    if "difference_in_differences" in spec.estimators:
        covariates += ["months_known", *filter(COVARIATES.__contains__, map(before_of, spec.outcomes))]
    return replace(
        design,
        covariates=tuple(dict.fromkeys(covariates)),
        weigh_by=design.covariates,
        outcomes=tuple(dict.fromkeys([*design.outcomes, *(name for check in checks for name in check.outcomes)])),
        history_days=max((COVARIATES[name].look_back_days for name in covariates), default=0),
        time_to=tuple(
            dict.fromkeys(
                [*design.time_to, *filter(None, [spec.curve]), *(name for check in checks for name in check.time_to)]
            )
        ),
    )


def _primary(
    protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress, design: TrialDesign, clock: _Clock
) -> Evidence:
    """Return the comparison with the primary outcome's estimates, first among them the one the verdict is about."""
    spec = protocol.spec_as(MatchedCohort)
    cohort = build_cohort(snapshot, design, seed=seed, progress=part(progress, 0.0, 0.6))
    clock.lap("cohort")
    progress("Matching families", 0.6)
    comparison = match_cohort(cohort, spec)
    clock.lap("match")
    progress("Estimating the effect", 0.9)
    estimates = _matched(comparison, spec, spec.outcomes[0])
    clock.lap("effect")
    return Evidence(protocol, snapshot, seed, comparison, tuple(estimates), _effect(comparison, spec))


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
        found += _matched(comparison, spec, outcome)
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
        tables=tables_of(cohort, comparison.followed, sets, rounds.unmatched, spec),
        facts=facts_of(comparison, spec, evidence.effect, evidence.notes),
        timings=clock.laps,
    )


def _effect(comparison: Comparison, spec: MatchedCohort) -> Effect | None:
    """Return the primary outcome's difference, where anybody compared had it."""
    outcome = spec.outcomes[0]
    if not (comparison.values_inside(outcome) > 0).any():
        return None
    return comparison.matched.effect(comparison.values(outcome), cluster=spec.cluster)


class _Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = round(now - self._since, 3)
        self._since = now
