"""Money by reach area: whether referrals fell more where more of it went, and where a centre opened."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from toolkit.errors import InputError
from toolkit.progress import Progress
from toolkit.stats.panel.dose_response import DoseEffect
from toolkit.studies.definition_breaks import breaks_of
from toolkit.studies.estimates import no_figure
from toolkit.studies.protocol import Protocol
from toolkit.studies.reach_areas import gates, tables
from toolkit.studies.reach_areas.findings import Findings, facts_of, findings_of, gates_of, told
from toolkit.studies.reach_areas.panel import area_quarters, next_quarter
from toolkit.studies.reach_areas.spec import ReachAreasSpec
from toolkit.studies.result import Estimate, StudyResult
from toolkit.tables.deprivation import check_one_edition

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

OUTCOME = "referrals_of_young_children"
MEASURE = "difference"
"""Of what was to be expected without the money, as a share: -0.1 is ten fewer in every hundred referrals."""


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Compare areas by how much of the money each got; records that cannot tell give gates that say so.

    Raises
    ------
    InputError
        When families' tenths of deprivation are of two editions, or no whole quarter of referrals is on record.
    """
    spec = protocol.spec_as(ReachAreasSpec)
    began = perf_counter()
    check_one_edition(snapshot.read("families"), ["idaci_decile"])
    progress("Counting referrals by area and quarter", 0.0)
    panel = area_quarters(
        snapshot,
        under_months=spec.child_under_months,
        programmes=spec.programmes,
        while_open=spec.referrals_while_open,
    )
    if panel is None:
        raise InputError(
            "No whole quarter of referrals, or no family with a reach area, is on record. Upload referrals first, and "
            "families with their reach area's centre number."
        )
    progress("Comparing areas by their money", 0.5)
    found = findings_of(panel, spec, seed)
    facts = facts_of(found, spec)
    first_day, last_day = panel.starts[0], next_quarter(panel.starts[-1])
    places = {*panel.areas, *panel.district}
    limits = protocol.gates
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        first_day=first_day,
        last_day=last_day,
        estimates=estimates_of(found),
        gates=(
            *gates_of(found, spec, min_areas=limits.min_clusters, min_referrals=limits.min_treated),
            gates.definitions(breaks_of(snapshot), sorted(places), first_day, last_day),
        ),
        flow=panel.flow,
        tables={
            "money_groups": tables.groups_table(found),
            "money_areas": tables.areas_table(found),
            "money_course": tables.course_table(found),
            "money_visible": tables.visible_table(
                facts.smallest_visible, facts.quarters_after, facts.quarters_for_visible
            ),
            "money_steps": tables.steps_table(found),
        },
        facts=facts,
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def estimates_of(found: Findings) -> tuple[Estimate, ...]:
    """Return the main answer first, then the ways around it, and what opening a centre did last."""
    dose, openings = found.dose, found.openings
    by_quarter = None if dose.by_quarter is None else dose.by_quarter.effect
    other = None if dose.other_count is None else dose.other_count.effect
    opening = None
    if openings.effect is not None:
        one = openings.effect.clustered
        areas = openings.opened + openings.compared_with
        opening = DoseEffect(one.estimate, one.se, one.degrees_of_freedom, areas)
    return (
        _estimate("dose_change", found.effect),
        _estimate("dose_by_quarter", by_quarter),
        _estimate("other_count", other),
        _estimate("with_deprivation", dose.deprivation),
        _estimate("within_districts", dose.districts),
        _estimate("centre_opened", opening),
    )


def _estimate(estimator: str, effect: DoseEffect | None) -> Estimate:
    figures = told(effect)
    if effect is None or figures is None:
        return no_figure(OUTCOME, estimator=estimator, measure=MEASURE)
    estimate, low, high = figures
    se = effect.se * (1 + estimate)  # by the delta method; the ends are those of the logarithm
    return Estimate(OUTCOME, estimator, MEASURE, estimate, se, low, high, effect.p_value, clusters=effect.areas)
