"""One county's referrals by quarter or month, before and after money came, alone and beside others."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from toolkit.errors import InputError
from toolkit.progress import Progress
from toolkit.studies.interrupted_series.counts import published_counts, stored_counts
from toolkit.studies.interrupted_series.findings import findings_of
from toolkit.studies.interrupted_series.judged import estimates_of, facts_of, gates_of, span
from toolkit.studies.interrupted_series.other_events import events_table
from toolkit.studies.interrupted_series.spec import SeriesSpec
from toolkit.studies.interrupted_series.tables import beside_table, series_table
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import StudyResult

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Fit the series where it can be fitted; where it cannot, return a result whose gates say why.

    With the published quarters nothing of the snapshot is used, so the result is not simulated even beside a
    simulated store.

    Raises
    ------
    InputError
        When there is no referral to count, with what was left out.
    """
    spec = protocol.spec_as(SeriesSpec)
    began = perf_counter()
    progress(f"Counting referrals by {spec.by}", 0.0)
    is_published = spec.source == "published"
    counts = published_counts() if is_published else stored_counts(snapshot, spec)
    if not counts.frame["referrals"].sum():
        left_out = "\n".join(f"  {step.sentence}" for step in counts.flow)
        raise InputError(f"No referral can be counted. Upload referrals of whole {spec.by}s first:\n{left_out}")
    progress("Fitting the series", 0.6)
    found = findings_of(counts, spec)
    frame, fit = counts.frame, found.main.fit
    tables = {
        "series": series_table(frame, found.change_at, fit),
        "events": events_table(counts.events, spec),
        "beside": beside_table(frame),
    }
    if fit is not None:
        tables["coefficients"] = fit.tidy()
    if counts.years is not None:
        tables["years"] = counts.years
    first_day, last_day = span(frame)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        simulated=snapshot.is_simulated and not is_published,
        first_day=first_day,
        last_day=last_day,
        estimates=estimates_of(found),
        gates=gates_of(found, spec, min_referrals=protocol.gates.min_treated),
        flow=counts.flow,
        tables=tables,
        facts=facts_of(found, spec),
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result
