"""One county's referrals by quarter, before and after money came: what such a series can say, and that it is little."""

from __future__ import annotations

from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from pydantic import Field

from toolkit import __version__
from toolkit.progress import Progress
from toolkit.stats.series import RateRatio, SegmentedPoisson, segmented_poisson
from toolkit.stats.series_design import what_is_missing
from toolkit.studies import series_gates as gates
from toolkit.studies.protocol import Protocol, Spec
from toolkit.studies.result import Estimate, Gate, StudyResult
from toolkit.studies.series_quarters import Quarters, published_quarters, stored_quarters
from toolkit.studies.series_tables import events_table, plain_dispersion, series_table, year_before
from toolkit.studies.series_words import describe

if TYPE_CHECKING:
    from toolkit.records.snapshot import Snapshot

__all__ = ["SPEC", "SeriesSpec", "describe", "run"]

OUTCOME, ESTIMATOR = "referrals_per_quarter", "segmented_poisson"


class SeriesSpec(Spec):
    """The keys of ``[interrupted_series]``."""

    source: Literal["published", "store"] = Field(description="The report's own quarters, or a store's referrals.")
    money_from: date = Field(description="The day the money began; its quarter is the first one after.")
    slope_change: bool = Field(False, description="Whether the trend may change too, beside the level.")
    harmonics: Literal[1] | None = Field(None, description="One wave a year in place of a level for each quarter.")
    steps: tuple[date, ...] = Field(
        (), description="Days of other lasting changes to allow for, from their quarter on."
    )
    min_quarters_before: int = Field(8, ge=2, description="Quarters needed before the money.")
    min_quarters_after: int = Field(4, ge=1, description="Quarters needed from the money on.")
    event_window: int = Field(2, ge=0, description="Quarters either side of the money in which nothing else may fall.")
    max_dispersion: float = Field(3.0, ge=1, description="How many times the variation of chance is still quiet.")


SPEC = SeriesSpec


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Fit the series where it can be fitted; where it cannot, return a result whose gates say why.

    With the published quarters nothing of the snapshot is used, so the result is not simulated even beside a
    simulated store.
    """
    spec = protocol.spec
    assert isinstance(spec, SeriesSpec)
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
    result = StudyResult(
        question=protocol.question,
        title=protocol.title,
        kind=protocol.kind,
        recommendation=protocol.recommendation,
        simulated=snapshot.is_simulated and not is_published,
        protocol_hash=protocol.hash,
        snapshot_hash=snapshot.hash,
        version=__version__,
        seed=seed,
        as_of={"store_version": snapshot.store_version, **_span(frame)},
        estimates=_estimates(fit),
        balance=None,
        matched_sets=None,
        gates=_gates(spec, frame, change_at, fit, events),
        flow=quarters.flow,
        tables=tables,
        facts={**_facts(spec, quarters, change_at, fit), "missing": list(missing)},
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
        return (Estimate(OUTCOME, ESTIMATOR, "rate_ratio", None, None, None, None),)
    found = [_estimate("rate_ratio", fit.ratio("level_change"))]
    if "slope_change" in fit.design.names:
        found.append(_estimate("slope_rate_ratio", fit.ratio("slope_change")))
        found.append(_estimate("average_rate_ratio", fit.average_ratio()))
    return tuple(found)


def _estimate(measure: str, r: RateRatio) -> Estimate:
    # No rows by arm: a quarter is not a family, and pages show those figures as families.
    return Estimate(OUTCOME, ESTIMATOR, measure, r.ratio, r.se, r.low, r.high, r.p_value)


def _gates(
    spec: SeriesSpec, frame: pd.DataFrame, change_at: int, fit: SegmentedPoisson | None, events: pd.DataFrame
) -> tuple[Gate, ...]:
    near = events.loc[events["is_near"], "what"].tolist()
    spread = plain_dispersion(frame) if fit is None else fit.dispersion
    return (
        gates.quarters_after(max(0, len(frame) - change_at), spec.min_quarters_after, spec.money_from),
        gates.quarters_before(min(change_at, len(frame)), spec.min_quarters_before),
        gates.estimable(fit is not None, len(frame)),
        gates.dispersion(spread, spec.max_dispersion),
        gates.other_events([str(what) for what in near], spec.event_window),
        gates.comparison(),
    )


def _span(frame: pd.DataFrame) -> dict[str, str | None]:
    if not len(frame):
        return {"first_day": None, "last_day": None}
    first, last = frame["first_day"].iloc[0], frame["last_day"].iloc[-1]
    return {"first_day": first.date().isoformat(), "last_day": last.date().isoformat()}


def _facts(spec: SeriesSpec, quarters: Quarters, change_at: int, fit: SegmentedPoisson | None) -> dict[str, Any]:
    frame = quarters.frame
    facts: dict[str, Any] = {
        "source": spec.source,
        "money_from": spec.money_from.isoformat(),
        "quarters": len(frame),
        "quarters_before": min(change_at, len(frame)),
        "quarters_after": max(0, len(frame) - change_at),
        "exposure": quarters.exposure_is,
        "lowest_quarter": int(frame["referrals"].min()) if len(frame) else None,
        "highest_quarter": int(frame["referrals"].max()) if len(frame) else None,
        "year_before": year_before(frame),
    }
    if fit is not None:
        facts |= {
            "dispersion": fit.dispersion,
            "autocorrelation": fit.autocorrelation,
            "lags": fit.lags,
            "degrees_of_freedom": fit.degrees_of_freedom,
            "smallest_visible_ratio": fit.smallest_visible(),
        }
    return facts
