"""The docs site: every public name has its page, every page is reached, and a broken link is an error."""

from __future__ import annotations

import html
import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import toolkit
import toolkit.stats

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = sorted(toolkit.stats.__all__)

pytestmark = pytest.mark.slow


def build(source: Path, out: Path, *pages: Path) -> subprocess.CompletedProcess[str]:
    """Build the site as `make docs` does; or of a site that was built before, these pages alone."""
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        *map(str, (source, out, *pages)),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the docs with the root's pages beside it, so that no test writes into the tree."""
    root = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("_build", "api", "__pycache__"))
    for page in ROOT.glob("*.md"):
        shutil.copy(page, root)
    return root


@pytest.fixture(scope="module")
def site(copied: Path) -> Path:
    out = copied / "html"
    done = build(copied / "docs", out)
    assert done.returncode == 0, done.stderr
    return out


def test_every_public_name_has_a_page_with_its_own_docstring(site: Path) -> None:
    assert len(PUBLIC) >= 9
    for name in PUBLIC:
        page = (site / "api" / f"toolkit.stats.{name}.html").read_text(encoding="utf-8")
        assert f'id="toolkit.stats.{name}"' in page
        first = letters((inspect.getdoc(getattr(toolkit.stats, name)) or "").split(".")[0])
        assert len(first) > 10, f"{name} does not say what it is"
        assert first in letters(html.unescape(re.sub(r"<[^>]+>", "", page)))


def letters(text: str) -> str:
    """Return a text without what marks it up."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def test_every_public_name_is_listed_once_under_a_subject(site: Path) -> None:
    index = (site / "api" / "index.html").read_text(encoding="utf-8")
    article = index.split("<article")[1].split("</article>")[0]
    listed = re.findall(r'title="toolkit\.stats\.(\w+)"', article)
    assert sorted(listed) == PUBLIC


def test_the_root_files_stand_on_the_site_and_their_links_lead_to_pages(site: Path) -> None:
    architecture = (site / "project" / "architecture.html").read_text(encoding="utf-8")
    assert 'href="../map.html"' in architecture
    assert 'href="../decisions.html"' in architecture
    assert 'href="project/security.html"' in (site / "dpia.html").read_text(encoding="utf-8")
    assert f"[{toolkit.__version__}]" in (site / "project" / "changelog.html").read_text(encoding="utf-8")


@pytest.mark.verify
def test_a_broken_link_of_any_kind_fails_the_build(copied: Path, site: Path) -> None:
    page = copied / "docs" / "guides.md"
    whole = page.read_text(encoding="utf-8")
    broken = "[one](nowhere.md), [two](protocols.md#no-such-heading), {py:obj}`toolkit.stats.no_such_name`"
    page.write_text(f"{whole}\n{broken}\n", encoding="utf-8")
    try:
        done = build(copied / "docs", site, page)
    finally:
        page.write_text(whole, encoding="utf-8")
    assert done.returncode != 0
    for named in ("nowhere.md", "no-such-heading", "toolkit.stats.no_such_name"):
        assert named in done.stderr


def test_pictures_are_small_and_each_is_shown() -> None:
    shown = re.findall(r"\(pictures/([\w-]+\.png)\)", (ROOT / "docs" / "pictures.md").read_text(encoding="utf-8"))
    kept = sorted((ROOT / "docs" / "pictures").glob("*.png"))
    assert sorted(shown) == [file.name for file in kept]
    assert len(kept) >= 5
    assert all(file.stat().st_size <= 150_000 for file in kept)


def test_the_changelog_has_an_entry_for_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?$", changelog, re.M)
    assert versions[0] == ("Unreleased", "")
    assert versions[1][0] == toolkit.__version__
    assert all(day for _, day in versions[1:])
    kinds = set(re.findall(r"^### (\w+)$", changelog, re.M))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
