"""A browser that signed in to an account before keeps a mark of it, and waits for nobody else's failed tries.

Without it whoever fails often enough shuts a name, or everyone at an address, out for as long as they go on. The mark
opens nothing: the password and the second step are asked as ever, and a browser that fails too often waits as well.
(The idea is the "device cookie" of the Open Worldwide Application Security Project, Slow Down Online Guessing Attacks
with Device Cookies.)
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

LASTS = timedelta(days=90)
_MARK = re.compile(r"([0-9]{6})\.([0-9a-f]{64})")


def mark_of(name: str, stored_password: str, *, at: datetime) -> str:
    """Return the mark of a browser that has just signed in to an account.

    Parameters
    ----------
    name
        The account's sign-in name.
    stored_password
        The hash of its password, which keys the mark: a new password ends every earlier one.
    at
        Now; the mark lasts `LASTS`.
    """
    day = f"{at.astimezone(UTC).date().toordinal():06d}"
    return f"{day}.{_signed(day, name, stored_password)}"


def is_known(mark: str, name: str, stored_password: str, *, at: datetime) -> bool:
    """Whether a mark is one of this account, with the password it has now, and not too old."""
    found = _MARK.fullmatch(mark)
    if found is None or not stored_password:
        return False
    age = at.astimezone(UTC).date().toordinal() - int(found[1])
    is_ours = hmac.compare_digest(found[2], _signed(found[1], name, stored_password))
    return is_ours and 0 <= age <= LASTS.days


def _signed(day: str, name: str, stored_password: str) -> str:
    return hmac.new(stored_password.encode(), f"browser:{day}:{name}".encode(), hashlib.sha256).hexdigest()
