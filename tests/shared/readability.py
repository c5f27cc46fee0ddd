"""How hard a text is to read: the years of school it takes, by three published formulas.

Every sentence that goes to people is held to `READABLE_AT`; a formula knows nothing of sense, so it is a floor and not
a praise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

READABLE_AT = 7.0
"""School grade of a child of 12, the most that a whole answer may ask for."""
ONE_SENTENCE_AT = 9.5
"""The most that one short text by itself may ask for: in a few words a single long one weighs much."""

_ENDS = re.compile(r"(?<![A-Z]\.)(?<!\b[A-Z])[.:;!?]+[\"')]*(?:\s+|$)")
_WORD = re.compile(r"(?:[A-Z]\.){2,}|[A-Za-z][A-Za-z'’]*(?:-[A-Za-z']+)*|\d[\d,.]*\d|\d")


@dataclass(frozen=True, slots=True)
class Counts:
    """What the formulas count in a text.

    Attributes
    ----------
    sentences
        Stretches of words ended by ``. : ; ! ?`` and a space; a single capital before a full stop ends nothing.
    words
        Words and numbers. Words joined by hyphens are one.
    syllables
        By groups of vowels, as spoken: a silent e or ed is none. A number of one or two figures is one, of more three.
    letters
        Letters and figures.
    """

    sentences: int
    words: int
    syllables: int
    letters: int


def reading_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text: 7 is a child of 12.

    0.39 × words per sentence + 11.8 × syllables per word - 15.59 (Kincaid, Fishburne, Rogers and Chissom, 1975,
    Derivation of new readability formulas for Navy enlisted personnel). A text without words is 0.
    """
    counts = count(text)
    if not counts.words:
        return 0.0
    return 0.39 * counts.words / counts.sentences + 11.8 * counts.syllables / counts.words - 15.59


def coleman_liau(text: str) -> float:
    """Return the Coleman-Liau grade of a text, which counts letters and not syllables.

    0.0588 × letters per 100 words - 0.296 × sentences per 100 words - 15.8 (Coleman and Liau, 1975, Journal of
    Applied Psychology 60, 283-284). A text without words is 0.
    """
    counts = count(text)
    if not counts.words:
        return 0.0
    return 5.88 * counts.letters / counts.words - 29.6 * counts.sentences / counts.words - 15.8


def automated_index(text: str) -> float:
    """Return the automated readability index of a text.

    4.71 × letters per word + 0.5 × words per sentence - 21.43 (Smith and Senter, 1967, AMRL-TR-66-220). A text without
    words is 0.
    """
    counts = count(text)
    if not counts.words:
        return 0.0
    return 4.71 * counts.letters / counts.words + 0.5 * counts.words / counts.sentences - 21.43


def reading_age(text: str) -> float:
    """Return the age at which a text is read with ease: the Flesch-Kincaid grade and five years."""
    return reading_grade(text) + 5


def count(text: str) -> Counts:
    """Return what the formulas count in a text."""
    words = _WORD.findall(text)
    sentences = [part for part in _ENDS.split(text) if _WORD.search(part)]
    return Counts(
        sentences=len(sentences),
        words=len(words),
        syllables=sum(syllables(word) for word in words),
        letters=sum(character.isalnum() for word in words for character in word),
    )


def syllables(word: str) -> int:
    """Return the syllables of an English word or a number, by rule.

    >>> [syllables(word) for word in ("cat", "centre", "joined", "started", "families", "people", "85", "1,200")]
    [1, 2, 1, 2, 3, 2, 1, 3]
    """
    if word[0].isdigit():
        return 1 if len(word) < 3 else 3
    if "." in word:
        return word.count(".")
    return sum(_spoken(part) for part in word.lower().replace("’", "'").split("-") if part)


def _spoken(word: str) -> int:
    word = word.removesuffix("'s").rstrip("'")
    groups = len(re.findall(r"[aeiouy]+", word))
    # An e at the end is silent after a consonant ("made", not "table", "centre", "argue"), and so in -es and -ed.
    silent_e = bool(re.search(r"[^aeiouy]e$", word)) and not word.endswith(("le", "tre", "cre"))
    silent_es = bool(re.search(r"[^aeiouysxzcglh]es$", word)) and not word.endswith("tres")
    silent_ed = bool(re.search(r"[^aeiouytd]ed$", word))
    apart = bool(re.search(r"[aeiouy]ing$", word))  # be-ing, go-ing
    return max(1, groups - (silent_e or silent_es or silent_ed) + apart)
