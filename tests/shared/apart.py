"""Running a coroutine from a test, whatever runs on the test's own thread: a browser's driver keeps a loop there."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor


def run_apart(coroutine: Coroutine[object, object, None]) -> None:
    """Run a coroutine to its end on a thread of its own."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        apart.submit(asyncio.run, coroutine).result()
