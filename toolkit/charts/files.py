"""A chart as a file that stands by itself: its headline, its source and what must be known of it are in the picture."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape
from typing import Any

from toolkit.charts.theme import FAMILY, FONT, INK, Drawn

WIDTH = 640
_LETTERS = 78  # of a note, on a line of that width
_HEADING = 60
_NARROW = 44


def as_svg(drawn: Drawn, headline: str, told: str, notes: Sequence[str]) -> str:
    """Return a chart as SVG, with its headline and notes drawn and a text alternative that a screen reader finds.

    Parameters
    ----------
    drawn
        The chart.
    headline
        What it shows, as a sentence.
    told
        What a person who cannot see it needs to know.
    notes
        What stands under the headline: where the figures are from, and whether they are simulated.
    """
    import vl_convert  # not before somebody asks for a file: it holds a whole JavaScript engine

    picture = vl_convert.vegalite_to_svg(_whole(drawn, headline, notes))
    words = f"<title>{escape(headline)}</title><desc>{escape(' '.join([*notes, told]))}</desc>"
    start = picture.index("<svg")
    end = picture.index(">", start)
    return f'{picture[:end]} role="img" aria-label="{escape(headline, quote=True)}">{words}{picture[end + 1 :]}'


def as_png(drawn: Drawn, headline: str, notes: Sequence[str]) -> bytes:
    """Return a chart as a PNG picture, two dots a pixel, with its headline and notes drawn."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(_whole(drawn, headline, notes), scale=2))


def _whole(drawn: Drawn, headline: str, notes: Sequence[str]) -> dict[str, Any]:
    spec = dict(drawn.to_dict())
    own = spec.get("width")
    heading, letters = (_HEADING, _LETTERS) if own is None else (_NARROW, _NARROW + 8)
    spec["title"] = {
        "text": textwrap.wrap(headline, heading),
        "subtitle": [line for note in notes for line in textwrap.wrap(note, letters)],
        "anchor": "start",
        "fontSize": FONT + 4,
        "subtitleFontSize": FONT,
        "color": INK,
        "subtitleColor": INK,
        "font": FAMILY,
        "subtitleFont": FAMILY,
        "subtitlePadding": 6,
        "offset": 14,
    }
    return {**spec, "width": own or WIDTH, "autosize": {"type": "pad", "contains": "padding"}}
