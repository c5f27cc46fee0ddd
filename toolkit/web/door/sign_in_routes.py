"""The addresses in front of the app: signing in and out, a new password, the second step."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import TypedDict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from toolkit.accounts import own_account, signing_in
from toolkit.accounts import second_factor as second_step
from toolkit.accounts.directory import has_accounts
from toolkit.accounts.provider_claims import Provider
from toolkit.accounts.roles import Person, Role
from toolkit.accounts.sessions import Session, Stage
from toolkit.errors import NotPermitted, ToolkitError
from toolkit.records import Store
from toolkit.web.door import cookies
from toolkit.web.door.asked_for import page_asked
from toolkit.web.door.guard import PASSWORD, SECOND_STEP, SET_SECOND_STEP, SIGN_IN, SIGN_OUT, STILL, with_next
from toolkit.web.door.refusals import Refusals
from toolkit.web.door.sign_in_html import (
    password_page,
    second_step_page,
    set_second_step_page,
    sign_in_page,
    signed_out_page,
)
from toolkit.web.door.sign_in_provider import ProviderDoor

_AFTER = {Stage.SECOND_STEP: SECOND_STEP, Stage.CHANGE_PASSWORD: PASSWORD, Stage.SET_SECOND_STEP: SET_SECOND_STEP}
_MOST_SECRETS = 1_000
_NOT_SAFE = (
    "A password may only be sent over a secure connection (https). If this site is behind a proxy, it must say so in "
    "X-Forwarded-Proto; see SECURITY.md."
)


class SignInRoutes:
    """The routes, on one store.

    Parameters
    ----------
    store
        Returns the store whose accounts and sessions count.
    provider
        The council's own sign-in, if there is one.
    refusals
        Where what is refused is counted.
    """

    def __init__(self, store: Callable[[], Store], provider: Provider | None, refusals: Refusals) -> None:
        self.store = store
        self.provider = None if provider is None else ProviderDoor(provider, store, refusals)
        self._secrets: OrderedDict[str, str] = OrderedDict()  # by session: what its page of the second step shows

    def routes(self) -> list[Route]:
        """Return the routes for the server."""
        both = ["GET", "POST"]
        routes = [
            Route(SIGN_IN, self.sign_in, methods=both),
            Route(SIGN_OUT, self.sign_out, methods=["POST"]),
            Route(SECOND_STEP, self.second_step, methods=both),
            Route(PASSWORD, self.password, methods=both),
            Route(SET_SECOND_STEP, self.set_second_step, methods=both),
            Route(STILL, self.still),
        ]
        if self.provider is not None:
            routes += [
                Route(f"{SIGN_IN}/provider", self.provider.ask),
                Route(f"{SIGN_IN}/callback", partial(self._come_back, self.provider)),
            ]
        return routes

    async def sign_in(self, request: Request) -> Response:
        """Show the page, or take a name and password, or in the demonstration a role."""
        if request.method != "POST":
            asked, is_ended = request.query_params.get("next", ""), "ended" in request.query_params
            return await self._sign_in_page(request, asked, is_ended=is_ended)
        given = {name: str(value) for name, value in (await request.form()).items()}
        try:
            opened = await run_in_threadpool(self._open, request, given)
        except ToolkitError as error:
            return await self._sign_in_page(
                request, given.get("next", ""), wrong=str(error), name=given.get("name", "")
            )
        return await self._enter(request, opened, given.get("next", ""))

    async def sign_out(self, request: Request) -> Response:
        """End the session; whoever came through a provider is told how to sign out there."""
        session = _session(request)
        await run_in_threadpool(signing_in.sign_out, self.store(), session)
        there = await self.provider.way_out(session) if self.provider is not None else ""
        answer: Response
        if there and self.provider is not None:
            answer = HTMLResponse(signed_out_page(provider=self.provider.settings.name, address=there))
        else:
            answer = RedirectResponse(SIGN_IN, 303)
        cookies.take_back(answer, request.scope)
        return answer

    async def second_step(self, request: Request) -> Response:
        """Ask for the code and take it."""
        asked = await _asked(request)
        page = partial(second_step_page, next_page=asked)
        if request.method != "POST":
            return HTMLResponse(page())
        code = str((await request.form()).get("code", ""))
        give = partial(signing_in.give_code, self.store(), _session(request), code, **_caller(request))
        return await self._try(request, give, asked, page)

    async def password(self, request: Request) -> Response:
        """Ask for a new password and take it."""
        session = _session(request)
        asked = await _asked(request)
        page = partial(password_page, must=not session.is_in, next_page=asked)
        if request.method != "POST":
            return HTMLResponse(page())
        form = await request.form()
        given = [str(form.get(name, "")) for name in ("old", "new", "again")]
        change = partial(own_account.change_password, self.store(), session, *given, **_caller(request))
        return await self._try(request, change, asked, page)

    async def set_second_step(self, request: Request) -> Response:
        """Show a new secret for an authenticator app, and take a first code made from it."""
        session = _session(request)
        secret = self._secret_of(session)
        picture = second_step.picture_of(second_step.address_of(secret, session.person.user))
        has_one = await run_in_threadpool(own_account.has_second_step, self.store(), session)
        asked, must = await _asked(request), not session.is_in
        page = partial(
            set_second_step_page, picture=picture, secret=secret, has_one=has_one, must=must, next_page=asked
        )
        if request.method != "POST":
            return HTMLResponse(page())
        form = await request.form()
        set_it = partial(
            own_account.set_second_step,
            self.store(),
            session,
            secret,
            str(form.get("code", "")),
            password=str(form.get("present", "")),
            present_code=str(form.get("present-code", "")),
            **_caller(request),
        )
        answer = await self._try(request, set_it, asked, page)
        if answer.status_code == 303:
            self._secrets.pop(session.token_hash, None)
        return answer

    def _secret_of(self, session: Session) -> str:
        """Return the secret a session's page shows: made here and kept here, so that nobody brings one of their own."""
        secret = self._secrets.setdefault(session.token_hash, second_step.new_secret())
        while len(self._secrets) > _MOST_SECRETS:
            self._secrets.popitem(last=False)
        return secret

    async def still(self, request: Request) -> Response:
        """Say whether the browser's session is still open, without keeping it open."""
        session: Session | None = request.state.session
        is_in = session is not None and session.is_in
        return PlainTextResponse("yes" if is_in else "no", 200 if is_in else 401)

    async def _come_back(self, provider: ProviderDoor, request: Request) -> Response:
        try:
            opened, next_page = await provider.come_back(request)
        except ToolkitError as error:
            return await self._sign_in_page(request, "", wrong=str(error))
        return await self._enter(request, opened, next_page)

    async def _enter(self, request: Request, opened: signing_in.Opened, next_page: str) -> Response:
        """Give the browser a session of its own, whatever it had before, which ends."""
        before: Session | None = request.state.session
        if before is not None:
            await run_in_threadpool(signing_in.sign_out, self.store(), before)
        answer = RedirectResponse(_onwards(opened.stage, next_page), 303)
        cookies.give(answer, request.scope, opened.token)
        if opened.stage is Stage.IN:
            await self._mark(answer, request, opened.account_id)
        return answer

    async def _mark(self, answer: Response, request: Request, account_id: int | None) -> None:
        """Let the browser be known by, when its account must wait for others' failed tries."""
        if account_id is not None:
            mark = await run_in_threadpool(signing_in.mark_browser, self.store(), account_id)
            cookies.give_mark(answer, request.scope, mark)

    async def _try(
        self, request: Request, work: Callable[[], Stage], asked: str, page: Callable[..., str]
    ) -> Response:  # fmt: skip
        try:
            stage = await run_in_threadpool(work)
        except ToolkitError as error:
            return HTMLResponse(page(wrong=str(error)), 400)
        answer = RedirectResponse(_onwards(stage, asked), 303)
        if stage is Stage.IN:
            await self._mark(answer, request, _session(request).account_id)
        return answer

    def _open(self, request: Request, given: dict[str, str]) -> signing_in.Opened:
        store = self.store()
        if given.get("role") and store.is_simulated:
            return signing_in.let_in(store, _chosen(store, given), how="demonstration")
        if not cookies.may_carry_secrets(request.scope):
            raise ToolkitError(_NOT_SAFE)
        return signing_in.sign_in(store, given.get("name", ""), given.get("password", ""), **_caller(request))

    async def _sign_in_page(
        self, request: Request, next_page: str, *, wrong: str = "", name: str = "", is_ended: bool = False
    ) -> Response:  # fmt: skip
        if not wrong and not self.store().is_simulated and not cookies.may_carry_secrets(request.scope):
            wrong = _NOT_SAFE
        html = await run_in_threadpool(self._drawn, page_asked(next_page), wrong, name, is_ended)
        return HTMLResponse(html, 400 if wrong else 200)

    def _drawn(self, next_page: str, wrong: str, name: str, is_ended: bool) -> str:
        store = self.store()
        return sign_in_page(
            simulated=store.is_simulated,
            centres=_tracking(store) if store.is_simulated else {},
            has_accounts=has_accounts(store),
            provider="" if self.provider is None else self.provider.settings.name,
            next_page=next_page,
            wrong=wrong,
            name=name,
            is_ended=is_ended,
        )


