"""A report as one HTML file, the master: nothing it needs stands elsewhere, and it prints as it reads."""

from __future__ import annotations

import base64

from jinja2 import Environment, PackageLoader, StrictUndefined

from toolkit.charts.theme import FONT
from toolkit.report.drawn import NARROW, svg
from toolkit.report.large import POINTS as LARGE
from toolkit.report.model import Document, Heading, Paragraph, Picture, Points, Table, spoken

_KINDS = {Heading: "heading", Paragraph: "paragraph", Points: "points", Table: "table", Picture: "picture"}


def html(document: Document, *, size: int = 12) -> bytes:
    """Return the report as HTML.

    Parameters
    ----------
    document
        The report.
    size
        Of its letters, in points; from 18 on it is large print, and its charts' letters grow too.
    """
    environment = Environment(
        loader=PackageLoader("toolkit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def picture_address(picture: Picture) -> str:
        return "data:image/svg+xml;base64," + base64.b64encode(svg(picture.chart, NARROW).encode()).decode()

    page = environment.get_template("report.html").render(
        document=document,
        size=size,
        kind=lambda block: _KINDS[type(block)],
        spoken=spoken,
        address=picture_address,
        across=f"{NARROW * LARGE / FONT:.0f}pt" if size >= LARGE else "min(100%, 28rem)",
    )
    return page.encode()
