"""Charts of families never scored again: who they were, and what all families may have done.

Each chart has its numbers as a sentence, for whoever does not see it, and as a table.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, INK, WARM, AnyChart, configured
from toolkit.wording.numbers import per_cent

HOW = {
    "seen": "Those scored twice",
    "weighted": "All, if the lost did as those like them",
    "no_better": "All, if the lost did no better",
    "anything": "All, whatever the lost did",
}
"""The ways of reckoning of a study's table ``missing_range``, from the one that assumes most."""
_SHARE = alt.Axis(format="%", tickCount=5)


def lost_by(rows: pd.DataFrame) -> AnyChart:
    """Return the share never scored again, with its interval, at every level of each thing known of families.

    Parameters
    ----------
    rows
        ``group_label``, ``label``, ``share``, and the interval ``low`` to ``high``, empty where none could be had.
    """
    shown = rows.assign(name=_names(rows))
    y = alt.Y("name:N", title=None, sort=list(shown["name"]), axis=alt.Axis(grid=True, ticks=False, labelLimit=300))
    x = alt.X("share:Q", title="Share never scored again", axis=_SHARE, scale=alt.Scale(domain=[0, 1]))
    points = alt.Chart(shown).mark_point(size=80, filled=True, opacity=1, color=DARK).encode(y=y, x=x)
    ranges = shown[shown["low"].notna()].drop(columns="share").rename(columns={"low": "share"})
    whiskers = alt.Chart(ranges).mark_rule(color=INK, strokeWidth=2).encode(y=y, x=x, x2="high:Q")
    return configured(alt.layer(whiskers, points).properties(height=24 * len(shown)))


def lost_in_words(rows: pd.DataFrame) -> str:
    """Return the numbers of `lost_by` as a sentence, for whoever does not see the chart."""
    said = [f"{name}: {per_cent(share)}" for name, share in zip(_names(rows), rows["share"], strict=True)]
    return f"The share never scored again. {'; '.join(said)}."


def table_of_lost(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of `lost_by` as a table with the words of a page."""
    shown = rows[["families", "no_second_score"]].set_axis(["Families", "Never scored again"], axis=1)
    shown.insert(0, "Families by", _names(rows))
    for column, words in (("share", "Share"), ("low", "From"), ("high", "To")):
        shown[words] = [per_cent(value) for value in rows[column]]
    return shown.reset_index(drop=True)


def may_have_done(rows: pd.DataFrame) -> AnyChart:
    """Return the share that scored better: of those scored twice, and between which ends it is of all.

    Parameters
    ----------
    rows
        ``how`` (of `HOW`); ``estimate`` with the interval ``low`` to ``high``, or, where it is empty, the bounds
        ``from`` and ``to`` of these families with the interval about them.
    """
    shown = rows.assign(name=rows["how"].map(HOW))
    y = alt.Y("name:N", title=None, sort=list(shown["name"]), axis=alt.Axis(ticks=False, labelLimit=300))
    x = alt.X("share:Q", title="Share that scored better", axis=_SHARE, scale=alt.Scale(domain=[0, 1]))
    ranges = _as_share(shown, "low")
    bounds = _as_share(shown, "from")
    points = _as_share(shown, "estimate")
    whiskers = alt.Chart(ranges).mark_rule(color=INK, strokeWidth=2).encode(y=y, x=x, x2="high:Q")
    bars = alt.Chart(bounds).mark_bar(color=WARM, size=14).encode(y=y, x=x, x2="to:Q")
    dots = alt.Chart(points).mark_point(size=110, filled=True, opacity=1, color=DARK).encode(y=y, x=x)
    return configured(alt.layer(whiskers, bars, dots).properties(height=44 * len(shown)))


def may_have_done_in_words(rows: pd.DataFrame) -> str:
    """Return the numbers of `may_have_done` as sentences, for whoever does not see the chart."""
    said = []
    for row in rows.to_dict("records"):
        is_one = not pd.isna(row["estimate"])
        figure = per_cent(row["estimate"]) if is_one else f"from {per_cent(row['from'])} to {per_cent(row['to'])}"
        fit = "" if pd.isna(row["low"]) else f" (the data fit {per_cent(row['low'])} to {per_cent(row['high'])})"
        said.append(f"{HOW[row['how']]}: {figure}{fit}.")
    return f"The share that scored better. {' '.join(said)}"


def table_of_may(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of `may_have_done` as a table with the words of a page."""
    figure = [
        per_cent(row["from"]) if pd.isna(row["estimate"]) else per_cent(row["estimate"])
        for row in rows.to_dict("records")
    ]
    return pd.DataFrame(
        {
            "Families": [HOW[how] for how in rows["how"]],
            "Scored better": [
                one if pd.isna(to) else f"{one} to {per_cent(to)}" for one, to in zip(figure, rows["to"], strict=True)
            ],
            "The data fit, from": [per_cent(low) for low in rows["low"]],
            "to": [per_cent(high) for high in rows["high"]],
        }
    )


def _names(rows: pd.DataFrame) -> list[str]:
    return [f"{group}: {level}" for group, level in zip(rows["group_label"], rows["label"], strict=True)]


def _as_share(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    return rows[rows[column].notna()].rename(columns={column: "share"})
