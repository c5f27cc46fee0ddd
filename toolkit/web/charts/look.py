"""The charts' look: colours that differ for everyone, plain axes, text large enough to read."""

from __future__ import annotations

from typing import Any

DARK = "#1d4f76"
WARM = "#b35c00"
GREY = "#6f777b"
FONT = 14


AnyChart = Any
"""A chart of any kind: altair's own methods say no more."""


def configured(chart: AnyChart) -> AnyChart:
    """Return the chart with the house's fonts and no frame."""
    return (
        chart.configure_view(strokeWidth=0)
        .configure_axis(
            labelFontSize=FONT, titleFontSize=FONT, labelColor="#0b0c0c", titleColor="#0b0c0c", labelLimit=240
        )
        .configure_legend(
            labelFontSize=FONT, titleFontSize=FONT, orient="top", labelColor="#0b0c0c", titleColor="#0b0c0c"
        )
        .configure_title(fontSize=16, anchor="start", color="#0b0c0c")
        .configure_axisX(grid=True, gridColor="#e3e5e6")
    )
