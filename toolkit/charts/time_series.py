"""Charts over time: counts with what was expected, and the days something else happened."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import (
    DARK,
    FONT,
    GREY,
    INK,
    PALE,
    WARM,
    AnyChart,
    Drawn,
    configured,
    drawn_once,
    from_where,
    line_legend,
    words_on,
)

COUNTED = "Counted"
QUARTER = pd.Timedelta(days=92)
_APART, _LANE = 0.08, 17  # of the width, on a phone, between two numbers side by side; pixels between lines of them
_NUMBERED = ["on", "words"]
_AT_TOP = {"x": "on:T", "y": alt.value(0), "text": "words:N"}


@drawn_once
def series_chart(
    rows: pd.DataFrame, events: pd.DataFrame, money_from: pd.Timestamp | None, *, expected: str | None
) -> Drawn:
    """Return counts with the expected course and its range, events by their number, and the day the money began.

    Parameters
    ----------
    rows
        ``starts_on`` (first day), ``referrals``, ``expected``, ``low`` and ``high`` (empty where no model gives them).
    events
        ``on`` and ``number`` (its number in the list of events).
    money_from
        The first day of the money, where it falls within the quarters shown.
    expected
        What the expected course is called; ``None`` where only what was counted is drawn.
    """
    if expected is None:
        rows = rows.assign(expected=float("nan"), low=float("nan"), high=float("nan"))
    ends = rows["starts_on"].max() + QUARTER
    x = alt.X(
        "starts_on:T",
        title=None,
        axis=_quarters_axis(rows["starts_on"]),
        scale=alt.Scale(domain=[_day(rows["starts_on"].min()), _day(ends)]),
    )
    kinds = [COUNTED] if expected is None else [COUNTED, expected]
    colours, dashes = [DARK, WARM][: len(kinds)], [[1, 0], [6, 4]][: len(kinds)]
    long = rows.melt("starts_on", ["referrals", "expected"], var_name="kind", value_name="count").dropna()
    long["kind"] = long["kind"].map({"referrals": COUNTED, "expected": expected})
    drawn = pd.concat([rows["referrals"], rows["low"], rows["high"], rows["expected"]]).dropna()
    begins, said = from_where(float(drawn.min()), float(drawn.max()))
    lanes = _lanes(events["on"], ends - rows["starts_on"].min())
    room = (0.15 + 0.06 * max(lanes, default=0)) * (float(drawn.max()) - begins)
    scale = alt.Scale(domain=[begins, float(drawn.max()) + room], nice=False, zero=False)
    count = alt.Y("count:Q", title=f"Referrals{said}", scale=scale)
    lines = (
        alt.Chart(long)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=x,
            y=count,
            color=alt.Color("kind:N", legend=line_legend(), scale=alt.Scale(domain=kinds, range=colours)),
            strokeDash=alt.StrokeDash("kind:N", legend=line_legend(), scale=alt.Scale(domain=kinds, range=dashes)),
        )
    )
    base = alt.Chart(rows)
    layers = [
        base.mark_area(color=PALE, opacity=0.55).encode(x=x, y="low:Q", y2="high:Q"),
        *_marked_days(events.assign(lane=lanes), money_from),
        lines,
        base.mark_point(size=60, filled=True, opacity=1, color=DARK).encode(x=x, y="referrals:Q"),
    ]
    return configured(alt.layer(*layers).properties(height=340))


def _quarters_axis(days: pd.Series) -> alt.Axis:
    # Every quarter is named where there are few, otherwise the first of each financial year.
    named = [day for day in days if len(days) <= 8 or day.month == 4]
    return alt.Axis(format="%b %Y", values=[_day(day) for day in named], grid=False, labelOverlap=True)


def _day(day: pd.Timestamp) -> alt.DateTime:
    return alt.DateTime(year=day.year, month=day.month, date=day.day)


def _lanes(days: pd.Series, whole: pd.Timedelta) -> list[int]:
    """Return the line each day's number is written on, the first that is free: side by side they would collide."""
    taken: list[pd.Timestamp] = []
    lanes = []
    for day in days:
        free = next((lane for lane, last in enumerate(taken) if day - last >= _APART * whole), len(taken))
        taken[free : free + 1] = [day]
        lanes.append(free)
    return lanes


def _marked_days(events: pd.DataFrame, money_from: pd.Timestamp | None) -> list[AnyChart]:
    layers: list[AnyChart] = []
    if len(events):
        days = alt.Chart(events[["on"]])
        layers.append(days.mark_rule(color=GREY, strokeDash=[3, 3]).encode(x="on:T"))
        for lane in sorted(set(events["lane"])):
            of_lane = alt.Chart(
                events[events["lane"] == lane].assign(words=lambda at: at["number"].astype(str))[_NUMBERED]
            )
            style = {"align": "left", "baseline": "top", "fontSize": FONT, "fontWeight": "bold"}
            layers += words_on(of_lane, at=_AT_TOP, dy=2 + _LANE * lane, dx=3, **style)
    if money_from is not None:
        begins = alt.Chart(pd.DataFrame({"on": [money_from], "words": ["Money begins"]}))
        layers.append(begins.mark_rule(color=INK, strokeWidth=2).encode(x="on:T"))
        layers += words_on(
            begins,
            at=_AT_TOP,
            dy=2 + _LANE * (1 + max(events["lane"], default=-1)),
            dx=-5,
            align="right",
            baseline="top",
            fontSize=FONT,
        )
    return layers


@drawn_once
def compared_chart(rows: pd.DataFrame) -> Drawn:
    """Return two sources' yearly counts as lines with different marks.

    Parameters
    ----------
    rows
        ``year`` as it is written, ``source`` and ``referrals``, the years in order.
    """
    sources = list(dict.fromkeys(rows["source"]))
    begins, said = from_where(float(rows["referrals"].min()), float(rows["referrals"].max()))
    scale = alt.Scale(domainMin=begins, zero=False)
    lines = (
        alt.Chart(rows)
        .mark_line(point=alt.OverlayMarkDef(size=80, filled=True), strokeWidth=2.5)
        .encode(
            x=alt.X("year:O", title="Year, April to March", axis=alt.Axis(labelAngle=-45, labelOverlap=True)),
            y=alt.Y("referrals:Q", title=f"Referrals{said}", scale=scale, axis=alt.Axis(format=",d")),
            color=alt.Color("source:N", title=None, scale=alt.Scale(domain=sources, range=[WARM, DARK])),
            shape=alt.Shape("source:N", title=None, scale=alt.Scale(domain=sources, range=["diamond", "circle"])),
            strokeDash=alt.StrokeDash("source:N", title=None, scale=alt.Scale(domain=sources, range=[[5, 3], [1, 0]])),
        )
    )
    return configured(lines.properties(height=320))
