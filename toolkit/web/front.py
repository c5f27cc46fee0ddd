"""What stands in front of Streamlit: security headers, and a page that says its language and shows the focus.

Streamlit's page lacks a focus ring on its links, reruns at a bare press of "r", and drops the focus after a file is
chosen by keyboard; each breaks WCAG 2.2. The page's head mends them before the app begins.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TITLE = "Children's Centre impact toolkit"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_HEAD = """<style>
a:focus-visible, button:focus-visible, summary:focus-visible, [role="radio"]:focus-visible, [tabindex]:focus-visible,
input:focus-visible { outline: 3px solid #0b0c0c !important; outline-offset: 2px; box-shadow: none !important; }
[data-testid="stFileChipDeleteBtn"] button { min-width: 24px; min-height: 24px; }
</style>
<script>
// A bare letter is for typing, not for rerunning the app (WCAG 2.1.4).
window.addEventListener("keydown", function (event) {
  var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
  if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && /^[rc]$/i.test(event.key)) {
    event.stopImmediatePropagation();
  }
}, true);
</script>
</head>"""


class FrontMiddleware:
    """ASGI middleware: adds headers to every answer and mends the page's head."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Rewriter(send))


class _Rewriter:
    """Passes an answer on; a page is held back until it is whole, mended, and sent with its new length."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            is_page = headers.get("content-type", "").startswith("text/html")
            if is_page and "content-encoding" not in headers:
                headers["Cache-Control"] = "no-store"
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if message.get("more_body"):
                return
            message = {"type": "http.response.body", "body": mended(self.body)}
            MutableHeaders(scope=self.start)["Content-Length"] = str(len(message["body"]))
            start, self.start = self.start, None
            await self.send(start)
        await self.send(message)


def mended(page: bytes) -> bytes:
    """Return Streamlit's page in British English, titled, with a visible focus and no one-letter shortcuts."""
    text = page.decode("utf-8")
    text = text.replace('<html lang="en">', '<html lang="en-GB">', 1)
    text = text.replace("<title>Streamlit</title>", f"<title>{TITLE}</title>", 1)
    return text.replace("</head>", _HEAD, 1).encode()
