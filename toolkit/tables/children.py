"""The children of known families: one row a child."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

CHILDREN = Table(
    name="children",
    title="Children",
    one_row_is="a child",
    key=("child_id",),
    columns=(
        Column(
            "child_id",
            "Child number",
            Kind.IDENTIFIER,
            "The child's pseudonym. Never a name.",
            synonyms=("child", "child ref", "child no"),
            is_pseudonym=True,
            example="K000456",
        ),
        Column(
            "family_id",
            "Family number",
            Kind.IDENTIFIER,
            "The family the child belongs to.",
            refers_to="families.family_id",
            synonyms=("family", "family ref", "family no"),
            is_pseudonym=True,
            example="F000123",
        ),
        Column(
            "birth_month",
            "Birth month",
            Kind.MONTH,
            "The month the child was born; the expected month if unborn.",
            synonyms=("month of birth",),
            example="March 2009",
            months_ahead=10,
        ),
        Column(
            "send",
            "Special educational needs or disability",
            Kind.YES_NO,
            "The child has special educational needs or a disability. Leave empty where that is not known.",
            is_required=False,
            synonyms=("sen", "sen or disability", "ehcp", "has send"),
            example="no",
            came_later=True,
        ),
    ),
)
