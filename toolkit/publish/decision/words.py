"""The decision in words: for members at most 60 in all, the first sentence at most 25, and no count of families."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.publish.decision.price import Price
from toolkit.publish.decision.rules import Choice, Decision
from toolkit.studies.progress_decision.criteria import (
    AGREEMENT,
    CHANGE,
    COMPLETE,
    COST,
    INFLATION,
    MEANING,
    TRACKING,
    Criterion,
    Standing,
)

CHOSEN: Mapping[Choice, str] = MappingProxyType(
    {
        "roll_out": "Roll it out: the other centres can score families too.",
        "conversation_only": "Use the scores to talk with families, but do not add them up.",
        "mend_and_measure_again": "Not yet: mend how families are scored, then measure again.",
        "stop": "Stop: these scores tell us nothing that we can use.",
    }
)
"""The decision itself."""

NAMES: Mapping[str, str] = MappingProxyType(
    {
        COMPLETE: "Families are scored again",
        AGREEMENT: "Workers agree",
        MEANING: "The first score tells who needs help later",
        CHANGE: "A change in score tells something too",
        INFLATION: "Workers' end scores do not creep up",
        TRACKING: "Scoring does no harm",
        COST: "It costs no more than it may",
    }
)
"""Each criterion as a claim that is met, not met, or not known."""

STANDS: Mapping[Standing, str] = MappingProxyType({"met": "Met", "not_met": "Not met", "not_known": "Not known"})

WHY: Mapping[tuple[Choice, str], str] = MappingProxyType(
    {
        ("roll_out", MEANING): "A low score goes with later referrals. Workers agree, and families are scored again.",
        ("stop", MEANING): "They do not tell who is referred later, beyond what we knew.",
        ("conversation_only", MEANING): "Workers agree, but scores do not tell who is referred later.",
        ("conversation_only", INFLATION): "End scores rise year by year, and no one else's scores bear that out.",
        ("conversation_only", CHANGE): "The first score tells who needs help later. A change in it does not.",
        ("conversation_only", AGREEMENT): "Two workers often score the same family differently.",
        ("mend_and_measure_again", MEANING): "We cannot tell yet if scores mean anything.",
        ("mend_and_measure_again", COMPLETE): "The scores mean something, but too few families are scored again.",
        ("mend_and_measure_again", INFLATION): "We cannot tell if end scores creep up.",
        ("mend_and_measure_again", AGREEMENT): "We cannot tell if two workers would give the same score.",
        (
            "mend_and_measure_again",
            TRACKING,
        ): "More families were referred once centres scored. We must know why first.",
        ("mend_and_measure_again", COST): "Scoring takes more time than the council would pay for.",
    }
)
"""Why, by the decision and the criterion that decided."""

SHARE = "Of every 100, {share} were."
OVER_MONTHS = "That takes about {months} months{cost}."
NO_PACE = "No one is scored now, so we cannot say how long that takes."

CHANGES: Mapping[tuple[Choice, str], str] = MappingProxyType(
    {
        ("roll_out", MEANING): "Draw the start days by lot, to see if scoring does harm.",
        ("stop", MEANING): "Another scale would have to be tried on about {families} families.",
        ("conversation_only", MEANING): "Another scale would have to be tried on about {families} families.",
        ("conversation_only", INFLATION): "Let someone else give the end scores too, for about {families} families.",
        ("conversation_only", CHANGE): "A finer scale would have to be tried on about {families} families.",
        ("conversation_only", AGREEMENT): "Train workers. Then let two of them score about {families} families.",
        ("mend_and_measure_again", MEANING): "To settle it, score about {families} further families.",
        ("mend_and_measure_again", COMPLETE): "Score the next {families} or so families again, whoever they are.",
        (
            "mend_and_measure_again",
            INFLATION,
        ): "To settle it, let a second worker score about {families} further families.",
        ("mend_and_measure_again", AGREEMENT): "To settle it, let two workers score about {families} further families.",
        ("mend_and_measure_again", TRACKING): "To find out, let the other centres start on days drawn by lot.",
        ("mend_and_measure_again", COST): "Make scoring quicker, and ask again.",
    }
)
"""What would change the decision, by what decided it."""

NOT_TALK = "We did not measure if scoring helps workers and families to talk."
NO_COST = "No one has entered what scoring costs in workers' time."
COST_FROM = "It costs about £{pounds:,.0f} of workers' time a family{source}."
NO_HARM_SHOWN = "We cannot rule out that scoring as such does harm. So few centres could show only a large effect."
CHANGE_UNKNOWN = "We cannot tell yet if a change in score means anything by itself."


def said(decision: Decision, share: float | None) -> tuple[str, str]:
    """Return the decision with its reason, and what would change it with its price: 60 words in all at most.

    Parameters
    ----------
    decision
        The decision.
    share
        The share scored again, where it may be told.
    """
    key = (decision.choice, decision.decided_by)
    why = [CHOSEN[decision.choice], WHY[key]]
    if decision.decided_by == COMPLETE and share is not None:
        why.append(SHARE.format(share=round(100 * share)))
    return " ".join(why), _to_find_out(CHANGES[key], decision.price)


def _to_find_out(change: str, price: Price | None) -> str:
    if price is None:
        return change
    families = "many" if price.families is None else f"{price.families:,}"
    cost = "" if price.pounds is None else f" and £{price.pounds:,} of workers' time"
    length = NO_PACE if price.months is None else OVER_MONTHS.format(months=price.months, cost=cost)
    return f"{change.format(families=families)} {length}"


def limits(criteria: tuple[Criterion, ...], cost_source: str) -> tuple[str, ...]:
    """Return what the decision does not rest on, a sentence each; of what is not known, what was found nowhere."""
    stands = {one.name: one for one in criteria}
    unknown = {one.name for one in criteria if one.standing == "not_known"}
    cost = stands[COST].figure if COST in stands else None
    source = f" ({cost_source})" if cost_source else ""
    return (
        NOT_TALK,
        *((NO_HARM_SHOWN,) if TRACKING in unknown else ()),
        *((CHANGE_UNKNOWN,) if CHANGE in unknown else ()),
        NO_COST if cost is None else COST_FROM.format(pounds=cost, source=source),
    )
