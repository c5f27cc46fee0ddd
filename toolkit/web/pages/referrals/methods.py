"""The primary outcome by every way of comparing, in one picture: the fair ones, and apart from them the unfair one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.forest_plot import forest_chart
from toolkit.publish.bundle.estimates import counted_in, differences, in_words, span, table_labels
from toolkit.publish.bundle.model import Bundle
from toolkit.studies.matched_cohort.checks.estimator_agreement import SIDE_BY_SIDE, WORDS
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.web.parts.layout import chart

_FAIR, _UNFAIR = "Like with like", "Not fair: families join when they need help"


def draw(bundle: Bundle) -> None:
    """Draw the picture, with the answer's own figure as its headline, where the question is answered."""
    if not bundle.may.effect:
        return
    rows = methods(bundle)
    if rows.empty:
        st.info("No figure could be worked out.")
        return
    first = rows.iloc[0]
    fair = int((rows["kind"] != "apart").sum())
    st.write(
        "Each bar is the range of true differences that the data fit. Where it crosses the dashed line, there may be "
        "none. "
        + ("The top one is the answer; the others ask the same in another way. " if fair > 1 else "")
        + ("The last one is what councils often show. It is not fair." if fair < len(rows) else "")
    )
    base = counted_in(bundle)
    of = f"Of every {base:,} families"
    chart(
        f"{of}: {first.estimate_words}, or anything from {span(first.low_words, first.high_words)}",
        forest_chart(rows, of),
        "Points with ranges beside a line of no difference. The answer: "
        f"{first.words} in every {base:,} families.{_spread(rows, base)}",
        rows[["label", "estimate_words", "low_words", "high_words"]],
        table_labels(base, label="Way of comparing"),
    )
    missing = not_worked_out(bundle)
    if missing:
        st.write(f"These records were too few for: {'; '.join(name.lower() for name in missing)}.")


def methods(bundle: Bundle) -> pd.DataFrame:
    """Return the primary outcome's differences, the answer first, the unadjusted one last."""
    rows: pd.DataFrame = differences(bundle)
    if rows.empty or bundle.primary is None:
        return rows.head(0)
    rows = rows[(rows["outcome"] == bundle.primary.outcome) & rows["estimator"].isin(WORDS)]
    answer = bundle.primary.estimator
    order = {name: place for place, name in enumerate(dict.fromkeys((answer, *SIDE_BY_SIDE, "unadjusted")))}
    rows = rows.sort_values("estimator", key=lambda names: names.map(order), ignore_index=True)
    kinds = {answer: "main", "unadjusted": "apart"}
    rows["label"] = rows["estimator"].map({**WORDS, "matched": _matched_to(bundle)})
    rows["kind"] = [kinds.get(name, "other") for name in rows["estimator"]]
    rows["heading"] = [_UNFAIR if name == "unadjusted" else _FAIR for name in rows["estimator"]]
    return rows


def _matched_to(bundle: Bundle) -> str:
    ratio = bundle.facts_as(MatchedCohortFacts).ratio
    return WORDS["matched"] if ratio == 1 else f"Each joiner with up to {ratio} families alike"


def not_worked_out(bundle: Bundle) -> list[str]:
    """Return the ways of comparing that were tried on the primary outcome and gave no figure."""
    return [
        WORDS[e.estimator]
        for e in bundle.estimates
        if e.outcome == bundle.estimates[0].outcome
        and e.measure == "difference"
        and e.estimate is None
        and e.estimator in WORDS
    ]


def _spread(rows: pd.DataFrame, base: int) -> str:
    fair = rows[rows["kind"] != "apart"]
    if len(fair) < 2:
        return ""
    ends = [in_words(end, base) for end in (fair["estimate"].min(), fair["estimate"].max())]
    return f" {len(fair)} fair ways of comparing give from {span(*ends)}."
