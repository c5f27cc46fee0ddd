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
    sources: pd.DataFrame | None, change_at: int, *, level: float, **options: Any
) -> tuple[tuple[SourceStep, ...], int]:
    """Return the sources that stepped at the change, and how many could be looked at.

    Parameters
    ----------
    sources
        Counts by period (rows) and group (columns); ``None`` where none are known.
    change_at
        The position of the first period from the money on.
    level
        How rarely any source would be said to have stepped by chance: shared out among them.
    options
        Of `segmented_poisson`: period, harmonics, steps.

    Notes
    -----
    Each source is set beside all others together, so that what moves all alike is no step. A step a period or two
    before or after the money shows in the same contrast.
    """
    if sources is None:
        return (), 0
    total = sources.sum(axis=1)
    usual = [name for name in sources.columns if _is_usual(sources[name], total - sources[name])]
    found = [(str(name), _step(sources[name], total, change_at, level / len(usual), options)) for name in usual]
    return tuple(SourceStep(name, ratio) for name, ratio in found if ratio is not None), len(usual)


def _is_usual(counts: pd.Series, others: pd.Series) -> bool:
    return bool(counts.mean() >= FEWEST and others.mean() >= FEWEST and others.min() > 0)


def _step(counts: pd.Series, total: pd.Series, at: int, level: float, options: Mapping[str, Any]) -> float | None:
    """Return the ratio of a step; ``None`` where there is none."""
    try:
        fit = segmented_poisson(
            counts, change_at=at, comparison=total - counts, slope_change=False, level=1 - level, **options
        )
    except InputError:  # too near an end of the series, or a source that falls silent, which is no rate
        return None
    step = fit.ratio("level_change")
    return step.ratio if step.p_value <= level and not 1 / MATERIAL < step.ratio < MATERIAL else None
