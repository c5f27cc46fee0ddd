"""The pages that everyone may read, signed in or not: accessibility statement, privacy notice, what the words mean.

They hold no figure and nothing of any family. What only the council can say comes from its settings; where it has not
said it yet, the page says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from toolkit.accounts.sessions import IDLE, LONGEST
from toolkit.records import Store
from toolkit.records.erasure.retention import HISTORY, load_policy
from toolkit.records.settings import settings_of
from toolkit.tables import TABLES
from toolkit.web.door.sign_in_html import open_page
from toolkit.wording.glossary import TERMS

ACCESSIBILITY, PRIVACY, GLOSSARY = "/accessibility", "/privacy", "/glossary"
NOTICES: Mapping[str, str] = MappingProxyType(
    {GLOSSARY: "What the words mean", ACCESSIBILITY: "Accessibility statement", PRIVACY: "Privacy notice"}
)
"""Their titles, by address."""
NOT_SETTLED: Mapping[str, str] = MappingProxyType(
    {
        "council": "[The council has not put its name here yet]",
        "contact": "[The council has not said here yet whom to ask; its administrator must fill this in]",
        "data_protection": "[The council has not named its data protection officer here yet]",
    }
)
"""What stands where the council has settled nothing."""
AXE = "4.14.1"
"""The version of axe-core that tests ask every page with; a test holds it to the one that is locked."""


class OpenToAll:
    """The routes, on one store.

    Parameters
    ----------
    store
        Returns the store whose council's settings are shown.
    """

    def __init__(self, store: Callable[[], Store]) -> None:
        self.store = store

    def routes(self) -> list[Route]:
        """Return the routes for the server."""
        return [Route(address, self._page) for address in NOTICES]

    async def _page(self, request: Request) -> Response:
        address = request.url.path
        html = await run_in_threadpool(self._drawn, address)
        return HTMLResponse(html)

    def _drawn(self, address: str) -> str:
        title = NOTICES[address]
        if address == GLOSSARY:
            return open_page("glossary", title, {"terms": sorted(TERMS, key=lambda term: term.name.casefold())})
        store = self.store()
        settled = settings_of(store)
        said = {name: settled[name] or words for name, words in NOT_SETTLED.items()}
        if address == ACCESSIBILITY:
            return open_page("accessibility", title, {**said, "axe": AXE})
        hours, minutes = LONGEST.total_seconds() / 3600, IDLE.total_seconds() / 60
        return open_page(
            "privacy", title, {**said, "kept": _kept(store), "hours": f"{hours:g}", "minutes": f"{minutes:g}"}
        )


def _kept(store: Store) -> list[tuple[str, str]]:
    """Return how long each kind of row is kept, in words, as this store's own rules say."""
    return [
        ("Rows that were put right or taken back" if name == HISTORY else TABLES[name].title, f"{rule.years} years")
        for name, rule in load_policy(store.folder).rules.items()
    ]
