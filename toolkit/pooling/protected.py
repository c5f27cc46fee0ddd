"""Whether what is about to be handed on gives a small count away: what it tells, beside what members read, audited.

The house's own auditor gets one book: the figures that members see or would see of the result, the families at each
step, and of each outcome what its rounded estimate and error tell of the families behind them. An estimate by which a
hidden figure could be narrowed down is withheld.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.pooling.rounding import VARIANCE_STEPS, step_of
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release, Statement, audit, protect
from toolkit.publish.figures.matched_cohort import JOINED_LATER, arm_name, event_names
from toolkit.publish.figures.tables import book_of
from toolkit.publish.members.kept import said_before
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts

_STEP = "shared/flow/{}"


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be handed on.

    Attributes
    ----------
    flow
        Families at each step, rounded; ``None`` where hidden.
    withheld
        Outcomes whose estimate would give a count away.
    """

    flow: Mapping[str, int | None]
    withheld: frozenset[str]


def protected(bundle: Bundle, outcomes: tuple[str, ...], store_folder: Path, policy: Policy) -> Protected:
    """Return which of a result's outcomes may be handed on, and the families at each step as they may be told.

    Parameters
    ----------
    bundle
        The result.
    outcomes
        Whose estimates are asked for.
    store_folder
        The store's, for what members were shown before.
    policy
        The rules.

    Raises
    ------
    CannotProtect
        When the figures cannot be protected at all.
    """
    book = _book(bundle, policy)
    release = protect(book, policy, before=said_before(store_folder, book))
    withheld: set[str] = set()
    for outcome in outcomes:
        whole, said = _book(bundle, policy), dict(release.said)
        if not _enter(bundle, outcome, whole, said, policy) or audit(whole, said, policy):
            withheld.add(outcome)
    whole, said = _book(bundle, policy), dict(release.said)
    kept = [outcome for outcome in outcomes if outcome not in withheld]
    for outcome in kept:
        _enter(bundle, outcome, whole, said, policy)
    if len(kept) > 1 and audit(whole, said, policy):
        withheld |= set(kept[1:])  # together they tell too much: the first decides the verdict and was audited alone
    return Protected(_flow(bundle, release), frozenset(withheld))


def _book(bundle: Bundle, policy: Policy) -> Book:
    """Return the book of what members may see, and the families at each step."""
    book, facts = book_of(bundle, policy), bundle.facts_as(MatchedCohortFacts)
    matched = arm_name(joined=True, families=facts.matched)
    book.figure(matched, facts.matched)
    left = book.figure(_STEP.format("unmatched"), facts.unmatched)
    book.total(_STEP.format("joined"), [matched, left])
    return book


def _flow(bundle: Bundle, release: Release) -> dict[str, int | None]:
    facts = bundle.facts_as(MatchedCohortFacts)
    names = {
        "joined": _STEP.format("joined"),
        "matched": arm_name(joined=True, families=facts.matched),
        "unmatched": _STEP.format("unmatched"),
        "compared_with_joined_later": JOINED_LATER[0],
    }
    return {step: release.shown.get(name) for step, name in names.items()}


def _enter(bundle: Bundle, outcome: str, book: Book, said: dict[str, Statement], policy: Policy) -> bool:
    """Enter what an outcome's estimate and error tell of the families with it; False where those are not on record.

    The difference tells how many more there are in one arm than in the other, to a step; the error how many in both, to
    four. Both are taken to be told of the very counts, however the estimate was adjusted.
    """
    rows = {bool(row["treated"]): row for row in bundle.table("events_matched") if row["outcome"] == outcome}
    if set(rows) != {True, False}:
        return False
    joined, others = (_counted(rows[arm]) for arm in (True, False))
    names = {arm: event_names(outcome, joined=arm) for arm in (True, False)}
    _apart(outcome, joined[0] - others[0], names, book, said, step_of(policy))
    rarer = 0 if joined[0] + others[0] <= joined[1] + others[1] else 1
    _together(outcome, [names[True][rarer], names[False][rarer]], joined[rarer] + others[rarer], book, said, policy)
    return True


def _counted(row: Mapping[str, Any]) -> tuple[int, int]:
    return int(row["with_outcome"]), int(row["rows"]) - int(row["with_outcome"])


def _apart(
    outcome: str,
    difference: int,
    names: Mapping[bool, tuple[str, str]],
    book: Book,
    said: dict[str, Statement],
    step: int,
) -> None:
    """Enter that the arms differ by a number of a known range: joined and a known number, others and what is left."""
    least = step * ((difference + step // 2) // step) - step // 2
    known, rest, both = (f"shared/{outcome}/{part}" for part in ("known", "rest", "apart"))
    book.figure(rest, difference - least, known=True)  # a number that families are counted from, and no families
    book.figure(known, abs(least), known=True)
    left = [names[True][0], *([known] if least < 0 else [])]
    right = [names[False][0], rest, *([known] if least >= 0 else [])]
    book.total(both, left)
    book.total(both, right)
    said[known] = Statement(abs(least), abs(least))
    said[rest] = Statement(0, step - 1)


def _together(
    outcome: str, names: list[str], count: int, book: Book, said: dict[str, Statement], policy: Policy
) -> None:
    """Enter that both arms hold a number of a known range."""
    wide = VARIANCE_STEPS * step_of(policy)
    shown = max(wide, wide * ((count + wide // 2) // wide))
    name = book.total(f"shared/{outcome}/together", names)
    said[name] = Statement(0 if shown == wide else shown - wide // 2, shown + wide // 2 - 1)
