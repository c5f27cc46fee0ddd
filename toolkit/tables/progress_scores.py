"""The 1-to-5 progress scores: one row a reading of one family."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

DIRECTIONS = {"better": "Better for the family", "worse": "Worse for the family"}
STAGES = {"start": "At the start of support", "review": "At a review", "end": "At the end of support"}
PREFILLED = ("family_id", "centre_id", "dimension", "instrument")
"""What a list of families due a second score comes with; a row that says no more is not filled in yet.

What a higher score is stands not among them: it is declared anew at each upload, never assumed."""

PROGRESS_SCORES = Table(
    name="progress_scores",
    title="Progress scores",
    one_row_is="one reading of a family's score",
    key=("family_id", "centre_id", "scored_on", "stage", "dimension", "scored_by"),
    columns=(
        Column(
            "family_id",
            "Family number",
            Kind.IDENTIFIER,
            "The family that was scored. Never a name.",
            refers_to="families.family_id",
            is_pseudonym=True,
            synonyms=("family", "family id", "family ref", "family reference", "family no"),
            example="F000123",
        ),
        Column(
            "centre_id",
            "Centre number",
            Kind.IDENTIFIER,
            "The centre that supports the family.",
            refers_to="centres.centre_id",
            synonyms=("centre", "centre id", "centre ref", "centre code", "centre no"),
            example="C01",
        ),
        Column(
            "scored_on",
            "Date of score",
            Kind.DATE,
            "The day the score was given.",
            synonyms=("date", "date scored", "score date", "scored on", "assessment date"),
            example="04/03/2010",
        ),
        Column(
            "stage",
            "Stage",
            Kind.CODE,
            "When in the support the score was given.",
            codes=STAGES,
            synonyms=("stage of support", "reading"),
            example="start",
        ),
        Column(
            "dimension",
            "What was scored",
            Kind.TEXT,
            'What the score is about; "overall" when there is one score.',
            is_required=False,
            synonyms=("dimension", "domain", "area of need"),
            example="overall",
            default="overall",
        ),
        Column(
            "score",
            "Score",
            Kind.WHOLE,
            "The score given, from 1 to 5.",
            minimum=1,
            maximum=5,
            synonyms=("rating", "progress score"),
            example="2",
        ),
        Column(
            "higher_is",
            "A higher score is",
            Kind.CODE,
            "Whether a higher score is better or worse for the family. Declared at upload, never assumed.",
            codes=DIRECTIONS,
            synonyms=("scale direction", "direction"),
            example="better",
            is_declared=True,
        ),
        Column(
            "scored_by",
            "Scored by",
            Kind.TEXT,
            "The worker who gave the score, by initials or staff number.",
            is_required=False,
            synonyms=("worker", "staff", "scorer"),
            example="W07",
        ),
    ),
)
