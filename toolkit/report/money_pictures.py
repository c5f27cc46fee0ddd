"""The picture of an answer about the early intervention money: what was counted, as far as its state lets be drawn."""

from __future__ import annotations

import pandas as pd

from toolkit.charts.money.panel import PLACES, course_chart, course_in_words, table_of_course
from toolkit.charts.money.synthetic import path_chart, path_in_words, table_of_path
from toolkit.charts.time_series import series_chart
from toolkit.publish.members.counted import counted_by_period
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.published import MONEY_PANEL, MONEY_REAL, MONEY_SYNTHETIC
from toolkit.report.model import Picture, Table
from toolkit.wording.sources import MADE_UP, OWN_RECORDS, PUBLISHED
from toolkit.wording.years import financial_year

NUMBERS = "The numbers in this picture"
"""What the table of every picture is called."""
_COUNCIL = "The council"
_COUNTS_ALONE = "Counts alone do not show what the money did. The answer says what they can be asked."
_JUMPS = "A line may jump because what is recorded was changed. Rates alone do not show what the money did."


def source_of(view: MemberView) -> str:
    """Return where the figures of an answer are from."""
    if view.simulated:
        return MADE_UP
    return PUBLISHED if view.question in (MONEY_REAL, MONEY_PANEL, MONEY_SYNTHETIC) else OWN_RECORDS


def money_picture(view: MemberView) -> Picture | None:
    """Return the council beside its mixture, beside England, or its own counts; ``None`` where it has no such table."""
    return _path(view) or _course(view) or _counts(view)


def _path(view: MemberView) -> Picture | None:
    rows = pd.DataFrame(view.tables.get("synthetic_path", ()))
    if rows.empty or not rows["is_after"].any():
        return None
    drawn = table_of_path(rows, _COUNCIL)
    years = [financial_year(int(one)) for one in rows["year"]]
    cells = zip(years, rows["rate"].astype(str), rows["mixture"].astype(str), strict=True)
    return Picture(
        "Referrals of every 10,000 children: the council and the mixture of others like it",
        path_chart(drawn, int(rows.loc[rows["is_after"], "year"].min())),
        path_in_words(drawn),
        Table(NUMBERS, ("Year to March", _COUNCIL, "Mixture"), tuple(cells)),
        source_of(view),
    )


def _course(view: MemberView) -> Picture | None:
    rows = pd.DataFrame(view.tables.get("panel_course", ()))
    if rows.empty:
        return None
    course = table_of_course(rows)
    names = {place: said or _COUNCIL for place, said in PLACES.items() if place in course}
    shown = course.assign(year=[financial_year(int(one)) for one in course["year"]])[["year", *names]].astype(object)
    cells = shown.where(shown.notna(), "").astype(str).itertuples(index=False, name=None)
    return Picture(
        "Referrals of every 10,000 children: the council beside its region and England",
        course_chart(course, _COUNCIL, ()),
        course_in_words(course, _COUNCIL),
        Table(NUMBERS, ("Year", *names.values()), tuple(cells)),
        source_of(view),
        (_JUMPS,),
    )


def _counts(view: MemberView) -> Picture | None:
    found = counted_by_period(view)
    if found is None:
        return None
    drawn = found.rows.assign(referrals=found.rows["referrals"].astype("Float64").astype(float))
    events = pd.DataFrame({"number": pd.Series(dtype=int), "on": pd.Series(dtype="datetime64[ns]")})
    cells = found.rows[["period", "said"]].itertuples(index=False, name=None)
    first, last = found.rows["period"].iloc[0], found.rows["period"].iloc[-1]
    return Picture(
        found.headline,
        series_chart(drawn.drop(columns=["said"]), events, None, expected=None),
        f"A line through the referrals of each {found.by}, {first} to {last}. {found.headline}.",
        Table(NUMBERS, (found.by.capitalize(), "Referrals"), tuple(cells)),
        source_of(view),
        (_COUNTS_ALONE,),
    )
