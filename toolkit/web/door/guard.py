"""The one door: every request and websocket passes here before anything else sees it.

Nothing but signing in, the server's health and Streamlit's own scripts is open to those not signed in. Pages of
another role, and charts, downloads and upload places that another session was given, are refused and written in the
audit. An open page is cut off as soon as its session ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from toolkit.accounts import sessions
from toolkit.accounts.roles import EVERY_PAGE, PAGES, may_open
from toolkit.accounts.sessions import Session, Stage
from toolkit.errors import ToolkitError
from toolkit.records import Store
from toolkit.web.door.asked_for import choices_in, page_asked
from toolkit.web.door.cookies import token_in
from toolkit.web.door.cross_site import comes_from_here, names_this_host
from toolkit.web.door.health import HEALTH
from toolkit.web.door.issued_addresses import Told
from toolkit.web.door.open_pages import OpenPages, most_pages
from toolkit.web.door.open_to_all import NOTICES
from toolkit.web.door.refusals import Refusals
from toolkit.web.door.sign_in_html import cannot_start_page, refused_page
from toolkit.web.door.taken_up import taking_up_only
from toolkit.web.door.websocket import Watch
from toolkit.web.log_lines import event

SIGN_IN, SIGN_OUT, SECOND_STEP, PASSWORD, STILL = "/sign-in", "/sign-out", "/second-step", "/password", "/still"
SET_SECOND_STEP = "/set-second-step"
OPEN = frozenset({SIGN_IN, f"{SIGN_IN}/provider", f"{SIGN_IN}/callback", STILL, *NOTICES})
OWN = frozenset({SIGN_OUT, SECOND_STEP, PASSWORD, SET_SECOND_STEP})
"""Our own pages for whoever has a session."""
STAGES = {
    Stage.SECOND_STEP: (SECOND_STEP, SIGN_OUT),
    Stage.CHANGE_PASSWORD: (PASSWORD, SIGN_OUT),
    Stage.SET_SECOND_STEP: (SET_SECOND_STEP, SIGN_OUT),
}
"""What a session that is not in yet may ask for; the first is where it is sent."""
KNOWN_BY = "x-toolkit-session"
"""The header by which what stands behind knows the session; whatever a browser sends under it is thrown away."""

_HEALTH, _SCRIPTS = ("/_stcore/health", HEALTH), "/static/"  # the scripts are the same for everyone and hold no data
_STREAMLIT = ("/_stcore/host-config", "/favicon.png")
_MEDIA, _UPLOADS = "/media/", "/_stcore/upload_file/"


class Guard:
    """ASGI middleware: lets a request through, sends it to the sign-in, or refuses it.

    Parameters
    ----------
    app
        What stands behind.
    store
        Returns the store whose sessions count.
    refusals
        Where what is refused is written or counted.
    """

    def __init__(self, app: ASGIApp, store: Callable[[], Store], refusals: Refusals) -> None:
        self.app = app
        self.store = store
        self.refusals = refusals
        self.told = Told()
        self.pages = OpenPages(most_pages())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or keep watch over one websocket."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["path"].startswith(_SCRIPTS) or scope["path"] in _HEALTH:
            await self.app(_passed_on(scope), receive, send)
        else:
            try:
                session = await run_in_threadpool(self._session, scope)
                answer = await run_in_threadpool(self._answer, session, Request(scope))
            except ToolkitError as error:
                event("store unreadable", level=logging.WARNING)
                answer = HTMLResponse(cannot_start_page(str(error)), 503)
            else:
                scope = _with_session(scope, session)
            await (answer or self.app)(scope, receive, send)

    def _session(self, scope: Scope) -> Session | None:
        token = token_in(scope)
        return sessions.find(self.store(), token, seen=scope["path"] != STILL) if token else None

    def _answer(self, session: Session | None, request: Request) -> Response | None:
        """Return the answer to a request that is not let through; ``None`` for one that is."""
        path = request.url.path
        page = path.strip("/")
        if request.method not in ("GET", "HEAD") and not comes_from_here(request.headers):
            return self._refuse(session, page, "asked by another site", 403)
        if path in OPEN:
            return None
        if session is None:
            return _sign_in_first(path, request.url.query)
        if not session.is_in and path not in STAGES[session.stage]:
            return RedirectResponse(with_next(STAGES[session.stage][0], f"{page}?{request.url.query}"), 303)
        if path == "/":
            return _to_the_first_page(session, request.url.query)
        if path in OWN or path.startswith(_STREAMLIT):
            return None
        if page in EVERY_PAGE:
            return None if may_open(session.person, page) else self._refuse(session, page, "page of another role", 403)
        if path.startswith((_MEDIA, _UPLOADS)):
            if self.told.knows(session.token_hash, path):
                return None
            what = "chart or download" if path.startswith(_MEDIA) else "upload"
            return self._refuse(session, what, "not given to this session", 403)
        return self._refuse(session, page, "no such page", 404)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        session, headers = None, Headers(scope=scope)
        if comes_from_here(headers) and names_this_host(headers):
            try:
                session = await run_in_threadpool(self._session, scope)
            except ToolkitError:
                event("store unreadable", level=logging.WARNING)
        if session is None or not session.is_in or not self.pages.take(session):
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # not accepted before, so the answer is 403
            return
        watch = Watch(session, self.store(), self.told, receive, send)
        scope = taking_up_only(scope, partial(self.told.knows_page, session.token_hash))
        try:
            await self.app(_with_session(scope, session), watch.receive, watch.send)
        finally:
            self.pages.give_back(session)

    def _refuse(self, session: Session | None, what: str, why: str, status: int) -> Response:
        if session is None:
            self.refusals.of_nobody(why)
        else:
            self.refusals.of_person(session, what, why)
        person = None if session is None else session.person
        return HTMLResponse(refused_page(page=what, person=person, is_missing=status == 404), status)


def with_next(place: str, asked: str) -> str:
    """Return a place in front of the app, with the page that was asked for, which is opened once the person is in."""
    wanted = page_asked(asked)
    return f"{place}?next={quote(wanted, safe='')}" if wanted else place


def _to_the_first_page(session: Session, query: str) -> Response:
    """Send whoever opened no page to the first of their role, at its own address, so that it can be shared."""
    choices = choices_in(query)
    return RedirectResponse(f"/{PAGES[session.person.role][0]}{'?' if choices else ''}{choices}", 303)


def _sign_in_first(path: str, query: str) -> Response:
    page = path.strip("/")
    if page in EVERY_PAGE:
        return RedirectResponse(with_next(SIGN_IN, f"{page}?{query}"), 303)
    if path == "/" or path in OWN:
        return RedirectResponse(SIGN_IN, 303)
    return PlainTextResponse("Sign in first.", 401)


def _with_session(scope: Scope, session: Session | None) -> Scope:
    passed = _passed_on(scope)
    if session is not None and session.is_in:
        passed["headers"].append((KNOWN_BY.encode(), session.token_hash.encode()))
    return {**passed, "state": {**scope.get("state", {}), "session": session}}


def _passed_on(scope: Scope) -> Scope:
    """Return a request without what only we may say, and without its origin, which was asked about here.

    Of an origin it does not know Streamlit asks a service on the internet for this server's own address, to compare.
    """
    dropped = (KNOWN_BY.encode(), b"origin")
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() not in dropped]}
