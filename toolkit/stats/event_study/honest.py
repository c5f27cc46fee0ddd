"""Honest bounds: what is left of an effect if trends had parted after the start as they did before, and when none is.

Rambachan and Roth (2023), Review of Economic Studies 90, 2555-2591. By relative magnitude, units and those compared
with may part from one period to the next by at most a multiple of the most they did before the start; by smoothness,
the slope at which they part may change by at most a size in each period. The smallest multiple or size at which no
effect can be ruled out is the breakdown value.

How often the intervals cover is in docs/event-study-check.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import optimize

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.event_study.effects import EventStudy, StaggeredEffects, study_of
from toolkit.stats.event_study.parting import Interval, Target, relative_interval, smooth_interval
from toolkit.stats.inference.level import level_problems
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.asked import all_of, shown, within
from toolkit.stats.sample.numbers import is_number

Restriction = Literal["relative", "smooth"]
RELATIVE_SIZES = (0.0, 0.5, 1.0, 1.5, 2.0)
SMOOTH_SHARES = (0.0, 0.25, 0.5, 1.0)  # of the first effect's standard error, where no sizes are given
MOST = 1e3
FEWEST_DEGREES = 30.0
"""With fewer, trials of the interval by smoothness lose coverage (docs/event-study-check.md)."""


@dataclass(frozen=True, slots=True)
class Breakdown(Shown):
    """At what size of parting no effect can be ruled out any more, in figures ready for words.

    Attributes
    ----------
    restriction : {"relative", "smooth"}
        Which size.
    value : float
        The multiple, or the size in the outcome's unit; infinite where no size looked at undoes the answer.
    is_none_needed : bool
        Whether no effect cannot be ruled out even at size 0.
    largest_before : float
        The most that both sides parted by from one period to the next before the start, in the outcome's unit.
    per_period : float
        What the value comes to, in the outcome's unit: the parting each period (relative), or the change of its slope.
    """

    restriction: Restriction
    value: float
    is_none_needed: bool
    largest_before: float
    per_period: float


@dataclass(frozen=True, slots=True)
class HonestBounds(Shown):
    """Intervals for an effect under restrictions of growing size on how trends part.

    Attributes
    ----------
    restriction : {"relative", "smooth"}
        What is restricted.
    sizes : ndarray, shape (m,)
        Multiples of the most before (relative), or changes of slope in the outcome's unit (smooth).
    low, high : ndarray, shape (m,)
        Ends of the interval at each size.
    estimate, se : float
        Of the effect, as if trends had not parted.
    since : tuple of int
        Periods since the start whose mean the effect is.
    breakdown : Breakdown
        When no effect can no longer be ruled out.
    level : float
        Of the intervals.
    notes : tuple of Note
        What a reader must know.
    """

    restriction: Restriction
    sizes: Floats
    low: Floats
    high: Floats
    estimate: float
    se: float
    since: tuple[int, ...]
    breakdown: Breakdown
    level: float
    notes: tuple[Note, ...]

    def tidy(self) -> pd.DataFrame:
        """Return one row a size."""
        return pd.DataFrame({"size": self.sizes, "low": self.low, "high": self.high})


def honest_bounds(
    effects: StaggeredEffects | EventStudy,
    *,
    restriction: Restriction = "relative",
    sizes: Sequence[float] | None = None,
    since: Sequence[int] | None = None,
    level: float = 0.95,
) -> HonestBounds:
    """Return intervals that allow for trends that part, and the size at which no effect can be ruled out.

    Parameters
    ----------
    effects : StaggeredEffects or EventStudy
        With two periods before the start at least: that which all are compared with, and one before it.
    restriction : {"relative", "smooth"}
        As above.
    sizes : sequence of float, optional
        From 0: 0, half, one, one and a half and twice the most before; or, by smoothness, 0, a quarter, a half and one
        standard error of the first effect.
    since : sequence of int, optional
        Periods since the start whose plain mean is bounded; all after the start where none are given.
    level : float
        Of the intervals.

    Returns
    -------
    HonestBounds
        The intervals and the breakdown value.

    Raises
    ------
    InputError
        With everything that is wrong: no period before, gaps in the periods, sizes below 0, a level that is none.

    Notes
    -----
    Degrees of freedom are the fewest of the effects averaged.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [
    ...     (n, year, 4 if n < 6 else 0, (n * 7 + year * 5) % 11 / 5 - (3 if n < 6 and year >= 4 else 0))
    ...     for n in range(12) for year in range(1, 6)
    ... ]
    >>> areas = pd.DataFrame(rows, columns=["area", "year", "start", "rate"])
    >>> found = staggered_effects(areas, "rate", unit="area", period="year", starts="start")
    >>> bounds = honest_bounds(found, sizes=[0, 1])
    >>> bool(bounds.low[1] < bounds.low[0] and bounds.high[0] < bounds.high[1])
    True
    """
    problems = level_problems(level)
    study = study_of(effects, problems)
    if restriction not in ("relative", "smooth"):
        problems.append(f"restriction is {shown(restriction)}. Give relative or smooth.")
    if sizes is not None and not all_of(sizes, lambda size: within(size, 0, np.inf)):
        problems.append(f"sizes is {shown(sizes)}. Give a list of numbers from 0, one at least.")
    if study is not None:
        problems.extend([*_study_problems(study), *_since_problems(study, since)])
    if study is None or problems:
        raise InputError("\n".join(problems))
    after = study.since[~study.is_before]
    chosen = after if since is None else np.asarray(list(since))
    weights = np.isin(after, chosen) / len(np.unique(chosen))
    freedom = float(study.degrees_of_freedom[~study.is_before][weights > 0].min())
    target = Target(study, weights, freedom)
    interval = relative_interval(target, level) if restriction == "relative" else smooth_interval(target, level)
    given = np.asarray(list(sizes) if sizes is not None else _usual_sizes(restriction, study), dtype=np.float64)
    ends = np.array([interval(float(size)) for size in given])
    return HonestBounds(
        restriction=restriction,
        sizes=given,
        low=ends[:, 0],
        high=ends[:, 1],
        estimate=target.estimate,
        se=target.se,
        since=tuple(int(one) for one in np.unique(chosen)),
        breakdown=_breakdown(target, restriction, interval),
        level=level,
        notes=_notes(restriction, freedom),
    )


def _since_problems(study: EventStudy, since: Sequence[int] | None) -> list[str]:
    after = study.since[~study.is_before]
    there = f"{after.min()} to {after.max()}" if len(after) else "none"
    if since is None:
        return [] if len(after) else ["There is no effect after the start, so nothing can be bounded."]
    if all_of(since, lambda one: is_number(one) and one in after):
        return []
    return [f"since is {shown(since)}. Give a list of periods since the start, one at least; there are {there}."]


def _notes(restriction: Restriction, degrees_of_freedom: float) -> tuple[Note, ...]:
    if restriction == "relative" or degrees_of_freedom >= FEWEST_DEGREES:
        return ()
    words = (
        "The interval weighs earlier periods by how they vary, and few units tell little of that: in trials it held "
        "the truth 92 times in 100, not 95."
    )
    return (Note("few_units_for_bounds", words, {"degrees_of_freedom": degrees_of_freedom}),)


def _study_problems(study: EventStudy) -> list[str]:
    before, after = study.since[study.is_before], study.since[~study.is_before]
    problems = []
    if not len(before):
        problems.append(
            "There is one period before the start at most, so nothing is known of how trends parted. Give longer ones."
        )
    whole = [*range(-1 - len(before), -1), *range(len(after))]
    if list(study.since) != whole:
        shown = ", ".join(str(one) for one in study.since)
        problems.append(
            f"Periods since the start have gaps ({shown}): trends are followed from one to the next. Leave out groups "
            "so that none is missing."
        )
    if not (study.se > 0).all():
        problems.append("Some effect has no standard error: units do not vary there, so nothing can be bounded.")
    return problems


def _usual_sizes(restriction: Restriction, study: EventStudy) -> Floats:
    if restriction == "relative":
        return np.array(RELATIVE_SIZES)
    return np.array(SMOOTH_SHARES) * float(study.se[~study.is_before][0])


def _breakdown(target: Target, restriction: Restriction, interval: Interval) -> Breakdown:
    is_below = target.estimate < 0
    unit = 1.0 if restriction == "relative" else target.se / 4

    def clear_of_none(size: float) -> float:
        low, high = interval(size)
        return -high if is_below else low

    value = 0.0
    if clear_of_none(0.0) > 0:
        low, high = 0.0, unit
        while high < MOST * unit and clear_of_none(high) > 0:
            low, high = high, 2 * high
        # Only that it comes out on one side of a size is asked for, so three figures do.
        value = (
            float("inf")
            if high >= MOST * unit
            else float(optimize.brentq(clear_of_none, low, high, xtol=1e-4 * unit, rtol=1e-3))
        )
    largest = target.largest_before
    per_period = value * largest if restriction == "relative" and np.isfinite(value) else value
    return Breakdown(restriction, value, value == 0, largest, per_period)
