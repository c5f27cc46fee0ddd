"""Staggered adoption: what units that start a treatment at different times gained, against those that have not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.event_study.averages import (
    AverageEffect,
    Averages,
    average_effects,
    by_share,
    covariance_of,
    known_errors,
    large_sample_se,
    over_groups,
    parts_of,
    require_errors,
)
from toolkit.stats.event_study.cells import Cells, Controls, cells_of
from toolkit.stats.event_study.notes import few_units
from toolkit.stats.event_study.panel import NEVER, Panel, panel_of
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class EventStudy(Shown):
    """Effects by periods since the start, each against the last period before it.

    Attributes
    ----------
    since : ndarray, shape (k,)
        Periods since the start, 0 in the first treated one; -1, the period all are compared with, is not among them.
    effect, se, degrees_of_freedom : ndarray, shape (k,)
        Standard errors for few units.
    large_sample_se : ndarray, shape (k,)
        As published.
    covariance : ndarray, shape (k, k)
        For few units.
    units : ndarray, shape (k,)
        Treated units behind each.
    """

    since: Integers
    effect: Floats
    se: Floats
    degrees_of_freedom: Floats
    large_sample_se: Floats
    covariance: Floats
    units: Integers

    @property
    def is_before(self) -> Booleans:
        """Which of them lie before the start, where no effect can be."""
        return np.asarray(self.since < 0)

    def tidy(self) -> pd.DataFrame:
        """Return one row a period since the start."""
        return pd.DataFrame(
            {
                "since": self.since,
                "effect": self.effect,
                "se": self.se,
                "degrees_of_freedom": self.degrees_of_freedom,
                "units": self.units,
            }
        )


@dataclass(frozen=True, slots=True)
class StaggeredEffects(Shown):
    """Effects of a treatment that units start at different times.

    Attributes
    ----------
    group_time : DataFrame
        One row a group (its start) and period: effect, se (for many units), treated and comparison units.
    event_study : EventStudy
        By periods since the start.
    simple : AverageEffect
        Over all treated groups and periods, by the groups' units.
    dynamic : AverageEffect
        The plain mean over periods since the start.
    group : AverageEffect
        Of each group over its treated periods, then by the groups' units.
    calendar : AverageEffect
        Of each period over the groups treated by then, then the plain mean over periods.
    by_group, by_period : DataFrame
        What `group` and `calendar` are averages of: estimate, se, degrees_of_freedom, large_sample_se. A standard error
        is not a number where one unit stands beside one other, or units do not vary; so too in the tables above.
    units, treated, comparison, periods : int
        Units in all, those that start, those that do not, and periods.
    notes : tuple of Note
        What a reader must know.
    """

    group_time: pd.DataFrame
    event_study: EventStudy
    simple: AverageEffect
    dynamic: AverageEffect
    group: AverageEffect
    calendar: AverageEffect
    by_group: pd.DataFrame
    by_period: pd.DataFrame
    units: int
    treated: int
    comparison: int
    periods: int
    notes: tuple[Note, ...]

    def tidy(self) -> pd.DataFrame:
        """Return one row an average."""
        names = ("simple", "dynamic", "group", "calendar")
        return _table("average", names, tuple(getattr(self, name) for name in names))

    def summary(self) -> str:
        """Return a line an average, for a person."""
        lines = [
            f"{row.average}: {row.estimate:.4f} (95% interval {row.low:.4f} to {row.high:.4f})"
            for row in self.tidy().itertuples()
        ]
        counts = f"{self.treated:,} units that start and {self.comparison:,} that do not, {self.periods} periods."
        return "\n".join([*lines, counts, *self.notes])


def staggered_effects(
    frame: Any, outcome: str, *, unit: str, period: str, starts: str, controls: Controls = "never"
) -> StaggeredEffects:
    """Return effects by group and time, and their averages, after Callaway and Sant'Anna (2021).

    Parameters
    ----------
    frame : table
        A row a unit and period, of any library that narwhals reads; every unit in every period.
    outcome, unit, period, starts : str
        Columns: the outcome, who, when, and the first treated period of the unit; blank or 0 where it never starts.
    controls : {"never", "not_yet"}
        Compare with units that never start, or with all that have not started yet.

    Returns
    -------
    StaggeredEffects
        Group-time effects, the event study, four averages, and notes.

    Raises
    ------
    InputError
        With everything that is wrong with the table, when there is nobody to compare with, or when an average has no
        standard error: one unit on either side, or units that do not vary.

    Notes
    -----
    An effect is the mean change of the group since its last period before the start, less that of units compared with:
    right where both would have changed alike. What can be said for that: `pre_trend_equivalence`, `honest_bounds`.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [
    ...     (n, year, 4 if n < 6 else 0, (n * 7 + year * 5) % 11 / 5 + (3 if n < 6 and year >= 4 else 0))
    ...     for n in range(12) for year in range(1, 6)
    ... ]
    >>> areas = pd.DataFrame(rows, columns=["area", "year", "start", "rate"])
    >>> found = staggered_effects(areas, "rate", unit="area", period="year", starts="start")
    >>> low, high = found.simple.interval()
    >>> low < 3 < high
    True
    """
    if controls not in ("never", "not_yet"):
        raise InputError(f'"{controls}" is no comparison. Give never or not_yet.')
    panel = panel_of(frame, outcome, unit=unit, period=period, starts=starts)
    _require_a_comparison(panel, controls)
    cells = cells_of(panel, controls)
    after = cells.since >= 0
    if not after.any():
        raise InputError("No group has a treated period with units to compare it with. Give more units or periods.")
    each_group, over_group = over_groups(panel, cells)
    groups, periods = np.unique(cells.group[after]), np.unique(cells.period[after])
    each_period = by_share(panel, cells, [after & (cells.period == one) for one in periods])
    since = np.unique(cells.since)
    each_since = by_share(panel, cells, [cells.since == one for one in since])
    one_of = [by_share(panel, cells, [after]), each_since.mean(since >= 0), over_group, each_period.mean()]
    simple, dynamic, group, calendar = (average_effects(panel, cells, one)[0] for one in one_of)
    require_errors(panel, cells, {"simple": simple, "dynamic": dynamic, "group": group, "calendar": calendar})
    treated = int((panel.starts != NEVER).sum())
    return StaggeredEffects(
        group_time=_group_time(panel, cells),
        event_study=_event_study(panel, cells, since, each_since),
        simple=simple,
        dynamic=dynamic,
        group=group,
        calendar=calendar,
        by_group=_table("group", panel.periods[groups], parts_of(panel, cells, each_group)),
        by_period=_table("period", panel.periods[periods], parts_of(panel, cells, each_period)),
        units=len(panel.starts),
        treated=treated,
        comparison=len(panel.starts) - treated,
        periods=len(panel.periods),
        notes=(*panel.notes, *few_units(panel, simple.degrees_of_freedom)),
    )


def _require_a_comparison(panel: Panel, controls: Controls) -> None:
    never = int((panel.starts == NEVER).sum())
    groups = np.unique(panel.starts[panel.starts != NEVER])
    problems = []
    if not len(groups):
        problems.append("No unit starts after the first period and by the last one, so there is no effect to look for.")
    if controls == "never" and never < 2:
        problems.append(
            f"{never} units never start; two at least are needed to compare with. Give more, or compare with units "
            "that have not started yet (controls not_yet)."
        )
    if controls == "not_yet" and never == 0 and len(groups) < 2:
        problems.append("All units start at one time, so nobody is left to compare with. Give units that start later.")
    if problems:
        raise InputError("\n".join(problems))


def _event_study(panel: Panel, cells: Cells, since: Integers, averages: Averages) -> EventStudy:
    covariance, degrees = covariance_of(panel, cells, averages)
    units = [int(cells.treated[cells.since == one].sum()) for one in since]
    return EventStudy(
        since=since,
        effect=averages.weights.T @ cells.effect,
        se=known_errors(np.sqrt(np.diag(covariance)), panel),
        degrees_of_freedom=degrees,
        large_sample_se=large_sample_se(cells, averages),
        covariance=covariance,
        units=np.array(units, dtype=np.intp),
    )


def study_of(effects: Any, problems: list[str]) -> EventStudy | None:
    """Return the event study of what was given, or nothing where it is none, said among the problems."""
    study = effects.event_study if isinstance(effects, StaggeredEffects) else effects
    if isinstance(study, EventStudy):
        return study
    problems.append(
        f"effects is of the kind {type(effects).__name__}. Give what staggered_effects returned, or its event_study."
    )
    return None


def _group_time(panel: Panel, cells: Cells) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": panel.periods[cells.group],
            "period": panel.periods[cells.period],
            "effect": cells.effect,
            "se": known_errors(cells.se, panel),
            "treated": cells.treated,
            "comparison": cells.comparison,
        }
    )


def _table(name: str, values: Any, found: tuple[AverageEffect, ...]) -> pd.DataFrame:
    rows = [
        {
            name: value,
            "estimate": one.estimate,
            "se": one.se,
            "degrees_of_freedom": one.degrees_of_freedom,
            "large_sample_se": one.large_sample_se,
            "low": one.interval()[0],
            "high": one.interval()[1],
        }
        for value, one in zip(values, found, strict=True)
    ]
    return pd.DataFrame(rows)
