"""The server: Streamlit as an ASGI app under uvicorn, one worker, with our own page head and security headers."""

from __future__ import annotations

import os
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp

STORE_VARIABLE = "TOOLKIT_STORE"
APP = Path(__file__).resolve().parents[2] / "app.py"


def serve(store: Path, *, port: int, headless: bool = False, open_browser: bool = True) -> None:
    """Serve the app on a store until the process is stopped.

    Parameters
    ----------
    store
        The store's folder.
    port
        On this machine's loopback address.
    headless, open_browser
        Whether to leave the browser shut.
    """
    import uvicorn

    os.environ[STORE_VARIABLE] = str(Path(store).resolve())
    address = f"http://localhost:{port}"
    if open_browser and not headless:
        threading.Thread(target=_open_when_ready, args=(address,), daemon=True).start()
    uvicorn.run(make_app(), host="127.0.0.1", port=port, log_level="warning", access_log=False, server_header=False)


def make_app() -> ASGIApp:
    """Return the ASGI app: Streamlit with the page head and headers in front."""
    import streamlit as st
    from starlette.middleware import Middleware

    from toolkit.web.front import FrontMiddleware

    return st.App(APP, middleware=[Middleware(FrontMiddleware)])


def _open_when_ready(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                webbrowser.open(address)
                return
        except OSError:
            time.sleep(0.5)
