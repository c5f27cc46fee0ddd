"""What areas' referrals did as the money came, against how much of it each got: the main answer and ways around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.panel.dose_change import DoseChange, dose_change
from toolkit.stats.panel.dose_response import DoseEffect, DoseResponse, dose_response
from toolkit.stats.panel.steps import Step, largest_steps
from toolkit.studies.reach_areas.panel import AreaQuarters, next_quarter
from toolkit.studies.reach_areas.spec import ReachAreasSpec

LATELY = 4
"""Quarters before the money whose rise it may have followed."""
HALF_YEAR = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Which quarters stand before and after, and each area's dose.

    Attributes
    ----------
    before, after
        Shape (t,): quarters before the money, and from when it can work; those between are left out.
    begins
        The place of the money's quarter among them.
    dose
        Shape (a,): pounds for each child in a quarter, after less before.
    typical
        The mean dose of children in areas that got any; 0 where none did.
    """

    before: Booleans
    after: Booleans
    begins: int
    dose: Floats
    typical: float

    @property
    def relative(self) -> Floats:
        """The dose in typical doses, shape (a,)."""
        return np.asarray(self.dose / self.typical)


@dataclass(frozen=True, slots=True)
class DoseFindings:
    """The main answer and ways around it, each ``None`` where it cannot be had.

    Attributes
    ----------
    change
        Of the counts the protocol names: areas' changes against their doses.
    other_count
        The same of the other count.
    deprivation, districts
        With areas' deprivation, and each district's own change, allowed for.
    by_quarter
        All quarters by Poisson regression, clustered by area.
    trend
        How far areas moved apart by their dose before the money, from the middle of the time before to that after.
    rise
        How much the last year before differed from the time before it, against the dose that came later.
    course
        By half year from the money on, or before it: areas' differences by dose against the first half year.
    steps
        Each district's largest step.
    """

    change: DoseChange | None
    other_count: DoseChange | None
    deprivation: DoseEffect | None
    districts: DoseEffect | None
    by_quarter: DoseResponse | None
    trend: DoseEffect | None
    rise: DoseEffect | None
    course: tuple[tuple[int, DoseEffect], ...]
    steps: tuple[Step, ...]


def plan_of(panel: AreaQuarters, spec: ReachAreasSpec) -> Plan:
    """Return which quarters stand before and after, and the doses."""
    starts = panel.starts
    begins = _begins(panel, spec.money_from)
    place = np.arange(len(starts))
    before, after = place < begins, place >= begins + spec.lag_quarters
    children, pounds = panel.children, panel.pounds
    # The money of the quarter before is what works: the last quarter's has not yet.
    paid = np.roll(after, -spec.lag_quarters) if spec.lag_quarters else after
    mean = [_mean_dose(pounds, children, which) for which in (paid & (place >= begins), before)]
    dose = mean[0] - mean[1]
    living = children[:, after].mean(axis=1) if after.any() else np.zeros(len(dose))
    got = (dose != 0) & (living > 0)
    typical = float(np.average(dose[got], weights=living[got])) if got.any() else 0.0
    return Plan(before, after, begins, dose, typical)


def _begins(panel: AreaQuarters, money_from: date | None) -> int:
    """Return the place of the quarter in which the money began; after the last where it never did."""
    if money_from is not None:
        if money_from >= next_quarter(panel.starts[-1]):
            return len(panel.starts)
        return max(0, sum(day <= money_from for day in panel.starts) - 1)
    paid = np.flatnonzero(panel.pounds.sum(axis=0) > 0)
    return int(paid[0]) if len(paid) else len(panel.starts)


def _mean_dose(pounds: Floats, children: Floats, which: Booleans) -> Floats:
    if not which.any():
        return np.zeros(len(pounds))
    there = children[:, which].sum(axis=1)
    return np.asarray(np.where(there > 0, pounds[:, which].sum(axis=1) / np.maximum(there, 1e-9), 0.0))


