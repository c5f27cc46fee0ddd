"""What else happened: inspections, court cases, restructurings."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

EVENTS = Table(
    name="events",
    title="Events",
    one_row_is="something else that happened on a day",
    key=("area", "on", "what"),
    columns=(
        Column("area", "Area", Kind.TEXT, "Where: the county, a district or a reach area.", example="county"),
        Column("on", "On", Kind.DATE, "The day it happened.", example="11/11/2008"),
        Column(
            "what",
            "What",
            Kind.TEXT,
            "What happened, in a few words.",
            example="A national court case ends",
            in_words="what happened",
        ),
    ),
)
