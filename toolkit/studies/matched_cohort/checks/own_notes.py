"""What the estimate says of itself: whatever the statistics noted that bears on whether it can be believed.

A note's own words may count families, and no book of figures knows of these counts. So what leaves here is the sentence
for the note's code, which has none.
"""

from __future__ import annotations

from types import MappingProxyType

from toolkit.cohort.covariates import COVARIATES
from toolkit.stats import Note
from toolkit.studies.matched_cohort.checks.words import warns
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check

LABEL = "What the estimate says of itself"
SERIOUS = MappingProxyType(
    {
        "terms_apart": "The groups still differ by more than chance on {terms}.",
        "squares_or_products_apart": (
            "The groups are alike on average, but not in how {terms} spread or go together. That may make the estimate "
            "too high or too low."
        ),
        "few_matched": "Most families that joined have no match: the estimate is for the others alone.",
        "few_clusters": "Too few centres or areas are on one side for a firm answer.",
        "extreme_weights": "The estimate rests on few families.",
        "adjusted_means_impossible": "The estimate could not allow for what differs between the groups.",
        "too_few_rows_to_adjust": "There were too few families to allow for what differs between the groups.",
    }
)
"""What a lead is told, by the note's code; the codes of all notes stand in the result's facts."""
MOST_NAMED = 3


def check(evidence: Evidence) -> Check:
    """Warn when the matching or the main estimate has a serious note."""
    serious = [note for note in evidence.notes if note.code in SERIOUS]
    sentence = " ".join(dict.fromkeys(_said(note) for note in serious))
    return Check(
        name="own_notes",
        label=LABEL,
        status=warns(not serious),
        figure=float(len(serious)),
        threshold=0.0,
        sentence=sentence or "Neither the matching nor the estimate has anything to warn of.",
    )


def _said(note: Note) -> str:
    """Return the note as a lead is told it, with the covariates by the names that pages have for them."""
    terms = [term for term in str(note.figures.get("terms", "")).split(", ") if term]
    named = [" and ".join(_label(part) for part in term.split(" × ")) for term in terms[:MOST_NAMED]]
    if len(terms) > MOST_NAMED:
        named.append(f"{len(terms) - MOST_NAMED} more")
    return SERIOUS[note.code].format(terms=", ".join(dict.fromkeys(named)))


def _label(term: str) -> str:
    name = term.partition("[")[0]
    if name == "score":
        return "how likely families were to join"
    return COVARIATES[name].label.lower() if name in COVARIATES else name.replace("_", " ")
