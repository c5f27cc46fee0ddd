"""Breaks in units' own courses: a period from which a unit's level, or its slope, is another one.

What all units share is taken out first. A unit's rate has memory: a high year is followed by high ones, so that years
before and after a break are not so many independent witnesses. They are weighed by generalised least squares with
memory of one period (Aitken, 1936, Proceedings of the Royal Society of Edinburgh 55, 42-48), and both memory and wobble
are read from medians of differences, which breaks of a few units hardly move. One break is taken at a time, the largest
first, and the unit is looked at again on either side of it (binary segmentation: Scott and Knott, 1974, Biometrics 30,
507-512), so that no break is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown

Kind = Literal["level", "slope"]

NORMAL = 1.4826
"""A median absolute deviation times this is a standard deviation, where values are normal."""
LIKE_OTHERS = 8
"""The wobble of all units counts as this many periods of a unit's own."""
WINDOW = {"level": 3, "slope": 4}
"""Periods looked at on either side."""
FEWEST, FEWEST_SIDE = 4, {"level": 1, "slope": 3}
"""Periods needed in all, and on either side."""
LARGEST_MEMORY = 0.9
OWN_STEP = 0.5
"""A change of level of which the period's own step makes less than this part came by degrees: it is one of slope."""
_EVEN_LAG = 3


@dataclass(frozen=True, slots=True)
class LevelBreak(Shown):
    """One break of one unit.

    Attributes
    ----------
    unit, period : int
        Which unit, and the first period of the new course.
    kind : {"level", "slope"}
        Whether the level stepped, or the course bent or moved by degrees.
    size : float
        The change of level, in units of the values; of slope, by period.
    score : float
        The size in its standard errors.
    """

    unit: int
    period: int
    kind: Kind
    size: float
    score: float


@dataclass(frozen=True, slots=True)
class LevelBreaks(Shown):
    """What was looked at, and what was found.

    Attributes
    ----------
    found : tuple of LevelBreak
        The largest score first.
    looked_at : int
        Units and periods with enough others to be judged.
    threshold : float
        The score from which a break is found.
    memory : float
        How much of one period's distance from the usual stands in the next, for all units.
    wobble : float
        The standard deviation of a unit about its level, for all units.
    """

    found: tuple[LevelBreak, ...]
    looked_at: int
    threshold: float
    memory: float
    wobble: float


def level_breaks(values: Floats, *, false_alarms: float = 1.0) -> LevelBreaks:
    """Return where units' courses break.

    Parameters
    ----------
    values : ndarray, shape (u, t)
        Such as logs of rates; not a number where there is none.
    false_alarms : float
        How many of all unit-periods would be found by chance if units' wobble were normal; the threshold follows.

    Raises
    ------
    InputError
        When the table has not two axes, or ``false_alarms`` is not above 0.
    """
    if values.ndim != 2 or false_alarms <= 0:
        raise InputError("Values must be one table of units by periods, and false_alarms above 0.")
    own = values - _shared(values)
    steps = np.diff(own, axis=1)
    if not np.isfinite(steps).any():
        return LevelBreaks((), 0, float("inf"), 0.0, float("nan"))
    memory = _memory(own)
    usual = _deviation(steps)
    places = [(unit, place) for unit in range(len(own)) for place in _judged(own[unit])]
    threshold = float(stats.norm.isf(false_alarms / 2 / max(2 * len(places), 1)))
    found: list[LevelBreak] = []
    for unit in range(len(own)):
        wobble = _wobble(steps[unit], usual) / np.sqrt(2 * (1 - memory))
        if wobble > 0:
            found += _of_unit(unit, own[unit], 0, own.shape[1], wobble, memory, threshold)
    found.sort(key=lambda one: (-abs(one.score), one.unit, one.period))
    return LevelBreaks(tuple(found), len(places), threshold, memory, usual / float(np.sqrt(2 * (1 - memory))))


def _shared(values: Floats) -> Floats:
    """Return the course of all units, shape (t,): the median change of each period, added up."""
    steps = np.diff(values, axis=1)
    known = np.isfinite(steps)
    median = [float(np.median(steps[known[:, t], t])) if known[:, t].any() else 0.0 for t in range(steps.shape[1])]
    return np.concatenate([[0.0], np.cumsum(median)])


