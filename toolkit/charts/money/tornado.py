"""A tornado: how far each thing that is not exactly known moves the result by itself, the widest first."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, INK, WARM, Drawn, configured, drawn_once, words_on

_BAR, _ROW = 18, 54
_SIGNED = (
    "datum.value === 0 ? 'as much' : '£' + format(abs(datum.value), '.2s') + (datum.value < 0 ? ' less' : ' more')"
)


@drawn_once
def tornado_chart(rows: pd.DataFrame, middle: float, title: str) -> Drawn:
    """Draw a bar an input, from the result at its low end to that at its high end.

    Parameters
    ----------
    rows
        ``name``, ``at_low``, ``at_high``: the result in pounds with the input at either end; in the order drawn.
    middle
        The result with everything in the middle.
    title
        What the axis says: what is beside what.
    """
    drawn = rows.assign(
        at=[_ROW * place + 34 for place in range(len(rows))],
        above=[_ROW * place + 14 for place in range(len(rows))],
        middle=middle,
    )
    height = _ROW * len(rows) + 8
    low = min(0.0, middle, *rows[["at_low", "at_high"]].to_numpy().ravel())
    high = max(0.0, middle, *rows[["at_low", "at_high"]].to_numpy().ravel())
    room = 0.06 * max(high - low, 1.0)
    scale = alt.Scale(domain=[low - room, high + room], nice=False)
    axis = alt.Axis(labelExpr=_SIGNED, tickCount=4, labelOverlap=True, grid=False)
    place = alt.Scale(domain=[0, height], reverse=True, nice=False)
    told = [title, "orange: at its low end, blue: at its high end"]
    base = alt.Chart(drawn)
    y = alt.Y("at:Q", axis=None, scale=place)
    x_low = alt.X("at_low:Q", title=told, scale=scale, axis=axis)
    x_high = alt.X("at_high:Q", title=told, scale=scale, axis=axis)
    layers = [
        base.mark_rule(strokeWidth=_BAR, color=WARM, opacity=1).encode(x=x_low, x2="middle:Q", y=y),
        base.mark_rule(strokeWidth=_BAR, color=DARK, opacity=1).encode(x=x_high, x2="middle:Q", y=y),
        alt.Chart(drawn.assign(x=0.0, top=drawn["at"] - _BAR, until=drawn["at"] + _BAR))
        .mark_rule(strokeWidth=1.5, color=INK)
        .encode(x="x:Q", y=alt.Y("top:Q", axis=None, scale=place), y2="until:Q"),
        *words_on(
            base,
            at={"x": alt.value(0), "y": alt.Y("above:Q", axis=None, scale=place), "text": "name:N"},
            align="left",
            baseline="middle",
            fontSize=FONT + 1,
            fontWeight="bold",
        ),
    ]
    return configured(alt.layer(*layers).properties(height=height))


def tornado_in_words(rows: pd.DataFrame) -> str:
    """Return what the chart shows for a person who cannot see it."""
    if not len(rows):
        return "Nothing is entered with a range, so nothing is drawn."
    first = rows.iloc[0]
    more = f" {len(rows) - 1} others move it less." if len(rows) > 1 else ""
    ends = " to ".join(_pounds(float(first[end])) for end in ("at_low", "at_high"))
    return f"What moves the result most is {first['name']}: {ends}.{more}"


def _pounds(amount: float) -> str:
    return f"£{abs(amount):,.0f} {'less' if amount < 0 else 'more'} than the money"
