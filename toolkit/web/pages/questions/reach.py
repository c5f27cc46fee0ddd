"""What a study of reach draws in each tab: how many are missed in poor places and rich ones, and who they are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.forest_plot import forest_chart
from toolkit.charts.missed import missed_chart, missed_in_words
from toolkit.publish.bundle.estimates import HUNDRED, signed_ways, table_labels, with_words
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.web.pages.questions.parts import Parts, of_bundle
from toolkit.web.parts.layout import chart, header, table
from toolkit.wording.numbers import per_cent
from toolkit.wording.years import financial_year

_TENTHS = "idaci_decile"
_SHARES = {
    "label": "Which",
    "families": "Families",
    "missed": "Not joined",
    "share": "Of every 100",
    "low": "From",
    "high": "To",
}


def _answer(bundle: Bundle) -> None:
    """Draw the share missed in each tenth of places, where the question is answered."""
    rows = _groups(bundle, "reach_groups")
    rows = rows[rows["group"] == _TENTHS]
    if not bundle.may.table("reach_groups") or rows.empty:
        return
    poorest, richest = (round(HUNDRED * float(rows["share"].iloc[place])) for place in (0, -1))
    said = f"Not joined: {poorest} in 100 in the poorest tenth of places, {richest} in 100 in the richest"
    tenths = {1: "1, the poorest", len(rows): f"{len(rows)}, the richest"}
    _shares(said, rows.assign(label=[tenths.get(place, str(place)) for place in range(1, len(rows) + 1)]))


def _sure(bundle: Bundle) -> None:
    """Draw the share that did not join in time by year: whether the records go back far enough."""
    rows = pd.DataFrame(bundle.table("reach_by_year"))
    if bundle.may.table("reach_by_year") and not rows.empty:
        header("Does it hold for families of every year?")
        st.write("Families that came to have a young child in that year, and had not joined within the time given.")
        years = [financial_year(int(year)) for year in rows["year"]]
        _shares("Not joined in time, by the year they began", rows.assign(label=years))
    gaps = _gaps(_groups(bundle, "reach_groups_in_time"))
    if bundle.may.effect and not gaps.empty:
        with st.expander("How kinds of family differ, counted by who joined in time"):
            table(gaps.pipe(_signed), "In every 100 families, with all else the same")


def _whom(bundle: Bundle) -> None:
    """Draw who is missed: gaps between kinds of family with all else the same, then areas."""
    gaps = _gaps(_groups(bundle, "reach_groups"))
    if bundle.may.effect and not gaps.empty:
        header("Which families are reached better, or less well")
        shown = with_words(gaps)
        chart(
            "How many more or fewer have not joined than of families alike in all else",
            forest_chart(shown, "Of every 100 families"),
            f"Points with ranges beside a line of no difference: {'; '.join(shown['label'] + ', ' + shown['words'])}.",
            shown[["label", "estimate_words", "low_words", "high_words"]],
            table_labels(HUNDRED, label="Kind of family"),
        )
    elif bundle.may.only_as_figures and not gaps.empty:
        with st.expander(NOT_A_FINDING):
            table(gaps.pipe(_signed), "What was looked at, in every 100 families")
    areas = pd.DataFrame(bundle.table("reach_areas"))
    if bundle.may.table("reach_areas") and not areas.empty:
        names = {"district": "District", "families": "Families", "share": "Not joined"}
        shown = areas.assign(share=[per_cent(share) for share in areas["share"]])
        with st.expander("Every reach area, in the order of their numbers"):
            table(
                shown[["reach_centre_id", *names]], "Families with a young child", {"reach_centre_id": "Area", **names}
            )


def _shares(headline: str, rows: pd.DataFrame) -> None:
    ends = ("share", "low", "high")
    written = rows.assign(**{name: [f"{HUNDRED * share:.0f}" for share in rows[name]] for name in ends})
    chart(headline, missed_chart(rows), missed_in_words(rows), written[list(_SHARES)], _SHARES)


def _groups(bundle: Bundle, name: str) -> pd.DataFrame:
    return pd.DataFrame(bundle.table(name), columns=list(_COLUMNS))


_GAP = {"estimate": "adjusted_gap", "low": "adjusted_gap_low", "high": "adjusted_gap_high"}
_COLUMNS = ("group", "label", "level", "families", "missed", "share", "low", "high", *_GAP.values())


def _gaps(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps of kinds of family other than tenths of places, in every 100."""
    found = rows[(rows["group"] != _TENTHS) & rows["adjusted_gap"].notna()]
    label = [row.label if row.level == "yes" else f"{row.label}: {row.level}" for row in found.itertuples()]
    return pd.DataFrame(
        {"label": label, **{name: HUNDRED * found[column].astype(float) for name, column in _GAP.items()}}
    )


def _signed(gaps: pd.DataFrame) -> pd.DataFrame:
    ends = gaps[["estimate", "low", "high"]].to_numpy(dtype=float) / HUNDRED
    return signed_ways(
        (label, (float(middle), float(low), float(high)))
        for label, (middle, low, high) in zip(gaps["label"], ends, strict=True)
    )


REACH = Parts(answer=of_bundle(_answer), sure=of_bundle(_sure), whom=of_bundle(_whom))
