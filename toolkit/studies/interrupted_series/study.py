"""One county's referrals by quarter, before and after money came: what such a series can say, and that it is little."""

from __future__ import annotations

from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.progress import Progress
from toolkit.stats.series.design import what_is_missing
from toolkit.stats.series.segmented import RateRatio, SegmentedPoisson, segmented_poisson
from toolkit.studies.estimates import no_figure
from toolkit.studies.interrupted_series import gates
from toolkit.studies.interrupted_series.facts import SeriesFacts
from toolkit.studies.interrupted_series.quarters import Quarters, published_quarters, stored_quarters
from toolkit.studies.interrupted_series.spec import SeriesSpec
from toolkit.studies.interrupted_series.tables import events_table, plain_dispersion, series_table, year_before
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, Gate, StudyResult

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

OUTCOME, ESTIMATOR = "referrals_per_quarter", "segmented_poisson"


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Fit the series where it can be fitted; where it cannot, return a result whose gates say why.

    With the published quarters nothing of the snapshot is used, so the result is not simulated even beside a
    simulated store.
    """
    spec = protocol.spec_as(SeriesSpec)
    began = perf_counter()
    progress("Counting referrals by quarter", 0.0)
    is_published = spec.source == "published"
    quarters = published_quarters() if is_published else stored_quarters(snapshot)
    progress("Fitting the series", 0.6)
    frame = quarters.frame
    change_at = int((frame["last_day"] < pd.Timestamp(spec.money_from)).sum())
    options = _options(spec, frame)
    missing = what_is_missing(len(frame), change_at, **options)
    fit = None if missing else _fit(frame, change_at, options)
    events = events_table(quarters.events, spec.money_from, spec.event_window)
    tables = {"series": series_table(frame, change_at, fit), "events": events}
    if fit is not None:
        tables["coefficients"] = fit.tidy()
    if quarters.years is not None:
        tables["years"] = quarters.years
    first_day, last_day = _span(frame)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        simulated=snapshot.is_simulated and not is_published,
        first_day=first_day,
        last_day=last_day,
        estimates=_estimates(fit),
        gates=_gates(spec, quarters, change_at, fit, events),
        flow=quarters.flow,
        tables=tables,
        facts=_facts(spec, quarters, change_at, fit, tuple(missing)),
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _options(spec: SeriesSpec, frame: pd.DataFrame) -> dict[str, Any]:
    steps = {f"step_{day.isoformat()}": int((frame["last_day"] < pd.Timestamp(day)).sum()) for day in spec.steps}
    inside = {name: at for name, at in steps.items() if 0 < at < len(frame)}
    return {"period": 4, "harmonics": spec.harmonics, "slope_change": spec.slope_change, "steps": inside}


def _fit(frame: pd.DataFrame, change_at: int, options: dict[str, Any]) -> SegmentedPoisson:
    return segmented_poisson(
        frame["referrals"].to_numpy(), change_at=change_at, exposure=frame["exposure"].to_numpy(), **options
    )


def _estimates(fit: SegmentedPoisson | None) -> tuple[Estimate, ...]:
    """Return the level change first; without a fit it stands there empty, so that every bundle has the same shape."""
    if fit is None:
        return (no_figure(OUTCOME, estimator=ESTIMATOR, measure="rate_ratio"),)
    found = [_estimate("rate_ratio", fit.ratio("level_change"))]
    if "slope_change" in fit.design.names:
        found.append(_estimate("slope_rate_ratio", fit.ratio("slope_change")))
        found.append(_estimate("average_rate_ratio", fit.average_ratio()))
    return tuple(found)


def _estimate(measure: str, r: RateRatio) -> Estimate:
    # No rows by arm: a quarter is not a family, and pages show those figures as families.
    return Estimate(
        outcome=OUTCOME,
        estimator=ESTIMATOR,
        measure=measure,
        estimate=r.ratio,
        se=r.se,
        low=r.low,
        high=r.high,
        p_value=r.p_value,
    )


def _gates(
    spec: SeriesSpec, quarters: Quarters, change_at: int, fit: SegmentedPoisson | None, events: pd.DataFrame
) -> tuple[Gate, ...]:
    frame = quarters.frame
    first_day, last_day = _span(frame)
    near = events.loc[events["is_near"], "what"].tolist()
    spread = plain_dispersion(frame) if fit is None else fit.dispersion
    return (
        gates.quarters_after(max(0, len(frame) - change_at), spec.min_quarters_after, spec.money_from),
        gates.quarters_before(min(change_at, len(frame)), spec.min_quarters_before),
        gates.estimable(fit is not None, len(frame)),
        gates.dispersion(spread, spec.max_dispersion),
        gates.memory(None if fit is None else fit.memory.measured),
        gates.other_events([str(what) for what in near], spec.event_window),
        gates.definitions(quarters.breaks, spec.steps, first_day or date.max, last_day or date.min),
        gates.comparison(),
    )


def _facts(
    spec: SeriesSpec, quarters: Quarters, change_at: int, fit: SegmentedPoisson | None, missing: tuple[str, ...]
) -> SeriesFacts:
    frame = quarters.frame
    return SeriesFacts(
        source=spec.source,
        money_from=spec.money_from.isoformat(),
        quarters=len(frame),
        quarters_before=min(change_at, len(frame)),
        quarters_after=max(0, len(frame) - change_at),
        exposure=quarters.exposure_is,
        lowest_quarter=int(frame["referrals"].min()) if len(frame) else None,
        highest_quarter=int(frame["referrals"].max()) if len(frame) else None,
        year_before=year_before(frame),
        missing=missing,
        dispersion=None if fit is None else fit.dispersion,
        autocorrelation=None if fit is None else fit.autocorrelation,
        memory=None if fit is None else fit.memory.measured,
        lags=None if fit is None else fit.lags,
        degrees_of_freedom=None if fit is None else fit.degrees_of_freedom,
        smallest_visible_ratio=None if fit is None else fit.smallest_visible(),
    )


def _span(frame: pd.DataFrame) -> tuple[date | None, date | None]:
    """Return the first and last day of the series."""
    if not len(frame):
        return None, None
    return frame["first_day"].iloc[0].date(), frame["last_day"].iloc[-1].date()
