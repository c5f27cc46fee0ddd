"""How scores moved from first to last: by first score, by who scored and by what was scored."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from toolkit.publish.bundle.model import Bundle
from toolkit.web.pages.questions.parts import Parts, of_bundle
from toolkit.web.pages.scores import parts as score_parts
from toolkit.web.parts.layout import header, table
from toolkit.wording.numbers import per_cent, signed

_POINTS = {
    "start": "First score",
    "mean_change": "Moved by (points)",
    "usual_change": "Usual at other centres",
    "expected": "Of it by chance",
    "beyond": "Beyond chance",
    "low_beyond": "From",
    "high_beyond": "To",
}
"""The columns in points, by their names in the study's table; an older result has not all of them."""


def _answer(bundle: Bundle) -> None:
    """Draw the change by first score."""
    rows = pd.DataFrame(bundle.table("by_start"))
    if rows.empty or not rows["families"].sum():
        st.info("No family has two scores yet.")
        return
    score_parts.by_first_score(rows, "The lower the first score, the more room to rise")


def _sure(bundle: Bundle) -> None:
    rows = pd.DataFrame(bundle.table("by_start"))
    if len(rows) and rows["families"].sum():
        header("How much of it is chance")
        _points(rows)


def _whom(bundle: Bundle) -> None:
    _in_parts(pd.DataFrame(bundle.table("change_by_scorer")), "scorer", "Who scored both times")
    _in_parts(pd.DataFrame(bundle.table("change_by_dimension")), "dimension", "What was scored")


def _method(bundle: Bundle) -> None:
    with st.expander("Every first and last score"):
        _transitions(pd.DataFrame(bundle.table("transitions")))


def _points(rows: pd.DataFrame) -> None:
    seen = rows[rows["families"] > 0]
    there = [name for name in _POINTS if name in seen and seen[name].notna().any()]
    shown = seen[there].assign(**{name: [signed(value, 2) for value in seen[name]] for name in there[1:]})
    shown["start"] = [f"{start:g}" for start in seen["start"]]
    table(shown, "Mean change in points, by first score", _POINTS)
    st.write(
        "Families that start at one score usually move, whoever helps them. Chance alone also moves the lowest up and "
        "the highest down. How far it does so is taken from families that two workers scored on the same day."
    )


def _transitions(rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    square = rows.pivot(index="from", columns="to", values="families").reset_index()
    square.columns = pd.Index(["First score", *[f"Last score {score:g}" for score in square.columns[1:]]])
    square["First score"] = [f"{score:g}" for score in square["First score"]]
    table(square, "Families by first and last score")


def _in_parts(rows: pd.DataFrame, column: str, label: str) -> None:
    if rows.empty:
        return
    shown = pd.DataFrame(
        {
            label: rows[column].astype(str),
            "Families": rows["families"],
            "Scored better": [per_cent(share) for share in rows["share_improved"]],
            "The data fit": _ranges(rows, "low_improved", "high_improved", per_cent),
            "Moved by (points)": [signed(value, 2) for value in rows["mean_change"]],
            "The data fit ": _ranges(rows, "low_change", "high_change", _in_points),
        }
    )
    table(shown, "Families scored twice, the share that scored better, and points moved")


def _ranges(rows: pd.DataFrame, low: str, high: str, written: Callable[[float | None], str]) -> list[str]:
    pairs = zip(rows[low], rows[high], strict=True)
    return ["" if pd.isna(least) else f"{written(least)} to {written(most)}" for least, most in pairs]


def _in_points(value: float | None) -> str:
    return signed(value, 2)


PARTS = Parts(answer=of_bundle(_answer), sure=of_bundle(_sure), whom=of_bundle(_whom), method=of_bundle(_method))
