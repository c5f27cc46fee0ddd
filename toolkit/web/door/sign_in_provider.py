"""Signing in through a council's own identity provider (OpenID Connect: code flow with PKCE).

Streamlit's `st.login` keeps who is signed in inside a cookie of thirty days, which still opens the app after signing
out when it was copied. So Authlib, which it uses too, asks the provider here, and the session is one of ours: kept on
the server, and ended on signing out, after 8 hours or 30 idle minutes.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlencode

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from toolkit.accounts import signing_in
from toolkit.accounts.provider_claims import Provider
from toolkit.accounts.sessions import Session, token_hash
from toolkit.errors import NotPermitted, ToolkitError
from toolkit.records import Store
from toolkit.web.door.asked_for import page_asked
from toolkit.web.door.refusals import NOT_SIGNED_IN, Refusals

MOST_HINTS = 2_000
_NEXT = "next-page"
_NOT_NOW = "Your council's sign-in did not answer as it should. Try again, and if it goes on, tell your administrator."
_LOG = logging.getLogger(__name__)


class ProviderDoor:
    """The way in and out through one provider.

    Parameters
    ----------
    settings
        The provider.
    store
        Returns the store people come to.
    refusals
        Where answers that were not taken are counted.
    """

    def __init__(self, settings: Provider, store: Callable[[], Store], refusals: Refusals) -> None:
        self.settings = settings
        self.store = store
        self.refusals = refusals
        # ID tokens by session, for signing out there; forgotten on a restart, and the oldest where many never sign out
        self._hints: OrderedDict[str, str] = OrderedDict()
        oauth = OAuth()
        oauth.register(
            "provider",
            server_metadata_url=settings.server_metadata_url,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
        )
        self._client = oauth.create_client("provider")

    async def ask(self, request: Request) -> Response:
        """Send the browser to the provider."""
        request.session[_NEXT] = page_asked(request.query_params.get("next", ""))
        back = f"{self._address(request)}/sign-in/callback"
        try:
            answer: Response = await self._client.authorize_redirect(request, back)
        except (AuthlibBaseError, httpx2.HTTPError, ValueError, KeyError) as error:
            _LOG.warning("The identity provider could not be asked: %s", type(error).__name__)
            return RedirectResponse("/sign-in/callback?error=provider", 303)
        return answer

    async def come_back(self, request: Request) -> tuple[signing_in.Opened, str]:
        """Take the provider's word for who is there; return the session opened and the page asked for before.

        Raises
        ------
        NotPermitted
            When the provider vouches for nobody, or for someone without a role here.
        """
        try:
            tokens = await self._client.authorize_access_token(request)
        except (AuthlibBaseError, JoseError, httpx2.HTTPError, ValueError, KeyError) as error:
            _LOG.warning("The identity provider's answer was not taken: %s", type(error).__name__)
            await run_in_threadpool(self.refusals.of_nobody, "the provider's answer was not taken")
            raise ToolkitError(_NOT_NOW) from error
        claims = tokens.get("userinfo") or {}
        store = self.store()
        centre_ids = frozenset(
            await run_in_threadpool(lambda: store.read("centres", columns=["centre_id"])["centre_id"])
        )
        try:
            person = self.settings.person_of(claims, centre_ids=centre_ids)
        except NotPermitted:
            await self._refused("no role from the provider's groups")
            raise
        opened = await run_in_threadpool(signing_in.let_in, store, person, how="provider")
        self._hints[token_hash(opened.token)] = str(tokens.get("id_token", ""))
        while len(self._hints) > MOST_HINTS:
            self._hints.popitem(last=False)
        return opened, str(request.session.pop(_NEXT, ""))

    async def way_out(self, session: Session) -> str:
        """Return the address at which to sign out of the provider too; empty when there is none."""
        hint = self._hints.pop(session.token_hash, "")
        if session.account_id is not None or not hint:
            return ""
        end = (await self._client.load_server_metadata()).get("end_session_endpoint", "")
        asked = {"id_token_hint": hint, "client_id": self.settings.client_id}
        if self.settings.address:
            asked["post_logout_redirect_uri"] = f"{self.settings.address.rstrip('/')}/sign-in"
        return f"{end}?{urlencode(asked)}" if end else ""

    async def _refused(self, why: str) -> None:
        detail = {"how": "provider", "why": why}
        await run_in_threadpool(self.store().audit, who=NOT_SIGNED_IN, action="refused", what="sign in", detail=detail)

    def _address(self, request: Request) -> str:
        return self.settings.address.rstrip("/") or str(request.base_url).rstrip("/")
