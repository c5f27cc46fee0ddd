"""Referrals by quarter, with what else happened: as the scrutiny report gives them, or as a snapshot holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.project_files import read_data_table
from toolkit.studies.definition_breaks import Break, breaks_of
from toolkit.studies.result import FlowStep
from toolkit.tables.definition_breaks import BREAKS

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

MOST_SILENT_DAYS = 7
"""A quarter at either end of the records is whole if they begin, or end, no further than this from its end."""


@dataclass(frozen=True, slots=True)
class Quarters:
    """A gapless series of quarters.

    Attributes
    ----------
    frame
        One row a quarter in order: ``quarter`` ("2009/10 Q1", from April), ``first_day``, ``last_day``, ``referrals``
        and ``exposure``.
    exposure_is
        What ``exposure`` counts, in words.
    years
        Published yearly totals (``year``, ``referrals``, ``note``); ``None`` where there are none beside the quarters.
    events
        ``on`` (first day it may have been), ``until`` (last), ``as_printed``, ``area`` and ``what``, by day; days from
        which other requests are recorded as referrals (`toolkit.studies.definition_breaks`) among them.
    flow
        What was counted and what was left out.
    breaks
        Those days' definition breaks by themselves.
    """

    frame: pd.DataFrame
    exposure_is: str
    years: pd.DataFrame | None
    events: pd.DataFrame
    flow: tuple[FlowStep, ...]
    breaks: tuple[Break, ...] = ()


def published_quarters() -> Quarters:
    """Return the scrutiny report's quarters (Table 3), its yearly totals, and the events it tells of.

    The exposure is the days of a quarter: the report gives no quarterly number of children.
    """
    table = read_data_table("report_referrals.csv")
    is_quarter, is_year = table["period"].str.contains("quarter"), table["period"].str.fullmatch(r"\d{4}/\d\d")
    frame = _quarters_from(pd.PeriodIndex(pd.to_datetime(table.loc[is_quarter, "first_day"]), freq="Q-MAR"))
    frame["referrals"] = table.loc[is_quarter, "count"].astype(int).to_numpy()
    frame["exposure"] = _days(frame)
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
        FlowStep("quarters", None, len(frame), f"The report gives {len(frame)} quarters: {_span(frame)}."),
        FlowStep("out_years", None, len(years), f"{len(years)} yearly totals cannot be split into quarters."),
    )
    return Quarters(frame, "days", years, events.sort_values(["on", "what"], ignore_index=True), flow)


def stored_quarters(snapshot: Snapshot) -> Quarters:
    """Return a snapshot's referrals counted by whole quarter, over the children under 18 it knows of in each.

    The exposure is children under 18 at the middle of the quarter, born and with a family known to the council then,
    times the days of the quarter.
    """
    received = pd.to_datetime(snapshot.read("referrals")["received_on"]).dropna()
    frame, left_out = _whole_quarters(received)
    frame["referrals"] = [
        int(received.between(first, last).sum())
        for first, last in zip(frame["first_day"], frame["last_day"], strict=True)
    ]
    children = _children(snapshot, frame)
    frame["exposure"] = children * _days(frame)
    is_known = len(frame) > 0 and bool((children > 0).all())
    if not is_known:
        frame["exposure"] = _days(frame)
    breaks = tuple(one for one in breaks_of(snapshot) if one.touches == "referrals")
    events = _stored_events(snapshot, breaks)
    counted = int(frame["referrals"].sum())
    flow = (
        FlowStep("referrals", None, len(received), f"{len(received):,} referrals are in the records."),
        FlowStep("out_part_quarters", None, left_out, f"{left_out:,} fell in a quarter not wholly in the records."),
        FlowStep(
            "quarters", None, len(frame), f"{counted:,} referrals are counted in {len(frame)} quarters{_of(frame)}."
        ),
    )
    exposure_is = "children under 18, times days" if is_known else "days"
    return Quarters(frame, exposure_is, None, events, flow, breaks)


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


def quarter_name(day: pd.Timestamp) -> str:
    """Return the quarter of the financial year a day is in.

    >>> quarter_name(pd.Timestamp(2010, 2, 1))
    '2009/10 Q4'
    """
    period = pd.Period(day, freq="Q-MAR")
    return f"{period.qyear - 1}/{period.qyear % 100:02d} Q{period.quarter}"


def _whole_quarters(received: pd.Series) -> tuple[pd.DataFrame, int]:
    if not len(received):
        return _quarters_from(pd.PeriodIndex([], freq="Q-MAR")), 0
    periods = pd.period_range(received.min(), received.max(), freq="Q-MAR")
    silent = pd.Timedelta(days=MOST_SILENT_DAYS)
    begins = int(received.min() - periods[0].start_time > silent)
    ends = len(periods) - int(periods[-1].end_time.normalize() - received.max() > silent)
    frame = _quarters_from(periods[begins:ends])
    inside = received.between(frame["first_day"].min(), frame["last_day"].max()).sum() if len(frame) else 0
    return frame, len(received) - int(inside)


def _quarters_from(periods: pd.PeriodIndex) -> pd.DataFrame:
    first, last = periods.start_time.normalize(), periods.end_time.normalize()
    names = pd.Series([quarter_name(day) for day in first], dtype=object)
    return pd.DataFrame({"quarter": names, "first_day": first, "last_day": last})


def _days(frame: pd.DataFrame) -> np.ndarray:
    return ((frame["last_day"] - frame["first_day"]).dt.days + 1).to_numpy(dtype=float)


def _children(snapshot: Snapshot, frame: pd.DataFrame) -> np.ndarray:
    families = snapshot.read("families")[["family_id", "known_from", "known_to"]]
    children = snapshot.read("children")[["family_id", "birth_month"]].merge(families, on="family_id")
    born, known_from, known_to = (pd.to_datetime(children[name]) for name in ("birth_month", "known_from", "known_to"))
    counts = []
    for first, last in zip(frame["first_day"], frame["last_day"], strict=True):
        middle = first + (last - first) / 2
        is_child = (born <= middle) & (born > middle - pd.DateOffset(years=18))
        counts.append(int((is_child & (known_from <= middle) & ~(known_to <= middle)).sum()))
    return np.array(counts, dtype=float)


def _span(frame: pd.DataFrame) -> str:
    return f"{frame['first_day'].iloc[0]:%B %Y} to {frame['last_day'].iloc[-1]:%B %Y}"


def _of(frame: pd.DataFrame) -> str:
    return f", {_span(frame)}" if len(frame) else ""
