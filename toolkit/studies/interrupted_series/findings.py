"""All that a county's series gives: what it could show, alone and beside others, and whether recording changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.series.design import what_is_missing
from toolkit.stats.series.segmented import RateRatio, SegmentedPoisson, segmented_poisson
from toolkit.stats.series.visible import Wobble, observations_for, smallest_visible, wobble_of
from toolkit.studies.interrupted_series.counts import Counts
from toolkit.studies.interrupted_series.other_events import Terms, terms_of
from toolkit.studies.interrupted_series.periods import IN_A_QUARTER, PER_YEAR
from toolkit.studies.interrupted_series.recording import SourceStep, source_steps
from toolkit.studies.interrupted_series.spec import SeriesSpec

ALONE, OLDER = "alone", "older_children"
CAREFUL = 2.5
"""Standard errors that the memory allowed for is above the one measured (docs/series-check.md)."""
SHORT, SHORT_MEMORY = 40, 0.8
"""A series of fewer quarters hardly shows its memory: from one quarter to the next as much is allowed for, whatever it
shows (docs/series-check.md)."""
FEWEST = 10.0
"""Referrals a period that a comparison needs on average."""
WANTED = 0.10
"""A fall that members would call worth the money: it is said how long it would take to see."""
MOST_YEARS = 15


@dataclass(frozen=True, slots=True)
class Way:
    """One way to work the change out.

    Attributes
    ----------
    name
        ``alone``, ``older_children`` or ``neighbours``.
    fit
        The model; ``None`` where it cannot be estimated.
    missing
        Why not, a sentence each.
    wobble
        How the series moved before the money; ``None`` with too few periods to see it.
    visible
        The smallest fall that it would show, as a part; ``None`` where that cannot be known.
    """

    name: str
    fit: SegmentedPoisson | None
    missing: tuple[str, ...]
    wobble: Wobble | None
    visible: float | None

    @property
    def effect(self) -> RateRatio | None:
        """The change: the level's, or the average over the time after where the trend may change too."""
        return None if self.fit is None else self.fit.average_ratio()


@dataclass(frozen=True, slots=True)
class Findings:
    """The counts, where the money comes in them, and each way; the first gives the main answer.

    Attributes
    ----------
    stepped, sources_seen
        Sources that stepped about the money, and how many could be looked at.
    needed
        Periods from the money on that would show a fall of `WANTED`; ``None`` where no number would.
    """

    counts: Counts
    change_at: int
    terms: Terms
    ways: tuple[Way, ...]
    stepped: tuple[SourceStep, ...]
    sources_seen: int
    needed: int | None

    @property
    def main(self) -> Way:
        """The way that gives the main answer."""
        return self.ways[0]


def findings_of(counts: Counts, spec: SeriesSpec) -> Findings:
    """Return all that the series gives."""
    frame = counts.frame
    change_at = int((frame["last_day"] < pd.Timestamp(spec.money_from)).sum())
    terms = terms_of(counts, spec)
    compared = [
        _way(name, frame, change_at, spec, steps_for(name, terms))
        for name in spec.compare_with
        if _is_there(frame, name)
    ]
    fitted = [one for one in compared if one.fit is not None]
    ways = (*fitted, _way(ALONE, frame, change_at, spec, steps_for(ALONE, terms)))
    stepped, seen = source_steps(
        counts.sources,
        change_at,
        around=IN_A_QUARTER[spec.by],
        level=spec.step_level,
        **_careful(len(frame), spec),
        steps=dict(terms.of_recording),
    )
    needed = _needed(ways[0], spec, steps_for(ways[0].name, terms))
    return Findings(counts, change_at, terms, ways, stepped, seen, needed)


def steps_for(name: str, terms: Terms) -> dict[str, int]:
    """Return the steps that a way allows for: what else happened in the county moves its older children as much."""
    return {**terms.of_recording, **({} if name == OLDER else terms.of_events)}


def _is_there(frame: pd.DataFrame, name: str) -> bool:
    return name in frame.columns and len(frame) > 0 and bool((frame[name] > 0).all()) and frame[name].mean() >= FEWEST


def _careful(periods: int, spec: SeriesSpec) -> dict[str, Any]:
    """Return the seasons and how much memory is allowed for."""
    each = IN_A_QUARTER[spec.by]
    return {
        "period": PER_YEAR[spec.by],
        "harmonics": spec.harmonics,
        "careful": CAREFUL,
        "least_memory": SHORT_MEMORY ** (1 / each) if periods < SHORT * each else 0.0,
    }


def _way(name: str, frame: pd.DataFrame, change_at: int, spec: SeriesSpec, steps: Mapping[str, int]) -> Way:
    options = _careful(len(frame), spec)
    seasons = {key: options[key] for key in ("period", "harmonics")}
    missing = what_is_missing(len(frame), change_at, slope_change=spec.slope_change, steps=steps, **seasons)
    y, exposure, beside = _arrays(frame, name)
    before = {key: at for key, at in steps.items() if at < change_at}
    part = slice(min(change_at, len(frame)))
    wobble = wobble_of(
        y[part], exposure=exposure[part], comparison=None if beside is None else beside[part], steps=before, **options
    )
    visible = None
    if wobble is not None:
        visible = smallest_visible(wobble, len(frame) - change_at, steps=steps, **seasons)
    fit = None
    if not missing:
        try:
            fit = segmented_poisson(
                y,
                change_at=change_at,
                exposure=exposure,
                comparison=beside,
                slope_change=spec.slope_change,
                steps=dict(steps),
                **options,
            )
        except InputError as error:
            missing = (str(error),)
    return Way(name, fit, missing, wobble, visible)


def _arrays(frame: pd.DataFrame, name: str) -> tuple[Floats, Floats, Floats | None]:
    """Return counts, exposure and the counts beside them; the exposure is then over the comparison's own."""
    y, exposure = (frame[column].to_numpy(dtype=np.float64) for column in ("referrals", "exposure"))
    if name == ALONE:
        return y, exposure, None
    return y, exposure / frame[f"{name}_exposure"].to_numpy(dtype=np.float64), frame[name].to_numpy(dtype=np.float64)


def _needed(way: Way, spec: SeriesSpec, steps: Mapping[str, int]) -> int | None:
    if way.wobble is None:
        return None
    before = {name: at for name, at in steps.items() if at < way.wobble.observations}
    per_year = PER_YEAR[spec.by]
    return observations_for(
        way.wobble, WANTED, most=MOST_YEARS * per_year, period=per_year, harmonics=spec.harmonics, steps=before
    )
