"""A real app on a simulated county, and a real browser to look at it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from axe import breaches
from counties import Counties
from toolkit.records import Store
from toolkit.web.access import StoreView

FLAGS = [
    f"--{flag}"
    for flag in (
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]


expect.set_options(timeout=30_000)  # a loaded machine draws slowly


@pytest.fixture
def drawn_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """For pages that a test draws itself, for a person who came through no door: what they press is pressed by them."""
    monkeypatch.setattr(StoreView, "is_of_session", lambda view, known_by: not known_by)


@pytest.fixture(scope="session")
def county(counties: Counties, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A tenth of a county with every analysis run and every answer published."""
    return counties.answered(tmp_path_factory.mktemp("published") / "county", published=True)


@pytest.fixture(scope="session")
def app(county: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on the county; yields its address."""
    with served(county.folder, tmp_path_factory.mktemp("log") / "app.txt") as address:
        yield address


@pytest.fixture
def unpublished(counties: Counties, tmp_path: Path) -> Iterator[tuple[Store, str]]:
    """A store of its own with nothing published yet, and the address of an app on it."""
    store = counties.answered(tmp_path / "county")
    with served(store.folder, tmp_path / "app.txt") as address:
        yield store, address


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(store: Path, log: Path, *, port: int = 0, **environment: str) -> Iterator[str]:
    """Serve the app on a store as `toolkit app` serves it, and fail if it wrote of an error."""
    port = port or free_port()
    command = [
        sys.executable,
        "-m",
        "toolkit.cli",
        "app",
        "--store",
        store,
        "--port",
        port,
        "--headless",
    ]
    with log.open("w") as written:
        server = subprocess.Popen(
            [*map(str, command)], stdout=written, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
        try:
            address = f"http://localhost:{port}"
            _wait_until_healthy(address, server, log)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=75)  # it lets what is being done finish
    said = log.read_text()
    assert "Traceback" not in said and '"level": "error"' not in said, said[-4000:]


@pytest.fixture(scope="session")
def ports() -> Callable[[], int]:
    return free_port


@pytest.fixture(scope="session")
def serve() -> Callable[..., AbstractContextManager[str]]:
    return served


def _wait_until_healthy(address: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 180  # a loaded machine starts slowly
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"The app did not answer within three minutes:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Missing, it is a failure in CI and elsewhere a skip that says what to install."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        missing = "Chromium is not installed. On Debian: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept: the folder TOOLKIT_ARTEFACTS names, or a temporary one; never the repository."""
    named = os.environ.get("TOOLKIT_ARTEFACTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def messy() -> ModuleType:
    """The builder of the messy spreadsheet."""
    spec = importlib.util.spec_from_file_location("web_messy", Path(__file__).parents[1] / "intake" / "messy.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["web_messy"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def over_http() -> ModuleType:
    """A browser without a browser: see over_http.py."""
    spec = importlib.util.spec_from_file_location("over_http", Path(__file__).with_name("over_http.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["over_http"] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Visitor:
    """Someone at a browser, and whatever went wrong on the pages they saw."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)
    sent: list[object] = field(default_factory=list)

    def failed(self, request: Request) -> None:
        """Note a request that failed; an icon or file the browser gave up because the page moved on is not one."""
        is_given_up = request.failure == "net::ERR_ABORTED"
        if not (is_given_up and (request.url.endswith("/favicon.png") or "/media/" in request.url)):
            self.wrong.append(f"{request.url}: {request.failure}")

    def sign_in(self, role: str, centre: str = "") -> None:
        self.page.goto(self.address)
        self.page.get_by_text(role, exact=True).click()
        if centre:
            chooser = self.page.get_by_label("Your centre")
            number = chooser.locator("option", has_text=centre).first.get_attribute("value")
            chooser.select_option(number)
        self.page.get_by_role("button", name="Sign in").first.click()  # where there are accounts, theirs is another
        expect(self.page.get_by_role("button", name="Sign out")).to_be_attached()
        self.settle()

    def open(self, link: str, title: str) -> None:
        sidebar = self.page.get_by_test_id("stSidebar")
        if sidebar.get_attribute("data-collapsed") == "true":
            self.page.get_by_test_id("stExpandSidebarButton").click()
            expect(sidebar).to_have_attribute("data-collapsed", "false")
        self.page.get_by_role("link", name=link, exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        self.settle()
        if self.page.viewport_size["width"] < 768 and sidebar.get_attribute("data-collapsed") == "false":
            sidebar.hover()
            self.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
            expect(sidebar).to_have_attribute("data-collapsed", "true")

    def go_within_the_session(self, address: str) -> None:
        """Go to an address without loading the page anew, so that the sign-in stands, as with the Back button."""
        self.page.evaluate(
            "address => { history.pushState({}, '', address); dispatchEvent(new PopStateEvent('popstate')); }",
            f"/{address}",
        )
        self.settle()

    def settle(self) -> None:
        """Wait until the app has nothing more to draw."""
        self.page.wait_for_timeout(200)  # what was just clicked is on its way
        self.page.wait_for_function("document.querySelector('[data-test-script-state=notRunning]') !== null")
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0)

    def widen_to(self, width: int) -> None:
        """Make the window as wide as that, if it is not, and wait until what it shows has followed."""
        if self.page.viewport_size["width"] != width:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.settle()

    def in_the(self, scheme: str) -> None:
        """Set the device to light or dark, and wait until the page is."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.wait_for_function(
            "scheme => getComputedStyle(document.querySelector('.stApp')).colorScheme === scheme", arg=scheme
        )

    def unfold(self) -> None:
        """Open everything that is folded away."""
        folded = "[data-testid=stExpander] details:not([open]) > summary"
        self.page.locator(folded).evaluate_all("all => all.forEach(one => one.click())")
        expect(self.page.locator("details:not([open])")).to_have_count(0)
        self.still()

    def still(self) -> None:
        """Wait until nothing moves: a fold opens in a moment, and moves what is below it."""
        self.page.wait_for_function(
            "document.getAnimations().every("
            "one => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"
        )

    def widest(self) -> int:
        """Return how wide the page is, in pixels, with what would have to be scrolled to."""
        return int(
            self.page.evaluate(
                "Math.max(document.documentElement.scrollWidth,"
                " document.querySelector('[data-testid=stMain]').scrollWidth)"
            )
        )

    def headings_in_order(self) -> bool:
        """Return whether there is one title, first, and no heading skips a level."""
        levels = self.page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
        steps = pairwise(levels)
        return levels[:1] == [1] and levels.count(1) == 1 and all(after - before <= 1 for before, after in steps)

    def shoot(self, file: Path, *, ask: bool = True) -> None:
        """Note every breach of WCAG on a page worth a picture, for `check` to fail on, and keep its picture.

        The picture is of the whole page, which scrolls within the window, if somebody named a folder for it.
        """
        if ask:
            self.wrong += [f"{file.stem}: {breach}" for breach in breaches(self.page)]
        if "TOOLKIT_ARTEFACTS" not in os.environ:
            return
        size = self.page.viewport_size
        tall = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": min(max(size["height"], tall + 40), 8000)})
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=file)
        self.page.set_viewport_size(size)

    def check(self) -> None:
        """Fail on an exception shown, a console error, a request that failed, or a breach of WCAG that was noted."""
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        assert self.wrong == [], "\n".join(self.wrong)


def window(chromium: Browser, width: int) -> BrowserContext:
    """Open the browser of someone who was never there."""
    return chromium.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)


def visit(context: BrowserContext, address: str) -> Visitor:
    """Open a page for an app, and note whatever goes wrong in it."""
    made = Visitor(context.new_page(), address)
    made.page.on("console", lambda said: made.wrong.append(said.text) if said.type == "error" else None)
    made.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: made.sent.append(frame)))
    made.page.on("pageerror", lambda error: made.wrong.append(str(error)))
    made.page.on("requestfailed", lambda request: made.failed(request))
    made.page.on(
        "response",
        lambda answer: made.wrong.append(f"{answer.url}: {answer.status}") if answer.status >= 400 else None,
    )
    return made


