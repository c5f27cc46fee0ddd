"""The matched cohort: families that joined against families like them that had not, from a protocol to a result."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import pandas as pd

from toolkit import __version__
from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.cohort.trials import Cohort, build_cohort
from toolkit.progress import Progress, part
from toolkit.studies import gates
from toolkit.studies.matched_spec import MatchedCohort
from toolkit.studies.matched_tables import facts_of, labelled, matched_flow, matched_sets, tables_of
from toolkit.studies.matching import match_in_rounds
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, Gate, StudyResult
from toolkit.studies.unadjusted import unadjusted_difference
from toolkit.studies.usable import usable

if TYPE_CHECKING:
    from toolkit.records.snapshot import Snapshot
    from toolkit.stats import Matched

SPEC = MatchedCohort


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Run a matched-cohort protocol on a snapshot.

    Raises
    ------
    InputError
        When no family can be compared, with the flow that says why.
    """
    spec = protocol.spec
    assert isinstance(spec, MatchedCohort)
    clock = _Clock()
    cohort = build_cohort(snapshot, spec.design(), seed=seed, progress=part(progress, 0.0, 0.45))
    clock.lap("cohort")
    followed = cohort.frame[cohort.frame["follow_up"] == "complete"]
    ready = usable(followed, spec.covariates)
    progress("Matching families", 0.45)
    rounds = match_in_rounds(ready.frame, ready.covariates, spec)
    clock.lap("match")
    progress("Comparing the groups", 0.65)
    balance = labelled(rounds.balance)
    sets = matched_sets(rounds.pairs, ready.frame)
    clock.lap("sets")
    progress("Estimating the effect", 0.8)
    estimates, means = _estimates(rounds.matched, followed, sets, spec)
    clock.lap("effect")
    facts = facts_of(spec, cohort, followed, sets, ready.left_out)
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
        as_of={
            "store_version": snapshot.store_version,
            "first_day": cohort.calendar.first_day.isoformat(),
            "last_day": cohort.calendar.last_day.isoformat(),
        },
        estimates=estimates,
        balance=balance,
        matched_sets=sets,
        gates=_gates(protocol, cohort, balance, estimates[0], followed),
        flow=(*cohort.flow, *ready.flow, *matched_flow(ready.frame, sets)),
        tables=tables_of(cohort, followed, sets, rounds.unmatched, spec),
        facts={**facts, **means, "caliper_on_logit": rounds.caliper, "notes": list(rounds.notes)},
        timings=clock.laps,
    )
    progress("Study done", 1.0)
    return result


def _estimates(
    matched: Matched, followed: pd.DataFrame, sets: pd.DataFrame, spec: MatchedCohort
) -> tuple[tuple[Estimate, ...], dict[str, float | None]]:
    """Return the estimates, primary first, and the primary outcome's mean in each arm."""
    inside = followed.loc[sets["row_id"]]
    means: dict[str, float | None] = {"mean_treated": None, "mean_control": None}
    found = []
    for outcome in spec.outcomes:
        for measure in spec.measures:
            if not _can_be_estimated(inside, outcome, measure):
                found.append(_no_estimate(inside, outcome, measure))
                continue
            effect = matched.effect(outcome, measure=measure, cluster=spec.cluster)
            low, high = effect.interval
            found.append(
                Estimate(
                    outcome,
                    "matched",
                    measure,
                    effect.estimate,
                    effect.se,
                    low,
                    high,
                    effect.p_value,
                    effect.n_treated,
                    effect.n_control,
                    effect.clusters,
                )
            )
            if means["mean_treated"] is None and outcome == spec.outcomes[0]:
                means = {"mean_treated": effect.mean_treated, "mean_control": effect.mean_control}
    for outcome in spec.outcomes:
        found.append(
            unadjusted_difference(
                outcome,
                followed[outcome].to_numpy(),
                followed["treated"].to_numpy() == 1,
                followed[spec.cluster].cat.codes.to_numpy(),
            )
        )
    return tuple(found), means


def _can_be_estimated(inside: pd.DataFrame, outcome: str, measure: str) -> bool:
    if measure == "ratio" and not OUTCOMES[outcome].is_binary:
        return False
    with_outcome = inside.loc[inside[outcome] > 0, "treated"]
    return with_outcome.nunique() == 2 if measure == "ratio" else len(with_outcome) > 0


def _no_estimate(inside: pd.DataFrame, outcome: str, measure: str) -> Estimate:
    treated = int((inside["treated"] == 1).sum())
    return Estimate(outcome, "matched", measure, None, None, None, None, None, treated, len(inside) - treated, None)


def _gates(
    protocol: Protocol, cohort: Cohort, balance: pd.DataFrame, primary: Estimate, followed: pd.DataFrame
) -> tuple[Gate, ...]:
    limits = protocol.gates
    arms = cohort.person_time.to_dict("records")
    shares = {int(arm["treated"]): int(arm["complete"]) / int(arm["rows"]) for arm in arms}
    joined = int((followed["treated"] == 1).sum())
    matched = primary.n_treated or 0
    differences = {str(term): abs(smd) for term, smd in balance["smd"].items() if term in COVARIATES}
    worst = max(differences, key=differences.__getitem__, default="")
    return (
        gates.enough_families(matched, limits.min_treated),
        gates.balance(
            differences.get(worst),
            COVARIATES[worst].label.lower() if worst else "",
            limits.max_smd,
        ),
        gates.overlap(matched / joined if joined else 0.0, limits.min_overlap),
        gates.follow_up(shares[1], shares[0], limits.min_follow_up),
        gates.clusters(primary.clusters or 0, limits.min_clusters),
    )


class _Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = round(now - self._since, 3)
        self._since = now
