"""A picture of a report drawn on a page: its headline, chart, source, table and files, and what to know to read it."""

from __future__ import annotations

import pandas as pd

from toolkit.report.model import Picture
from toolkit.web.parts.layout import chart, sentence


def draw_picture(picture: Picture, *, simulated: bool | None = None) -> None:
    """Draw it.

    Parameters
    ----------
    picture
        As a report has it.
    simulated
        Whether its figures are made up; as the head of the page has it where nothing is said.
    """
    columns, rows = ((), ()) if picture.table is None else (picture.table.columns, picture.table.rows)
    numbers = pd.DataFrame(list(rows), columns=list(columns))
    chart(
        picture.headline,
        picture.chart,
        picture.alternative,
        numbers,
        {},
        source=picture.source,
        simulated=simulated,
    )
    for note in picture.notes:
        sentence(note)
