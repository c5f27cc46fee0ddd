"""What stands in front of Streamlit: security headers on every answer, and a page whose head is ours.

A browser may keep nothing it is given (pages, charts and downloads hold figures) but Streamlit's own scripts, whose
names change with their content. The content policy lets the page load from and speak to this server alone, so that no
figure can go anywhere else, whatever a library tries.
"""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toolkit.web.door.page_head import with_our_head

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NEVER_KEPT = "no-store"
KEPT = "/static/"
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


class FrontMiddleware:
    """ASGI middleware: adds the headers to every answer and gives the page our head."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not scope["path"].startswith(KEPT):  # a page must come as text, not compressed, to be given our head
            raw = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
            scope = {**scope, "headers": raw}
        is_secure = scope.get("scheme") == "https"
        answer = _Answer(send, path=scope["path"], host=headers.get("host", ""), is_secure=is_secure)
        await self.app(scope, receive, answer)


class _Answer:
    """Passes an answer on; a page is held back until it is whole, given our head, and sent with its new length."""

    def __init__(self, send: Send, *, path: str, host: str, is_secure: bool) -> None:
        self.send = send
        self.is_secure = is_secure
        self.path = path
        self.host = host
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            if self.is_secure:
                headers["Strict-Transport-Security"] = "max-age=31536000"
            if not self.path.startswith(KEPT):
                headers["Cache-Control"] = NEVER_KEPT
            if headers.get("content-type", "").startswith("text/html"):
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page(self.start)
            return
        await self.send(message)

    async def _send_page(self, start: Message) -> None:
        page = with_our_head(self.body.decode("utf-8"))
        content = page.encode("utf-8") if self.body else b""  # the answer to HEAD has no body
        headers = MutableHeaders(scope=start)
        headers["Cache-Control"] = NEVER_KEPT
        headers["Content-Security-Policy"] = content_policy(page, self.host)
        if content:
            headers["Content-Length"] = str(len(content))
        self.start = None
        await self.send(start)
        await self.send({"type": "http.response.body", "body": content})


def content_policy(page: str, host: str) -> str:
    """Return the Content-Security-Policy of a page: this server alone, and of inline scripts only those it has.

    Parameters
    ----------
    page
        The page as it is sent; each of its inline scripts is named by its hash. What is loaded may compile
        expressions ('unsafe-eval'), as chart libraries and browser tests do.
    host
        The host as the browser named it, for the websocket (not every browser takes 'self' to include it).
    """
    scripts = " ".join(f"'sha256-{_hash(script)}'" for script in _INLINE_SCRIPT.findall(page))
    socket = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' 'unsafe-eval' {scripts}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{socket}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
