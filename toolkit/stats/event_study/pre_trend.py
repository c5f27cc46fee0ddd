"""Whether trends before the start were alike: shown, within a margin, not merely not refuted.

That a test finds no difference before the start is no evidence of none: with few units it never finds one. Here each
effect before the start must be shown to lie within a margin, by two one-sided tests (Schuirmann, 1987), and all must be
(Berger, 1982: the intersection of such tests has their level). Dette and Schumann (2024), Journal of Business and
Economic Statistics 42, 1289-1301, for trends before a treatment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.event_study.effects import EventStudy, StaggeredEffects, study_of
from toolkit.stats.inference.level import level_problems
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.asked import shown, within


@dataclass(frozen=True, slots=True)
class PreTrendEquivalence(Shown):
    """What was shown of the trends before the start.

    Attributes
    ----------
    is_alike : bool
        Whether every effect before the start is shown to lie within the margin.
    margin, smallest_margin : float
        That asked for, and the smallest that would be passed, in the outcome's unit.
    largest : float
        The effect before the start that is furthest from 0.
    widest_at : int
        The period since the start that the smallest margin comes from.
    periods : int
        Effects before the start.
    p_value : float
        The largest of the one-sided tests' against the margin.
    level : float
        One less the chance of passing where trends part by the margin.
    """

    is_alike: bool
    margin: float
    smallest_margin: float
    largest: float
    widest_at: int
    periods: int
    p_value: float
    level: float


def pre_trend_equivalence(
    effects: StaggeredEffects | EventStudy, margin: float, *, level: float = 0.95
) -> PreTrendEquivalence:
    """Return whether trends before the start are shown to have been alike within a margin.

    Parameters
    ----------
    effects : StaggeredEffects or EventStudy
        With two periods before the start at least.
    margin : float
        How far apart would not matter, above 0, in the outcome's unit: written down before the result.
    level : float
        Of each one-sided test.

    Returns
    -------
    PreTrendEquivalence
        With the smallest margin that would be passed.

    Raises
    ------
    InputError
        When the margin or level is none, these are no effects, or there are none with a standard error before the
        start.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [
    ...     (n, year, 4 if n < 6 else 0, (n * 7 + year * 5) % 11 / 5) for n in range(12) for year in range(1, 6)
    ... ]
    >>> areas = pd.DataFrame(rows, columns=["area", "year", "start", "rate"])
    >>> found = staggered_effects(areas, "rate", unit="area", period="year", starts="start")
    >>> pre_trend_equivalence(found, margin=10.0).is_alike, pre_trend_equivalence(found, margin=0.1).is_alike
    (True, False)
    """
    problems = level_problems(level)
    study = study_of(effects, problems)
    if not within(margin, 0, np.inf, is_open=True):
        problems.append(f"margin is {shown(margin)}. Give a number above 0, in the outcome's unit.")
    if study is not None:
        problems.extend(_study_problems(study))
    if study is None or problems:
        raise InputError("\n".join(problems))
    effect, se = study.effect[study.is_before], study.se[study.is_before]
    freedom = study.degrees_of_freedom[study.is_before]
    needed = np.abs(effect) + stats.t.isf(1 - level, freedom) * se
    p_values = stats.t.sf((margin - np.abs(effect)) / se, freedom)
    smallest = float(needed.max())
    return PreTrendEquivalence(
        is_alike=smallest < margin,
        margin=float(margin),
        smallest_margin=smallest,
        largest=float(effect[np.abs(effect).argmax()]),
        widest_at=int(study.since[study.is_before][needed.argmax()]),
        periods=len(effect),
        p_value=float(p_values.max()),
        level=level,
    )


def _study_problems(study: EventStudy) -> list[str]:
    before = study.is_before
    if not before.any():
        return [
            "There is one period before the start at most, so nothing is known of trends before it. Give longer series."
        ]
    without = [str(one) for one in study.since[before & ~(study.se > 0)]]
    if without:
        return [
            f"The effect {', '.join(without)} periods from the start has no standard error: units do not vary there, "
            "or it rests on one unit on either side, so nothing is shown of trends. Give more units."
        ]
    if not np.isfinite(
        np.concatenate([one[before] for one in (study.effect, study.se, study.degrees_of_freedom)])
    ).all():
        return ["An effect before the start, or its standard error, is no finite number. Give it in a larger unit."]
    return []
