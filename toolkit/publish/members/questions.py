"""Three questions that members can put to officers, made from what was found and by a rule that stands before it.

The rule. First what was found against the answer, or bars one: the gravest. Then the largest limit, which is the first
that the verdict tells. Last what would settle it; where there is no answer, what is needed to have one. Where nothing
was found against it the next limit takes its place, and where too little is said at all, a question that fits any.
Whether an answer is welcome has no part in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from toolkit.publish.members.model import MemberVerdict, MemberView
from toolkit.publish.members.question_words import AGAINST, LIMITS
from toolkit.publish.verdicts.rule import state_of

OF_QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "rec10_reach_areas": "reach_areas",
        "rec10_county_series": "interrupted_series",
        "rec10_worcestershire_series": "interrupted_series",
        "rec10_synthetic_county": "synthetic_county",
        "rec10_panel_spend": "area_panel",
        "rec11_referrals": "matched_cohort",
        "rec12_reach": "reach",
        "rec16_trust": "trust",
        "para73_change": "progress_change",
        "para73_missing": "progress_missing",
        "para73_centres": "progress_centres",
        "para73_meaning": "progress_meaning",
        "para73_rollout": "progress_rollout",
        "para73_decision": "progress_decision",
    }
)
"""The kind of study by the question of its protocol: what members read of an answer does not name it."""

SETTLES: Mapping[str, str] = MappingProxyType(
    {
        "matched_cohort": "Could new places be given by lot for a while, so that we would know and need not guess?",
        "progress_decision": "Who will do what this asks for, by which day, and who will check?",
        "progress_meaning": "What do workers do now when a family scores low, and what should they do?",
        "progress_rollout": "Could the other centres start to score on days drawn by lot?",
        "reach": "What will you try first to reach these families, and how will we see if it works?",
        "trust": "Will centres and social care look at some of these cases together, and tell us what they learn?",
        "reach_areas": "Could areas get the next money on days drawn by lot, so that we see what it does?",
        "area_panel": "What in our own county could show if the same holds here?",
        "interrupted_series": "Which places did not get the money, and did their referrals move at the same time?",
        "synthetic_county": "What do our own areas show, set side by side by how much of the money each got?",
    }
)
"""What would settle an answer that there is, by the kind of study."""

NEEDED: Mapping[str, str] = MappingProxyType(
    {
        "matched_cohort": "What would it take to have an answer: more years, more areas, or better records?",
        "progress_change": "Could some families be scored before they get help, so that we could compare?",
        "progress_missing": "What would it take to score each family again before it leaves?",
        "progress_centres": "What must we write down to tell a good centre from one with easier cases?",
        "progress_decision": "How many more families must be scored before we can decide, and when will that be?",
        "progress_meaning": "How many more families must be scored before we can tell what a score means?",
        "progress_rollout": "Could the other centres start to score on days drawn by lot, so that we can tell?",
        "reach": "What must we write down to see which families no centre reaches?",
        "trust": "What must be written down so that we can follow each referral to its end?",
        "reach_areas": "Could areas get the next money on days drawn by lot, so that we can tell?",
        "area_panel": "Which councils' records must be mended before we can tell?",
        "interrupted_series": "Which places without the money could stand beside ours, so that we can tell?",
        "synthetic_county": "Can our own areas be set side by side by how much of the money each got?",
    }
)
"""What is needed to have an answer where there is none, by the kind of study."""

ANY_SETTLES = "What would have to come out for you to change this answer?"
ANY_NEEDED = "What would it take to have an answer, what would it cost, and when would we have it?"
ANY_OF_ANSWERS = (
    "What will you do with this answer, and when will you look at it again?",
    "What do the people who work with these families make of it?",
)
ANY_WITHOUT = (
    "What will you do while there is no answer?",
    "What do the people who work with these families make of it?",
)
"""Questions that fit any: where a verdict of a council's own kind, or an old file, says too little."""


def questions_to_ask(view: MemberView) -> tuple[str, str, str]:
    """Return three questions to put to officers about an answer: all different, and none with a figure."""
    is_answer = state_of(view.verdict.code) == "answered"
    kind = OF_QUESTIONS.get(view.question, "")
    last = SETTLES.get(kind, ANY_SETTLES) if is_answer else NEEDED.get(kind, ANY_NEEDED)
    against, limits = list(_against(view.verdict)), list(_limits(view.verdict))
    others = [*against[:1], *limits, *against[1:], *(ANY_OF_ANSWERS if is_answer else ANY_WITHOUT)]
    first, second, *_ = (one for one in dict.fromkeys(others) if one != last)
    return first, second, last


def _against(said: MemberVerdict) -> Iterator[str]:
    whole = " ".join([said.sentence, said.detail, *said.concerns, *said.cannot_show])
    return (asked for sentence, asked in AGAINST.items() if _start(sentence) in whole)


def _limits(said: MemberVerdict) -> Iterator[str]:
    for limit in said.cannot_show:
        yield from (asked for sentence, asked in LIMITS.items() if limit.startswith(_start(sentence)))


def _start(sentence: str) -> str:
    """Return a sentence up to its first blank, which is all that two of it have in common."""
    return sentence.split("{")[0]
