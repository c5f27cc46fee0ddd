"""What each session was told of: the addresses of downloads and uploads, pages that may be taken up again.

Streamlit serves a download to whoever knows its address, takes an upload for whoever knows the number of a page, and
hands an open page to whoever names it. None of these is secret, so each is good only in the session that was told of
it. They are read from the very fields in which the server puts them: words that a page shows, or that the server only
gives back (the number of a request), are no addresses.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_ADDRESS = re.compile(r"/*(media/[0-9a-f]{32}|_stcore/upload_file/[0-9a-f-]{36}/[0-9a-f-]{36})(\.[a-z0-9]+)?")
_PAGE, _MADE_LATER = "page", "made later"
MOST_SESSIONS, MOST_ADDRESSES = 2_000, 5_000


class Told:
    """The addresses each session was told of, the newest kept."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()
        self._lock = Lock()

    def note(self, session: str, message: ForwardMsg) -> None:
        """Note what a message on its way to a session's page tells it of."""
        found = list(_told_in(message))
        if not found:
            return
        with self._lock:
            mine = self._of.setdefault(session, OrderedDict())
            self._of.move_to_end(session)
            for one in found:
                mine[one] = None
                mine.move_to_end(one)
            while len(mine) > MOST_ADDRESSES:
                mine.popitem(last=False)
            while len(self._of) > MOST_SESSIONS:
                self._of.popitem(last=False)

    def knows(self, session: str, path: str) -> bool:
        """Whether a session was told of a path."""
        address = _address(path)
        return bool(address) and self._has(session, address)

    def knows_page(self, session: str, page: str) -> bool:
        """Whether an open page, by Streamlit's number of it, was given to a session."""
        return self._has(session, f"{_PAGE} {page}")

    def knows_made_later(self, session: str, file: str) -> bool:
        """Whether a session was told of a download that is made only when it is asked for."""
        return self._has(session, f"{_MADE_LATER} {file}")

    def forget(self, session: str) -> None:
        """Forget what a session was told, once it has ended."""
        with self._lock:
            self._of.pop(session, None)

    def _has(self, session: str, one: str) -> bool:
        with self._lock:
            return one in self._of.get(session, ())


def _told_in(message: ForwardMsg) -> Iterator[str]:
    kind = message.WhichOneof("type")
    if kind == "new_session":
        yield f"{_PAGE} {message.new_session.initialize.session_id}"
    elif kind == "file_urls_response":
        for place in message.file_urls_response.file_urls:
            yield from filter(None, map(_address, (place.upload_url, place.delete_url)))
    elif kind == "backend_operation_response":
        yield from filter(None, [_address(message.backend_operation_response.deferred_file.url)])
    elif kind == "logo":
        yield from filter(None, map(_address, (message.logo.image, message.logo.icon_image)))
    elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "download_button":
        button = message.delta.new_element.download_button
        yield from filter(None, [_address(button.url)])
        if button.deferred_file_id:
            yield f"{_MADE_LATER} {button.deferred_file_id}"


def _address(path: str) -> str:
    """Return the part of a path that counts; empty where it is no address of a download or upload."""
    found = _ADDRESS.fullmatch(path)
    return found[1] if found is not None else ""
