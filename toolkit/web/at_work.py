"""Pages being drawn right now: what was pressed on them, such as storing a file, is let finish before the server stops.

Streamlit draws each page in a thread that ends with the process, wherever it stands.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

_CHANGED = Condition()
_drawn = {"now": 0}


@contextmanager
def at_work() -> Iterator[None]:
    """Count one page as being drawn."""
    with _CHANGED:
        _drawn["now"] += 1
    try:
        yield
    finally:
        with _CHANGED:
            _drawn["now"] -= 1
            _CHANGED.notify_all()


def wait_until_done(seconds: float) -> int:
    """Wait until no page is being drawn, but no longer than so many seconds; return how many still are."""
    until = time.monotonic() + seconds
    with _CHANGED:
        while _drawn["now"] and (left := until - time.monotonic()) > 0:
            _CHANGED.wait(left)
        return _drawn["now"]
