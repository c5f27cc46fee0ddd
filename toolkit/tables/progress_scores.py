"""Progress scores, from 1 to 5 or on the instrument a row names: one row a reading of one family."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

DIRECTIONS = {"better": "Better for the family", "worse": "Worse for the family"}
BUILT_IN = "one_to_five"
"""The scale of every score that names no instrument: whole numbers from 1 to 5."""
STAGES = {"start": "At the start of support", "review": "At a review", "end": "At the end of support"}
STAGE_WORDS = dict.fromkeys(
    ("first", "1st", "initial", "baseline", "entry", "before", "pre", "opening", "beginning"), "start"
) | dict.fromkeys(("final", "last", "exit", "closing", "after", "post", "leaving"), "end")  # fmt: skip
"""Other words for a stage. A "second" may be a review or the end, so it is neither."""
PREFILLED = ("family_id", "centre_id", "dimension", "instrument")
"""What a list of families due a second score comes with; a row that says no more is not filled in yet.

What a higher score is stands not among them: it is declared anew at each upload, never assumed."""
WHO = {
    "family": "The family",
    "worker": "The worker",
    "together": "Family and worker together",
    "worker_only": "The worker alone, as the family did not engage",
    "retrospect": "Afterwards, looking back",
}
# As councils' forms and the Star's own guides say it.
_WHO_WORDS = {
    "self": "family", "self scored": "family", "self assessment": "family", "self assessed": "family",
    "parent": "family", "parents": "family", "carer": "family", "parent carer": "family", "family only": "family",
    "family member": "family", "mother": "family", "father": "family", "mum": "family", "dad": "family",
    "family score": "family", "family scored": "family", "client": "family", "service user": "family",
    "practitioner": "worker", "staff": "worker", "keyworker": "worker", "lead professional": "worker",
    "lead practitioner": "worker", "professional": "worker", "worker score": "worker", "worker scored": "worker",
    "family support worker": "worker", "fsw": "worker",
    "joint": "together", "jointly": "together", "joint score": "together", "both": "together", "shared": "together",
    "collaborative": "together", "collaboratively": "together", "agreed": "together", "family and worker": "together",
    "worker and family": "together", "with family": "together", "with the family": "together",
    "together with the family": "together",
    "worker only": "worker_only", "worker only star": "worker_only", "worker alone": "worker_only",
    "practitioner only": "worker_only", "staff only": "worker_only", "without the family": "worker_only",
    "without family": "worker_only", "did not engage": "worker_only", "family did not engage": "worker_only",
    "not engaged": "worker_only", "non engagement": "worker_only",
    "in retrospect": "retrospect", "retrospective": "retrospect", "retrospectively": "retrospect",
    "retrospective star": "retrospect", "looking back": "retrospect", "backdated": "retrospect",
}  # fmt: skip

PROGRESS_SCORES = Table(
    name="progress_scores",
    title="Progress scores",
    one_row_is="one reading of a family's score",
    key=(
        *("family_id", "centre_id", "scored_on", "stage", "dimension", "scored_by"),
        *("instrument", "second_scoring"),
    ),
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
            words={
                **STAGE_WORDS,
                **{f"{word} {of}": stage for word, stage in STAGE_WORDS.items() for of in ("support", "score")},
                "start of support": "start",
                "at start": "start",
                "end of support": "end",
                "at end": "end",
            },
            synonyms=("stage of support", "reading"),
            perhaps=("when", "time point", "point in time", "visit", "visit type", "occasion", "phase"),
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
            in_words="what the score is about",
        ),
        Column(
            "score",
            "Score",
            Kind.DECIMAL,
            "The score given: a whole number from 1 to 5, or what the row's instrument allows.",
            minimum=1,
            maximum=5,
            is_on_instrument=True,
            synonyms=("rating", "progress score"),
            example="2",
        ),
        Column(
            "higher_is",
            "A higher score is",
            Kind.CODE,
            "Whether a higher score is better or worse for the family. Declared at upload, never assumed; "
            "an instrument says it for its own scores.",
            codes=DIRECTIONS,
            synonyms=("scale direction", "direction"),
            example="better",
            is_declared=True,
            said_by="instrument",
        ),
        Column(
            "scored_by",
            "Scored by",
            Kind.TEXT,
            "The worker who gave the score, by initials or staff number.",
            is_required=False,
            synonyms=("worker", "staff", "scorer"),
            example="W07",
            in_words="who gave the score, by initials or staff number",
        ),
        Column(
            "instrument",
            "Instrument",
            Kind.IDENTIFIER,
            "What was scored with, by its number in the table of instruments or its title. Where it is empty, the "
            "built-in scale from 1 to 5.",
            is_required=False,
            refers_to="instruments.instrument_id",
            synonyms=(
                "scale",
                "tool",
                "outcome tool",
                "assessment tool",
                "outcomes tool",
                "instrument id",
                "instrument used",
            ),
            is_declared=True,
            came_later=True,
            same_as_empty=BUILT_IN,
        ),
        Column(
            "who_scored",
            "Who scored",
            Kind.CODE,
            "Whose score it is: the family's own, the worker's, both together, the worker's alone because the family "
            "did not engage, or given in retrospect.",
            is_required=False,
            codes=WHO,
            words=_WHO_WORDS,
            synonyms=("whose score", "how it was scored", "how scored", "how completed", "scored how", "star type"),
            came_later=True,
        ),
        Column(
            "second_scoring",
            "Second scoring",
            Kind.YES_NO,
            "Whether it is a second scoring of the same day, made without knowing the first. It shows how far scorers "
            "agree and is never a reading of change.",
            is_required=False,
            words={"second": "yes", "2nd": "yes", "double": "yes", "independent": "yes", "first": "no", "1st": "no"},
            synonyms=(
                "double scoring",
                "double score",
                "second score",
                "second scorer",
                "second rating",
                "2nd scoring",
            ),
            came_later=True,
            same_as_empty="no",
        ),
    ),
)
