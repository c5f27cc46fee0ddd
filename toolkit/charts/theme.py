"""The charts' look: colours in their order of use that differ for everyone, by day and by night; large text.

Charts are made in the colours of daylight, which a report prints. `following_the_page` gives those of a chart on a page
the names of the page's own variables, so that one picture is right in either theme, and changes with it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ParamSpec

import altair as alt

from toolkit.kept import kept

INK = "#0b0c0c"
DARK = "#1d4f76"
WARM = "#b35c00"
GREY = "#6f777b"
PALE = "#c9d3da"
GRID = "#e3e7e9"
GROUND = "#ffffff"
IN_ORDER = (DARK, WARM, GREY, INK)
"""The colours of what is told apart, in the order they are used; each with a shape, a dash or a place of its own."""
BY_NIGHT: Mapping[str, str] = MappingProxyType(
    {
        INK: "#f1f4f5",
        DARK: "#7fbdf0",
        WARM: "#f5a04c",
        GREY: "#98a3aa",
        PALE: "#3d4c57",
        GRID: "#2a343b",
        GROUND: "#12181d",
    }
)
"""What each colour becomes on a dark page."""
VARIABLES: Mapping[str, str] = MappingProxyType(
    {INK: "ink", DARK: "first", WARM: "second", GREY: "third", PALE: "pale", GRID: "grid", GROUND: "ground"}
)
"""What a page calls each colour, as a custom property of its style sheet."""
FONT = 14
BENEATH = 0.86
"""Where in its row a range is drawn: under the bar that it is the range of, never over it."""
FAMILY = '"Source Sans", "Source Sans Pro", sans-serif'

_KEPT = 32  # of each kind: two councils' worth of a chart for each of its choices
Given = ParamSpec("Given")

AnyChart = Any
"""A chart of any kind: altair's own methods say no more."""


class Drawn:
    """A chart that is whole. Its specification is worked out once: that takes longer than all else on a page.

    Parameters
    ----------
    chart
        As altair has it.
    """

    __slots__ = ("_on_page", "_spec")

    def __init__(self, chart: AnyChart) -> None:
        self._spec = json.dumps(chart.to_dict())
        self._on_page: dict[str, Any] = following_the_page(json.loads(self._spec))

    def to_dict(self) -> dict[str, Any]:
        """Return its Vega-Lite specification, which the caller may change."""
        found: dict[str, Any] = json.loads(self._spec)
        return found

    def as_altair(self) -> AnyChart:
        """Return it as a chart of altair's, for a notebook."""
        found: AnyChart = alt.Chart.from_dict(self.to_dict())
        return found

    def on_page(self) -> dict[str, Any]:
        """Return it in the colours of the page, for reading alone; see `following_the_page`."""
        return self._on_page


def drawn_once(function: Callable[Given, Drawn]) -> Callable[Given, Drawn]:
    """Keep the charts that a function drew last, by the rows they are of."""
    return kept(_KEPT)(function)


def configured(chart: AnyChart, *, is_wide: bool = True) -> Drawn:
    """Return the chart with the house's fonts and no frame; as wide as the page, or as wide as it was made."""
    return Drawn(
        chart.properties(autosize={"type": "fit-x" if is_wide else "pad", "contains": "padding"})
        .configure(font=FAMILY, padding={"left": 4, "right": 12, "top": 6, "bottom": 4}, background=GROUND)
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
            gridColor=GRID,
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


def following_the_page(spec: Any) -> Any:
    """Return a chart's specification with each colour as the page's variable, and that colour where a page has none.

    >>> following_the_page({"mark": {"color": "#1d4f76"}, "width": 300})
    {'mark': {'color': 'var(--first, #1d4f76)'}, 'width': 300}
    """
    if isinstance(spec, Mapping):
        return {name: following_the_page(part) for name, part in spec.items()}
    if isinstance(spec, list | tuple):
        return [following_the_page(part) for part in spec]
    name = VARIABLES.get(spec) if isinstance(spec, str) else None
    return spec if name is None else f"var(--{name}, {spec})"


def year_axis(**style: Any) -> alt.Axis:
    """Return the axis of financial years, of which the data hold the year each ends in: 2010 is written 2009/10."""
    words = "(datum.value - 1) + '/' + pad('' + datum.value % 100, 2, '0', 'left')"
    return alt.Axis(labelExpr=words, format="d", labelOverlap=True, **style)


def from_where(lowest: float, highest: float) -> tuple[float, str]:
    """Return where an axis of counts begins, and what its title adds where that is not 0.

    Counts that move by a part of themselves are a flat line above an axis from 0.

    >>> from_where(737, 855), from_where(20, 855)
    ((650, '; the axis begins at 650'), (0.0, ''))
    """
    if lowest <= 0.5 * highest:
        return 0.0, ""
    step = 10 ** max(0, int(math.log10(max(highest - lowest, 1.0))))
    start = max(0, math.floor((lowest - 0.5 * (highest - lowest)) / (0.5 * step)) * step // 2)
    return start, f"; the axis begins at {start:,}" if start else ""


def words_on(base: AnyChart, *, at: dict[str, Any], **style: Any) -> tuple[AnyChart, AnyChart]:
    """Return text over a chart, with an edge as the ground so that a line behind it does not strike it out.

    Parameters
    ----------
    base
        The chart of the rows.
    at
        The encodings: where, and ``text``.
    style
        What ``mark_text`` takes.
    """
    edge = base.mark_text(**style, stroke=GROUND, strokeWidth=5, strokeJoin="round")
    return edge.encode(**at), base.mark_text(**style, color=INK).encode(**at)


def line_legend(title: str | None = None) -> AnyChart:
    """Return a legend whose lines are long enough to tell a dashed one from a whole one."""
    return alt.Legend(title=title, symbolType="stroke", symbolSize=700, symbolStrokeWidth=2.5)
