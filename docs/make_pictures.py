"""The docs' pictures of the app: `make pictures` draws them from the real app on a simulated county.

A county is made in the folder named (or in a temporary one), the app is served on it, and a browser signs in by role.
"""

from __future__ import annotations

import argparse
import io
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from toolkit.demo import make_demo
from toolkit.records import Store
from toolkit.simulate import CountyOptions

PICTURES = Path(__file__).resolve().parent / "pictures"
SMALL = PICTURES / "small"
WIDE, TALL, PHONE = 1280, 860, 390
HIGH = 240  # of a small picture
LARGEST = 150_000  # bytes: what a page of pictures may ask of a slow line
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


def main() -> None:
    """Make the county where there is none, serve it, and draw every picture."""
    options = argparse.ArgumentParser(description="Draw the docs' pictures of the app.")
    options.add_argument("--county", type=Path, help="a demo county's folder, made where it is not there")
    named = options.parse_args().county
    with tempfile.TemporaryDirectory() as scratch:
        county = named or Path(scratch) / "county"
        store = Store.open(county) if county.exists() else make_demo(county, CountyOptions(seed=1, scale="tenth"))
        scores = wrong_scores(store, Path(scratch))
        with served(county) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
            draw(browser, address, scored_centre(store), scores)


def draw(browser: Browser, address: str, centre: str, scores: Path) -> None:
    """Draw each picture, in the order of the docs' page."""
    manager = sign_in(browser, address, "Centre manager", centre)
    open_page(manager, "Upload scores")
    manager.locator("input[type=file]").set_input_files(scores)
    manager.get_by_text("Better for the family", exact=True).click()
    expect(manager.get_by_role("heading", name="There is a problem: 4 cells")).to_be_visible()
    keep(manager, "upload", tall=1500)
    lead = sign_in(browser, address, "Early intervention lead")
    keep(lead, "referrals", tall=1500)
    member = sign_in(browser, address, "Scrutiny member")
    keep(member, "findings")
    keep(member, "findings-phone", wide=PHONE)
    member.emulate_media(color_scheme="dark")
    keep(member, "findings-dark")
    member.emulate_media(color_scheme="light")
    open_page(member, "Answers")
    keep(member, "answers")
    open_page(member, "Explore referrals")
    keep(member, "explore")
    keep(sign_in(browser, address, "Analyst"), "runs")


def sign_in(browser: Browser, address: str, role: str, centre: str = "") -> Page:
    """Return a page of the app, signed in as a demonstration's role."""
    page = browser.new_context(viewport={"width": WIDE, "height": TALL}).new_page()
    page.goto(address)
    page.get_by_text(role, exact=True).click()
    if centre:
        chooser = page.get_by_label("Your centre")
        chooser.select_option(chooser.locator("option", has_text=centre).first.get_attribute("value"))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached(timeout=60_000)
    settle(page)
    return page


def open_page(page: Page, name: str) -> None:
    """Choose a page from the menu."""
    page.get_by_role("link", name=name, exact=True).click()
    settle(page)


def settle(page: Page) -> None:
    """Wait until the app has nothing more to draw."""
    page.wait_for_timeout(400)  # what was just clicked is on its way
    page.wait_for_function("document.querySelector('[data-test-script-state=notRunning]') !== null", timeout=60_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def keep(page: Page, name: str, *, wide: int = WIDE, tall: int = TALL) -> None:
    """Write what the window shows, with the banner of simulated data, and a small picture of it for the README.

    Raises
    ------
    SystemExit
        When the picture does not say that its data are simulated, or is too large.
    """
    page.set_viewport_size({"width": wide, "height": tall})
    settle(page)
    page.wait_for_timeout(600)  # charts fade in
    banner = page.get_by_text("Simulated data: no real families").first
    where = banner.bounding_box()
    if where is None or not 0 <= where["y"] < tall:
        raise SystemExit(f"The picture {name} would not say that its data are simulated.")
    seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    SMALL.mkdir(parents=True, exist_ok=True)
    small = seen.crop((0, 0, wide, min(tall, TALL)))
    small = small.resize((small.width * HIGH // small.height, HIGH), Image.Resampling.LANCZOS)
    small.quantize(64).save(SMALL / f"{name}.png", optimize=True)
    picture = seen.quantize(128)
    file = PICTURES / f"{name}.png"
    picture.save(file, optimize=True)
    if file.stat().st_size > LARGEST:
        raise SystemExit(f"{file.name} has {file.stat().st_size:,} bytes; {LARGEST:,} is the most.")


def scored_centre(store: Store) -> str:
    """Return the name of the first centre that scores its families."""
    return str(_scored(store)["name"])


def _scored(store: Store) -> pd.Series:
    centres = store.read("centres")
    return centres[centres["tracks_progress_from"].notna()].iloc[0]


def wrong_scores(store: Store, folder: Path) -> Path:
    """Write a file of scores with mistakes a person makes: a 7, a family nobody knows, a day that is none."""
    centre = str(_scored(store)["centre_id"])
    families = sorted(store.read("registrations", centre_ids=[centre])["family_id"].drop_duplicates())[:5]
    rows = [
        (families[0], "04/03/2011", 2),
        (families[1], "11/03/2011", 7),
        ("F999999", "14/03/2011", 3),
        (families[2], "31/02/2011", 4),
        (families[3], "21/03/2011", 3),
        (families[4], "22/03/2011", "three"),
    ]
    file = folder / "scores-march.csv"
    frame = pd.DataFrame(rows, columns=["Family number", "Scored on", "Score"])
    frame.assign(**{"Centre number": centre, "Stage": "At the start of support"}).to_csv(file, index=False)
    return file


@contextmanager
def served(county: Path) -> Iterator[str]:
    """Serve the app on a county and yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("toolkit")
    command = [str(program), "app", "--store", str(county), "--port", str(port), "--headless"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://localhost:{port}"
        wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the app answers, for a minute at most."""
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
            return
        except OSError:
            time.sleep(0.25)
    raise SystemExit("The app did not start. Try: toolkit app --store COUNTY")


def chromium() -> str:
    """Return where the system's Chromium is."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("Chromium is not installed. On Debian: apt-get install chromium")
    return found


if __name__ == "__main__":
    main()
