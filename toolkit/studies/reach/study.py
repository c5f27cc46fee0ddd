"""Reach: which families could have joined a centre and have not, and which gaps stand with the rest held the same."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.cohort.reach import ReachFrames, reach_frames
from toolkit.errors import InputError
from toolkit.progress import Progress
from toolkit.stats.variance.clustered_mean import clustered_mean
from toolkit.studies.estimates import estimate_of_mean
from toolkit.studies.protocol import Protocol
from toolkit.studies.reach import gates
from toolkit.studies.reach.facts import ReachFacts
from toolkit.studies.reach.gaps import Gap, slope
from toolkit.studies.reach.spec import ReachSpec
from toolkit.studies.reach.tables import AreaFunnel, GroupGaps, area_funnel, by_year, group_gaps
from toolkit.studies.result import Estimate, Gate, StudyResult

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

NOT_JOINED, NOT_IN_TIME = "not_joined", "not_joined_in_time"
MOST_DEPRIVED = 3
"""The most deprived three tenths: whom the national reach measure of children's centres counted first."""


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Count the families reached and missed. The result holds no family, by any name.

    Raises
    ------
    InputError
        When there is no registration, or no family could have joined for so long.
    """
    spec = protocol.spec_as(ReachSpec)
    began = perf_counter()
    progress("Finding the families with a young child", 0.0)
    frames = reach_frames(
        snapshot,
        under_months=spec.child_under_months,
        send_under_months=spec.send_under_months,
        within_months=spec.within_months,
        day=spec.day,
    )
    now, then = frames.on_the_day, frames.as_they_began
    if not len(now):
        raise InputError("No family can be looked at:\n" + "\n".join(f"  {step.sentence}" for step in frames.flow))
    progress("Comparing groups of families", 0.3)
    now = now.assign(years_eligible=now["months_eligible"] / 12)
    minimum = protocol.gates.min_treated
    of_now = group_gaps(now, spec.groups, ["years_eligible"], minimum)
    progress("Looking at the families as they began", 0.6)
    of_then = group_gaps(then, spec.groups, ["year"], minimum)
    progress("Comparing reach areas", 0.9)
    funnel = area_funnel(now)
    deprivation = slope(now, "idaci_decile")
    facts = _facts(spec, frames, now, funnel, of_now, deprivation)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        first_day=frames.first_day,
        last_day=frames.day,
        estimates=_estimates(now, then, of_now, of_then, deprivation),
        gates=_gates(protocol, frames, now),
        flow=frames.flow,
        tables={
            "reach_groups": of_now.table,
            "reach_groups_in_time": of_then.table,
            "reach_areas": funnel.table,
            "reach_by_year": by_year(then),
        },
        facts=facts,
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _estimates(
    now: pd.DataFrame, then: pd.DataFrame, of_now: GroupGaps, of_then: GroupGaps, deprivation: Gap | None
) -> tuple[Estimate, ...]:
    """Return the share not joined on the day first, then the slope over deprivation, then every gap."""
    found = [_overall(NOT_JOINED, now), _overall(NOT_IN_TIME, then)]
    if deprivation is not None:
        found.insert(1, _of_gap(NOT_JOINED, "slope_index", deprivation, len(now)))
    for outcome, groups in ((NOT_JOINED, of_now), (NOT_IN_TIME, of_then)):
        sizes = {(row["group"], row["level"]): int(row["families"]) for row in groups.table.to_dict("records")}
        for estimator, some in (("unadjusted", groups.plain), ("adjusted", groups.adjusted)):
            for contrast, gap in some.items():
                level = str(contrast.level) if contrast.column in ("idaci_decile", "district") else "yes"
                name = f"{outcome}:{contrast.column}={level}"
                found.append(_of_gap(name, estimator, gap, sizes[contrast.column, level]))
    return tuple(found)


def _overall(outcome: str, frame: pd.DataFrame) -> Estimate:
    codes = np.unique(frame["reach_centre_id"].to_numpy(dtype=str), return_inverse=True)[1].reshape(-1)
    mean = clustered_mean(frame["missed"].to_numpy(dtype=np.float64), codes.astype(np.intp))
    return estimate_of_mean(mean, outcome, estimator="share", measure="share", rows=len(frame))


def _of_gap(outcome: str, estimator: str, gap: Gap, families: int) -> Estimate:
    return Estimate(
        outcome=outcome,
        estimator=estimator,
        measure="difference",
        estimate=gap.estimate,
        se=gap.se,
        low=gap.low,
        high=gap.high,
        p_value=gap.p_value,
        n_treated=families,
        clusters=gap.clusters,
    )


def _gates(protocol: Protocol, frames: ReachFrames, now: pd.DataFrame) -> tuple[Gate, ...]:
    limits = protocol.gates
    return (
        gates.enough_families(len(now), limits.min_treated),
        gates.followed(len(frames.as_they_began), frames.began, limits.min_follow_up),
        gates.in_the_records(frames.began_before, len(now)),
        gates.areas(int(now["reach_centre_id"].nunique()), limits.min_clusters),
    )


def _facts(
    spec: ReachSpec,
    frames: ReachFrames,
    now: pd.DataFrame,
    funnel: AreaFunnel,
    groups: GroupGaps,
    deprivation: Gap | None,
) -> ReachFacts:
    missed, poorest = now["missed"].to_numpy() == 1, now["idaci_decile"].to_numpy() <= MOST_DEPRIVED
    outside = funnel.table["outside"].to_numpy()
    return ReachFacts(
        day=frames.day.isoformat(),
        child_under_months=spec.child_under_months,
        send_under_months=spec.send_under_months,
        within_months=spec.within_months,
        margin=spec.margin,
        families=len(now),
        missed=int(missed.sum()),
        joined=int((~missed).sum()),
        families_in_time=len(frames.as_they_began),
        missed_in_time=int(frames.as_they_began["missed"].sum()),
        most_deprived_tenths=MOST_DEPRIVED,
        families_most_deprived=int(poorest.sum()),
        missed_most_deprived=int(poorest[missed].sum()),
        share_of_families_most_deprived=float(poorest.mean()),
        share_of_missed_most_deprived=float(poorest[missed].mean()) if missed.any() else None,
        slope=None if deprivation is None else (deprivation.estimate, deprivation.low, deprivation.high),
        areas=len(funnel.table),
        areas_more_missed=int((outside > 0).sum()),
        areas_fewer_missed=int((outside < 0).sum()),
        area_target=funnel.target,
        area_dispersion=funnel.dispersion,
        area_between=funnel.between,
        groups_compared=len(groups.adjusted),
        groups_that_stand=int(groups.table["stands"].sum()),
    )
