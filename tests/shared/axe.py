"""The rules of WCAG 2.0 to 2.2, A and AA, as axe-core knows them, asked of what a browser shows (tests/web/axe)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

HERE = Path(__file__).resolve().parents[1] / "web" / "axe"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that another theme can break."""
_ASK = """async only => {
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return found.violations.flatMap(rule => rule.nodes.map(
    node => `${rule.id} (${rule.impact}): ${node.target.join(" ")}: ${node.failureSummary}`));
}"""


@cache
def script() -> str:
    """Return axe-core as it is locked. Without npm it is a failure in CI, elsewhere a warning."""
    npm = shutil.which("npm")
    if npm is None:
        missing = "Node.js is not installed, so no page is asked for its faults. On Debian: apt-get install nodejs npm"
        if os.environ.get("CI"):
            raise AssertionError(missing)
        warnings.warn(missing, stacklevel=2)
        return ""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree(HERE, Path(scratch) / "axe"))
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=folder, check=True, timeout=240, capture_output=True)
        return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def breaches(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Return every breach of a rule on a page, as a line each: the rule, where, and what is wrong.

    Parameters
    ----------
    page
        As it stands in its browser.
    rules
        Those asked; all of `TAGS` where none is named.
    """
    if not script():
        return []
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(TAGS)}
    return list(page.evaluate(_ASK, only))
