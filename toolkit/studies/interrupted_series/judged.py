"""What is found of a series as single figures, gates and estimates."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from toolkit.stats.series.segmented import RateRatio
from toolkit.studies.estimates import no_figure
from toolkit.studies.interrupted_series import gates
from toolkit.studies.interrupted_series.facts import SeriesFacts, Told
from toolkit.studies.interrupted_series.findings import OLDER, WANTED, Findings, Way
from toolkit.studies.interrupted_series.other_events import window_of
from toolkit.studies.interrupted_series.periods import IN_A_QUARTER, PER_YEAR
from toolkit.studies.interrupted_series.series import ALONE
from toolkit.studies.interrupted_series.spec import SeriesSpec
from toolkit.studies.interrupted_series.tables import plain_dispersion, year_before
from toolkit.studies.result import Estimate, Gate

OUTCOME, MEASURE = "referrals", "difference"
"""A change is given as a part of what was to be expected: -0.1 is ten fewer in every hundred referrals."""


def told(ratio: RateRatio | None) -> Told | None:
    """Return a ratio of rates as a change, with its ends."""
    if ratio is None or not np.isfinite([ratio.ratio, ratio.low, ratio.high]).all():
        return None
    return ratio.ratio - 1, ratio.low - 1, ratio.high - 1


def estimates_of(found: Findings) -> tuple[Estimate, ...]:
    """Return the main answer first, then the other ways; where the trend may change, the level and slope last."""
    rows = [_estimate(way.name, MEASURE, way.effect) for way in found.ways]
    fit = found.main.fit
    if fit is not None and "slope_change" in fit.design.names:
        rows.append(_estimate("level_change", MEASURE, fit.ratio("level_change")))
        rows.append(_estimate("slope_change", MEASURE, fit.ratio("slope_change")))
    return tuple(rows)


def _estimate(estimator: str, measure: str, ratio: RateRatio | None) -> Estimate:
    figures = told(ratio)
    if ratio is None or figures is None:
        return no_figure(OUTCOME, estimator=estimator, measure=measure)
    estimate, low, high = figures
    # No rows by arm: a quarter is not a family, and pages show those figures as families.
    return Estimate(OUTCOME, estimator, measure, estimate, ratio.se * ratio.ratio, low, high, ratio.p_value)


def gates_of(found: Findings, spec: SeriesSpec, *, min_referrals: int) -> tuple[Gate, ...]:
    """Return every gate."""
    frame, by, at = found.counts.frame, spec.by, found.change_at
    fit, each = found.main.fit, IN_A_QUARTER[by]
    sides = [int(side["referrals"].sum()) for side in (frame.iloc[:at], frame.iloc[at:]) if len(side)]
    beside = found.main.name if found.main.name == OLDER else None
    first = frame["first_day"].iloc[0].date() if len(frame) else date.max
    last = frame["last_day"].iloc[-1].date() if len(frame) else date.min
    return (
        gates.after(max(0, len(frame) - at), spec.min_quarters_after * each, by, spec.money_from),
        gates.before(min(at, len(frame)), spec.min_quarters_before * each, by),
        gates.enough_referrals(min(sides, default=None), min_referrals),
        gates.estimable(fit is not None, len(frame), by),
        gates.dispersion(plain_dispersion(frame) if fit is None else fit.dispersion, spec.max_dispersion, by),
        gates.memory(None if fit is None else fit.memory.measured, by),
        gates.other_events(found.terms.near, window_of(spec), by, beside),
        gates.definitions(found.counts.breaks, found.terms.near_breaks, first, last),
        gates.recording(found.stepped, found.sources_seen, found.is_too_large),
        gates.comparison(found.main.name, spec.compare_with),
    )


def _is_shown(effect: Told) -> bool:
    return effect[1] > 0 or effect[2] < 0


def facts_of(found: Findings, spec: SeriesSpec) -> SeriesFacts:
    """Return the single figures that words and pages need."""
    frame, main, terms = found.counts.frame, found.main, found.terms
    fit, wobble = main.fit, found.ways[-1].wobble
    is_alone = main.name == ALONE
    return SeriesFacts(
        source=spec.source,
        money_from=spec.money_from.isoformat(),
        periods=len(frame),
        periods_before=min(found.change_at, len(frame)),
        periods_after=max(0, len(frame) - found.change_at),
        exposure=found.counts.exposure_is,
        lowest=int(frame["referrals"].min()) if len(frame) else None,
        highest=int(frame["referrals"].max()) if len(frame) else None,
        year_before=year_before(frame, PER_YEAR[spec.by]),
        missing=main.missing,
        by=spec.by,
        child_under_months=spec.child_under_months,
        design=main.name,
        effect=told(main.effect),
        alone=None if is_alone else told(found.ways[-1].effect),
        ways_agree=_agree(found.ways),
        smallest_visible=main.visible,
        needed=found.needed,
        smallest_wanted=WANTED,
        typical=None if wobble is None else wobble.typical,
        typical_year=None if wobble is None else wobble.typical_year(PER_YEAR["quarter"]),
        allowed_for=() if main.name == OLDER else terms.told,
        near=terms.near,
        margin=spec.margin,
        dispersion=None if fit is None else fit.dispersion,
        autocorrelation=None if fit is None else fit.autocorrelation,
        memory=None if fit is None else fit.memory.measured,
        memory_allowed_for=None if fit is None else fit.memory.allowed_for,
        lags=None if fit is None else fit.lags,
        degrees_of_freedom=None if fit is None else fit.degrees_of_freedom,
    )


def _agree(ways: tuple[Way, ...]) -> bool | None:
    """Return whether no two ways show changes of opposite signs; ``None`` with one that has a figure."""
    found = [figures for way in ways if (figures := told(way.effect)) is not None]
    if len(found) < 2:
        return None
    return len({figures[0] > 0 for figures in found if _is_shown(figures)}) < 2


def span(frame: pd.DataFrame) -> tuple[date | None, date | None]:
    """Return the first and last day of the series."""
    if not len(frame):
        return None, None
    return frame["first_day"].iloc[0].date(), frame["last_day"].iloc[-1].date()
