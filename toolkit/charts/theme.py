"""The charts' look: colours that differ for everyone, plain axes, text large enough to read."""

from __future__ import annotations

from typing import Any

import altair as alt

INK = "#0b0c0c"
DARK = "#1d4f76"
WARM = "#b35c00"
GREY = "#6f777b"
PALE = "#c9d3da"
FONT = 14
_FAMILY = '"Source Sans", "Source Sans Pro", sans-serif'

AnyChart = Any
"""A chart of any kind: altair's own methods say no more."""


def configured(chart: AnyChart, *, is_wide: bool = True) -> AnyChart:
    """Return the chart with the house's fonts and no frame; as wide as the page, or as wide as it was made."""
    return (
        chart.properties(autosize={"type": "fit-x" if is_wide else "pad", "contains": "padding"})
        .configure(font=_FAMILY, padding={"left": 4, "right": 12, "top": 6, "bottom": 4})
        .configure_view(strokeWidth=0)
        .configure_axis(
            labelFontSize=FONT,
            titleFontSize=FONT,
            titleFontWeight="normal",
            labelColor=INK,
            titleColor=INK,
            labelLimit=220,
            titlePadding=10,
            domainColor=GREY,
            tickColor=GREY,
            gridColor="#e3e7e9",
        )
        .configure_legend(
            labelFontSize=FONT,
            titleFontSize=FONT,
            orient="top",
            direction="vertical",
            labelColor=INK,
            titleColor=INK,
            labelLimit=320,
            titleLimit=320,
            titleFontWeight="normal",
        )
        .configure_header(labelFontSize=FONT, labelColor=INK)
    )


def words_on(base: AnyChart, *, at: dict[str, Any], **style: Any) -> tuple[AnyChart, AnyChart]:
    """Return text over a chart, with a white edge so that a line behind it does not strike it out.

    Parameters
    ----------
    base
        The chart of the rows.
    at
        The encodings: where, and ``text``.
    style
        What ``mark_text`` takes.
    """
    edge = base.mark_text(**style, stroke="#ffffff", strokeWidth=5, strokeJoin="round")
    return edge.encode(**at), base.mark_text(**style, color=INK).encode(**at)


def line_legend(title: str | None = None) -> AnyChart:
    """Return a legend whose lines are long enough to tell a dashed one from a whole one."""
    return alt.Legend(title=title, symbolType="stroke", symbolSize=700, symbolStrokeWidth=2.5)
