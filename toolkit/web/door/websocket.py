"""Watch over an open page's websocket: what it is told is noted, and it is cut off when its session has ended."""

from __future__ import annotations

import asyncio

from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Send

from toolkit.accounts import sessions
from toolkit.accounts.sessions import Session
from toolkit.records import Store
from toolkit.web.door.issued_addresses import Told

CHECK_EVERY = 5.0
_OF_A_PERSON = ("rerun_script", "file_urls_request")


class Watch:
    """One websocket, watched.

    Parameters
    ----------
    session
        Whose page it is.
    store
        The store that holds the sessions.
    told
        Where what the page is told is noted.
    receive, send
        The websocket.
    """

    def __init__(self, session: Session, store: Store, told: Told, receive: Receive, send: Send) -> None:
        self.session = session
        self.store = store
        self.told = told
        self._receive, self._send = receive, send
        self._next: asyncio.Future[Message] | None = None

    async def receive(self) -> Message:
        """Return the page's next message, or that it is gone once its session has ended."""
        while True:
            self._next = self._next or asyncio.ensure_future(self._receive())
            await asyncio.wait({self._next}, timeout=CHECK_EVERY)
            message = self._next.result() if self._next.done() else None
            if message is not None:
                self._next = None
                if message["type"] != "websocket.receive":
                    return message
            if not await self._is_open(seen=message is not None and is_by_a_person(message.get("bytes") or b"")):
                return await self._cut_off()
            if message is not None:
                return message

    async def send(self, message: Message) -> None:
        """Pass a message on to the page."""
        if message["type"] == "websocket.send":
            self.told.note(self.session.token_hash, message.get("bytes") or b"")
        await self._send(message)

    async def _is_open(self, *, seen: bool) -> bool:
        found = await run_in_threadpool(sessions.find_hash, self.store, self.session.token_hash, seen=seen)
        return found is not None and found.is_in and found.person == self.session.person

    async def _cut_off(self) -> Message:
        self.told.forget(self.session.token_hash)
        if self._next is not None:
            self._next.cancel()
        await self._send({"type": "websocket.close", "code": 1008})
        return {"type": "websocket.disconnect", "code": 1008}


def is_by_a_person(message: bytes) -> bool:
    """Whether a page's message comes of somebody doing something, and not of a part that redraws itself on a clock."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    try:
        parsed = BackMsg.FromString(message)
    except DecodeError:
        return False
    return parsed.WhichOneof("type") in _OF_A_PERSON and not parsed.rerun_script.is_auto_rerun
