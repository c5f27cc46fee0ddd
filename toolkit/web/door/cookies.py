"""The session cookie: read and written in one place.

Over HTTPS it has the prefix ``__Host-``, which browsers take only from this very host, over HTTPS, for every path.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

_NAME = "toolkit-session"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_secure(scope: Scope) -> bool:
    """Whether a request came over HTTPS, to this server or to the proxy in front of it."""
    return scope["scheme"] in ("https", "wss")


def may_carry_secrets(scope: Scope) -> bool:
    """Whether a password may be sent this way: over HTTPS, or without leaving this machine."""
    host = Headers(scope=scope).get("host", "").rsplit(":", 1)[0] if "host" in Headers(scope=scope) else ""
    return is_secure(scope) or host.casefold() in _LOOPBACK


def token_in(scope: Scope) -> str:
    """Return the session token that came with a request, or an empty text."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return ""
    found = cookies.get(_name(scope))
    return found.value if found is not None else ""


def give(response: Response, scope: Scope, token: str) -> None:
    """Give the browser a token, until it is closed or the session ends; no script may read it."""
    response.set_cookie(_name(scope), token, path="/", httponly=True, samesite="lax", secure=is_secure(scope))


def take_back(response: Response, scope: Scope) -> None:
    """Make the browser forget its token."""
    response.delete_cookie(_name(scope), path="/", httponly=True, samesite="lax", secure=is_secure(scope))


def _name(scope: Scope) -> str:
    return f"__Host-{_NAME}" if is_secure(scope) else _NAME
