"""What a council has found on each thing its councillors asked for: a row a recommendation, the answer first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from toolkit.publish.members.model import MemberVerdict, MemberView
from toolkit.publish.verdicts.money_designs import joint
from toolkit.publish.verdicts.rule import state_of
from toolkit.studies.progress_decision.criteria import COST
from toolkit.wording.numbers import counted

NOT_PUBLISHED = "No answer is published yet."
DO_NOT_AGREE = "We cannot tell: ways of looking at the money do not agree."
OF_FIVE = 5
SIGNS: Mapping[str, str] = {
    "How large": "By how much things differ, where that can be told.",
    "How far to trust it": "Strength of evidence, from 1 (one group by itself) to 5 (a trial). None here is a trial.",
    "What it costs": "In pounds, as the council entered them. It does not say that the money is saved elsewhere.",
}
"""What each sign means."""


KINDS_OF_MONEY: Mapping[str, str] = MappingProxyType(
    {
        "rec10_reach_areas": "reach_areas",
        "rec10_county_series": "interrupted_series",
        "rec10_synthetic_county": "synthetic_county",
    }
)
"""The ways of looking at the money that are of this county, by the question of their published answer."""


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
    Asked("Recommendation 11", "Do Children's Centres reduce referrals to social care?", ("rec11_referrals",)),
    Asked(
        "Recommendation 10",
        "What did the extra money do to the number of referrals?",
        tuple(KINDS_OF_MONEY),
    ),
    Asked("Recommendations 12 and 13", "Which families are not reached?", ("rec12_reach",)),
    Asked("Recommendation 16", "Do referrals from centres bounce back?", ("rec16_trust",)),
    Asked("Paragraph 73", "Are the 1 to 5 scores helpful?", ("para73_decision", "para73_change")),
)
"""The question that the others hang on first, then in the order of the report."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of the findings.

    Attributes
    ----------
    asked
        What was asked.
    question
        The published answer's that leads; ``None`` where there is none.
    answer
        In 25 words or fewer.
    is_answer
        Whether it answers the question, rather than saying why it cannot be.
    size, trust, cost
        The signs, in words; empty where there is nothing to say.
    """

    asked: Asked
    question: str | None
    answer: str
    is_answer: bool
    size: str
    trust: str
    cost: str = ""

    @property
    def signs(self) -> Mapping[str, str]:
        """The signs there are, by the names of `SIGNS`."""
        return {name: said for name, said in zip(SIGNS, (self.size, self.trust, self.cost), strict=True) if said}


@dataclass(frozen=True, slots=True)
class _Way:
    """A published answer as one way of looking at the money."""

    question: str
    kind: str
    verdict: MemberVerdict


def findings(views: Sequence[MemberView], *, simulated: bool) -> tuple[Finding, ...]:
    """Return a row a recommendation, of the published answers that stand.

    Only answers that are simulated as the store is, or real as it is, stand here: the two are never put together.
    Ways of looking at the money give one answer by the rule of `money_designs`; of another recommendation's answers the
    first by rank stands here.
    """
    by_question = {view.question: view for view in views if view.simulated == simulated}
    return tuple(_finding(asked, by_question) for asked in ASKED)


def what_was_asked(question: str) -> str:
    """Return what the councillors asked that a protocol's question answers; empty where it answers none of it."""
    return next((asked.asks for asked in ASKED if question in asked.questions), "")


def _finding(asked: Asked, by_question: Mapping[str, MemberView]) -> Finding:
    here = [by_question[name] for name in asked.questions if name in by_question]
    if not here:
        return Finding(asked, None, NOT_PUBLISHED, False, "", "")
    view, answer = here[0], here[0].verdict.in_short
    kinds = KINDS_OF_MONEY
    ways = [_Way(one.question, kinds[one.question], one.verdict) for one in here if one.question in kinds]
    if ways:
        found = joint(ways)
        leads = next((one.question for one in found.designs if one.stands == "leads"), view.question)
        view = by_question[leads]
        answer = DO_NOT_AGREE if found.code != view.verdict.code else view.verdict.in_short
    is_answer = answer != DO_NOT_AGREE and state_of(view.verdict.code) == "answered"
    return Finding(
        asked=asked,
        question=view.question,
        answer=answer,
        is_answer=is_answer,
        size=view.estimates[0].words if is_answer and view.estimates else "",
        trust=_trust(view.verdict.maryland_level, len(view.verdict.concerns)),
        cost=_cost(view),
    )


def _cost(view: MemberView) -> str:
    """Return what scoring a family costs, where the council entered it: no other answer has a cost that was entered."""
    rows = (row for row in view.tables.get("decision_criteria", ()) if row["name"] == COST)
    pounds = next((row["figure"] for row in rows), None)
    return "" if pounds is None else f"about £{pounds:,.0f} of workers' time for each family"


def _trust(level: int, concerns: int) -> str:
    kept = f"; {counted(concerns, 'thing')} to keep in mind" if concerns else ""
    return f"{level} of {OF_FIVE}{kept}"
