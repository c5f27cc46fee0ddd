"""Chart of centres beside each other: a funnel that ranks nobody, its numbers as words and a table."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, INK, WARM, Drawn, configured, drawn_once, line_legend, words_on

INSIDE, OUTSIDE = "Like the others", "Worth a conversation"
_LIMITS = {"1 time in 500": ("low_99_8", "high_99_8", 2), "1 time in 20": ("low_95", "high_95", 7)}
_OUTER = 2


@drawn_once
def centres_in_funnel(rows: pd.DataFrame) -> Drawn:
    """Return centres by size and adjusted share that scored better, within the limits ordinary centres seldom pass.

    A centre worth a conversation is named on its point, by its number; the rest by the table, where none is ranked.

    Limits are a bar at each centre: they depend on its families, and so no one curve is right for all.

    Parameters
    ----------
    rows
        ``families``, ``share``, ``target``, ``low_95``, ``high_95``, ``low_99_8``, ``high_99_8``, ``outside``: of a
        study's table ``centres_funnel``.
    """
    ordered = rows.sort_values(["families", "centre_id"], kind="stable")
    shown = ordered.assign(which=_which(ordered))
    x = alt.X(
        "families:Q",
        title="Families scored twice at the centre",
        axis=alt.Axis(format="d", tickMinStep=1),
        scale=alt.Scale(domainMin=0, nice=True),
    )
    y = alt.Y(
        "share:Q",
        title="Share that scored better, families allowed for",
        axis=alt.Axis(format="%", tickCount=5),
        scale=alt.Scale(domain=[0, 1]),
    )
    # A line joined from centre to centre would zig-zag with their families, and say something of sizes no centre has.
    limits = [_limits_of_each(shown, x, *of_one) for of_one in _LIMITS.items()]
    middle = alt.Chart(shown.head(1)).mark_rule(color=INK).encode(y="target:Q")
    kinds = [INSIDE, OUTSIDE]
    beneath = alt.Legend(orient="bottom")  # beside the other one it would be cut off on a phone
    points = (
        alt.Chart(shown)
        .mark_point(size=90, filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "which:N", title=None, legend=beneath, scale=alt.Scale(domain=kinds, range=["circle", "diamond"])
            ),
            color=alt.Color("which:N", title=None, legend=beneath, scale=alt.Scale(domain=kinds, range=[DARK, WARM])),
        )
    )
    named = alt.Chart(shown[shown["which"] == OUTSIDE][["families", "share", "centre_id"]])
    at = {"x": x, "y": y, "text": "centre_id:N"}
    names = words_on(named, at=at, align="left", baseline="middle", dx=9, fontSize=FONT, fontWeight="bold")
    return configured(alt.layer(*limits, middle, points, *names).properties(height=340))


def _limits_of_each(rows: pd.DataFrame, x: alt.X, beyond: str, ends: tuple[str, str, int]) -> alt.Chart:
    """Return an upright bar at each centre between its own limits, the wider limits as the thinner bar."""
    low, high, thick = ends
    widths = alt.Scale(domain=list(_LIMITS), range=[thin for _, _, thin in _LIMITS.values()])
    bars: alt.Chart = (
        alt.Chart(rows.assign(beyond=beyond))
        .mark_rule(color=GREY, size=thick)
        .encode(
            x=x,
            y=alt.Y(f"{low}:Q"),
            y2=alt.Y2(f"{high}:Q"),
            strokeWidth=alt.StrokeWidth(
                "beyond:N", scale=widths, legend=line_legend("An ordinary centre is beyond the bar")
            ),
        )
    )
    return bars


def funnel_in_words(rows: pd.DataFrame) -> str:
    """Return the numbers of `centres_in_funnel` as sentences, by centres' numbers, for whoever does not see it."""
    if not len(rows):
        return "No centre has enough families to be compared."
    ordered = rows.sort_values("centre_id", kind="stable")
    said = [f"All together: {_in_100(ordered['target'].iloc[0])} in 100 scored better."]
    for row, which in zip(ordered.to_dict("records"), _which(ordered), strict=True):
        said.append(
            f"Centre {row['centre_id']}: {_in_100(row['share'])} in 100 of {row['families']:,} families, its families "
            f"allowed for; ordinary centres like it lie from {_in_100(row['low_99_8'])} to "
            f"{_in_100(row['high_99_8'])}. {which}."
        )
    return " ".join(said)


def table_of_centres(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of `centres_in_funnel` as a table with the words of a page, in order of centres' numbers."""
    ordered = rows.sort_values("centre_id", kind="stable", ignore_index=True)
    shares = ordered[list(_SHARES)].astype(float).mul(100).round(1).rename(columns=_SHARES)
    first = ordered[["centre_id", "families", "improved"]].rename(columns=_COUNTS)
    return first.join(shares).assign(**{"What it means": _which(ordered)})


_COUNTS = {"centre_id": "Centre", "families": "Families scored twice", "improved": "Of them scored better"}
_SHARES = {
    "observed": "In 100",
    "expected": "Expected of its families, in 100",
    "share": "Families allowed for, in 100",
    "low_99_8": "Ordinary from",
    "high_99_8": "Ordinary to",
    "shrunk": "Drawn to the others, in 100",
    "shrunk_low": "From",
    "shrunk_high": "To",
}


def _which(rows: pd.DataFrame) -> list[str]:
    return [OUTSIDE if abs(int(one)) >= _OUTER else INSIDE for one in rows["outside"]]


def _in_100(share: float) -> str:
    return f"{100 * share:.1f}"
