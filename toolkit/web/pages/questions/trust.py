"""What a study of trust draws in each tab of its question: how referrals by centres ended, beside those by others."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.forest_plot import forest_chart
from toolkit.publish.bundle.estimates import HUNDRED, signed_ways, table_labels, with_words
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.web.pages.questions.parts import Parts, of_bundle
from toolkit.web.parts.layout import chart, header, table
from toolkit.wording.numbers import per_cent

_WAYS = {"matched": "beside referrals like them", "unadjusted": "beside all others, as they come"}
_ENDED = {
    "group": "Who referred",
    "referrals": "Referrals",
    "nfa": "No further action",
    "share_nfa": "Share of them",
    "assessed_not_in_need": "Assessed, not in need",
    "in_need": "In need",
    "re_referral_12m": "Referred again within a year",
}


def _answer(bundle: Bundle) -> None:
    """Draw how far matched referrals by centres lie from those by others, by how they ended."""
    names = _names(bundle)
    rows = [
        {"label": names.get(one.outcome, one.outcome)}
        | {name: HUNDRED * value for name, value in zip(("estimate", "low", "high"), one.with_interval, strict=True)}
        for one in bundle.estimates
        if one.measure == "difference" and one.estimator == "matched" and one.with_interval is not None
    ]
    if not bundle.may.effect or not rows:
        return
    shown = with_words(pd.DataFrame(rows))
    chart(
        "Referrals by centres beside referrals like them",
        forest_chart(shown, "Of every 100 referrals"),
        f"Points with ranges beside a line of no difference: {'; '.join(shown['label'] + ', ' + shown['words'])}.",
        shown[["label", "estimate_words", "low_words", "high_words"]],
        table_labels(HUNDRED, label="How they ended"),
    )


def _sure(bundle: Bundle) -> None:
    names = _names(bundle)
    ways = signed_ways(
        (f"{names.get(one.outcome, one.outcome)}, {_WAYS[one.estimator]}", one.with_interval)
        for one in bundle.estimates
        if one.measure == "difference" and one.estimator in _WAYS
    )
    if ways.empty:
        return
    if bundle.may.effect:
        header("Other ways of comparing")
        table(ways, "Of every 100 referrals by centres, beside others")
    elif bundle.may.figures:
        with st.expander(NOT_A_FINDING):
            table(ways, "What was looked at, in every 100 referrals")


def _whom(bundle: Bundle) -> None:
    """Draw how referrals ended by who made them, where that may be told."""
    rows = pd.DataFrame(bundle.table("trust_by_source"))
    if not bundle.may.table("trust_by_source") or rows.empty:
        return
    header("By who referred")
    shown = rows.assign(share_nfa=[per_cent(share) for share in rows["share_nfa"]])[list(_ENDED)]
    table(shown, "How referrals ended, as they were counted", _ENDED)


def _names(bundle: Bundle) -> dict[str, str]:
    return {str(row["outcome"]): str(row["label"]) for row in bundle.table("trust_matched")}


TRUST = Parts(answer=of_bundle(_answer), sure=of_bundle(_sure), whom=of_bundle(_whom))
