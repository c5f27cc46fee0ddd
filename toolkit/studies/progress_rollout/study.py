"""Scoring as a treatment: whether families fared otherwise once their centre began to score, and what could be seen."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from toolkit.progress import Progress
from toolkit.stats.staggered.effect import Clustered
from toolkit.studies.definition_breaks import breaks_of
from toolkit.studies.estimates import no_figure
from toolkit.studies.progress_rollout import gates, tables
from toolkit.studies.progress_rollout.comparison import Comparison
from toolkit.studies.progress_rollout.facts import RolloutFacts
from toolkit.studies.progress_rollout.findings import Findings, facts_of, findings_of, with_widest
from toolkit.studies.progress_rollout.joining import joining_families
from toolkit.studies.progress_rollout.spec import ProgressRolloutSpec
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, Gate, StudyResult
from toolkit.tables.deprivation import check_one_edition

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

REFERRED, STILL_COMING = "any_referral_12m", "still_coming"
"""The outcomes' names in results; the first decides the verdict."""


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Compare centres that began to score with those that had not; records that cannot tell give gates that say so.

    Raises
    ------
    InputError
        When families' tenths of deprivation are of two editions.
    """
    spec = protocol.spec_as(ProgressRolloutSpec)
    began = perf_counter()
    check_one_edition(snapshot.read("families"), ["idaci_decile"])
    progress("Reading who joined", 0.0)
    joining = joining_families(snapshot, keep_months=spec.keep_months, while_open=spec.referrals_while_open)
    progress("Comparing centres", 0.3)
    found = findings_of(joining, snapshot.read("centres"), spec, seed)
    facts = facts_of(found, joining, spec)
    counted = (("referred", found.followed, found.referred), ("still_coming", found.seen, found.coming))
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        first_day=joining.first_day,
        last_day=joining.last_day,
        estimates=_estimates(found),
        gates=(
            *_gates(protocol, found, facts),
            gates.definitions(breaks_of(snapshot), joining.first_day, joining.last_day),
        ),
        flow=joining.flow,
        tables={
            "rollout_visible": tables.visible_table(found.referred.visible, facts.centres_compared),
            "rollout_half_years": tables.half_year_table(found.course),
            "rollout_centres": tables.centres_table(found.centres, *found.kinds),
            "rollout_groups": tables.groups_table(counted, found.centres),
        },
        facts=facts,
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _estimates(found: Findings) -> tuple[Estimate, ...]:
    """Return the effect on referrals first, on still coming second, then other ways to reckon the first."""
    return (
        _widest(REFERRED, found.referred),
        _widest(STILL_COMING, found.coming),
        _clustered(REFERRED, "within_districts", found.districts),
        _clustered(REFERRED, "after_only", found.after),
        _clustered(REFERRED, "unadjusted", found.plain),
    )


def _widest(outcome: str, one: Comparison) -> Estimate:
    """Return an effect with the widest of its ranges, and the largest of its p-values."""
    effect, figures = one.effect, with_widest(one.effect)
    if effect is None or figures is None:
        return no_figure(outcome, estimator="difference_in_differences", measure="difference")
    p_values = [effect.clustered.p_value]
    p_values += [] if effect.wild is None else [effect.wild[0]]
    p_values += [] if effect.randomised is None else [effect.randomised.p_value]
    return Estimate(
        outcome=outcome,
        estimator="difference_in_differences",
        measure="difference",
        estimate=figures[0],
        se=effect.clustered.se,
        low=figures[1],
        high=figures[2],
        p_value=max(p_values),
        clusters=int((effect.contrast.weights[0] > 0).any(axis=1).sum()),
    )


def _clustered(outcome: str, estimator: str, one: Clustered | None) -> Estimate:
    if one is None:
        return no_figure(outcome, estimator=estimator, measure="difference")
    low, high = one.interval()
    return Estimate(outcome, estimator, "difference", one.estimate, one.se, low, high, one.p_value)


def _gates(protocol: Protocol, found: Findings, facts: RolloutFacts) -> tuple[Gate, ...]:
    limits, spec = protocol.gates, protocol.spec_as(ProgressRolloutSpec)
    return (
        gates.enough_families(facts.families_after, limits.min_treated),
        gates.centres_of_each_kind(
            facts.compared_scoring, facts.compared_not_yet, spec.min_centres, limits.min_clusters
        ),
        gates.before(facts.compared_scoring, facts.centres_scoring, limits.min_overlap),
        gates.followed(facts.share_followed, limits.min_follow_up),
        gates.trends(found.referred.trend, spec.trend_margin),
        gates.alike(found.imbalance, spec.imbalance),
        gates.ways_agree(found.referred.effect),
    )
