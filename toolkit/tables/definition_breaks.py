"""Days from which something recorded means another thing than before, as the council confirms them."""

from __future__ import annotations

from toolkit.tables.referrals import SOURCES
from toolkit.tables.schema import Column, Kind, Table

COUNTY = "county"
"""An area that is everywhere."""
EVERY_SOURCE = "all"
"""No one source: what a change touches where none is named."""
BREAKS = {
    "single_assessment": "One assessment in place of initial and core assessments",
    "family_help": "Family Help joins targeted early help and child in need",
    "front_door": "The front door works by other rules",
    "recording_system": "Another recording system",
    "other": "Another change of definition",
}
TOUCHES = {
    "referrals": "Which requests are recorded as referrals",
    "assessments": "What comes of a referral: whether it is assessed, and what is found",
    "protection": "Section 47 enquiries and protection plans",
    "care": "Being looked after",
    "early_help": "Targeted early help",
}

DEFINITION_BREAKS = Table(
    name="definition_breaks",
    title="Definition breaks",
    one_row_is="a day from which one thing recorded means another than before",
    key=("area", "starts_on", "kind", "touches", "source"),
    columns=(
        Column(
            "area",
            "Area",
            Kind.TEXT,
            'Where: "county", a district by its name or a reach area by its centre\'s number. '
            "One that is neither is taken for the county.",
            synonyms=("where",),
            example="county",
        ),
        Column(
            "starts_on",
            "Starts on",
            Kind.DATE,
            "The first day under the new definition.",
            synonyms=("from", "start date", "date"),
            example="01/07/2011",
            months_ahead=24,
        ),
        Column("kind", "Kind", Kind.CODE, "What kind of change it is.", codes=BREAKS, example="single_assessment"),
        Column(
            "touches",
            "What it touches",
            Kind.CODE,
            "What means another thing from that day on; one row for each.",
            codes=TOUCHES,
            example="assessments",
        ),
        Column(
            "source",
            "Referral source",
            Kind.CODE,
            'The source code of the referrals it touches; "all" for those of every source.',
            codes={EVERY_SOURCE: "Every source", **SOURCES},
            is_required=False,
            example="all",
            default=EVERY_SOURCE,
        ),
        Column(
            "what",
            "What changed",
            Kind.TEXT,
            "What changed, in a few words.",
            example="One assessment for all",
            in_words="what changed",
        ),
        Column(
            "confirmed_by",
            "Confirmed by",
            Kind.TEXT,
            "Who confirms it for the council, by post or initials.",
            example="Head of performance",
            in_words="who confirms it",
        ),
        Column("confirmed_on", "Confirmed on", Kind.DATE, "The day it was confirmed.", example="11/03/2011"),
    ),
)
