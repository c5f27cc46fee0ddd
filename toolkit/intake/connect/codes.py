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
_SOURCE = re.compile(r"(?:^|\b)(1[A-D]|2[AB]|3[A-F]|5[A-D]|10|[46789])(?:\b|$)")
_REASON = re.compile(r"\bRC[1-9]\b")


def source_of(text: str) -> str | None:
    """Return the code of who referred in a text such as ``3D`` or ``j) 3D: Health services``; ``None`` without one."""
    found = _SOURCE.search(text.strip().upper())
    return found[1] if found is not None and found[1] in SOURCES else None


def closure_of(text: str) -> str | None:
    """Return the code of why a case was closed in a text such as ``RC8`` or ``RC8 - Case closed …``."""
    found = _REASON.search(text.strip().upper())
    return found[0] if found is not None else None


def yes_or_no(text: str) -> bool | None:
    """Return what ``true``, ``1``, ``Y``, ``b) No`` and the like say; ``None`` for anything else."""
    word = re.sub(r"^[a-z]\)\s*", "", text.strip().lower())
    return True if word in _YES else False if word in _NO else None


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
