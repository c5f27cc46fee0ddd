"""Episodes: section 47 enquiries, protection plans, care, and targeted early help, which alone is not statutory."""

from __future__ import annotations

from toolkit.tables.schema import Column, Kind, Table

KINDS = {
    "section_47": "Section 47 enquiry",
    "protection_plan": "Child protection plan",
    "looked_after": "Looked after by the council",
    "early_help": "Targeted early help",
}
EARLY_HELP = "early_help"
"""The kind that is no statutory episode: what is said of those leaves it out."""

EPISODES = Table(
    name="episodes",
    title="Episodes",
    one_row_is="an enquiry, a plan, a time in care or early help of one child",
    key=("child_id", "kind", "started_on"),
    columns=(
        Column(
            "child_id",
            "Child number",
            Kind.IDENTIFIER,
            "The child.",
            refers_to="children.child_id",
            synonyms=("child", "child ref", "child no"),
            is_pseudonym=True,
            example="K000456",
        ),
        Column("kind", "Kind", Kind.CODE, "What kind of episode it is.", codes=KINDS, example="section_47"),
        Column("started_on", "Started on", Kind.DATE, "The day it began.", example="11/03/2010"),
        Column(
            "ended_on",
            "Ended on",
            Kind.DATE,
            "The day it ended. Leave empty if it goes on.",
            is_required=False,
            example="",
        ),
    ),
)
