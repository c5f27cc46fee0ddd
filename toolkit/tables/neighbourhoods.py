"""Neighbourhoods of 2011 and the ones of 2021 they became, as the council's own file has them."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

# The change indicator of the Office for National Statistics' lookup from 2011 to 2021: U, S, M and X.
CHANGES = {"U": "Unchanged", "S": "Split into several", "M": "Merged with others", "X": "Changed in another way"}

NEIGHBOURHOODS = Table(
    name="neighbourhoods",
    title="Neighbourhoods",
    one_row_is="a neighbourhood of 2011 and one of 2021 that has part of it",
    key=("lsoa11", "lsoa21"),
    columns=(
        Column(
            "lsoa11",
            "Neighbourhood (LSOA 2011)",
            Kind.IDENTIFIER,
            "The 2011 lower-layer super output area.",
            synonyms=("lsoa11cd", "lsoa 2011"),
            example="E01032122",
        ),
        Column(
            "lsoa21",
            "Neighbourhood (LSOA 2021)",
            Kind.IDENTIFIER,
            "The 2021 lower-layer super output area that has all or part of it.",
            synonyms=("lsoa21cd", "lsoa 2021"),
            example="E01035678",
        ),
        Column(
            "change",
            "What became of it",
            Kind.CODE,
            "How the one became the other, by the Office for National Statistics' letters.",
            codes=CHANGES,
            synonyms=("chgind", "change indicator"),
            example="U",
        ),
    ),
)
