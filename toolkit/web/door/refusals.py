"""What the door refused, as the audit has it: a line for whoever is signed in, a count for those who are not.

Whoever is not signed in could fill the audit with lines of their own words, each of them kept for good. So of theirs
one line is written at once, and then at most one in a quarter of an hour, with how many there were and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from toolkit.accounts.sessions import Session
from toolkit.records import Store

EVERY = timedelta(minutes=15)
NOT_SIGNED_IN = "not signed in"


class Refusals:
    """What was refused at one store's door.

    Parameters
    ----------
    store
        Returns the store in whose audit the lines go.
    """

    def __init__(self, store: Callable[[], Store]) -> None:
        self.store = store
        self._waiting: Counter[str] = Counter()
        self._wrote_at: datetime | None = None
        self._lock = Lock()

    def of_person(self, session: Session, what: str, why: str) -> None:
        """Write that something was refused to whoever is signed in."""
        self.store().audit(who=session.person.name, action="refused", what=what[:100] or "page", detail={"why": why})

    def of_nobody(self, why: str, *, at: datetime | None = None) -> None:
        """Count something refused to those not signed in; what is counted goes with the next line that is due.

        Parameters
        ----------
        why
            In words of ours, never of whoever asked.
        at
            Now.
        """
        now = at or datetime.now(UTC)
        with self._lock:
            self._waiting[why] += 1
            if self._wrote_at is not None and now - self._wrote_at < EVERY:
                return
            self._wrote_at, counted = now, dict(self._waiting)
            self._waiting.clear()
        self.store().audit(who=NOT_SIGNED_IN, action="refused", what="requests", detail={"times": counted})
