"""Finding things by their words: each word asked for, or one that stands for it, must be there or begin one there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WORDS = re.compile(r"[^\W\d_]+|\d+")
_SMALL = frozenset(
    word
    for line in (
        "a about an and are at be by can did do does for from has have how i in is it many much my of on or our",
        "that the their there they this to was we what when where which who why will with you",
    )
    for word in line.split()
)
"""Words that a question is built with: left out of what is asked, where anything else is asked for."""
_SAME: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "neglect abuse harm safeguarding protection",
        "cost costs money price pounds budget spending spent funding savings value worth",
        "sure certain certainty confident confidence reliable trust evidence range",
        "kids children child",
        "poor poverty deprived deprivation",
        "missed unreached reach reached joined",
        "care fostered foster looked adopted",
        "area areas district districts ward wards neighbourhood",
        "compare comparison compared beside neighbours",
        "suppressed rounded privacy",
        "report pdf word print download",
        "scores score progress outcome outcomes star",
        "language languages english translation",
        "meeting decision decisions decided ledger",
        "login password account accounts",
        "bounce bounced rejected sent",
    )
)
"""Words that stand for each other in a search."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be found.

    Attributes
    ----------
    kind
        What it is, such as "Page".
    name
        What it is called.
    words
        What it is about; looked through too, and shown under the name.
    address
        Where it is.
    within
        What else stands there: looked through too, and not shown.
    """

    kind: str
    name: str
    words: str
    address: str
    within: str = ""


def found(entries: Iterable[Entry], asked: str) -> list[Entry]:
    """Return the entries that have every word asked for, those with more of them in their name first.

    An entry that has a word itself stands before one that has only another which stands for it.

    Parameters
    ----------
    entries
        What is looked through.
    asked
        As typed; signs and capital letters do not matter, and a number is a word by itself.

    Examples
    --------
    >>> one = Entry("Question", "Recommendation 11", "Do centres reduce referrals?", "/answers", "A child is safe.")
    >>> [len(found([one], asked)) for asked in ("rec11", "REFERRAL", "rec 12", "", "kids", "do centres?")]
    [1, 1, 0, 0, 1, 1]
    """
    typed = _words(asked)
    wanted = [word for word in typed if word not in _SMALL] or typed
    if not wanted:
        return []
    ranked = []
    for place, entry in enumerate(entries):
        name, rest = _words(entry.name), _words(f"{entry.words} {entry.within}")
        if all(_has(word, [*name, *rest]) or _has_same(word, [*name, *rest]) for word in wanted):
            in_name = sum(_has(word, name) for word in wanted)
            itself = sum(_has(word, [*name, *rest]) for word in wanted)
            ranked.append((-in_name, -itself, place, entry))
    return [entry for *_, entry in sorted(ranked, key=lambda one: one[:3])]


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold().replace("\u2019", "").replace("'", ""))


def _has(wanted: str, words: Sequence[str]) -> bool:
    return any(word == wanted if wanted.isdecimal() else word.startswith(wanted) for word in words)


def _has_same(wanted: str, words: Sequence[str]) -> bool:
    same = {other for group in _SAME if wanted in group for other in group}
    return any(word in same for word in words)
