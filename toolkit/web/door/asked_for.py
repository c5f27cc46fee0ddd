"""What somebody asked for before they were in: a page of ours with its choices, kept safely through signing in.

It comes from an address that anyone may have written, so it is never passed on as it came. It is taken apart, and made
anew of a page that the app has and of choices in plain signs; whatever is not of that kind is left out.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode

from toolkit.accounts.roles import EVERY_PAGE

MOST_CHOICES, LONGEST_VALUE, LONGEST = 12, 200, 1_500
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def page_asked(asked: str) -> str:
    """Return a page of ours with its choices, as ``page?name=value``, or an empty text where no page of ours is asked.

    Parameters
    ----------
    asked
        As it came, with or without a stroke before it.

    Examples
    --------
    >>> page_asked("/answers?question=rec11_referrals")
    'answers?question=rec11_referrals'
    >>> page_asked("//example.org/answers"), page_asked("https://example.org"), page_asked("answers/../sign-out")
    ('', '', '')
    """
    if len(asked) > LONGEST:
        return ""
    page, _, query = asked.removeprefix("/").partition("?")
    if page not in EVERY_PAGE:
        return ""
    choices = choices_in(query)
    return f"{page}?{choices}" if choices else page


def choices_in(query: str) -> str:
    """Return the choices of a query string that are in plain signs, written anew; none where there are too many."""
    if len(query) > LONGEST:
        return ""
    try:
        pairs = parse_qsl(query, errors="strict", max_num_fields=MOST_CHOICES)
    except ValueError:  # too many, or no text
        return ""
    return urlencode([(name, value) for name, value in pairs if _NAME.fullmatch(name) and _is_plain(value)])


def _is_plain(value: str) -> bool:
    return len(value) <= LONGEST_VALUE and value.isprintable()
