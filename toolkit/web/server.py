"""The server: Streamlit as an ASGI app under uvicorn, one worker, behind the guard and with our own page head."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import threading
import time
import tomllib
import urllib.request
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.accounts.provider_claims import provider
from toolkit.project_files import APP, APP_SETTINGS
from toolkit.web.opened_store import STORE_VARIABLE, the_store

if TYPE_CHECKING:
    from starlette.types import ASGIApp

HOST_VARIABLE = "TOOLKIT_HOST_NAME"
"""The name under which a proxy is reached; without it only this machine's own names are answered."""


FINISH_WITHIN = 30
"""Seconds that pages being drawn have to finish once the server is told to stop."""


def serve(
    store: Path,
    *,
    port: int,
    headless: bool = False,
    open_browser: bool = True,
    log: Path | None = None,
    only_warnings: bool = False,
) -> None:
    """Serve the app on a store until the process is stopped.

    Parameters
    ----------
    store
        The store's folder.
    port
        On this machine's loopback address: others reach it through a proxy that gives HTTPS.
    headless, open_browser
        Whether to leave the browser shut.
    log
        A file for the log; standard output when not given.
    only_warnings
        Whether the log leaves out the lines of ordinary use.
    """
    from toolkit import __version__
    from toolkit.web.door.open_pages import allow_more_files
    from toolkit.web.log_lines import event, write_log

    allow_more_files()
    os.environ[STORE_VARIABLE] = str(Path(store).resolve())
    address = f"http://localhost:{port}"
    app = make_app()
    _make_ready()
    if open_browser and not headless:
        threading.Thread(target=_open_when_ready, args=(address,), daemon=True).start()
    write_log(log, only_warnings=only_warnings)
    event("started", version=__version__, port=port)
    _run(app, port)


def _run(app: ASGIApp, port: int) -> None:
    """Serve until told to stop; then take nothing new, and let what is being done finish."""
    import uvicorn

    from toolkit.web.at_work import wait_until_done
    from toolkit.web.log_lines import event

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            event("stopping")
            await super().shutdown(sockets)
            left = await asyncio.to_thread(wait_until_done, FINISH_WITHIN)
            event("stopped", unfinished=left, level=logging.WARNING if left else logging.INFO)

    settings = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FINISH_WITHIN,
    )
    Server(settings).run()


def make_app() -> ASGIApp:
    """Return the ASGI app: Streamlit, with the guard, the sign-in pages, the page head and headers in front."""
    import streamlit as st
    from starlette.middleware import Middleware
    from starlette.routing import Route
    from streamlit import config

    from toolkit.web.door.guard import Guard
    from toolkit.web.door.health import HEALTH, Health
    from toolkit.web.door.open_to_all import OpenToAll
    from toolkit.web.door.refusals import Refusals
    from toolkit.web.door.request_lines import RequestLines
    from toolkit.web.door.security_headers import FrontMiddleware
    from toolkit.web.door.sign_in_routes import SignInRoutes

    _set_up()
    host = os.environ.get(HOST_VARIABLE)
    if host:
        config.set_option("server.allowedHosts", [*config.get_option("server.allowedHosts"), host])
    refusals = Refusals(the_store)
    return st.App(
        APP,
        routes=[
            Route(HEALTH, Health(the_store).answer),
            *OpenToAll(the_store).routes(),
            *SignInRoutes(the_store, provider(), refusals).routes(),
        ],
        middleware=[
            Middleware(RequestLines),
            Middleware(FrontMiddleware),
            Middleware(Guard, store=the_store, refusals=refusals),
        ],
    )


def _set_up() -> None:
    """Give Streamlit the app's settings, which it looks for only in the folder a person happens to start it in.

    What an administrator set by a variable of the environment stands.
    """
    from streamlit import config

    def settle(section: str, settings: Mapping[str, object]) -> None:
        for name, value in settings.items():
            if isinstance(value, dict):
                settle(f"{section}.{name}", value)
            elif "environment variable" not in config.get_where_defined(f"{section}.{name}"):
                config.set_option(f"{section}.{name}", value)

    for section, settings in tomllib.loads(APP_SETTINGS.read_text(encoding="utf-8")).items():
        settle(section, settings)


def _make_ready() -> None:
    """Load what pages need before anyone comes, and leave it out of every later search for garbage.

    The libraries' own objects are many times those of all open pages, and none of them is ever garbage.
    """
    import toolkit.web.navigation  # noqa: F401  (loads every page)

    gc.collect()
    gc.freeze()


def _open_when_ready(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                webbrowser.open(address)
                return
        except OSError:
            time.sleep(0.5)
