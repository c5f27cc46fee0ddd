"""Instruments that families are scored with, and their anchors: what a value means in words."""

from __future__ import annotations

from toolkit.tables.progress_scores import DIRECTIONS
from toolkit.tables.schema import Column, Kind, Table

STEPS = {"whole": "Whole points", "half": "Half points"}

INSTRUMENTS = Table(
    name="instruments",
    title="Instruments",
    one_row_is="an instrument that families are scored with, in one edition",
    key=("instrument_id",),
    columns=(
        Column(
            "instrument_id",
            "Instrument number",
            Kind.IDENTIFIER,
            "A short name that scores bear, one for each edition.",
            synonyms=("instrument", "id"),
            example="family_star_plus_2017",
        ),
        Column(
            "title",
            "Title",
            Kind.TEXT,
            "What it is called.",
            synonyms=("name", "instrument name"),
            example="Family Star Plus",
        ),
        Column(
            "edition",
            "Edition",
            Kind.TEXT,
            "Which edition or version of it.",
            is_required=False,
            synonyms=("version",),
            example="2017",
        ),
        Column(
            "lowest",
            "Lowest score",
            Kind.WHOLE,
            "The lowest score it has.",
            minimum=-1000,
            maximum=1000,
            synonyms=("lowest value", "minimum", "from"),
            example="1",
        ),
        Column(
            "highest",
            "Highest score",
            Kind.WHOLE,
            "The highest score it has.",
            minimum=-1000,
            maximum=1000,
            synonyms=("highest value", "maximum", "to"),
            example="10",
        ),
        Column(
            "step",
            "Step",
            Kind.CODE,
            "Whether scores are whole points or may be half points.",
            codes=STEPS,
            words={"1": "whole", "0.5": "half", "whole numbers": "whole", "halves": "half", "½": "half"},
            synonyms=("points", "score step"),
            example="whole",
        ),
        Column(
            "higher_is",
            "A higher score is",
            Kind.CODE,
            "Whether a higher score is better or worse for the family.",
            codes=DIRECTIONS,
            synonyms=("scale direction", "direction"),
            example="better",
        ),
        Column(
            "dimensions",
            "Dimensions",
            Kind.TEXT,
            "What is scored with it, each as scores name it, with a semicolon between; empty where any may be named.",
            is_required=False,
            synonyms=("areas", "domains", "what is scored"),
            example="Physical health; Your well-being; Meeting emotional needs",
        ),
    ),
)

INSTRUMENT_ANCHORS = Table(
    name="instrument_anchors",
    title="Anchors of instruments",
    one_row_is="a value of an instrument with what it means",
    key=("instrument_id", "value"),
    columns=(
        Column(
            "instrument_id",
            "Instrument number",
            Kind.IDENTIFIER,
            'The instrument; "one_to_five" for the built-in scale.',
            refers_to="instruments.instrument_id",
            synonyms=("instrument",),
            example="family_star_plus_2017",
        ),
        Column(
            "value",
            "Value",
            Kind.DECIMAL,
            "The value, one that the instrument allows.",
            synonyms=("score", "point"),
            example="2",
        ),
        Column(
            "meaning",
            "Meaning",
            Kind.TEXT,
            "What a family scored so is like, in a few words.",
            synonyms=("anchor", "descriptor", "description"),
            example="Stuck",
        ),
    ),
)
