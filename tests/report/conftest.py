"""Three answers made by hand as members may see them: one with a range, a decision, and one about real figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from toolkit.publish.members.model import Days, MemberEstimate, MemberVerdict, MemberView
from toolkit.publish.members.published import Published
from toolkit.publish.verdicts import sentences
from toolkit.records.publications import Publication

HAPPENED = {"happened": "were referred", "within": "within a year"}
ESTIMATES = tuple(
    MemberEstimate(name, label, 1000, -31, -52, -11, "31 fewer in every 1,000 families, from 52 fewer to 11 fewer")
    for name, label in (("any_referral_12m", "Referred to social care"), ("care_entry_12m", "Came into care"))
)
REFERRALS = MemberView(
    question="rec11_referrals",
    title="Do Children's Centres reduce referrals to social care?",
    recommendation="Recommendation 11",
    simulated=True,
    as_of=Days("2007-04-01", "2012-03-31"),
    verdict=MemberVerdict(
        "fewer",
        sentences.FEWER.format(base="1,000", estimate="31 fewer", low="52 fewer", high="11 fewer", **HAPPENED),
        sentences.COMPARED.format(families="about 805", controls="about 1,610"),
        (sentences.HIDDEN_DIFFERENCES, sentences.ONE_COUNTY, sentences.SIMULATED),
        2,
        sentences.MARYLAND[2],
    ),
    estimates=ESTIMATES,
    families={"joined": 805, "compared_with": 1610},
    tables={},
    key=sentences.TOO_FEW,
    plan="1bdb2f4d",
    notice=sentences.SIMULATED,
)
CRITERIA = [
    {"figure": 0.52, "high": 0.58, "low": 0.48, "name": "complete", "standing": "not_met", "threshold": 0.8},
    {"figure": None, "high": 0.76, "low": 0.33, "name": "agreement", "standing": "not_known", "threshold": 0.4},
]
DECISION = replace(
    REFERRALS,
    question="para73_decision",
    title="Were the 1 to 5 scores helpful, and should the other centres adopt them?",
    recommendation="Paragraph 73",
    verdict=MemberVerdict(
        "decided",
        "Not yet: mend how families are scored, then measure again. We cannot tell yet if scores mean anything.",
        "To settle it, score about 340 further families. That takes about 49 months.",
        ("We did not measure if scoring helps workers and families to talk.", sentences.SIMULATED),
        1,
        sentences.MARYLAND[1],
    ),
    estimates=(),
    tables={"decision_criteria": CRITERIA},
)
SERIES = [
    {"period": f"{year}/{year % 100 + 1:02d} Q{quarter}", "referrals": referrals}
    for (year, quarter), referrals in zip(
        [(2009, 1), (2009, 2), (2009, 3), (2009, 4), (2010, 1), (2010, 2)], [758, 850, 795, 737, 855, 792], strict=True
    )
]
REAL = replace(
    REFERRALS,
    question="rec10_worcestershire_series",
    title="Did the early intervention money change referrals in Worcestershire?",
    recommendation="Recommendation 10",
    simulated=False,
    notice=None,
    verdict=MemberVerdict(
        "cannot_say",
        "These data cannot answer the question. There are 6 quarters from before the money. At least 8 are needed.",
        "The quietest quarter had 737, the busiest 855.",
        ("One county's counts never prove a cause. They can only show that the change came when the money did.",),
        1,
        sentences.MARYLAND[1],
    ),
    estimates=(),
    tables={"series": SERIES},
)


def published(view: MemberView, *, versions: int = 1) -> Published:
    """Return an answer as it stands after so many publications."""
    record = tuple(
        Publication(
            publication_id=number,
            question=view.question,
            result=f"results/{view.question}/abc",
            by="R. Lead (Early intervention lead)",
            at=datetime(2026, 11, 20 + number, 9, 30, 15, tzinfo=UTC),
            what="published",
            version=number,
            why="" if number == 1 else "New records came in.",
            view_hash=f"{number}d" * 32,
            replaces=number - 1 or None,
        )
        for number in range(1, versions + 1)
    )
    return Published(view=view, record=record, erased="")


@pytest.fixture(scope="session")
def answers() -> list[Published]:
    return [published(REFERRALS, versions=2), published(DECISION), published(REAL)]


@pytest.fixture(scope="session")
def translations() -> Path:
    """Summaries of the first answer in four languages, as a council would keep them."""
    return Path(__file__).with_name("translations")
