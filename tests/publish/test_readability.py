from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import toolkit.publish.verdicts
from readability import (
    ONE_SENTENCE_AT,
    READABLE_AT,
    Counts,
    automated_index,
    coleman_liau,
    count,
    reading_age,
    reading_grade,
    syllables,
)
from toolkit.publish.verdicts.findings import LOOKED

# The abstract of Coleman and Liau (1975), whose counts and grade the paper's formula is taught with: 5 sentences,
# 119 words, 639 letters, grade 14.5.
ABSTRACT = (
    "Existing computer programs that measure readability are based largely upon subroutines which estimate number of "
    "syllables, usually by counting vowels. The shortcoming in estimating syllables is that it necessitates "
    "keypunching the prose into the computer. There is no need to estimate syllables since word length in letters is "
    "a better predictor of readability than word length in syllables. Therefore, a new readability formula was "
    "computed that has for its predictors letters per 100 words and sentences per 100 words. Both predictors can be "
    "counted by an optical scanning device, and thus the formula makes it economically feasible for an organization "
    "such as the U.S. Office of Education to calibrate the readability of all textbooks for the public school system."
)
PLATYPUS = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
POINT = "This sentence, taken as a reading passage unto itself, is being used to prove a point."


def words_of(module: str) -> dict[str, str]:
    """Return the fixed sentences of a module: its constants in capitals, blanks filled as a page would."""
    found = {}
    for name, value in vars(importlib.import_module(module)).items():
        texts = list(value.values()) if isinstance(value, Mapping) else [value]
        for place, text in enumerate(texts):
            if name.isupper() and isinstance(text, str) and text[:1].isupper():
                filled = text.replace("{reason}", "").replace("{happened}", "were referred")
                found[f"{name}{place or ''}"] = re.sub(r"\{\w+\}", "7", filled)
    return found


MODULES = [
    "toolkit.publish.verdicts.sentences",
    *(
        module
        for file in sorted(Path(toolkit.publish.verdicts.__file__).parent.glob("*.py"))
        if words_of(module := f"toolkit.publish.verdicts.{file.stem}") and file.stem != "sentences"
    ),
]


def test_the_counts_and_the_grade_of_coleman_and_liaus_own_abstract():
    counts = count(ABSTRACT)
    assert (counts.sentences, counts.words, counts.letters) == (5, 119, 639)
    assert round(coleman_liau(ABSTRACT), 1) == 14.5


def test_the_flesch_kincaid_grade_of_texts_whose_counts_are_published():
    assert count(PLATYPUS) == Counts(sentences=1, words=13, syllables=24, letters=68)
    assert reading_grade(PLATYPUS) == pytest.approx(11.3, abs=0.05)
    assert count(POINT).syllables == 23
    # Its Flesch ease is printed as 69.
    assert 206.835 - 1.015 * 16 - 84.6 * count(POINT).syllables / 16 == pytest.approx(69, abs=0.05)


def test_the_automated_index_by_hand():
    # 17 letters, 6 words, 1 sentence.
    assert automated_index("The cat sat on the mat.") == pytest.approx(4.71 * 17 / 6 + 0.5 * 6 - 21.43)


def test_longer_words_and_longer_sentences_are_harder():
    short = "Joan went to the shop. She had no milk."
    long = "Joan went to the shop, for she had no milk."
    hard = "Joan proceeded to the establishment, having exhausted available refreshments."
    for formula in (reading_grade, automated_index, coleman_liau):
        assert formula(short) < formula(long) < formula(hard)
    assert reading_age(short) == reading_grade(short) + 5


@pytest.mark.parametrize("text", ["", "...", " \n"])
def test_a_text_without_words_is_grade_nought(text):
    assert reading_grade(text) == coleman_liau(text) == automated_index(text) == 0.0


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        *[(word, 1) for word in ("cat", "made", "makes", "lives", "joined", "tried", "use", "85", "the", "one")],
        *[(word, 2) for word in ("centre", "centres", "started", "places", "ages", "table", "argue", "being", "U.S.")],
        *[(word, 3) for word in ("families", "referral", "evidence", "1,200", "under-fives")],
    ],
)
def test_syllables_are_as_spoken(word, spoken):
    assert syllables(word) == spoken


@pytest.mark.parametrize("module", MODULES)
def test_every_fixed_sentence_reads_at_twelve(module):
    texts = words_of(module)
    assert texts
    for name, text in texts.items():
        assert reading_grade(text) <= ONE_SENTENCE_AT, f"{module}.{name}: {reading_grade(text):.1f} {text}"
    whole = " ".join(texts.values())
    assert reading_grade(whole) <= READABLE_AT
    assert coleman_liau(whole) <= READABLE_AT


def test_what_each_check_found_reads_at_twelve():
    texts = [text for looked in LOOKED.values() for text in (looked.passed, looked.warned, looked.failed) if text]
    assert len(texts) > 50
    for text in texts:
        assert reading_grade(text) <= ONE_SENTENCE_AT, f"{reading_grade(text):.1f} {text}"
    assert reading_grade(" ".join(texts)) <= READABLE_AT and coleman_liau(" ".join(texts)) <= READABLE_AT


def test_the_words_of_every_kind_of_study_that_has_any_are_looked_at():
    assert {
        "toolkit.publish.verdicts.progress_change",
        "toolkit.publish.verdicts.reach",
        "toolkit.publish.verdicts.trust",
    } <= set(MODULES)
