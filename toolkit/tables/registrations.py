"""Families joining centres: one row a registration."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

ROUTES = {
    "self": "Came by themselves",
    "health": "Health visitor or midwife",
    "social_care": "Children's social care",
    "school": "School or nursery",
    "other": "Another route",
}

REGISTRATIONS = Table(
    name="registrations",
    title="Registrations",
    one_row_is="a family joining a centre",
    key=("family_id", "centre_id", "registered_on"),
    columns=(
        Column(
            "family_id",
            "Family number",
            Kind.IDENTIFIER,
            "The family that joined.",
            refers_to="families.family_id",
            is_pseudonym=True,
            synonyms=("family", "family ref", "family reference", "family no"),
            example="F000123",
        ),
        Column(
            "centre_id",
            "Centre number",
            Kind.IDENTIFIER,
            "The centre it joined.",
            refers_to="centres.centre_id",
            synonyms=("centre", "centre ref", "centre code", "centre no"),
            example="C01",
        ),
        Column(
            "registered_on",
            "Registered on",
            Kind.DATE,
            "The day the family joined.",
            synonyms=("date registered", "registration date", "joined on"),
            example="04/03/2010",
        ),
        Column(
            "left_on",
            "Left on",
            Kind.DATE,
            "The day the family stopped coming. Leave empty if it still comes.",
            is_required=False,
            synonyms=("date left", "leaving date"),
            example="",
        ),
        Column(
            "route",
            "Route",
            Kind.CODE,
            "How the family came to the centre.",
            codes=ROUTES,
            is_required=False,
            example="self",
        ),
        Column(
            "programme",
            "Programme",
            Kind.TEXT,
            "The programme the family came for, by its name. Leave empty if it came for none in particular.",
            is_required=False,
            synonyms=("programme attended", "course", "group attended"),
            example="",
            came_later=True,
        ),
    ),
)
