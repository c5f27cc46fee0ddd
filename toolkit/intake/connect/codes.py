"""The codes of the children in need census, and what they say of how a referral ended.

Department for Education, Children in need census: guides for 2017 to 2026. RC9 and 5D came in 2024.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from toolkit.tables.referrals import SOURCES

CLOSURE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "RC1": "Adopted",
        "RC2": "Died",
        "RC3": "Child arrangements order",
        "RC4": "Special guardianship order",
        "RC5": "Transferred to another authority",
        "RC6": "Transferred to adult services",
        "RC7": "Services ceased for any other reason",
        "RC8": "Closed after assessment, no further action",
        "RC9": "Closed after assessment, referred to early help",
    }
)
_NOT_IN_NEED = frozenset({"RC8", "RC9"})
_YES, _NO = frozenset({"true", "1", "y", "yes"}), frozenset({"false", "0", "n", "no"})
_CODE = re.compile(r"([1-9][A-F]?|10)", re.IGNORECASE)
_CODE_AND_WORDS = re.compile(r"(?:[a-z]\)\s*)?([1-9][A-F]?|10)\s*[:\u2013-]\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_REASON = re.compile(r"(?:[a-z]\)\s*)?(RC[1-9])\b(.*)", re.IGNORECASE | re.DOTALL)
_ANY_REASON = re.compile(r"\bRC\s*[0-9]", re.IGNORECASE)
_WORD = re.compile(r"[a-z&]+")
_AND = frozenset({"and", "or", "of", "the", "in", "e", "g", "eg", "from", "than", "by"})
# What the census guide and the lists of Annex A say beside a code, besides what the vocabulary calls it.
_ALSO_SAID: Mapping[str, str] = MappingProxyType(
    {
        "1A": "parent",
        "1B": "friend neighbour",
        "1D": "stranger mp",
        "2A": "school",
        "3A": "services gp",
        "3B": "services",
        "3C": "services",
        "3D": "services",
        "3E": "services a&e department",
        "3F": "services hospice hospital",
        "4": "association la local authority",
        "5A": "la services adult",
        "5B": "la services department youth offending",
        "5C": "la services external",
        "5D": "la services",
        "7": "court probation immigration cafcass prison",
        "8": "independent provider voluntary organisation",
    }
)


def source_of(text: str) -> str | None:
    """Return the code of who referred in a text such as ``3D`` or ``j) 3D: Health services``; ``None`` without one.

    A figure somewhere in a text is no code ("School Year 6"), nor is one beside words that mean another code
    ("7 - Police"): nothing is guessed.
    """
    text = text.strip()
    if _CODE.fullmatch(text):
        return text.upper() if text.upper() in SOURCES else None
    found = _CODE_AND_WORDS.fullmatch(text)
    if found is None or found[1].upper() not in SOURCES:
        return None
    code, words = found[1].upper(), _stems(found[2])
    shared = {each: len(words & meant) for each, meant in _MEANT.items()}
    as_near = [each for each, many in shared.items() if many == shared[code] and each != code]
    is_another = any(_CALLED[each] <= words for each in as_near) and not _CALLED[code] <= words
    return code if shared[code] and shared[code] == max(shared.values()) and not is_another else None


def closure_of(text: str) -> str | None:
    """Return the code of why a case was closed in a text such as ``RC8`` or ``RC8 - Case closed …``."""
    found = _REASON.fullmatch(text.strip())
    return None if found is None or _ANY_REASON.search(found[2]) else found[1].upper()


def yes_or_no(text: str) -> bool | None:
    """Return what ``true``, ``1``, ``Y``, ``b) No`` and the like say; ``None`` for anything else."""
    word = re.sub(r"^[a-z]\)\s*", "", text.strip().lower())
    return True if word in _YES else False if word in _NO else None


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.rstrip("s") or word for word in _WORD.findall(text.lower().replace("'", ""))) - _AND


_CALLED = {code: _stems(meaning) for code, meaning in SOURCES.items()}
_MEANT = {code: _stems(f"{meaning} {_ALSO_SAID.get(code, '')}") for code, meaning in SOURCES.items()}


def outcome_of(*, nfa: bool | None, closure: str | None, was_in_need: bool) -> str | None:
    """Return how a referral ended, as far as the record says.

    No further action where the record says so; in need where a plan, an enquiry or a protection plan followed;
    assessed and not in need where it was closed for that; otherwise nothing is said.
    """
    if nfa:
        return "nfa"
    if was_in_need:
        return "in_need"
    return "assessed_not_in_need" if closure in _NOT_IN_NEED else None
