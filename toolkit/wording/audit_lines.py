"""A line of the audit as a person reads it: what was done, and its particulars without braces or long fingerprints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from toolkit.wording.numbers import in_words

FINGERPRINT_TOLD = 8
"""So many characters of a hash are told; whoever needs it whole takes the file."""
_HASH = re.compile(r"[0-9a-f]{16,}")
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "how": "by",
        "sha256": "fingerprint",
        "hash": "fingerprint",
        "plan": "plan",
        "store_version": "version of the records",
        "upload_id": "upload",
        "centre_id": "centre",
        "replaces": "in place of version",
        "made_at": "made",
    }
)
"""What particulars are called; any other by its own name."""
_PAGE = "page "


def done_in_words(action: str, what: str, titles: Mapping[str, str]) -> str:
    """Return what was done.

    Parameters
    ----------
    action, what
        As the audit has them.
    titles
        What pages are called, by their address.

    Examples
    --------
    >>> done_in_words("viewed", "page explore", {"explore": "Explore referrals"}), done_in_words("ran", "plan", {})
    ('viewed the page “Explore referrals”', 'ran: plan')
    """
    if what.startswith(_PAGE):
        name = what.removeprefix(_PAGE)
        return f"{action} the page “{titles.get(name, name)}”"
    return f"{action}: {what}" if what else action


def particulars_in_words(detail: str) -> str:
    """Return a line's particulars in words; as they are where they are not what the audit writes.

    Examples
    --------
    >>> particulars_in_words('{"how":"password"}'), particulars_in_words("{}")
    ('by: password', '')
    >>> particulars_in_words('{"rows":{"centres":34,"families":9079},"sha256":"' + "a0" * 32 + '"}')
    'rows: 34 centres, 9,079 families; fingerprint: a0a0a0a0…'
    """
    try:
        found = json.loads(detail)
    except json.JSONDecodeError:
        return detail
    if not isinstance(found, dict):
        return detail
    told = ((_NAMES.get(name, name.replace("_", " ")), _said(value)) for name, value in found.items())
    return "; ".join(f"{name}: {said}" for name, said in told if said)


def _said(value: Any) -> str:
    if isinstance(value, str):
        return _HASH.sub(lambda found: f"{found[0][:FINGERPRINT_TOLD]}…", value)
    if isinstance(value, Mapping):
        return ", ".join(_pairs(value))
    if isinstance(value, list):
        return ", ".join(filter(None, map(_said, value)))
    return in_words(value)


def _pairs(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield counts with what they are of, and anything else by its name."""
    for name, value in found.items():
        said, called = _said(value), _said(name.replace("_", " "))
        if said:
            is_count = isinstance(value, int) and not isinstance(value, bool)
            yield f"{said} {called}" if is_count else f"{called} {said}"
