"""Families never scored again: what all may have done, and who was lost."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.score_missing import (
    could_be,
    could_be_in_words,
    never_again,
    never_again_in_words,
    table_of_could_be,
)
from toolkit.publish.bundle.model import Bundle
from toolkit.web.access import ResultsStore
from toolkit.web.pages.questions.parts import Opened, Parts, of_bundle
from toolkit.web.parts.layout import chart, header, table
from toolkit.wording.numbers import per_cent

_WHO = ("label", "families", "no_second_score", "share", "low", "high")
_LABELS = {
    "centre": "Centre",
    "group_label": "By",
    "label": "Which",
    "families": "Families",
    "no_second_score": "Never scored again",
    "share": "Share",
    "low": "From",
    "high": "To",
}


def _answer(bundle: Bundle) -> None:
    """Draw how far the headline could be out."""
    _could_be(pd.DataFrame(bundle.table("missing_range")))


def _whom(one: Opened) -> None:
    """Draw who was lost, and folded away the same by centre."""
    store, bundle = one.store, one.bundle
    header("Who was never scored again?")
    groups = pd.DataFrame(bundle.table("missing_by_group"))
    if groups.empty:
        st.info("No family has had time to be scored again yet.")
        return
    first = groups[groups["group"] == "first_score"]
    if len(first):
        chart("Share never scored again, by first score", never_again(first), never_again_in_words(first),
              _in_words(first)[list(_WHO)], _LABELS | {"label": "First score"})  # fmt: skip
    with st.expander("By what else was known on the first day, and by centre"):
        others = groups[groups["group"] != "first_score"]
        if len(others):
            table(_in_words(others)[["group_label", *_WHO]], "Families never scored again", _LABELS)
        _by_centre(store, pd.DataFrame(bundle.table("missing_by_centre")))


def _could_be(rows: pd.DataFrame) -> None:
    rows = rows[rows["measure"] == "share_improved"] if len(rows) else rows
    if rows.empty:
        st.info("No family has two scores yet.")
        return
    st.write("The less we take for granted of families that were lost, the wider the range. Thin lines are chance.")
    chart("The share that scored better could be this", could_be(rows), could_be_in_words(rows),
          table_of_could_be(rows), {})  # fmt: skip


def _by_centre(store: ResultsStore, rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    names = store.centre_names()
    named = [f"{names.get(number, '')} ({number})".strip() for number in rows["centre_id"]]
    shown = rows.assign(centre=named, share=[per_cent(share) for share in rows["share"]])
    st.write("Centres are in the order of their numbers. Small ones differ by luck, so this is no league table.")
    table(shown[["centre", "families", "no_second_score", "share"]], "Families never scored again, by centre", _LABELS)


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: [per_cent(share) for share in rows[name]] for name in ("share", "low", "high")})


PARTS = Parts(answer=of_bundle(_answer), whom=_whom)
