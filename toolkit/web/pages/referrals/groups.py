"""Whether the effect differs between kinds of family: one picture, and one sentence for each question."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.forest_plot import forest_chart
from toolkit.publish.bundle.estimates import HUNDRED, counted_in, differences, table_labels, with_words
from toolkit.publish.bundle.model import Bundle, Rows
from toolkit.web.parts.layout import chart, header, points
from toolkit.wording.numbers import counted

_YES_NO = {"yes": "Yes", "no": "No"}


def draw(bundle: Bundle) -> None:
    """Draw the forest and the sentences, where the question is answered and the result has subgroups."""
    base = counted_in(bundle)
    rows = groups(bundle.table("subgroups"), base)
    if not bundle.may.effect or rows.empty:
        return
    tests = pd.DataFrame(bundle.table("subgroup_tests"), columns=["subgroup", "label", "groups", "differs"])
    shown = rows[rows["low"].notna()]
    header("Does it differ between families?")
    st.write(
        "Read each set as a whole. A range that crosses no difference beside one that does not is no sign that the two "
        "differ: the sentences under the picture say whether they do. The dotted line is everyone together."
    )
    if not shown.empty:
        everyone = differences(bundle)
        chart(
            headline(tests),
            forest_chart(with_words(shown, base), f"Of every {base:,} families", whole=_whole(everyone)),
            f"Points with ranges for {counted(len(shown), 'kind')} of family, beside a line of no difference.",
            _written(rows, base),
            table_labels(base, label="Kind of family", joiners="Joined"),
        )
    points(sentences(rows, tests))


def groups(records: Rows, base: int = HUNDRED) -> pd.DataFrame:
    """Return the table ``subgroups`` as the forest draws it, in every ``base`` families."""
    names = ["subgroup", "label", "group", "joiners", "estimate", "low", "high"]
    rows = pd.DataFrame(records, columns=names)
    for name in ("estimate", "low", "high"):
        rows[name] = base * pd.to_numeric(rows[name])
    rows["group"] = rows["group"].astype(str)
    rows["heading"] = rows["label"]
    rows["label"] = [_YES_NO.get(group, group) for group in rows["group"]]
    return rows


def sentences(rows: pd.DataFrame, tests: pd.DataFrame) -> list[str]:
    """Return one sentence a question; none says that it works for some and not for others."""
    differs = dict(zip(tests["subgroup"], tests["differs"], strict=True))
    return [
        f"{heading}: {_said(differs.get(name))}{_left_out(of_it, was_tested=name in differs)}"
        for (name, heading), of_it in rows.groupby(["subgroup", "heading"], sort=False)
    ]


def _said(differs: bool | None) -> str:
    if differs is None:
        return "too few families of one kind to compare them."
    if differs:
        return "the figures differ more than chance would explain. This says that they differ, not why."
    return "no sign that it differs."


def _left_out(of_question: pd.DataFrame, *, was_tested: bool) -> str:
    """Return which kinds have no range in the picture, by name, and why."""
    few = of_question[of_question["estimate"].isna()]
    narrow = of_question[of_question["estimate"].notna() & of_question["low"].isna()]
    alone = f" Too few joined to show by themselves: {', '.join(few['label'])}." if was_tested and len(few) else ""
    if narrow.empty:
        return alone
    return (
        f"{alone} Not drawn, as these families live near too few centres to give a range: {', '.join(narrow['label'])}."
    )


def headline(tests: pd.DataFrame) -> str:
    """Return what the picture shows."""
    differing = list(tests[tests["differs"].fillna(False).astype(bool)]["label"])
    if tests.empty:
        return "Too few families to compare kinds of family"
    if not differing:
        return "No sign that it differs between kinds of family"
    return f"The figures differ between kinds of family: {'; '.join(label.lower() for label in differing)}"


def _written(rows: pd.DataFrame, base: int) -> pd.DataFrame:
    shown = with_words(rows.assign(**rows[["estimate", "low", "high"]].fillna(0.0)), base)
    said = ["estimate_words", "low_words", "high_words"]
    shown.loc[rows["low"].isna(), said] = ["too few places to give a range", "", ""]
    shown.loc[rows["estimate"].isna(), said] = ["too few to compare", "", ""]
    shown["label"] = shown["heading"] + ": " + shown["group"]
    return shown[["label", "joiners", *said]]


def _whole(everyone: pd.DataFrame) -> float | None:
    return None if everyone.empty else float(everyone.iloc[0]["estimate"])
