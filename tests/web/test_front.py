from __future__ import annotations

import base64
import hashlib
import re

import pytest

from apart import run_apart
from toolkit.web.door.page_head import with_our_head
from toolkit.web.door.security_headers import FrontMiddleware, content_policy

PAGE = (
    '<html lang="en"><head><link rel="shortcut icon" href="./favicon.png" />'
    '<link rel="service-desc" href="./_stcore/agent/openapi.json" />'
    "<title>Streamlit</title><script>window.a = 1</script></head><body>é</body></html>"
)


def answered(path: str, kind: str, *parts: bytes, host: str = "localhost:8501") -> tuple[dict[str, str], bytes]:
    """Return the headers and the body that a browser gets of an app that answers in parts."""

    async def app(scope, receive, send) -> None:
        headers = [(b"content-type", kind.encode()), (b"content-length", str(sum(map(len, parts))).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for place, part in enumerate(parts):
            await send({"type": "http.response.body", "body": part, "more_body": place < len(parts) - 1})

    sent: list[dict] = []

    async def send(message) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"host", host.encode())]}
    run_apart(FrontMiddleware(app)(scope, None, send))
    assert sent[0]["type"] == "http.response.start"
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(message["body"] for message in sent[1:])


def test_the_page_is_ours_even_when_it_comes_in_parts() -> None:
    whole = PAGE.encode()
    headers, body = answered("/", "text/html; charset=utf-8", whole[:50], whole[50:])
    assert int(headers["content-length"]) == len(body)
    text = body.decode()
    assert '<html lang="en-GB">' in text
    assert "<title>Children's Centre impact toolkit</title>" in text
    assert "favicon.png" not in text and "service-desc" not in text
    assert "focus-visible" in text and "stopImmediatePropagation" in text


def test_a_page_is_given_its_head_for_a_browser_that_takes_compressed_ones() -> None:
    async def app(scope, receive, send) -> None:
        assert b"accept-encoding" not in dict(scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": PAGE.encode()})

    sent: list[dict] = []

    async def send(message) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"accept-encoding", b"gzip, br")]
    run_apart(FrontMiddleware(app)({"type": "http", "path": "/upload", "headers": headers}, None, send))
    assert b"en-GB" in sent[1]["body"]


@pytest.mark.parametrize("path", ["/", "/media/abc.json", "/_stcore/health", "/referrals"])
def test_nothing_with_figures_may_be_kept_and_every_answer_has_the_headers(path: str) -> None:
    headers, body = answered(path, "application/json", b"{}")
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert body == b"{}"


def test_streamlits_own_scripts_may_be_kept() -> None:
    headers, body = answered("/static/js/index.js", "text/javascript", b"1;", b"2;")
    assert "cache-control" not in headers
    assert body == b"1;2;"


def test_the_content_policy_names_every_inline_script_and_no_other_server() -> None:
    page = with_our_head(PAGE)
    policy = content_policy(page, "localhost:8501")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    for script in scripts:
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
    assert "ws://localhost:8501" in policy
    assert "frame-ancestors 'none'" in policy
    assert "https:" not in policy and "*" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


@pytest.mark.parametrize("host", ["evil.test; script-src *", "a b", "", "x'y"])
def test_a_host_that_is_none_does_not_reach_the_policy(host: str) -> None:
    assert "ws:" not in content_policy(PAGE, host)


def test_a_websocket_is_passed_on_untouched() -> None:
    seen = []

    async def app(scope, receive, send) -> None:
        seen.append((scope["type"], send))

    marker = object()
    run_apart(FrontMiddleware(app)({"type": "websocket"}, None, marker))
    assert seen == [("websocket", marker)]