def _deviation(values: Floats) -> float:
    return NORMAL * float(np.median(np.abs(values[np.isfinite(values)])))


def _memory(own: Floats) -> float:
    """Return the memory m for which steps over three periods vary 1 + m + m^2 times as much as those over one."""
    far = own[:, _EVEN_LAG:] - own[:, :-_EVEN_LAG]
    near = np.diff(own, axis=1)
    if not np.isfinite(far).any():
        return 0.0
    one = _deviation(near)
    ratio = (_deviation(far) / one) ** 2 if one > 0 else 1.0
    found = (-1 + np.sqrt(max(1 - 4 * (1 - ratio), 0.0))) / 2
    return float(np.clip(found, 0.0, LARGEST_MEMORY))


def _wobble(steps: Floats, usual: float) -> float:
    known = steps[np.isfinite(steps)]
    if not len(known):
        return usual
    return float(np.sqrt((len(known) * _deviation(known) ** 2 + LIKE_OTHERS * usual**2) / (len(known) + LIKE_OTHERS)))


def _judged(row: Floats) -> list[int]:
    return [place for place in range(1, len(row)) if _window(row, 0, len(row), place, "level") is not None]


def _window(row: Floats, first: int, end: int, place: int, kind: Kind) -> tuple[Integers, Integers] | None:
    """Return the periods with a value before and after a place, or none where they are too few."""
    at = np.flatnonzero(np.isfinite(row))
    before = at[(at >= max(first, place - WINDOW[kind])) & (at < place)]
    after = at[(at >= place) & (at < min(end, place + WINDOW[kind]))]
    if min(len(before), len(after)) < FEWEST_SIDE[kind] or len(before) + len(after) < FEWEST or after[0] != place:
        return None
    return before, after


def _of_unit(
    unit: int, row: Floats, first: int, end: int, wobble: float, memory: float, threshold: float
) -> list[LevelBreak]:
    """Return the breaks of a unit between two places, the largest first, then those on either side of it."""
    scored = [
        one
        for place in range(first + 1, end)
        for kind in ("level", "slope")
        if (one := _scored(unit, row, first, end, place, kind, wobble, memory)) is not None
    ]
    if not scored:
        return []
    largest = max(scored, key=lambda one: (abs(one.score), -one.period))
    if abs(largest.score) <= threshold:
        return []
    sides = ((first, largest.period), (largest.period, end))
    found = [one for side in sides for one in _of_unit(unit, row, *side, wobble, memory, threshold)]
    return [largest, *found]


def _scored(
    unit: int, row: Floats, first: int, end: int, place: int, kind: Kind, wobble: float, memory: float
) -> LevelBreak | None:
    sides = _window(row, first, end, place, kind)
    if sides is None:
        return None
    before, after = sides
    at = np.concatenate([before, after])
    weights, spread = _contrast(tuple(int(one) - place for one in at), kind, round(memory, 6))
    size = float(weights @ row[at])
    by_degrees = kind == "level" and (row[place] - row[before[-1]]) / size < OWN_STEP if size else False
    return LevelBreak(unit, place, "slope" if by_degrees else kind, size, size / (wobble * spread))


@lru_cache(maxsize=4096)
def _contrast(offsets: tuple[int, ...], kind: Kind, memory: float) -> tuple[Floats, float]:
    """Return the weights of the values that give a change, and its standard error in units of the wobble."""
    at = np.array(offsets, dtype=np.float64)
    columns: list[Floats] = [np.ones(len(at))]
    columns += [(at >= 0) * 1.0] if kind == "level" else [at, np.maximum(at + 1, 0.0)]
    design = np.column_stack(columns)
    inverse = np.linalg.inv(memory ** np.abs(at[:, None] - at[None, :]))
    bread = np.linalg.inv(design.T @ inverse @ design)
    return (bread @ design.T @ inverse)[-1], float(np.sqrt(bread[-1, -1]))
