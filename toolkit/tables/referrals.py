"""Referrals to children's social care: one row a child and a referral."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

# Source codes and what they mean: DfE, children in need census guide, referral source (item N00152).
SOURCES = {
    "1A": "Individual: family member, relative or carer",
    "1B": "Individual: acquaintance",
    "1C": "Individual: self",
    "1D": "Individual: other",
    "2A": "Schools",
    "2B": "Education services",
    "3A": "Health: general practitioner",
    "3B": "Health: health visitor",
    "3C": "Health: school nurse",
    "3D": "Health: other primary care",
    "3E": "Health: accident and emergency",
    "3F": "Health: other",
    "4": "Housing",
    "5A": "Local authority: social care",
    "5B": "Local authority: other internal",
    "5C": "Local authority: another authority",
    "5D": "Local authority: early help",
    "6": "Police",
    "7": "Other legal agency",
    "8": "Other, including Children's Centres",
    "9": "Anonymous",
    "10": "Unknown",
}
# The census guide's own headings of the source codes, by their first figure.
_HEADINGS = {
    "1": "Family, friends, self",
    "2": "Schools and education",
    "3": "Health",
    "4": "Housing",
    "5": "Council",
    "6": "Police",
    "7": "Other legal agency",
    "8": "Other",
    "9": "Anonymous",
    "10": "Unknown",
}
SOURCE_GROUPS = {code: _HEADINGS[code if code == "10" else code[0]] for code in SOURCES}
"""The group of those who refer that each source code belongs to, in the order of the codes."""
OUTCOMES = {
    "nfa": "No further action: ended before an assessment",
    "assessed_not_in_need": "Assessed, and not a child in need",
    "in_need": "Assessed as a child in need",
}

REFERRALS = Table(
    name="referrals",
    title="Referrals",
    one_row_is="a referral of one child to children's social care",
    key=("referral_id",),
    columns=(
        Column(
            "referral_id",
            "Referral number",
            Kind.IDENTIFIER,
            "The referral's own number.",
            synonyms=("referral", "referral ref", "referral no"),
            example="R0001",
        ),
        Column(
            "child_id",
            "Child number",
            Kind.IDENTIFIER,
            "The child who was referred.",
            refers_to="children.child_id",
            synonyms=("child", "child ref", "child no"),
            is_pseudonym=True,
            example="K000456",
        ),
        Column(
            "received_on",
            "Received on",
            Kind.DATE,
            "The day social care received the referral.",
            synonyms=("date received", "referral date", "date of referral"),
            example="04/03/2010",
        ),
        Column(
            "source",
            "Source",
            Kind.CODE,
            "Who made the referral (children in need census codes).",
            codes=SOURCES,
            example="3B",
        ),
        Column(
            "outcome",
            "Outcome",
            Kind.CODE,
            "What came of the referral.",
            codes=OUTCOMES,
            is_required=False,
            example="in_need",
        ),
        Column(
            "closed_on",
            "Closed on",
            Kind.DATE,
            "The day the case closed. Leave empty if it is open.",
            is_required=False,
            example="",
        ),
        Column(
            "closure_reason",
            "Reason for closing",
            Kind.TEXT,
            "Why the case closed (census codes RC1 to RC9).",
            is_required=False,
            example="",
        ),
        Column(
            "referred_back",
            "Sent back to the centre",
            Kind.YES_NO,
            "Social care sent the referral back to the Children's Centre that made it.",
            is_required=False,
            example="no",
        ),
    ),
)
