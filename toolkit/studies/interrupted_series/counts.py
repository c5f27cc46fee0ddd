"""Referrals by quarter or month, with what else happened: as the scrutiny report gives them, or as a snapshot does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.project_files import read_data_table
from toolkit.studies.definition_breaks import Break, breaks_of
from toolkit.studies.interrupted_series.neighbours import neighbours_by_period
from toolkit.studies.interrupted_series.periods import By, counted_in, days_in, periods_on, span_of, whole_periods
from toolkit.studies.interrupted_series.spec import SeriesSpec
from toolkit.studies.result import FlowStep
from toolkit.tables.definition_breaks import BREAKS
from toolkit.tables.referrals import SOURCE_GROUPS
from toolkit.wording.numbers import counted

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

ADULT = 216
"""Months of age from which nobody is a child."""


@dataclass(frozen=True, slots=True)
class Counts:
    """A gapless series of quarters or months.

    Attributes
    ----------
    by
        ``quarter`` or ``month``.
    frame
        One row a period in order: ``period`` (its name), ``first_day``, ``last_day``, ``referrals`` and ``exposure``;
        ``older_children`` and ``neighbours`` where there are such counts, over the exposure ``<name>_exposure``.
    exposure_is
        What ``exposure`` counts, in words.
    years
        Published yearly totals (``year``, ``referrals``, ``note``); ``None`` where there are none beside the periods.
    events
        ``on`` (first day it may have been), ``until`` (last), ``as_printed``, ``area`` and ``what``, by day.
    flow
        What was counted and what was left out.
    breaks
        Days from which other requests are recorded as referrals (`toolkit.studies.definition_breaks`).
    sources
        One row a period, one column a group of those who refer: the same referrals by source; ``None`` without them.
    """

    by: By
    frame: pd.DataFrame
    exposure_is: str
    years: pd.DataFrame | None
    events: pd.DataFrame
    flow: tuple[FlowStep, ...]
    breaks: tuple[Break, ...] = ()
    sources: pd.DataFrame | None = None


def published_counts() -> Counts:
    """Return the scrutiny report's quarters (Table 3), its yearly totals, and the events it tells of.

    The exposure is the days of a quarter: the report gives no quarterly number of children.
    """
    table = read_data_table("report_referrals.csv")
    is_quarter, is_year = table["period"].str.contains("quarter"), table["period"].str.fullmatch(r"\d{4}/\d\d")
    frame = periods_on(table.loc[is_quarter, "first_day"], "quarter")
    frame["referrals"] = table.loc[is_quarter, "count"].astype(int).to_numpy()
    frame["exposure"] = days_in(frame)
    years = table.loc[is_year, ["period", "count", "note"]].rename(columns={"period": "year", "count": "referrals"})
    years = years.astype({"referrals": int}).reset_index(drop=True)
    printed = read_data_table("report_events.csv")
    periods = [pd.Period(text) for text in printed["date"]]
    events = pd.DataFrame(
        {
            "on": [period.start_time.normalize() for period in periods],
            "until": [period.end_time.normalize() for period in periods],
            "as_printed": printed["as_printed"],
            "area": "county",
            "what": printed["what"],
        }
    )
    flow = (
        FlowStep("quarters", None, len(frame), f"The report gives {len(frame)} quarters: {span_of(frame)}."),
        FlowStep("out_years", None, len(years), f"{len(years)} yearly totals cannot be split into quarters."),
    )
    return Counts("quarter", frame, "days", years, events.sort_values(["on", "what"], ignore_index=True), flow)


def stored_counts(snapshot: Snapshot, spec: SeriesSpec) -> Counts:
    """Return a snapshot's referrals counted by whole quarter or month, over the children it knows of in each.

    With no age asked every referral counts, over children under 18 at the middle of the period, born and with a family
    known to the council then, times its days. With one, a referral counts by its child's age on the day.
    """
    referrals = snapshot.read("referrals")[["child_id", "received_on", "source"]]
    referrals = referrals.assign(on=pd.to_datetime(referrals["received_on"])).dropna(subset=["on"])
    frame = whole_periods(referrals["on"], spec.by)
    children = _children(snapshot)
    bands = _bands(referrals, children, spec.child_under_months)
    own = bands["referrals"]
    is_known = len(frame) > 0
    for name, (found, least, most) in _with_ages(bands, spec.child_under_months).items():
        there = _there(children, frame, least, most)
        is_known = is_known and bool((there > 0).all())
        frame[name] = counted_in(frame, found["on"]).astype(int)
        frame["exposure" if name == "referrals" else f"{name}_exposure"] = there * days_in(frame)
    if not is_known:
        for name in frame.columns[frame.columns.str.endswith("exposure")]:
            frame[name] = days_in(frame)
    beside = neighbours_by_period(snapshot, frame, spec.neighbours, spec.by)
    if beside is not None:
        frame["neighbours"], frame["neighbours_exposure"] = beside, days_in(frame)
    breaks = tuple(one for one in breaks_of(snapshot) if one.touches == "referrals")
    return Counts(
        by=spec.by,
        frame=frame,
        exposure_is=f"children under {(spec.child_under_months or ADULT) / 12:g}, times days" if is_known else "days",
        years=None,
        events=_stored_events(snapshot, breaks),
        flow=_flow(frame, referrals, own, spec),
        breaks=breaks,
        sources=_by_source(frame, own),
    )


def _bands(referrals: pd.DataFrame, children: pd.DataFrame, under: int | None) -> dict[str, pd.DataFrame]:
    """Return the referrals that count, and those of older children where an age is asked."""
    if under is None:
        return {"referrals": referrals}
    one = referrals.merge(children.drop_duplicates("child_id")[["child_id", "born"]], on="child_id")
    months = (one["on"].dt.year - one["born"].dt.year) * 12 + one["on"].dt.month - one["born"].dt.month
    return {"referrals": one[months < under], "older_children": one[(months >= under) & (months < ADULT)]}


def _with_ages(bands: dict[str, pd.DataFrame], under: int | None) -> dict[str, tuple[pd.DataFrame, int, int]]:
    """Return each band with the months of age it runs between."""
    if under is None:
        return {"referrals": (bands["referrals"], 0, ADULT)}
    return {"referrals": (bands["referrals"], 0, under), "older_children": (bands["older_children"], under, ADULT)}


def _children(snapshot: Snapshot) -> pd.DataFrame:
    families = snapshot.read("families")[["family_id", "known_from", "known_to"]]
    children = snapshot.read("children")[["child_id", "family_id", "birth_month"]].merge(families, on="family_id")
    days = {name: pd.to_datetime(children[name]) for name in ("birth_month", "known_from", "known_to")}
    return children.assign(born=days["birth_month"], known_from=days["known_from"], known_to=days["known_to"])


def _there(children: pd.DataFrame, frame: pd.DataFrame, least: int, most: int) -> np.ndarray:
    """Return children of an age, in months, known in the middle of each period."""
    born, known_from, known_to = (children[name] for name in ("born", "known_from", "known_to"))
    counts = []
    for first, last in zip(frame["first_day"], frame["last_day"], strict=True):
        middle = first + (last - first) / 2
        of_age = (born <= middle - pd.DateOffset(months=least)) & (born > middle - pd.DateOffset(months=most))
        counts.append(int((of_age & (known_from <= middle) & ~(known_to <= middle)).sum()))
    return np.array(counts, dtype=float)


def _by_source(frame: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    group = own["source"].astype("str").map(SOURCE_GROUPS)
    return pd.DataFrame(
        {str(name): counted_in(frame, own.loc[group == name, "on"]) for name in sorted(set(group.dropna()))}
    )


def _stored_events(snapshot: Snapshot, breaks: Sequence[Break]) -> pd.DataFrame:
    stored = snapshot.read("events")[["on", "area", "what"]]
    changed = pd.DataFrame(
        [(pd.Timestamp(one.starts_on), one.area, BREAKS[one.kind]) for one in breaks], columns=["on", "area", "what"]
    ).drop_duplicates()
    found = stored if changed.empty else pd.concat([stored, changed], ignore_index=True)
    on = pd.to_datetime(found["on"])
    printed = [f"{day.day} {day:%B %Y}" for day in on]
    events = pd.DataFrame({"on": on, "until": on, "as_printed": printed, "area": found["area"], "what": found["what"]})
    return events.sort_values(["on", "what"], ignore_index=True)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _flow(frame: pd.DataFrame, referrals: pd.DataFrame, own: pd.DataFrame, spec: SeriesSpec) -> tuple[FlowStep, ...]:
    inside = int(frame["referrals"].sum()) if len(frame) else 0
    steps = [
        ("referrals", len(referrals), f"{counted(len(referrals), 'referral')} {_is(len(referrals))} in the records.")
    ]
    if spec.child_under_months is not None:
        out = len(referrals) - len(own)
        steps.append(
            ("out_older", out, f"{out:,} {_is(out)} of children too old to count, or whose birth month is not known.")
        )
    part = len(own) - inside
    steps.append(("out_part_periods", part, f"{part:,} fell in a {spec.by} not wholly in the records."))
    span = f", {span_of(frame)}" if len(frame) else ""
    steps.append(
        (
            "periods",
            len(frame),
            f"{counted(inside, 'referral')} {_is(inside)} counted in {counted(len(frame), spec.by)}{span}.",
        )
    )
    return tuple(FlowStep(step, None, count, sentence) for step, count, sentence in steps)