def dose_findings(panel: AreaQuarters, plan: Plan, main: Floats, other: Floats) -> DoseFindings:
    """Return the main answer and the ways around it.

    Parameters
    ----------
    panel, plan
        The areas by quarter, and which quarters are compared.
    main, other
        Shape (areas, quarters): what the main answer counts, and what is counted beside it.
    """
    if plan.typical <= 0 or not plan.before.any() or not plan.after.any():
        return DoseFindings(None, None, None, None, None, None, None, (), _steps(panel, main))
    sides = plan.before, plan.after
    deprivation = np.where(np.isfinite(panel.deprivation), panel.deprivation, np.nanmean(panel.deprivation))
    district = np.array(panel.district)
    dummies = [(district == name) * 1.0 for name in sorted(set(panel.district))[1:]]
    lately = plan.before & (np.arange(len(plan.before)) >= plan.begins - LATELY)
    return DoseFindings(
        change=_change(main, panel, plan, sides),
        other_count=_change(other, panel, plan, sides),
        deprivation=_effect(_change(main, panel, plan, sides, [deprivation])),
        districts=_effect(_change(main, panel, plan, sides, dummies)),
        by_quarter=_by_quarter(main, panel, plan),
        trend=_trend(main, panel, plan),
        rise=_effect(_change(main, panel, plan, (plan.before & ~lately, lately))),
        course=_course(main, panel, plan),
        steps=_steps(panel, main),
    )


def _effect(found: DoseChange | None) -> DoseEffect | None:
    return None if found is None else found.effect


def _change(
    counts: Floats,
    panel: AreaQuarters,
    plan: Plan,
    sides: tuple[Booleans, Booleans],
    others: list[Floats] | None = None,
) -> DoseChange | None:
    there = [panel.child_years[:, side].sum(axis=1) for side in sides]
    lived = (there[0] > 0) & (there[1] > 0)
    before, after = (counts[lived][:, side].sum(axis=1) for side in sides)
    columns = [column[lived] for column in (plan.relative, *(others or []))]
    try:
        return _everywhere(dose_change(before, after, there[0][lived], there[1][lived], columns), lived)
    except InputError:  # too few areas, or doses that say nothing: a gate tells which
        return None


def _everywhere(found: DoseChange, lived: Booleans) -> DoseChange:
    """Return the fit with a place for every area, those nobody lived in not a number."""
    if lived.all():
        return found
    wide = []
    for values in (found.change, found.fitted, found.variance, found.share):
        row = np.full(len(lived), np.nan)
        row[lived] = values
        wide.append(row)
    change, fitted, variance, share = wide
    return replace(found, change=change, fitted=fitted, variance=variance, share=np.nan_to_num(share))


def _by_quarter(counts: Floats, panel: AreaQuarters, plan: Plan) -> DoseResponse | None:
    which = plan.before | plan.after
    return _response(counts, panel, which, [plan.relative[:, None] * plan.after[None, :]])


def _trend(counts: Floats, panel: AreaQuarters, plan: Plan) -> DoseEffect | None:
    place = np.arange(len(plan.before)) * 1.0
    ahead = place[plan.after].mean() - place[plan.before].mean()
    found = _response(counts, panel, plan.before, [plan.relative[:, None] * (place / ahead)[None, :]])
    return None if found is None else found.effect


def _course(counts: Floats, panel: AreaQuarters, plan: Plan) -> tuple[tuple[int, DoseEffect], ...]:
    """Return, by half year from the money's start (-1 the last before), areas' differences by dose."""
    number = (np.arange(len(plan.before)) - plan.begins) // HALF_YEAR
    numbers = np.unique(number)[1:]
    columns = [plan.relative[:, None] * (number == one)[None, :] for one in numbers]
    found = _response(counts, panel, np.ones(len(number), dtype=bool), columns) if len(columns) else None
    return () if found is None else tuple(zip((int(one) for one in numbers), found.effects, strict=True))


def _response(counts: Floats, panel: AreaQuarters, which: Booleans, columns: list[Floats]) -> DoseResponse | None:
    counted = np.where(panel.child_years > 0, counts, 0.0)[:, which]
    try:
        return dose_response(counted, panel.child_years[:, which], [column[:, which] for column in columns])
    except InputError:  # a quarter without a referral, or doses that say nothing: nothing is shown for it
        return None


def _steps(panel: AreaQuarters, counts: Floats) -> tuple[Step, ...]:
    names, code = np.unique(np.array(panel.district), return_inverse=True)
    grids = [_by_district(grid, code.reshape(-1), len(names)) for grid in (counts, panel.child_years)]
    return largest_steps(*grids) if (grids[1] > 0).all() else ()


def _by_district(grid: Floats, code: Integers, districts: int) -> Floats:
    return np.stack([grid[code == one].sum(axis=0) for one in range(districts)])
