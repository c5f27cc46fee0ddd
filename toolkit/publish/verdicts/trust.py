"""Trust in plain words: how centres' referrals end, set against similar ones, and what that does not show."""

from __future__ import annotations

from typing import Any

from toolkit.studies.reach_amounts import in_every, more_or_fewer_words
from toolkit.studies.result import Estimate, StudyResult
from toolkit.studies.trust.facts import TrustFacts

TOO_SMALL = 5
"""Counts from 1 to this are never put into a sentence, nor made to follow from one."""

CANNOT_SAY = "These data cannot answer the question."
NO_ESTIMATE = "No figure could be worked out."
NOT_WRONG = "A referral with no further action is not always a wrong one. Social care may have been too full to act."
SOURCE_CODE = "Some codes hold more than centres. Others' referrals may hide among theirs."
NOT_WRITTEN = "Centres may refer cases that differ in ways no one wrote down."
FIRST_TALK = "Calls that never became a referral are not in here."
TIP_OFF = "If social care knows a family from the centre, it may act in other ways."

ENDED = {
    "nfa": "ended with no further action",
    "assessed_not_in_need": "were looked into and no need was found",
    "re_referral_12m": "were followed by another within a year",
}


def describe(result: StudyResult) -> dict[str, Any]:
    """Return the verdict on centres' referrals: whether ``more`` or ``fewer`` of them ended like the first outcome.

    A failed gate makes it ``cannot_say``; otherwise the interval and the margin decide, as for a matched cohort.

    Returns
    -------
    dict
        ``code``, ``sentence``, ``detail``, ``cannot_show`` (tuple of str) and ``maryland_level`` (2).
    """
    code = _code(result)
    primary = result.primary
    if code == "cannot_say" or primary is None:
        reasons = [gate.sentence for gate in result.failed_gates] or [NO_ESTIMATE]
        sentence = " ".join([CANNOT_SAY, *reasons])
        detail = " ".join(_sent_back(result))
    else:
        sentence = _sentence(code, primary)
        detail = " ".join([*_means(result), *_others(result), *_sent_back(result)])
    return {
        "code": code,
        "sentence": sentence,
        "detail": detail,
        "cannot_show": (NOT_WRONG, SOURCE_CODE, NOT_WRITTEN, TIP_OFF, FIRST_TALK),
        "maryland_level": 2,
    }


def _code(result: StudyResult) -> str:
    primary = result.primary
    if result.failed_gates or primary is None or primary.low is None or primary.high is None:
        return "cannot_say"
    if int(result.facts_as(TrustFacts).smallest_cell[primary.outcome]) <= TOO_SMALL:
        return "cannot_say"
    if primary.low > 0:
        return "more"
    if primary.high < 0:
        return "fewer"
    return (
        "little_or_no_difference"
        if max(-primary.low, primary.high) < result.facts_as(TrustFacts).margin
        else "inconclusive"
    )


def _sentence(code: str, primary: Estimate) -> str:
    base, (about, low, high) = in_every((primary.estimate or 0.0, primary.low or 0.0, primary.high or 0.0))
    ended = ENDED[primary.outcome]
    fit = f"he data fit anything from {more_or_fewer_words(low)} to {more_or_fewer_words(high)}."
    if code == "little_or_no_difference":
        return f"We see little or no difference. Of every {base:,} referrals by centres, t{fit}"
    found = (
        f"Of every {base:,} referrals by centres, about {more_or_fewer_words(about)} {ended} than of others like them."
    )
    if code == "inconclusive":
        return f"We cannot tell if centres' referrals end in other ways. {found} But t{fit}"
    return f"{found} T{fit}"


def _means(result: StudyResult) -> list[str]:
    facts = result.facts_as(TrustFacts)
    outcome, means = facts.outcome, facts.means.get(facts.outcome)
    if means is None:
        return []
    centres, others = (round(100 * float(mean)) for mean in means)
    return [
        f"Of every 100 by centres, about {centres} {ENDED[outcome]}. Of every 100 like them by others, {others} did."
    ]


def _others(result: StudyResult) -> list[str]:
    """Return a sentence for each further outcome with enough referrals behind it, whatever it says."""
    told = []
    for estimate in result.estimates[1:]:
        if (
            estimate.estimator != "matched"
            or estimate.estimate is None
            or estimate.low is None
            or estimate.high is None
        ):
            continue
        if int(result.facts_as(TrustFacts).smallest_cell[estimate.outcome]) <= TOO_SMALL:
            continue
        base, (about, low, high) = in_every((estimate.estimate, estimate.low, estimate.high))
        told.append(
            f"Of every {base:,}, {more_or_fewer_words(about)} {ENDED[estimate.outcome]} "
            f"(from {more_or_fewer_words(low)} to {more_or_fewer_words(high)})."
        )
    return told


def _sent_back(result: StudyResult) -> list[str]:
    facts = result.facts_as(TrustFacts)
    sent, recorded = facts.sent_back, facts.back_recorded
    if min(sent, recorded - sent) <= TOO_SMALL:
        return []
    return [
        f"Of every 100 referrals by centres, about {round(100 * sent / recorded)} were sent back to the centre. Only "
        "a centre's own can be, so there is no one to compare with."
    ]
