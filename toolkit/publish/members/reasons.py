"""The reason for a publication or a withdrawal, which members read: it may not count what their tables hide."""

from __future__ import annotations

import re

from toolkit.errors import InputError

_NUMBER = r"(?:(?!(?:19|20)\d\d\b)\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|single)"
_COUNTED = (
    r"(?:famil(?:y|ies)|child(?:ren)?|bab(?:y|ies)|referrals?|mothers?|fathers?|parents?|siblings?|carers?|cases?)"
)
_COUNT = re.compile(rf"\b{_NUMBER}\s+(?:[\w'-]+\s+){{0,3}}{_COUNTED}\b", re.IGNORECASE)


def checked_reason(why: str, *, called: str = "The reason") -> str:
    """Return a reason, or what else is ``called`` so, as members read it.

    Only the figures of an answer are protected; a count that somebody writes down beside it is not.

    Raises
    ------
    InputError
        When it counts families, children or referrals, quoting the words.
    """
    found = _COUNT.search(why)
    if found:
        raise InputError(
            f"{called} says “{found[0]}”. Members read it, and only the answer's own figures are protected: leave "
            "counts of families, children and referrals out of it."
        )
    return why
