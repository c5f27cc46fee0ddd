"""A manager's own centre over time, and in the published comparison of centres: what helps, and no claim."""

from __future__ import annotations

import streamlit as st

from toolkit.charts.own_half_years import (
    half_years_of_centre,
    half_years_of_centre_in_words,
    signed,
    table_of_half_years,
)
from toolkit.charts.own_trend import table_of_trend, trend_of_centre, trend_of_centre_in_words
from toolkit.publish.members.own_centre import Place
from toolkit.studies.progress_change.by_half_year import FEWEST_AVERAGED, HalfYears
from toolkit.web.access import ManagerStore
from toolkit.web.parts.layout import as_it_is, chart, header, points, sentence
from toolkit.wording.numbers import counted, uk_date

NO_EFFECT = (
    "The average change is not what support did. Families come when things are bad, and many get better anyway. Those "
    "never scored again are not in it, and they may have fared otherwise."
)
LATE = "Families of the last half years have had less time to be scored again, so their bars are not yet whole."
OWN_NUMBERS = "These are exact counts of your own families. Do not pass on small ones."
FEWEST_DRAWN = 2
NOT_GIVEN = (
    "In brackets is the range an average may lie in, 19 times of 20. "
    f"No share and no average is given of fewer than {FEWEST_AVERAGED} families."
)
ASK_FIRST = (
    "Recording: who has no second score, and why?",
    "Families: whom does your centre help, and since when?",
    "Scoring: who gives the scores, and do two people give the same?",
)


def trend(store: ManagerStore) -> None:
    """Draw how many of the centre's families were scored again by half year, with how far they moved in words."""
    found = store.half_years()
    header("Half year by half year")
    rows = found.frame
    numbers, words = table_of_half_years(rows), half_years_of_centre_in_words(rows)
    chart("How many of your families were scored again", half_years_of_centre(rows), words, numbers, {})
    st.write(overall(found))
    points((NO_EFFECT, LATE, f"{NOT_GIVEN} {OWN_NUMBERS}"))


def beside_the_county(store: ManagerStore) -> None:
    """Draw how many of those scored twice scored better, over time, before the middle half of the county's centres.

    Half years are put together until they have enough families; with fewer than two such runs the page says so.
    """
    rows, published = store.half_years().spans, store.own_centre()
    middle = published.middle_half
    header("Scored better, over time")
    if len(rows) < FEWEST_DRAWN:
        st.write(f"No trend can be drawn: that takes {2 * FEWEST_AVERAGED} families scored twice.")
    else:
        words, numbers = trend_of_centre_in_words(rows, middle), table_of_trend(rows)
        chart("Of every 100 of your families scored twice", trend_of_centre(rows, middle), words, numbers, {})
        st.write(
            f"Each point is of other families, {FEWEST_AVERAGED} or more, and its line is the range that these fit, 19 "
            "times of 20. Where the lines overlap, there need be no change. It does not say what support did."
        )
    if middle is not None:
        on = "" if published.published_on is None else f", as published on {uk_date(published.published_on)}"
        low, high = middle
        sentence(f"In the middle half of the county's centres, {low} to {high} of every 100 scored better{on}.")


def overall(found: HalfYears) -> str:
    """Return how far all families scored twice moved on average, or that there are too few to say."""
    if found.mean_change is None:
        again = counted(found.scored_again, "family was", "families were")
        return f"{again} scored again. Of so few an average would say more of each family than of your centre."
    reach = ""
    if found.low is not None and found.high is not None:
        reach = f"; with so many families it may lie from {signed(found.low)} to {signed(found.high)}"
    twice = counted(found.scored_again, "family", "families")
    return (
        f"Those scored twice ({twice}) moved by {signed(found.mean_change)} "
        f"points on average, on a scale from {found.instrument.lowest:g} to {found.instrument.highest:g}{reach}."
    )


def beside_others(store: ManagerStore) -> None:
    """Draw where the centre lies in the published comparison; no other centre is named, and none has a place."""
    found = store.own_centre()
    header("Your centre and the county")
    sentence(found.sentence)
    if found.share:
        sentence(found.share)
    if found.place is Place.BEYOND:
        st.subheader("What to ask first", anchor=False)
        points(ASK_FIRST)
    if found.county:
        on = "" if found.published_on is None else f" (published on {uk_date(found.published_on)})"
        st.subheader(as_it_is(f"What members read of all centres together{on}"), anchor=False)
        sentence(found.county)
    if found.notes:
        with st.expander("What the comparison cannot show"):
            points(found.notes)
