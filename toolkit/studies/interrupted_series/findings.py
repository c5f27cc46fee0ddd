"""All that a county's series gives: what it could show, alone and beside others, and whether recording changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.series.design import what_is_missing
from toolkit.stats.series.segmented import RateRatio, SegmentedPoisson, segmented_poisson
from toolkit.stats.series.visible import Wobble, observations_for, smallest_visible, wobble_of
from toolkit.studies.interrupted_series.counts import Counts
from toolkit.studies.interrupted_series.other_events import Terms, terms_of
from toolkit.studies.interrupted_series.periods import IN_A_QUARTER, PER_YEAR
from toolkit.studies.interrupted_series.recording import SourceStep, source_steps
from toolkit.studies.interrupted_series.series import ALONE, Series
from toolkit.studies.interrupted_series.spec import SeriesSpec

OLDER = "older_children"
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
MAY_BE_CHANCE = 0.2
"""A change too large to be plausible that chance makes more often than this is left to the interval to speak of."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to work the change out.

    Attributes
    ----------
    name
        ``alone``, ``older_children`` or ``neighbours``.
    fit
        The model; ``None`` where it cannot be estimated.
    coarse
        Of months, the same of their sums in threes, counted from the money's month; ``None`` of quarters.
    missing
        Why not, a sentence each.
    wobble
        How the series moved before the money; ``None`` with too few periods to see it.
    visible
        The smallest fall that it would show, as a part; ``None`` where that cannot be known.
    """

    name: str
    fit: SegmentedPoisson | None
    coarse: SegmentedPoisson | None
    missing: tuple[str, ...]
    wobble: Wobble | None
    visible: float | None

    @property
    def effect(self) -> RateRatio | None:
        """The change: the level's, or the average over the time after where the trend may change too.

        Chance hides how long shocks last in counts as small as a month's: of months, the interval is never narrower
        than that of their sums in threes.
        """
        if self.fit is None:
            return None
        own = self.fit.average_ratio()
        if self.coarse is None:
            return own
        wide = self.coarse.average_ratio()
        reach = max(np.log(own.high / own.ratio), np.log(wide.high / wide.ratio))
        return replace(
            own,
            se=max(own.se, wide.se),
            low=float(own.ratio * np.exp(-reach)),
            high=float(own.ratio * np.exp(reach)),
            p_value=max(own.p_value, wide.p_value),
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """The counts, where the money comes in them, and each way; the first gives the main answer.

    Attributes
    ----------
    stepped, sources_seen
        Sources that stepped with the money, and how many could be looked at.
    is_too_large
        Whether the counts, alone or beside others, changed by more than the protocol takes for plausible.
    needed
        Periods from the money on that would show a fall of `WANTED`; ``None`` where no number would.
    """

    counts: Counts
    change_at: int
    terms: Terms
    ways: tuple[Way, ...]
    stepped: tuple[SourceStep, ...]
    sources_seen: int
    is_too_large: bool
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
        level=spec.step_level,
        steps=dict(terms.of_recording),
        period=PER_YEAR[spec.by],
        harmonics=spec.harmonics,
    )
    main = Series.of(frame, ways[0].name, change_at, steps_for(ways[0].name, terms))
    needed = _needed(ways[0], spec, (main.in_threes() if spec.by == "month" else main).steps)
    is_too_large = any(
        _is_too_large(Series.of(frame, way.name, change_at, steps_for(way.name, terms)), spec) for way in ways
    )
    return Findings(counts, change_at, terms, ways, stepped, seen, is_too_large, needed)


def _is_too_large(series: Series, spec: SeriesSpec) -> bool:
    """Whether counts stepped by more than money can make them; here no more memory is allowed for than is seen."""
    options = {"period": PER_YEAR[spec.by], "harmonics": spec.harmonics}
    fit, _ = _fitted(series, spec.slope_change, options)
    if fit is None:
        return False
    change = fit.average_ratio()
    return change.p_value <= MAY_BE_CHANCE and bool(abs(np.log(change.ratio)) > -np.log1p(-spec.most_plausible))


def steps_for(name: str, terms: Terms) -> dict[str, int]:
    """Return the steps that a way allows for: what else happened in the county moves its older children as much."""
    return {**terms.of_recording, **({} if name == OLDER else terms.of_events)}


def _is_there(frame: pd.DataFrame, name: str) -> bool:
    return name in frame.columns and len(frame) > 0 and bool((frame[name] > 0).all()) and frame[name].mean() >= FEWEST


def careful_options(quarters: int, harmonics: int | None, per_year: int) -> dict[str, Any]:
    """Return the seasons of a fit, and how much memory it allows for given how many quarters it has."""
    least = SHORT_MEMORY ** (PER_YEAR["quarter"] / per_year) if quarters < SHORT else 0.0
    return {"period": per_year, "harmonics": harmonics, "careful": CAREFUL, "least_memory": least}


def _way(name: str, frame: pd.DataFrame, change_at: int, spec: SeriesSpec, steps: Mapping[str, int]) -> Way:
    whole = Series.of(frame, name, change_at, dict(steps))
    quarters = whole.in_threes() if spec.by == "month" else whole
    waves = None if spec.harmonics is None else 1
    options = careful_options(len(quarters.counts), waves, PER_YEAR["quarter"])
    part = slice(min(quarters.change_at, len(quarters.counts)))
    wobble = wobble_of(
        quarters.counts[part],
        exposure=quarters.exposure[part],
        comparison=None if quarters.beside is None else quarters.beside[part],
        steps={key: at for key, at in quarters.steps.items() if at < quarters.change_at},
        **options,
    )
    visible = None
    if wobble is not None:
        visible = smallest_visible(
            wobble,
            len(quarters.counts) - quarters.change_at,
            period=PER_YEAR["quarter"],
            harmonics=waves,
            steps=quarters.steps,
        )
    fit, missing = _fitted(quarters, spec.slope_change, options)
    coarse = None
    if spec.by == "month" and fit is not None:
        own = careful_options(len(quarters.counts), spec.harmonics, PER_YEAR["month"])
        coarse = fit
        fit, missing = _fitted(whole, spec.slope_change, own)
    return Way(name, fit, coarse, missing, wobble, visible)


def _fitted(
    series: Series, slope_change: bool, options: Mapping[str, Any]
) -> tuple[SegmentedPoisson | None, tuple[str, ...]]:
    seasons = {key: options[key] for key in ("period", "harmonics")}
    missing = what_is_missing(
        len(series.counts), series.change_at, slope_change=slope_change, steps=series.steps, **seasons
    )
    if missing:
        return None, missing
    try:
        fit = segmented_poisson(
            series.counts,
            change_at=series.change_at,
            exposure=series.exposure,
            comparison=series.beside,
            slope_change=slope_change,
            steps=series.steps,
            **options,
        )
    except InputError as error:
        return None, (str(error),)
    return fit, ()


def _needed(way: Way, spec: SeriesSpec, quarters_steps: Mapping[str, int]) -> int | None:
    """Return the quarters or months from the money on that would show the fall asked about."""
    if way.wobble is None:
        return None
    waves = None if spec.harmonics is None else 1
    before = {name: at for name, at in quarters_steps.items() if at < way.wobble.observations}
    found = observations_for(
        way.wobble, WANTED, most=MOST_YEARS * 4, period=PER_YEAR["quarter"], harmonics=waves, steps=before
    )
    return None if found is None else found * IN_A_QUARTER[spec.by]
