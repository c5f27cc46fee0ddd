"""``make bench``: how long the app's pages take in Chromium, by role, and what a session costs in memory.

Measured as a person meets it: from the click, or the address, until the page has nothing more to draw. Many readers at
once come by the websocket, each with a session of its own: 34 Chromium windows would measure Chromium.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from playwright.sync_api import Page, sync_playwright

from toolkit.accounts import signing_in
from toolkit.accounts.roles import PAGES, ROLE_NAMES, Person, Role
from toolkit.records import Store
from toolkit.web.titles import TITLES

READERS = 34
KEPT_SECONDS = 5
"""So long Streamlit keeps what a page was once it is shut: two minutes where nothing is said, which is long to wait."""
_DONE = (
    "document.querySelector('[data-test-script-state=notRunning]')"
    " && !document.querySelector('[data-testid=stSkeleton]')"
)


def over_http() -> ModuleType:
    spec = importlib.util.spec_from_file_location("over_http", Path(__file__).parents[2] / "web" / "over_http.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["over_http"] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def served(store: Path) -> Iterator[tuple[str, int]]:
    """Serve the app on a store; yield its address and the number of its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [sys.executable, "-m", "toolkit.cli", "app", "--store", str(store), "--port", str(port), "--headless"]
    soon = {**os.environ, "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": f"{KEPT_SECONDS}"}
    server = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=soon)
    address = f"http://localhost:{port}"
    try:
        until = time.monotonic() + 180
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{address}/health", timeout=2):
                    break
            except OSError:
                time.sleep(0.2)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(timeout=90)


def resident(pid: int) -> float:
    """Return how much memory a process holds, in MB."""
    said = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in said.splitlines() if line.startswith("VmRSS")) / 1024


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[min(len(seconds) - 1, round(0.95 * (len(seconds) - 1)))]


def told(what: str, seconds: list[float], asked: str) -> None:
    print(
        f"{what:<44} median {statistics.median(seconds):5.2f} s  p95 {p95(seconds):5.2f} s  most {max(seconds):5.2f} s"
        f"  (n={len(seconds)})   {asked}",
        flush=True,
    )


def until_drawn(page: Page, title: str) -> None:
    page.wait_for_function(f"title => document.title === title && {_DONE}", arg=title, polling=20)


def walked(page: Page, role: Role, rounds: int) -> dict[str, list[float]]:
    """Go round a role's pages by the menu; return how long each took, each time but the first."""
    taken: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        for name in PAGES[role]:
            link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=TITLES[name], exact=True)
            began = time.perf_counter()
            link.click()
            until_drawn(page, TITLES[name])
            if turn:
                taken.setdefault(name, []).append(time.perf_counter() - began)
    return taken


def in_chromium(address: str, rounds: int) -> None:
    """Print cold first pages, and page to page by role."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        for role in Role:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.set_default_timeout(120_000)
            page.goto(address)
            page.get_by_text(ROLE_NAMES[role], exact=True).click()
            began = time.perf_counter()
            page.get_by_role("button", name="Sign in").first.click()
            until_drawn(page, TITLES[PAGES[role][0]])
            cold = time.perf_counter() - began
            taken = walked(page, role, rounds)
            told(f"{role.value}: cold first page", [cold], "asked: 3 s")
            told(f"{role.value}: page to page", [one for times in taken.values() for one in times], "asked: 0.5, 1.0 s")
            for name, times in taken.items():
                told(f"    {name}", times, "")
            browser.close()


def at_once(store: Store, address: str, pid: int) -> None:
    """Print how long many readers wait who come at one moment, and what their sessions cost and give back."""
    spoken, host = over_http(), address.removeprefix("http://")
    roles = [role for role in (Role.MEMBER, Role.LEAD) for _ in range(READERS // 2)]
    tokens = [signing_in.let_in(store, Person(role), how="demonstration").token for role in roles]
    clients = [spoken.Client(host, {"toolkit-session": token}) for token in tokens]
    for client, role in {role: (client, role) for client, role in zip(clients, roles, strict=True)}.values():
        with client.socket() as one:
            for page in PAGES[role]:
                spoken.draw(one, page)
    before = resident(pid)
    sockets = [client.socket() for client in clients]

    def read(place: int) -> list[float]:
        taken = []
        for page in PAGES[roles[place]]:
            began = time.perf_counter()
            spoken.draw(sockets[place], page)
            taken.append(time.perf_counter() - began)
        return taken

    with ThreadPoolExecutor(READERS) as pool:
        all_taken = [one for taken in pool.map(read, range(READERS)) for one in taken]
    told(f"{READERS} readers at once, every page of theirs", all_taken, "asked: p95 4 s")
    during = resident(pid)
    for one in sockets:
        one.close()
    print(f"memory: {before:.0f} MB before, {during:.0f} MB with {READERS} sessions open: "
          f"{(during - before) / READERS:.1f} MB a session   asked: 5 MB")  # fmt: skip
    for client in clients:
        client.post("/sign-out")
    given_back(store, address, pid)


def given_back(store: Store, address: str, pid: int, rounds: int = 5) -> None:
    """Print how much memory the server holds after each time that as many came, read all their pages and left."""
    spoken, host = over_http(), address.removeprefix("http://")
    held = []
    for _ in range(rounds):
        token = [signing_in.let_in(store, Person(Role.MEMBER), how="demonstration").token for _ in range(READERS)]
        clients = [spoken.Client(host, {"toolkit-session": one}) for one in token]
        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(partial(_read_and_leave, spoken), clients))
        time.sleep(4 * KEPT_SECONDS)
        held.append(f"{resident(pid):.0f}")
    print(f"memory: {', '.join(held)} MB after each of {rounds} times that {READERS} came, read and left")


def _read_and_leave(spoken: ModuleType, client: Any) -> None:
    with client.socket() as one:
        for page in PAGES[Role.MEMBER]:
            spoken.draw(one, page)
    client.post("/sign-out")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, help="a demonstration's folder; made when not given")
    parser.add_argument("--scale", default="county", choices=["county", "tenth"])
    parser.add_argument("--rounds", type=int, default=5, help="how often each role goes round its pages")
    parser.add_argument("--only", choices=["chromium", "at-once"], help="only one part")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        if given.store is None:
            call = [sys.executable, "-m", "toolkit.cli", "demo", "--folder", str(store), "--scale", given.scale]
            subprocess.run([*call, "--no-serve"], check=True, stdout=subprocess.DEVNULL)
        else:
            shutil.copytree(given.store, store)
        with served(store) as (address, pid):
            if given.only != "at-once":
                in_chromium(address, given.rounds)
            if given.only != "chromium":
                at_once(Store.open(store), address, pid)


if __name__ == "__main__":
    main()
