"""All that the study finds of a panel of areas, and the single figures of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.panel.dose_change import DoseChange, expected_spread
from toolkit.stats.panel.dose_response import DoseEffect
from toolkit.studies.reach_areas import gates
from toolkit.studies.reach_areas.dose import DoseFindings, Plan, dose_findings, plan_of
from toolkit.studies.reach_areas.facts import ReachAreasFacts, Told
from toolkit.studies.reach_areas.openings import Openings, openings_of
from toolkit.studies.reach_areas.panel import AreaQuarters
from toolkit.studies.reach_areas.spec import ReachAreasSpec
from toolkit.studies.result import Gate

WANTED = 0.15
"""A fall of referrals that members would call worth the money: what is asked how long it would take to see."""
MOST_QUARTERS = 60


@dataclass(frozen=True, slots=True)
class Findings:
    """The panel, the plan, what the main answer counts (areas by quarters), and what was found by both designs."""

    panel: AreaQuarters
    plan: Plan
    counts: Floats
    dose: DoseFindings
    openings: Openings

    @property
    def effect(self) -> DoseEffect | None:
        """The main answer, on the logarithm of the rate."""
        return None if self.dose.change is None else self.dose.change.effect


def findings_of(panel: AreaQuarters, spec: ReachAreasSpec, seed: int) -> Findings:
    """Return all that the study finds."""
    main, other = panel.families, panel.referrals
    if spec.counts == "referrals":
        main, other = other, main
    plan = plan_of(panel, spec)
    dose = dose_findings(panel, plan, main, other)
    return Findings(panel, plan, main, dose, openings_of(panel, main, spec, seed))


def told(effect: DoseEffect | None, level: float = 0.95) -> Told | None:
    """Return an effect as a part of what was to be expected, with its ends; ``None`` where one is not to be had."""
    if effect is None:
        return None
    found = tuple(float(np.expm1(min(x, 20.0))) for x in (effect.estimate, *effect.interval(level)))
    return (found[0], found[1], found[2]) if np.isfinite(found).all() else None


def gates_of(found: Findings, spec: ReachAreasSpec, *, min_areas: int, min_referrals: int) -> tuple[Gate, ...]:
    """Return every gate but that of definitions."""
    plan, dose = found.plan, found.dose
    sides = [int(found.counts[:, side].sum()) for side in (plan.before, plan.after)]
    names = sorted(set(found.panel.district))
    return (
        gates.areas(_compared(found), min_areas),
        gates.quarters("quarters_before", int(plan.before.sum()), spec.min_quarters_before),
        gates.quarters("quarters_after", int(plan.after.sum()), spec.min_quarters_after),
        gates.enough_referrals(min(sides), min_referrals),
        gates.dose_varies(_dose_spread(found), spec.min_dose_spread),
        gates.rests_on(_worth(dose.change), spec.min_worth),
        gates.trends(dose.trend, spec.trend_margin),
        gates.rise(dose.rise),
        gates.recording(dose.steps, names, spec.step_level),
        gates.ways_agree(_signs(found)),
    )


def facts_of(found: Findings, spec: ReachAreasSpec) -> ReachAreasFacts:
    """Return the single figures that words and pages need."""
    plan, dose, panel = found.plan, found.dose, found.panel
    signs = _signs(found)
    trend = told(dose.trend, 0.9)
    apart = None if dose.trend is None else max(map(abs, dose.trend.interval(0.9)))
    return ReachAreasFacts(
        areas=_compared(found),
        areas_with_money=int((plan.dose > 0).sum()),
        quarters_before=int(plan.before.sum()),
        quarters_after=int(plan.after.sum()),
        quarters_between=int(len(plan.before) - plan.before.sum() - plan.after.sum()),
        money_from=panel.starts[plan.begins].isoformat() if plan.begins < len(panel.starts) else None,
        child_under_months=spec.child_under_months,
        lag_quarters=spec.lag_quarters,
        counts=spec.counts,
        typical_dose=plan.typical,
        least_dose=float(plan.dose.min()),
        most_dose=float(plan.dose.max()),
        worth=_worth(dose.change),
        before=int(found.counts[:, plan.before].sum()),
        after=int(found.counts[:, plan.after].sum()),
        effect=told(found.effect),
        smallest_visible=_smallest_fall(found.effect),
        quarters_for_visible=_quarters_for(found),
        smallest_wanted=WANTED,
        prevented=_prevented(found),
        by_quarter=None if dose.by_quarter is None else told(dose.by_quarter.effect),
        with_deprivation=told(dose.deprivation),
        within_districts=told(dose.districts),
        other_count=None if dose.other_count is None else told(dose.other_count.effect),
        ways_agree=len(set(signs)) == 1 if len(signs) > 1 else None,
        trend=trend,
        trends_alike=apart is not None and apart < spec.trend_margin,
        margin=spec.margin,
        trend_margin=spec.trend_margin,
        centres_opened=found.openings.opened,
        centres_not_yet=found.openings.compared_with,
        opening=found.openings.told,
        district_steps=sum(one.p_value < spec.step_level for one in dose.steps),
        elsewhere=panel.elsewhere,
        pounds=float(panel.pounds.sum()) + panel.elsewhere,
    )


def _compared(found: Findings) -> int:
    return 0 if found.effect is None else found.effect.areas


def _dose_spread(found: Findings) -> float | None:
    """Return how much money for each child differs between areas, as a part of its mean over children."""
    plan = found.plan
    if plan.typical <= 0 or not plan.after.any():
        return None
    children = found.panel.child_years[:, plan.after].sum(axis=1)
    mean = np.average(plan.dose, weights=children)
    return float(np.sqrt(np.average((plan.dose - mean) ** 2, weights=children)) / mean) if mean > 0 else None


def _worth(change: DoseChange | None) -> float | None:
    return None if change is None else float(1 / (change.share**2).sum())


def _signs(found: Findings) -> tuple[int, ...]:
    ends = [effect.interval() for effect in (found.effect, _by_quarter(found)) if effect is not None]
    return tuple(int(low > 0) - int(high < 0) for low, high in ends)


def _by_quarter(found: Findings) -> DoseEffect | None:
    return None if found.dose.by_quarter is None else found.dose.by_quarter.effect


def _smallest_fall(effect: DoseEffect | None) -> float | None:
    return None if effect is None else float(-np.expm1(-effect.smallest_visible()))


def _quarters_for(found: Findings) -> int | None:
    """Return how many quarters after the money would show a fall of `WANTED`, were areas to wander as they do."""
    change, plan = found.dose.change, found.plan
    if change is None:
        return None
    now = int(plan.after.sum())
    before, after = (found.counts[:, side].sum(axis=1) for side in (plan.before, plan.after))
    for quarters in range(1, MOST_QUARTERS + 1):
        se, freedom = expected_spread(before, after, [plan.relative], change.spread, quarters / now)
        if DoseEffect(0.0, se, freedom, len(before)).smallest_visible() <= -np.log1p(-WANTED):
            return quarters
    return None


def _prevented(found: Findings) -> Told | None:
    """Return the change of all counted after the money, each area by its own dose, with the ends of its range.

    With areas' counts y and doses d, without the money sum(y exp(-b d)) would have been counted: the ends are those of
    b.
    """
    effect, plan = found.effect, found.plan
    if effect is None:
        return None
    counted = found.counts[:, plan.after].sum(axis=1)
    ends = []
    for slope in (effect.estimate, *effect.interval()):
        without = float((counted * np.exp(np.clip(-slope * plan.relative, -20, 20))).sum())
        ends.append(float(counted.sum() / without - 1) if without > 0 else 0.0)
    return (ends[0], ends[1], ends[2])
