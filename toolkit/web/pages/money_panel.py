"""Councils' money and referrals on the page of Recommendation 10: a council beside others, who refers, what broke."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.money.panel import PLACES, course_chart, course_in_words, table_of_course
from toolkit.intake.published.measures import SOURCES
from toolkit.publish.bundle.estimates import signed_ways
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.studies.area_panel.facts import AreaPanelFacts
from toolkit.web.parts.layout import chart, table
from toolkit.wording.numbers import pounds, signed
from toolkit.wording.sources import PUBLISHED
from toolkit.wording.years import financial_year

_WAYS = (
    ("Twice the money, councils' own levels after a break", "effect"),
    ("The same, breaks not allowed for", "plain"),
    ("The same, councils with a break left out", "unbroken"),
    ("The same, against councils of the same region", "regional"),
    ("The same, a path of its own allowed to each council", "trended"),
    ("Over time in one council", "within"),
    ("Between councils", "between"),
    ("Section 47 enquiries", "second"),
    ("Money of the year after, which cannot have worked", "ahead"),
    ("By pounds: £10 on top for each child, both years before", "pounds"),
)
_RENAMED = {
    "council": "Council",
    "year": "Year",
    "centres_before": "Centres before",
    "centres_after": "Centres then",
    "targeted_before": "Targeted support before",
    "targeted_after": "Targeted support then",
}
_RATES = ("before", "after", "second_before", "second_after")
_WHO = {"other_legal_agency": "courts and other legal agencies", "la_services": "the council's own services"}


def draw(bundle: Bundle) -> None:
    """Draw a council beside its region and England."""
    _course(bundle)


def draw_sources(bundle: Bundle) -> None:
    """Draw who refers in the council."""
    _sources(bundle)


def draw_ways(bundle: Bundle) -> None:
    """Draw the figures as far as they may be shown."""
    if bundle.may.effect:
        table(ways(bundle), "Ways to work it out, in every 100 referrals")
    elif bundle.may.figures:
        with st.expander(NOT_A_FINDING):
            table(ways(bundle), "What was looked at, in every 100 referrals")


def draw_breaks(bundle: Bundle) -> None:
    """Draw, folded away, councils whose records break and whose money may have changed its name."""
    _breaks(bundle)
    _renamed(bundle)


def ways(bundle: Bundle) -> pd.DataFrame:
    """Return the main answer and the ways around it as signed numbers, in every 100 referrals."""
    facts = bundle.facts_as(AreaPanelFacts)
    return signed_ways((label, getattr(facts, name)) for label, name in _WAYS)


def _course(bundle: Bundle) -> None:
    rows, council = pd.DataFrame(bundle.table("panel_course")), bundle.facts_as(AreaPanelFacts).council
    if rows.empty or not council:
        return
    broken = [int(row["year"]) for row in bundle.table("panel_breaks") if row["council"] == council]
    course = table_of_course(rows)
    chart(
        f"{council} beside its region and England",
        course_chart(course, council, broken),
        course_in_words(course, council),
        course.assign(year=[financial_year(int(one)) for one in course["year"]]),
        {**PLACES, "year": "Year", "council": council},
        source="" if bundle.simulated else PUBLISHED,
        simulated=bundle.simulated,
    )


def _sources(bundle: Bundle) -> None:
    rows, council = pd.DataFrame(bundle.table("panel_sources")), bundle.facts_as(AreaPanelFacts).council
    if rows.empty:
        return
    first, last = (int(rows[name].iloc[0]) for name in ("first_year", "last_year"))
    who = [_WHO.get(name, SOURCES.get(name, name).split(" (")[0]) for name in rows["source"]]
    shown = pd.DataFrame({"who": [f"{name[:1].upper()}{name[1:]}" for name in who]})
    for name in ("before", "after", "change"):
        figures = pd.to_numeric(rows[name], errors="coerce")
        shown[name] = [
            "not published" if pd.isna(n) else (f"{n:,.0f}" if name != "change" else signed(float(n), 0))
            for n in figures
        ]
    headings = {"who": "From", "before": financial_year(first), "after": financial_year(last), "change": "Change"}
    table(shown, f"Who referred in {council}, {financial_year(first)} and {financial_year(last)}", headings)


def _breaks(bundle: Bundle) -> None:
    rows = pd.DataFrame(bundle.table("panel_breaks"))
    if rows.empty:
        return
    with st.expander("Councils whose records break"):
        st.write(
            "In these years a council's rate stepped or bent further than its own other years and other councils "
            "explain. Which of them are changes of recording is not known: each is to be asked after."
        )
        kinds = {"level": "a step", "slope": "by degrees"}
        shown = rows.assign(
            year=[financial_year(int(year)) for year in rows["year"]],
            kind=[kinds.get(kind, kind) for kind in rows["kind"]],
            **{name: ["" if pd.isna(value) else f"{value:,.0f}" for value in rows[name]] for name in _RATES},
        )
        headings = {"council": "Council", "year": "From the year", "kind": "How"}
        headings |= {"before": "Rate before", "after": "Rate then"}
        headings |= {"second_before": "Section 47 before", "second_after": "Section 47 then"}
        table(shown[list(headings)], "Of every 10,000 children", headings)


def _renamed(bundle: Bundle) -> None:
    rows = pd.DataFrame(bundle.table("panel_relabelled"))
    if rows.empty:
        return
    with st.expander("Councils whose money may have changed its name"):
        st.write(
            "In these years money for centres fell by more than half, and targeted family support rose by half of what "
            "was lost, or more."
        )
        shown = {name: [pounds(value) for value in rows[name]] for name in list(_RENAMED)[2:]}
        named = [financial_year(int(year)) for year in rows["year"]]
        table(rows.assign(year=named, **shown)[list(_RENAMED)], "Pounds of that year", _RENAMED)
