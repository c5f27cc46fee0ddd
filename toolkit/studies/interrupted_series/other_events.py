"""What else happened: what is too close to the money to be told from it, and what becomes a term of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from toolkit.studies.definition_breaks import Break
from toolkit.studies.interrupted_series.counts import Counts
from toolkit.studies.interrupted_series.periods import IN_A_QUARTER, By, period_name, period_number
from toolkit.studies.interrupted_series.spec import SeriesSpec


@dataclass(frozen=True, slots=True)
class Terms:
    """Lasting changes beside the money.

    Attributes
    ----------
    of_events, of_recording
        The position of the first observation after each, by the term's name: of events on record and of the days the
        protocol names, and of days from which other requests are recorded as referrals.
    near
        Events too close to the money to be told from it, with their day.
    near_breaks
        Days of other recording too close to it.
    told
        What has a term, with its day: it is allowed for.
    """

    of_events: Mapping[str, int]
    of_recording: Mapping[str, int]
    near: tuple[str, ...]
    near_breaks: tuple[Break, ...]
    told: tuple[str, ...]


def window_of(spec: SeriesSpec) -> int:
    """Return the protocol's window in periods."""
    return spec.event_window * IN_A_QUARTER[spec.by]


def terms_of(counts: Counts, spec: SeriesSpec) -> Terms:
    """Return what is allowed for and what cannot be told from the money.

    A term is a step from its period on. One that begins within the window after another shares that one's: the two
    cannot be told apart, and need not be. Whatever lies before the series or after it has none.
    """
    table = events_table(counts.events, spec)
    broken = {one.starts_on.isoformat() for one in counts.breaks}
    plain = table[~table["on"].isin(broken)]
    near = plain[plain["is_near"]]
    far = plain[~plain["is_near"]]
    near_breaks = [one for one in counts.breaks if _is_near(one.starts_on, spec)]
    breaks = [one for one in counts.breaks if not any(_together(one.starts_on, step, spec.by) for step in spec.steps)]
    steps = {f"step_{day.isoformat()}": day for day in spec.steps}
    recording = {
        f"recording_{one.starts_on.isoformat()}": one.starts_on for one in breaks if not _is_near(one.starts_on, spec)
    }
    events = {f"event_{day}": date.fromisoformat(str(day)) for day in far["on"]}
    of_recording = _placed(counts, {**steps, **recording}, spec, beside={})
    of_events = _placed(counts, events, spec, beside=of_recording)
    is_inside = [0 < _place(counts, date.fromisoformat(str(day))) < len(counts.frame) for day in far["on"]]
    inside = far.loc[np.array(is_inside, dtype=bool)]
    return Terms(
        of_events=of_events,
        of_recording=of_recording,
        near=_named(near),
        near_breaks=tuple(near_breaks),
        told=_named(inside),
    )


def events_table(events: pd.DataFrame, spec: SeriesSpec) -> pd.DataFrame:
    """Return the events with their distance from the money, in quarters or months; 0 is the money's own.

    ``is_near`` is whether any day it may have been lies within the window. An event known by its year alone has the
    periods of its first and last day.
    """
    money, window = period_number(pd.Timestamp(spec.money_from), spec.by), window_of(spec)
    rows = []
    for event in events.to_dict("records"):
        first, last = (period_number(event[end], spec.by) - money for end in ("on", "until"))
        rows.append(
            {
                "on": event["on"].date().isoformat(),
                "as_printed": event["as_printed"],
                "period": period_name(event["on"], spec.by),
                "area": event["area"],
                "what": event["what"],
                "from_money": first if abs(first) <= abs(last) else last,
                "is_near": first <= window and last >= -window,
            }
        )
    names = ["on", "as_printed", "period", "area", "what", "from_money", "is_near"]
    return pd.DataFrame(rows, columns=names).astype({"is_near": bool})


def _named(table: pd.DataFrame) -> tuple[str, ...]:
    pairs = zip(table["what"], table["as_printed"], strict=True)
    return tuple(dict.fromkeys(f"{what} ({day})" for what, day in pairs))


def _placed(counts: Counts, days: Mapping[str, date], spec: SeriesSpec, beside: Mapping[str, int]) -> dict[str, int]:
    """Return where terms begin, without those outside the series and those that share an earlier one's."""
    placed: dict[str, int] = {}
    for name, day in sorted(days.items(), key=lambda item: item[1]):
        at = _place(counts, day)
        taken: Iterable[int] = (*beside.values(), *placed.values())
        if 0 < at < len(counts.frame) and not any(0 <= at - other <= window_of(spec) for other in taken):
            placed[name] = at
    return placed


def _place(counts: Counts, day: date) -> int:
    return int((counts.frame["last_day"] < pd.Timestamp(day)).sum())


def _is_near(day: date, spec: SeriesSpec) -> bool:
    apart = period_number(pd.Timestamp(day), spec.by) - period_number(pd.Timestamp(spec.money_from), spec.by)
    return abs(apart) <= window_of(spec)


def _together(one: date, other: date, by: By) -> bool:
    return period_number(pd.Timestamp(one), by) == period_number(pd.Timestamp(other), by)