def _onwards(stage: Stage, asked: str) -> str:
    """Return where a session goes that has come so far: to what was asked for, or to the next step with it in mind.

    A page of another role is gone to as well: the guard says there whose it is.
    """
    return f"/{page_asked(asked)}" if stage is Stage.IN else with_next(_AFTER[stage], asked)


async def _asked(request: Request) -> str:
    """Return the page that a step on the way in must not forget."""
    given = (await request.form()) if request.method == "POST" else request.query_params
    return page_asked(str(given.get("next", "")))


def _chosen(store: Store, given: dict[str, str]) -> Person:
    try:
        role = Role(given["role"])
    except ValueError as error:
        raise ToolkitError("Choose one of the roles.") from error
    if role is not Role.MANAGER:
        return Person(role)
    centre = given.get("centre", "")
    if centre not in _tracking(store):
        raise ToolkitError("Choose your centre.")
    return Person(role, centre)


def _tracking(store: Store) -> dict[str, str]:
    """Return the centres that track progress, number → name, by name."""
    centres = store.read("centres", columns=["centre_id", "name", "tracks_progress_from"])
    tracking = centres[centres["tracks_progress_from"].notna()].sort_values("name")
    return dict(zip(tracking["centre_id"], tracking["name"], strict=True))


def _session(request: Request) -> Session:
    session = request.state.session
    if not isinstance(session, Session):  # the guard lets nobody else through
        raise NotPermitted("Sign in first.")
    return session


class _Caller(TypedDict):
    address: str
    browser: str


def _caller(request: Request) -> _Caller:
    """Return where a request came from, and the mark of its browser if it has one."""
    address = request.client.host if request.client is not None else ""
    return {"address": address, "browser": cookies.mark_in(request.scope)}
