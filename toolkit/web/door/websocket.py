"""Watch over an open page's websocket: what it is told is noted, and it is cut off when its session has ended.

Of what a page may ask of Streamlit, only what the app's pages need goes through.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Send

from toolkit.accounts import sessions
from toolkit.accounts.sessions import Session
from toolkit.errors import ToolkitError
from toolkit.project_files import APP
from toolkit.records import Store
from toolkit.web.door.issued_addresses import Told
from toolkit.web.log_lines import event

if TYPE_CHECKING:
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

CHECK_EVERY = 5.0
_OF_A_PERSON = ("rerun_script", "file_urls_request")
_LET_THROUGH = (*_OF_A_PERSON, "stop_script", "app_heartbeat")


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
            asked = None if message is None else read_asked(message.get("bytes") or b"")
            if not await self._is_open(seen=asked is not None and is_by_a_person(asked)):
                return await self._cut_off()
            if message is not None and (asked is None or self._may_ask(asked)):
                return message

    async def send(self, message: Message) -> None:
        """Pass a message on to the page."""
        if message["type"] == "websocket.send":
            told = read_told(message.get("bytes") or b"")
            self.told.note(self.session.token_hash, told)
            if told.WhichOneof("type") == "new_session":
                message = {**message, "bytes": without_the_server(told).SerializeToString()}
        await self._send(message)

    def _may_ask(self, asked: BackMsg) -> bool:
        kind = asked.WhichOneof("type")
        if kind == "backend_operation_request":  # Streamlit would also write files of its own into the server's folder
            request = asked.backend_operation_request
            is_download = request.WhichOneof("payload") == "deferred_file"
            return is_download and self.told.knows_made_later(self.session.token_hash, request.deferred_file.file_id)
        return kind in _LET_THROUGH

    async def _is_open(self, *, seen: bool) -> bool:
        try:
            found = await run_in_threadpool(sessions.find_hash, self.store, self.session.token_hash, seen=seen)
        except ToolkitError:  # who cannot be looked up is not let go on; the page then asks why, and says so
            event("store unreadable", level=logging.WARNING)
            return False
        return found is not None and found.is_in and found.person == self.session.person

    async def _cut_off(self) -> Message:
        self.told.forget(self.session.token_hash)
        if self._next is not None:
            self._next.cancel()
        await self._send({"type": "websocket.close", "code": 1008})
        return {"type": "websocket.disconnect", "code": 1008}


def read_asked(message: bytes) -> BackMsg | None:
    """Return what a page asks; ``None`` for what is no message, which Streamlit answers by hanging up."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    asked = BackMsg()
    try:
        asked.ParseFromString(message)
    except DecodeError:
        return None
    return asked


def is_by_a_person(asked: BackMsg) -> bool:
    """Whether a page's message comes of somebody doing something, and not of a part that redraws itself on a clock."""
    return asked.WhichOneof("type") in _OF_A_PERSON and not asked.rerun_script.is_auto_rerun


def read_told(message: bytes) -> ForwardMsg:
    """Return what the server tells a page."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    told = ForwardMsg()
    told.ParseFromString(message)
    return told


def without_the_server(told: ForwardMsg) -> ForwardMsg:
    """Return the first message of a page without the server's folders and what it runs on, which no page needs."""
    told.new_session.main_script_path = APP.name
    told.new_session.initialize.environment_info.Clear()
    return told
