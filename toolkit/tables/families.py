"""The families the council knows: one row a family, under a pseudonym."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

# Of the indices of deprivation for England, by year of publication; 2025 alone is of 2021 neighbourhoods.
EDITIONS = {
    "2007": "Indices of 2007",
    "2010": "Indices of 2010",
    "2015": "Indices of 2015",
    "2019": "Indices of 2019",
    "2025": "Indices of 2025",
}

FAMILIES = Table(
    name="families",
    title="Families",
    one_row_is="a family, under a pseudonym",
    key=("family_id",),
    columns=(
        Column(
            "family_id",
            "Family number",
            Kind.IDENTIFIER,
            "The family's pseudonym. Never a name.",
            synonyms=("family", "family ref", "family reference", "family no", "family pseudonym"),
            is_pseudonym=True,
            example="F000123",
        ),
        Column(
            "reach_centre_id",
            "Reach area",
            Kind.IDENTIFIER,
            "The centre whose reach area the family lives in.",
            refers_to="centres.centre_id",
            synonyms=("reach centre", "reach area centre"),
            example="C01",
        ),
        Column(
            "lsoa11",
            "Neighbourhood (LSOA 2011)",
            Kind.IDENTIFIER,
            "The 2011 lower-layer super output area of the home.",
            is_required=False,
            example="E01032122",
        ),
        Column(
            "lsoa21",
            "Neighbourhood (LSOA 2021)",
            Kind.IDENTIFIER,
            "The 2021 lower-layer super output area of the home; never worked out from the 2011 one.",
            is_required=False,
            example="E01035678",
            came_later=True,
        ),
        Column(
            "district", "District", Kind.TEXT, "The district council area the family lives in.", example="Northvale"
        ),
        Column(
            "idaci_decile",
            "Deprivation tenth (IDACI)",
            Kind.WHOLE,
            "The tenth of England's neighbourhoods by children in low-income families; 1 is the most deprived.",
            minimum=1,
            maximum=10,
            example="3",
        ),
        Column(
            "deprivation_edition",
            "Edition of the tenth",
            Kind.CODE,
            "The edition of the indices of deprivation that the tenth is of. No study compares tenths of two.",
            codes=EDITIONS,
            is_required=False,
            synonyms=("deprivation edition", "imd edition", "idaci edition", "imd year", "idaci year"),
            example="2019",
            came_later=True,
        ),
        Column(
            "children",
            "Children",
            Kind.WHOLE,
            "Children under 18 in the family.",
            unit="children",
            minimum=0,
            maximum=20,
            example="2",
        ),
        Column(
            "youngest_birth_month",
            "Youngest child's birth month",
            Kind.MONTH,
            "The month the youngest child was born, or is expected.",
            is_required=False,
            example="March 2009",
            months_ahead=10,
        ),
        Column("lone_parent", "Lone parent", Kind.YES_NO, "One adult brings up the children.", example="no"),
        Column(
            "young_parent",
            "Young parent",
            Kind.YES_NO,
            "A parent was under 20 when the first child was born.",
            example="no",
        ),
        Column(
            "english_additional_language",
            "English as an additional language",
            Kind.YES_NO,
            "English is not the family's first language.",
            example="no",
        ),
        Column("disability", "Disability", Kind.YES_NO, "A parent or child in the family is disabled.", example="no"),
        Column(
            "kinship_care",
            "Kinship care",
            Kind.YES_NO,
            "A grandparent, other relative or friend brings up the children.",
            example="no",
        ),
        Column(
            "known_from",
            "Known from",
            Kind.DATE,
            "The day the family first appears in the council's records.",
            example="12/05/2007",
        ),
        Column(
            "known_to",
            "Known to",
            Kind.DATE,
            "The day the family moved away. Leave empty if it has not.",
            is_required=False,
            example="",
        ),
    ),
)
