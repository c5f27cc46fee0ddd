"""Whether the server works, for whatever watches it: open to everyone, so it says no more than that and its version."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from toolkit import __version__
from toolkit.errors import ToolkitError
from toolkit.records import Store

HEALTH = "/health"


class Health:
    """The answer, on one store.

    Parameters
    ----------
    store
        Returns the store that must be there to be read.
    """

    def __init__(self, store: Callable[[], Store]) -> None:
        self.store = store

    async def answer(self, request: Request) -> Response:
        """Answer 200 when the store can be read, 503 when it cannot."""
        try:
            await run_in_threadpool(lambda: self.store().version)
        except ToolkitError:
            return JSONResponse({"ok": False, "version": __version__}, 503)
        return JSONResponse({"ok": True, "version": __version__})
