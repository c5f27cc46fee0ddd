"""Finding things by their name and words: each word asked for must stand there, or begin one there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORDS = re.compile(r"[^\W\d_]+|\d+")


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
    """

    kind: str
    name: str
    words: str
    address: str


def found(entries: Iterable[Entry], asked: str) -> list[Entry]:
    """Return the entries that have every word asked for, those with more of them in their name first.

    Parameters
    ----------
    entries
        What is looked through.
    asked
        As typed; signs and capital letters do not matter, and a number is a word by itself.

    Examples
    --------
    >>> one = Entry("Question", "Recommendation 11", "Do centres reduce referrals?", "/answers")
    >>> [len(found([one], asked)) for asked in ("rec11", "REFERRAL", "rec 12", "")]
    [1, 1, 0, 0]
    """
    wanted = _words(asked)
    if not wanted:
        return []
    ranked = []
    for place, entry in enumerate(entries):
        name, rest = _words(entry.name), _words(entry.words)
        if all(_has(word, [*name, *rest]) for word in wanted):
            ranked.append((-sum(_has(word, name) for word in wanted), place, entry))
    return [entry for _, _, entry in sorted(ranked, key=lambda one: one[:2])]


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold().replace("\u2019", "").replace("'", ""))


def _has(wanted: str, words: list[str]) -> bool:
    return any(word == wanted if wanted.isdecimal() else word.startswith(wanted) for word in words)
