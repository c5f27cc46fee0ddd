"""Money: one row a programme, an area and a period."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

INVESTMENTS = Table(
    name="investments",
    title="Investments",
    one_row_is="money for one area over one period",
    key=("programme", "area", "starts_on"),
    columns=(
        Column("programme", "Programme", Kind.TEXT, "What the money is for.", example="Early intervention"),
        Column(
            "area",
            "Area",
            Kind.IDENTIFIER,
            "The area it is spent in: a reach area's centre number, a district, or the county.",
            example="C01",
        ),
        Column(
            "starts_on",
            "From",
            Kind.DATE,
            "The first day the money covers.",
            synonyms=("start date", "starts"),
            example="01/04/2011",
            months_ahead=120,
        ),
        Column(
            "ends_on",
            "To",
            Kind.DATE,
            "The last day the money covers.",
            synonyms=("end date", "ends"),
            example="30/06/2011",
            months_ahead=120,
        ),
        Column(
            "amount_gbp",
            "Amount",
            Kind.DECIMAL,
            "The amount spent, in pounds of the price year.",
            unit="pounds",
            minimum=0,
            example="12500",
        ),
        Column(
            "price_year",
            "Price year",
            Kind.TEXT,
            "The financial year whose prices the amount is in.",
            is_required=False,
            example="2011/12",
        ),
    ),
)
