"""Charts of what scores mean: referrals by score beside what was expected without it, and whether chances came true.

Each chart has its numbers as a sentence, for whoever does not see it, and as a table.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, INK, WARM, Drawn, configured, drawn_once, words_on

HAPPENED, EXPECTED = "Referred", "Expected from what was known without the score"
MOVES = {"fell": "Score fell", "same": "Score stayed the same", "rose": "Score rose"}
_PERCENT = alt.Axis(format="%", tickCount=5)
_COLUMNS = ("families", "happened", "observed", "low", "high", "expected_known")


@drawn_once
def referred_by(rows: pd.DataFrame, label: str, *, title: str) -> Drawn:
    """Return, by score or by change, the share referred with its interval, beside what was expected without the score.

    Parameters
    ----------
    rows
        ``families``, the share ``observed`` and its interval ``low`` to ``high``, ``expected_known``, and the column
        ``label``; rows of no family are left out.
    label
        The column that names the rows, in their order.
    title
        Of its axis.
    """
    rows = rows[rows["families"] > 0]
    order = [_name(one) for one in rows[label]]
    shown = rows.assign(name=order)
    y = alt.Y("name:N", title=title, sort=order, axis=alt.Axis(grid=True, ticks=False, labelLimit=200))
    x = alt.X("share:Q", title="Share of families", axis=_PERCENT, scale=alt.Scale(domainMin=0, nice=True))
    ranges = shown[shown["low"].notna()].rename(columns={"low": "share"})
    whiskers = alt.Chart(ranges).mark_rule(color=INK, strokeWidth=2.5).encode(y=y, x=x, x2="high:Q")
    long = shown.melt("name", ["observed", "expected_known"], var_name="what", value_name="share").dropna()
    long["what"] = long["what"].map({"observed": HAPPENED, "expected_known": EXPECTED})
    domain = [HAPPENED, EXPECTED]
    points = (
        alt.Chart(long)
        .mark_point(size=110, filled=True, opacity=1)
        .encode(
            y=y,
            x=x,
            shape=alt.Shape("what:N", title=None, scale=alt.Scale(domain=domain, range=["circle", "diamond"])),
            color=alt.Color("what:N", title=None, scale=alt.Scale(domain=domain, range=[DARK, WARM])),
        )
    )
    return configured(alt.layer(whiskers, points).properties(height=44 * max(1, len(order))))


@drawn_once
def chances_came_true(rows: pd.DataFrame) -> Drawn:
    """Return groups of families by the chance expected and the share referred; on the line chances come true.

    Parameters
    ----------
    rows
        ``group``, ``expected`` and ``observed``, a row a group.
    """
    most = float(max(rows[["expected", "observed"]].to_numpy().max(initial=0.0), 0.01)) * 1.1
    scale = alt.Scale(domain=[0, most], nice=False)
    line = (
        alt.Chart(pd.DataFrame({"expected": [0.0, most], "observed": [0.0, most]}))
        .mark_line(color=GREY, strokeDash=[6, 4])
        .encode(x=alt.X("expected:Q", scale=scale), y=alt.Y("observed:Q", scale=scale))
    )
    points = (
        alt.Chart(rows)
        .mark_point(size=110, filled=True, opacity=1, color=DARK)
        .encode(
            x=alt.X("expected:Q", title="Expected, with the score", axis=_PERCENT, scale=scale),
            y=alt.Y("observed:Q", title="Referred", axis=_PERCENT, scale=scale),
        )
    )
    at = {"x": alt.X("expected:Q", scale=scale), "y": alt.Y("observed:Q", scale=scale), "text": "name:N"}
    named = alt.Chart(rows.assign(name=[f"Group {group}" for group in rows["group"]]))
    names = words_on(named, at=at, align="left", baseline="middle", dx=9, fontSize=FONT)
    return configured(alt.layer(line, points, *names).properties(height=320))


def referred_in_words(rows: pd.DataFrame, label: str) -> str:
    """Return the numbers of `referred_by` as sentences, for whoever does not see the chart."""
    said = []
    for row in rows[rows["families"] > 0].to_dict("records"):
        part = f"{_name(row[label])}: {_in_100(row['observed'])} in 100 referred"
        if not pd.isna(row["low"]) and not pd.isna(row["high"]):
            part += f" (range {_in_100(row['low'])} to {_in_100(row['high'])})"
        if row["expected_known"] is not None and not pd.isna(row["expected_known"]):
            part += f", {_in_100(row['expected_known'])} expected without the score"
        said.append(f"{part}.")
    return " ".join(said)


def came_true_in_words(rows: pd.DataFrame) -> str:
    """Return the numbers of `chances_came_true` as sentences, for whoever does not see the chart."""
    return " ".join(
        f"Group {row['group']} of {len(rows)}: {_in_100(row['expected'])} in 100 expected, "
        f"{_in_100(row['observed'])} referred."
        for row in rows.to_dict("records")
    )


def table_of_referred(rows: pd.DataFrame, label: str, *, title: str) -> pd.DataFrame:
    """Return the numbers of `referred_by` as a table with the words of a page; shares in every 100."""
    return _table(rows[rows["families"] > 0], [label, *_COLUMNS], [title, *_WORDS])


def table_of_chances(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of `chances_came_true` as a table with the words of a page; shares in every 100."""
    columns = ["group", "families", "happened", "expected", "observed"]
    return _table(rows, columns, ["Group", "Families", "Of them referred", "Expected in 100", "Referred in 100"])


_WORDS = ("Families", "Of them referred", "Referred in 100", "From", "To", "Expected in 100 without the score")
_SHARES = ("observed", "low", "high", "expected_known", "expected")


def _table(rows: pd.DataFrame, columns: Sequence[str], words: Sequence[str]) -> pd.DataFrame:
    shown = rows[list(columns)].copy()
    for name in shown.columns.intersection(list(_SHARES)):
        shown[name] = (100 * shown[name].astype(float)).round(1)
    if columns[0] in ("band", "change"):
        shown[columns[0]] = [_name(one) for one in shown[columns[0]]]
    return shown.set_axis(list(words), axis=1).reset_index(drop=True)


def _name(value: object) -> str:
    return MOVES.get(str(value), str(value))


def _in_100(share: float | None) -> str:
    return "none" if share is None or pd.isna(share) else f"{100 * share:.1f}"
