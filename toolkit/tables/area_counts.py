"""Published counts: one row an area, a period and a measure."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

AREA_COUNTS = Table(
    name="area_counts",
    title="Published counts",
    one_row_is="a published count for one area and one period",
    key=("area", "period", "measure"),
    columns=(
        Column("area", "Area", Kind.IDENTIFIER, "The area's nine-character ONS code.", example="E10000034"),
        Column(
            "period",
            "Period",
            Kind.TEXT,
            "The year ending 31 March, as four digits; a month as yyyy-mm; a quarter as yyyy-Qn of the calendar.",
            example="2010",
        ),
        Column("measure", "Measure", Kind.TEXT, "What was counted.", example="referrals"),
        Column(
            "count",
            "Count",
            Kind.DECIMAL,
            "The count. Empty where the publisher suppressed or did not publish it.",
            is_required=False,
            example="3160",
        ),
        Column(
            "population",
            "Children aged 0-17",
            Kind.DECIMAL,
            "Children aged 0 to 17 the rate is over, where published.",
            is_required=False,
            unit="children",
            example="115900",
        ),
        Column(
            "status",
            "Status",
            Kind.CODE,
            "Why a count is empty, in the publisher's own terms.",
            codes={
                "published": "Published",
                "suppressed": "Suppressed to protect people",
                "missing": "Not available",
                "not_applicable": "Does not apply",
            },
            example="published",
        ),
        Column(
            "source",
            "Source",
            Kind.TEXT,
            "The file the count was read from.",
            is_required=False,
            example="a release file",
        ),
    ),
)
