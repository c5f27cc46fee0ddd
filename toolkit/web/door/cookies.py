"""The session's cookie and the mark of a browser that signed in before: read and written in one place.

Over HTTPS they have the prefix ``__Host-``, which browsers take only from this very host, over HTTPS, for every path.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from toolkit.accounts.known_browsers import LASTS

_SESSION, _MARK = "toolkit-session", "toolkit-browser"
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
    return _value(scope, _SESSION)


def mark_in(scope: Scope) -> str:
    """Return the mark of a browser that signed in before, or an empty text; see `toolkit.accounts.known_browsers`."""
    return _value(scope, _MARK)


def give(response: Response, scope: Scope, token: str) -> None:
    """Give the browser a token, until it is closed or the session ends; no script may read it."""
    name = _name(scope, _SESSION)
    response.set_cookie(name, token, path="/", httponly=True, samesite="lax", secure=is_secure(scope))


def give_mark(response: Response, scope: Scope, mark: str) -> None:
    """Give the browser a mark to keep for as long as it is good, signed out or not; it opens nothing."""
    name, age = _name(scope, _MARK), int(LASTS.total_seconds())
    response.set_cookie(name, mark, max_age=age, path="/", httponly=True, samesite="strict", secure=is_secure(scope))


def take_back(response: Response, scope: Scope) -> None:
    """Make the browser forget its token."""
    response.delete_cookie(_name(scope, _SESSION), path="/", httponly=True, samesite="lax", secure=is_secure(scope))


def _value(scope: Scope, cookie: str) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return ""
    found = cookies.get(_name(scope, cookie))
    return found.value if found is not None else ""


def _name(scope: Scope, cookie: str) -> str:
    return f"__Host-{cookie}" if is_secure(scope) else cookie
