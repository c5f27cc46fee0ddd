"""Pictures of pages kept small in the repository, and whether a page still looks like its picture.

A picture is a third as wide as the window and grey, so that how a machine smooths letters is lost in it and what has
moved, gone or come is not. Days and hashes, which change with every run, are written over before it is taken.

``TOOLKIT_REDRAW=1`` draws them anew (``make page-pictures``).
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parents[1] / "web" / "pictures"
SHRUNK = 3
TILE = 12
"""Pixels of a small picture, both ways, that are compared as one."""
APART, FEW = 26.0, 0.004
"""Greys (of 255) by which a tile may differ on average, and the part of tiles that may differ by more."""
TALLER = 0.01
"""The part by which a page may be taller or shorter than its picture."""
TALLEST = 8000
_QUALITY = 35
_STILL = r"""() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const days = /\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December) 20[2-9]\d( at \d\d:\d\d|, \d\d:\d\d)?/g;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const still = node.data.replace(days, "1 May 2026").replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b/g, hash => "0".repeat(hash.length));
    if (still !== node.data) { node.data = still; }
  }
}"""  # noqa: E501


def taken(page: Page) -> Image.Image:
    """Return the whole of a page, which scrolls within its window, as a small grey picture."""
    size = page.viewport_size
    assert size is not None
    page.evaluate(_STILL)  # before it is measured: a day's name may take another line
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(max(size["height"], tall + 24), TALLEST)})
    page.wait_for_timeout(250)  # charts follow the window
    page.evaluate(_STILL)
    seen = page.screenshot(animations="disabled", caret="hide")
    page.set_viewport_size(size)
    whole = Image.open(io.BytesIO(seen)).convert("L")
    return whole.resize((whole.width // SHRUNK, whole.height // SHRUNK), Image.Resampling.BOX)


def differs(page: Page, state: str, name: str, artefacts: Path) -> str:
    """Return how a page differs from its picture, in words; empty where it does not.

    Parameters
    ----------
    page
        The page, as it is to be seen.
    state, name
        The folder of the picture, such as ``dark``, and what the page is called.
    artefacts
        Where the picture, the page and what differs are laid side by side if it does.
    """
    kept, now = FOLDER / state / f"{name}.webp", taken(page)
    if os.environ.get("TOOLKIT_REDRAW"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        now.save(kept, quality=_QUALITY, method=6)
        return ""
    if not kept.exists():
        return f"{name} has no picture ({state}). Draw it: make page-pictures"
    before = Image.open(kept).convert("L")
    said = told(before, now)
    if said:
        side_by_side(before, now).save(artefacts / f"differs-{name}-{state}.png")
        said = f"{name} ({state}) {said}. See differs-{name}-{state}.png; if it is right: make page-pictures"
    return said


def told(before: Image.Image, now: Image.Image) -> str:
    """Return in words how one picture differs from another; empty where it does not beyond what letters do."""
    if before.width != now.width:
        return f"is {now.width} pixels wide, its picture {before.width}"
    if abs(before.height - now.height) > TALLER * before.height + 2:
        return f"is {now.height} pixels tall, its picture {before.height}"
    apart = _tiles(before, now)
    share = float((apart > APART).mean())
    return f"differs in {share:.1%} of its tiles" if share > FEW else ""


def _tiles(before: Image.Image, now: Image.Image) -> NDArray[np.float64]:
    height = min(before.height, now.height) // TILE * TILE
    width = before.width // TILE * TILE
    one, other = (np.asarray(each, dtype=float)[:height, :width] for each in (before, now))
    tiles = np.abs(one - other).reshape(height // TILE, TILE, width // TILE, TILE)
    return np.asarray(tiles.mean(axis=(1, 3)))


def side_by_side(before: Image.Image, now: Image.Image) -> Image.Image:
    """Return the picture, the page and, in red on the page, the tiles that differ."""
    tall = max(before.height, now.height)
    laid = Image.new("RGB", (3 * before.width + 20, tall), "white")
    marked = now.convert("RGB")
    if before.width == now.width:
        for row, column in np.argwhere(_tiles(before, now) > APART):
            box = (int(column) * TILE, int(row) * TILE, (int(column) + 1) * TILE, (int(row) + 1) * TILE)
            marked.paste(Image.blend(marked.crop(box), Image.new("RGB", (TILE, TILE), "red"), 0.5), box)
    for place, each in enumerate((before.convert("RGB"), now.convert("RGB"), marked)):
        laid.paste(each, (place * (before.width + 10), 0))
    return laid
