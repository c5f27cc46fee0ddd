"""A line of the log for each request and each open page: its kind, its answer, how long; nothing of whoever asked.

An address is never written as it came: it may hold a name, or what somebody searched for.
"""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toolkit.accounts.roles import EVERY_PAGE
from toolkit.web.log_lines import event

_KINDS = (("/media/", "download"), ("/_stcore/upload_file/", "upload"), ("/sign-in/", "provider"))
_NAMED = frozenset(
    {
        *("sign-in", "sign-out", "second-step", "password", "set-second-step", "still", "health"),
        *("glossary", "accessibility", "privacy"),
    }
)
_QUIET = ("/static/", "/_stcore/health", "/_stcore/host-config", "/favicon.png", "/still")


class RequestLines:
    """ASGI middleware: writes the lines."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request or websocket on, and write of it when it is over."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        began, answer = time.monotonic(), {"status": 0}

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
            elif message["type"] == "websocket.accept":
                answer["status"] = 101
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            took, path = time.monotonic() - began, scope["path"]
            if scope["type"] == "websocket":
                event("page shut" if answer["status"] else "page refused", seconds=round(took, 1))
            elif answer["status"] >= 400 or not (path.startswith(_QUIET) or path == "/health"):
                event(
                    "request",
                    page=kind_of(path),
                    method=scope["method"] if scope["method"] in ("GET", "HEAD", "POST", "PUT", "DELETE") else "other",
                    status=answer["status"],
                    ms=round(1000 * took),
                )


def kind_of(path: str) -> str:
    """Return a page's own name, or the kind of address a path is."""
    page = path.strip("/")
    if page in EVERY_PAGE or page in _NAMED:
        return page
    return next((kind for start, kind in _KINDS if path.startswith(start)), "first page" if path == "/" else "other")
