"""The figures of a matched cohort: how many families of each arm had each outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.figures.protector import Tables
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.wording.amounts import share_in_words

JOINED_LATER = ("later/joined", "later/had not joined")
"""Of the families compared with, those that joined within the year and those that did not."""


def arm_name(*, joined: bool, families: int) -> str:
    """Return the name of an arm's families; another number of them is another figure (an outcome known of fewer)."""
    return f"families/{_arm(joined)}/{families}"


def event_names(outcome: str, *, joined: bool) -> tuple[str, str]:
    """Return the names of an arm's families with an outcome and without it."""
    name = f"events/{outcome}/{_arm(joined)}"
    return f"{name}/with", f"{name}/without"


def compared(bundle: Bundle) -> Mapping[str, str]:
    """Return the families compared: what a page calls each arm, and its figure's name."""
    primary = bundle.primary
    counts = {} if primary is None else {"joined": primary.n_treated, "compared_with": primary.n_control}
    return {
        said: arm_name(joined=said == "joined", families=int(count))
        for said, count in counts.items()
        if count is not None
    }


def enter(bundle: Bundle, book: Book, policy: Policy) -> None:
    """Enter the families of each arm, and those compared with that joined later."""
    facts, primary = bundle.facts, bundle.primary
    if primary is not None:
        for joined, count in ((True, primary.n_treated), (False, primary.n_control)):
            if count is not None:
                book.figure(arm_name(joined=joined, families=int(count)), int(count))
        if primary.n_treated is not None and primary.n_treated == primary.n_control:
            # One for one, the arms are as large as each other, and whoever reads both knows it.
            families = int(primary.n_treated)
            book.total(arm_name(joined=False, families=families), [arm_name(joined=True, families=families)])
    if isinstance(facts, MatchedCohortFacts) and facts.controls and facts.joined_later is not None:
        later, rest = JOINED_LATER
        parts = [book.figure(later, facts.joined_later), book.figure(rest, facts.controls - facts.joined_later)]
        book.total(arm_name(joined=False, families=facts.controls), parts)


def enter_events_matched(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter each arm's families, once, and of each outcome those with it and those without."""
    for row in tables["events_matched"]:
        part, whole, joined = int(row["with_outcome"]), int(row["rows"]), bool(row["treated"])
        with_it, without = event_names(str(row["outcome"]), joined=joined)
        book.total(
            arm_name(joined=joined, families=whole), [book.figure(with_it, part), book.figure(without, whole - part)]
        )
    arms = {(bool(row["treated"]), int(row["rows"])) for row in tables["events_matched"]}
    wholes = {families for _, families in arms}
    if len(arms) == 2 and len(wholes) == 1:
        # As many compared with as joined, and whoever reads both knows it.
        families = wholes.pop()
        book.total(arm_name(joined=False, families=families), [arm_name(joined=True, families=families)])


def events_matched(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return how many families of each arm had each outcome; one that counts referrals is not counted in families."""
    shown = []
    for row in tables["events_matched"]:
        outcome, joined = str(row["outcome"]), bool(row["treated"])
        if outcome in OUTCOMES and not OUTCOMES[outcome].is_binary:
            continue
        part, without = (release[name] for name in event_names(outcome, joined=joined))
        whole = release[arm_name(joined=joined, families=int(row["rows"]))]
        is_told = without is not None and share_of_shown(part, whole, policy) is not None
        share = row.get("share")  # families lost to follow-up allowed for; not in results of before they were followed
        shown.append(
            {
                "outcome": outcome,
                "label": OUTCOMES[outcome].label if outcome in OUTCOMES else outcome,
                "joined": joined,
                "families": whole,
                "with_outcome": part,
                "in_100": share_in_words(part / whole if share is None else float(share), 100)
                if is_told and part is not None and whole
                else None,
            }
        )
    return shown


def _arm(joined: bool) -> str:
    return "joined" if joined else "compared with"