@pytest.fixture
def visitor(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Make visitors: ``visitor(width=390)`` to the county's app, or to the one at another ``address``."""
    visitors = []

    def make(width: int = 1280, *, address: str = "") -> Visitor:
        visitors.append(visit(window(chromium, width), address or request.getfixturevalue("app")))
        return visitors[-1]

    yield make
    for one in visitors:
        one.page.context.close()


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Return who signed in to the county's app as a role: once a file and width, and on whichever page they stand.

    For tests that only look; who changes the store or signs out comes as a visitor of their own, or to another address.
    """
    known: dict[tuple[str, str, int, str], Visitor] = {}

    def come(role: str, centre: str = "", *, width: int = 1280, address: str = "") -> Visitor:
        one = (role, centre, width, address)
        if one not in known:
            person = known[one] = visit(window(chromium, width), address or request.getfixturevalue("app"))
            person.sign_in(role, centre)
        return known[one]

    yield come
    for person in known.values():
        person.page.context.close()


@pytest.fixture
def come_again(signed_in: Callable[..., Visitor]) -> Iterator[Callable[..., Visitor]]:
    """Return someone who signed in as a role before and opens the app anew: nothing of an earlier page is left."""
    visitors = []

    def come(role: str, centre: str = "", *, width: int = 1280) -> Visitor:
        before = signed_in(role, centre, width=width)
        visitors.append(visit(before.page.context, before.address))
        visitors[-1].page.goto(before.address)
        expect(visitors[-1].page.get_by_role("button", name="Sign out")).to_be_attached()
        visitors[-1].settle()
        return visitors[-1]

    yield come
    for one in visitors:
        one.page.close()
