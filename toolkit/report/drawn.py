"""Charts as files: SVG for pages and PDF, PNG for Word; the same chart at the same width gives the same bytes."""

from __future__ import annotations

import json
import re
from functools import lru_cache

import vl_convert

from toolkit.charts.theme import Drawn

WIDE, NARROW = 560, 380
"""Units a chart is drawn across: the fewer, the larger its letters on a page."""
_FAMILY = "Noto Sans, DejaVu Sans, Arial, sans-serif"
"""A name with a number in it, unquoted, would leave a PNG without letters."""

_UNSEEN = re.compile(r'<text[^>]* opacity="0"[^>]*>[^<]*</text>')
"""Labels of an axis that had no room: unseen, but whoever copies a PDF's words would have them among the others."""


def svg(chart: Drawn, width: int = WIDE) -> str:
    """Return a chart as SVG."""
    return _svg(_text(chart, width))


def png(chart: Drawn, width: int = WIDE) -> bytes:
    """Return a chart as PNG, at twice its size so that print is sharp."""
    return _png(_text(chart, width))


def _text(chart: Drawn, width: int) -> str:
    asked = chart.to_dict()
    asked["config"]["font"] = _FAMILY
    if asked.get("width") is None:
        asked["width"] = width
    return json.dumps(asked, sort_keys=True)


@lru_cache(maxsize=64)
def _svg(text: str) -> str:
    return _UNSEEN.sub("", str(vl_convert.vegalite_to_svg(text)))


@lru_cache(maxsize=16)
def _png(text: str) -> bytes:
    return bytes(vl_convert.vegalite_to_png(text, scale=2))
