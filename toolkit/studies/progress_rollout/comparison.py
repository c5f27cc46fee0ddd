"""The comparison of centres that began to score with those that had not: one outcome, from families to an effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.staggered.changes import Changes, Rows, Windows, changes_of
from toolkit.stats.staggered.contrast import contrast_of
from toolkit.stats.staggered.effect import Clustered, Design, Effect, effect_of
from toolkit.stats.staggered.spread import Spread, spread_of
from toolkit.stats.staggered.visible import Visible, visible
from toolkit.studies.progress_rollout.case_mix import without_case_mix
from toolkit.studies.progress_rollout.centres import FAR, Centres, day_numbers
from toolkit.studies.progress_rollout.spec import ProgressRolloutSpec

YEAR = 365
HALF_YEARS = 4
MONTH = 365 / 12


@dataclass(frozen=True, slots=True)
class Compared:
    """Families as rows of centres, with the days around each start.

    Attributes
    ----------
    rows, spread
        The families, and how they vary where no centre scored.
    windows
        Around each day on which a centre began.
    before, after
        Shape (n, e): which families stand on which side of each.
    """

    rows: Rows
    spread: Spread
    windows: Windows
    before: Booleans
    after: Booleans


@dataclass(frozen=True, slots=True)
class Comparison:
    """One outcome's effect and what bears on it.

    Attributes
    ----------
    compared
        The families.
    design
        Who began when, and how centres are compared.
    effect
        With all its inference; ``None`` where too few centres can be compared.
    visible
        The smallest effect that could be seen; ``None`` likewise.
    trend
        How far apart both kinds moved in the time before; ``None`` where that cannot be seen.
    """

    compared: Compared
    design: Design
    effect: Effect | None
    visible: Visible | None
    trend: Clustered | None


def compared_of(
    frame: pd.DataFrame, outcome: str, covariates: Sequence[str], centres: Centres, months: int
) -> Compared:
    """Return the families of a frame as rows around the days on which centres began.

    Parameters
    ----------
    frame
        One row a family: ``centre_id``, ``day``, the outcome and the covariates.
    outcome, covariates
        Names.
    centres
        The centres.
    months
        Before and after each start.
    """
    unit, day = centres.codes_of(frame["centre_id"]), day_numbers(frame["day"])
    first, last = (int(day.min()), int(day.max())) if len(day) else (0, 0)
    rows = Rows(unit, day, without_case_mix(frame, outcome, covariates, unit, day), (day - first) // YEAR)
    starts = centres.begins[(centres.begins > first) & (centres.begins <= last)]
    windows = Windows.around(starts, round(months * MONTH), first, last)
    return Compared(
        rows=rows,
        spread=spread_of(rows, day < centres.begins[unit]),
        windows=windows,
        before=windows.before(day),
        after=windows.after(day),
    )


def compare(compared: Compared, centres: Centres, spec: ProgressRolloutSpec, seed: int) -> Comparison:
    """Return the effect on an outcome, with its power, its inference and how both kinds moved before."""
    changes = _changes(compared, centres, compared.windows, spec)
    design = _design(compared, centres, changes, spec)
    effect = effect_of(changes, design, draws=spec.draws, seed=seed)
    if effect is None:
        return Comparison(compared, design, None, None, None)
    parts = effect.contrast.parts[0]
    seen = visible(
        parts,
        compared.before,
        compared.after,
        compared.rows,
        compared.spread,
        effect.clustered.degrees_of_freedom,
    )
    return Comparison(compared, design, effect, seen, _trend(compared, centres, design, spec))


def within_districts(one: Comparison, centres: Centres, spec: ProgressRolloutSpec) -> Clustered | None:
    """Return the effect with each district's own change held the same, in place of what areas were before."""
    district = np.array(centres.district)
    dummies = [(district == name) * 1.0 for name in sorted(set(centres.district))[1:]]
    design = replace(one.design, covariates=np.array(dummies).reshape(len(dummies), len(district)).T)
    effect = effect_of(_changes(one.compared, centres, one.compared.windows, spec), design)
    return None if effect is None else effect.clustered


def after_only(compared: Compared, centres: Centres, spec: ProgressRolloutSpec) -> Clustered | None:
    """Return how far apart families were after, given only what areas were before: all there is without a before."""
    changes = _around(compared, centres, None, compared.after, spec)
    effect = effect_of(changes, _design(compared, centres, changes, spec))
    return None if effect is None else effect.clustered


@dataclass(frozen=True, slots=True)
class HalfYear:
    """How far apart both kinds had moved in one half year from the start (-1 is the last before), if it can be seen."""

    number: int
    apart: Clustered | None


def half_years(one: Comparison, centres: Centres, spec: ProgressRolloutSpec) -> list[HalfYear]:
    """Return the course around the start: each half year against all the time before (before: against its rest)."""
    found, day = [], one.compared.rows.day[:, None]
    windows = one.compared.windows
    for number in range(-HALF_YEARS, HALF_YEARS):
        low, high = (windows.starts + round(edge * YEAR / 2) for edge in (number, number + 1))
        inside = (day >= low) & (day < high) & (one.compared.before if number < 0 else one.compared.after)
        before = one.compared.before & ~inside
        changes = _around(one.compared, centres, before, inside, spec)
        design = replace(one.design, variance=_variance(one.compared.spread, changes))
        effect = effect_of(changes, design)
        enough = effect is not None and min(effect.clustered.treated, effect.clustered.controls) >= spec.min_centres
        found.append(HalfYear(number, effect.clustered if effect is not None and enough else None))
    return found


def _changes(compared: Compared, centres: Centres, windows: Windows, spec: ProgressRolloutSpec) -> Changes:
    day = compared.rows.day
    return _around(compared, centres, windows.before(day), windows.after(day), spec)


def _around(
    compared: Compared, centres: Centres, before: Booleans | None, after: Booleans, spec: ProgressRolloutSpec
) -> Changes:
    """Return the centres' changes; one that scored before the first family joined is no comparison, and has none."""
    changes = changes_of(compared.rows, len(centres.ids), before, after, centres.begins, spec.min_families)
    always = centres.begins <= compared.rows.day.min(initial=FAR)
    return replace(changes, change=np.where(always[:, None], np.nan, changes.change))


def _trend(compared: Compared, centres: Centres, design: Design, spec: ProgressRolloutSpec) -> Clustered | None:
    halves = compared.windows.halves_before()
    changes = _changes(compared, centres, halves, spec)
    effect = effect_of(changes, replace(design, windows=halves, variance=_variance(compared.spread, changes)))
    return None if effect is None else effect.clustered


def _design(compared: Compared, centres: Centres, changes: Changes, spec: ProgressRolloutSpec) -> Design:
    """Return how centres are compared; those with no change around any start take no part in a deal."""
    assigned = centres.assigned(compared.windows.starts)
    variance = _variance(compared.spread, changes)
    plain = np.zeros((len(centres.ids), 0))
    once = contrast_of(assigned[None, :], changes, compared.windows, variance, plain)
    among = (once.weights[0] > 0).any(axis=1)
    names = spec.alike_on[: int(among.sum()) // spec.centres_per_covariate]
    return Design(
        assigned=assigned,
        windows=compared.windows,
        variance=variance,
        covariates=centres.values(names, among),
        strata=centres.strata(spec.dealt_within, np.asarray(changes.is_known.any(axis=1))),
    )


def _variance(spread: Spread, changes: Changes) -> Floats:
    found = spread.of_change(changes.chance, changes.shared)
    return np.where(found > 0, found, 1.0)
