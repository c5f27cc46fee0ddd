"""Which addresses of charts, downloads and uploads each session was told of: no other ones may it ask for.

Streamlit serves a chart or download to whoever knows its address, and takes an upload for whoever knows the number
of a page. The addresses are hard to guess but not secret, so each is good only in the session whose page was given it.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from threading import Lock

# Messages are binary, so whatever follows an address may look like more of it: its fixed-length part is what counts.
_ADDRESS = re.compile(rb"media/[0-9a-f]{32}|_stcore/upload_file/[0-9a-f-]{36}/[0-9a-f-]{36}")
MOST_SESSIONS, MOST_ADDRESSES = 2_000, 5_000


class Told:
    """The addresses each session was told of, the newest kept."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, OrderedDict[bytes, None]] = OrderedDict()
        self._lock = Lock()

    def note(self, session: str, message: bytes) -> None:
        """Note every address in a message on its way to a session's page."""
        found = _ADDRESS.findall(message)
        if not found:
            return
        with self._lock:
            mine = self._of.setdefault(session, OrderedDict())
            self._of.move_to_end(session)
            for address in found:
                mine[address] = None
                mine.move_to_end(address)
            while len(mine) > MOST_ADDRESSES:
                mine.popitem(last=False)
            while len(self._of) > MOST_SESSIONS:
                self._of.popitem(last=False)

    def knows(self, session: str, path: str) -> bool:
        """Whether a session was told of a path."""
        address = _ADDRESS.match(path.lstrip("/").encode())
        with self._lock:
            return address is not None and address[0] in self._of.get(session, ())

    def forget(self, session: str) -> None:
        """Forget what a session was told, once it has ended."""
        with self._lock:
            self._of.pop(session, None)
