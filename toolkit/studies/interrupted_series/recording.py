"""Whether one source's referrals stepped beside all others' when the money came, as where recording changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.series.segmented import segmented_poisson

FEWEST = 8.0
"""Referrals a period that a source needs, and all others together, to be looked at: fewer step by chance alone."""
MATERIAL = 1.25
"""A source's rate beside the others' must change by as much, or fall by as much, to be called a step."""


@dataclass(frozen=True, slots=True)
class SourceStep:
    """A source whose referrals stepped.

    Attributes
    ----------
    source
        The group of those who refer.
    ratio
        Its rate beside all others', after over before.
    """

    source: str
    ratio: float


def source_steps(
    sources: pd.DataFrame | None, change_at: int, *, around: int, level: float, **options: Any
) -> tuple[tuple[SourceStep, ...], int]:
    """Return the sources that stepped about the change, and how many could be looked at.

    Parameters
    ----------
    sources
        Counts by period (rows) and group (columns); ``None`` where none are known.
    change_at
        The position of the first period from the money on.
    around
        How many periods before it, and after it, a step is looked for too.
    level
        How rarely any source would be said to have stepped by chance: shared out among sources and places.
    options
        Of `segmented_poisson`: period, harmonics, steps, careful, least_memory.

    Notes
    -----
    Each source is set beside all others together, so that what moves all alike is no step.
    """
    if sources is None:
        return (), 0
    total = sources.sum(axis=1)
    usual = [name for name in sources.columns if sources[name].mean() >= FEWEST and (total - sources[name]).min() > 0]
    usual = [name for name in usual if (total - sources[name]).mean() >= FEWEST]
    places = sorted({change_at - around, change_at, change_at + around})
    shared = level / max(1, len(usual) * len(places))
    found = [(name, _largest(sources[name], total, places, shared, options)) for name in usual]
    return tuple(SourceStep(str(name), ratio) for name, ratio in found if ratio is not None), len(usual)


def _largest(
    counts: pd.Series, total: pd.Series, places: list[int], level: float, options: Mapping[str, Any]
) -> float | None:
    """Return the ratio of the surest step at any of the places; ``None`` where none is one."""
    best, surest = None, level
    for place in places:
        try:
            fit = segmented_poisson(
                counts, change_at=place, comparison=total - counts, slope_change=False, level=1 - level, **options
            )
        except InputError:  # too near an end of the series, or a source that falls silent, which is no rate
            continue
        step = fit.ratio("level_change")
        if step.p_value <= surest and not 1 / MATERIAL < step.ratio < MATERIAL:
            best, surest = step.ratio, step.p_value
    return best
