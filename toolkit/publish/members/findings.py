"""What a council has found on each thing its councillors asked for: a row a recommendation, the answer first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.publish.members.model import MemberView
from toolkit.publish.verdicts.rule import state_of

NOT_PUBLISHED = "No answer is published yet."
NOT_WORKED_OUT = "Not worked out"
NO_SIZE = "No figure"
OF_FIVE = 5
SIGNS: Mapping[str, str] = {
    "How large": "By how much things differ, where that can be told.",
    "How far to trust it": "Strength of evidence, from 1 (one group by itself) to 5 (a trial). None here is a trial.",
    "Cost": "What the answer means in money, where the lead has worked it out.",
}
"""What each sign means."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing the councillors asked for.

    Attributes
    ----------
    number
        The report's, as it is cited.
    asks
        The question, in our words.
    questions
        Protocols that answer it, the one that leads first.
    """

    number: str
    asks: str
    questions: tuple[str, ...]


ASKED: tuple[Asked, ...] = (
    Asked(
        "Recommendation 10",
        "What did the extra money do to the number of referrals?",
        ("rec10_reach_areas", "rec10_county_series", "rec10_synthetic_county"),
    ),
    Asked("Recommendation 11", "Do Children's Centres reduce referrals to social care?", ("rec11_referrals",)),
    Asked("Recommendations 12 and 13", "Which families are not reached?", ("rec12_reach",)),
    Asked("Recommendation 16", "Do referrals from centres bounce back?", ("rec16_trust",)),
    Asked("Paragraph 73", "Are the 1 to 5 scores helpful?", ("para73_decision", "para73_change")),
)
"""In the order of the report."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of the findings.

    Attributes
    ----------
    asked
        What was asked.
    question
        The published answer's; ``None`` where there is none.
    answer
        In 25 words or fewer.
    is_answer
        Whether it answers the question, rather than saying why it cannot be.
    size, trust, cost
        The three signs, in words.
    """

    asked: Asked
    question: str | None
    answer: str
    is_answer: bool
    size: str
    trust: str
    cost: str


def findings(views: Sequence[MemberView]) -> tuple[Finding, ...]:
    """Return a row a recommendation, of the published answers that stand.

    Of a recommendation's answers the first by rank stands here, whatever it found; the others have pages of their own.
    """
    by_question = {view.question: view for view in views}
    return tuple(_finding(asked, by_question) for asked in ASKED)


def _finding(asked: Asked, by_question: Mapping[str, MemberView]) -> Finding:
    view = next((by_question[name] for name in asked.questions if name in by_question), None)
    if view is None:
        return Finding(asked, None, NOT_PUBLISHED, False, NO_SIZE, "", NOT_WORKED_OUT)
    verdict = view.verdict
    return Finding(
        asked=asked,
        question=view.question,
        answer=verdict.in_short,
        is_answer=state_of(verdict.code) == "answered",
        size=view.estimates[0].words if view.estimates else NO_SIZE,
        trust=_trust(verdict.maryland_level, len(verdict.concerns)),
        cost=NOT_WORKED_OUT,
    )


def _trust(level: int, concerns: int) -> str:
    kept = "" if not concerns else f"; {concerns} thing{'s' if concerns > 1 else ''} to keep in mind"
    return f"{level} of {OF_FIVE}{kept}"
