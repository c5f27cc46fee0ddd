"""Pages the docs site has beyond the files of this folder: one for each public name, and those of the project's root.

What stands in ``toolkit.stats.__all__`` when the site is built is what gets a page, grouped by the folder it lives in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import toolkit.stats

PAGES = "api"
"""The folder, made anew by each build, of the pages of public names."""

ROOT_PAGES = {
    "project/architecture": "ARCHITECTURE.md",
    "project/changelog": "CHANGELOG.md",
    "project/contributing": "CONTRIBUTING.md",
    "project/security": "SECURITY.md",
}
"""Pages whose text is a file of the project's root, where readers of the code look for it."""

_START = """\
{title}
{line}

What ``toolkit.stats`` exports: matching, weighting and effects on frames and arrays, usable alone
(``from toolkit.stats import match``). Only these names are public; everything else in the package may move.

.. currentmodule:: toolkit.stats
"""
_GROUP = """
{title}
{line}

.. autosummary::
   :toctree: .
   :nosignatures:

{names}
"""


def setup(app: Any) -> Mapping[str, object]:
    """Tell Sphinx when to make the pages."""
    app.connect("config-inited", write_public_names)  # before Sphinx looks which pages there are
    app.connect("source-read", read_root_page)
    app.connect("missing-reference", public_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def subject_of(name: str) -> str:
    """Return the subject a public name stands under: the folder of ``toolkit.stats`` it lives in."""
    place = getattr(getattr(toolkit.stats, name), "__module__", "").split(".")[2:]
    return place[0].replace("_", " ").capitalize() if len(place) > 1 else "Public names"


def public_names() -> dict[str, list[str]]:
    """Return every public name by subject; subjects in the order of the alphabet, functions before classes."""
    groups: dict[str, list[str]] = {}
    for name in sorted(toolkit.stats.__all__, key=lambda name: (subject_of(name), name[0].isupper(), name)):
        groups.setdefault(subject_of(name), []).append(name)
    return groups


def write_public_names(app: Any, config: Any) -> None:
    """Write the page that lists the public names; autosummary makes a page of each."""
    title = "The statistics package"
    text = _START.format(title=title, line="=" * len(title))
    for subject, names in public_names().items():
        text += _GROUP.format(title=subject, line="-" * len(subject), names="\n".join(f"   {name}" for name in names))
    folder = Path(app.srcdir) / PAGES
    folder.mkdir(exist_ok=True)
    for page in folder.glob("*.rst"):
        page.unlink()
    (folder / "index.rst").write_text(text, encoding="utf-8")


def read_root_page(app: Any, docname: str, source: list[str]) -> None:
    """Put a root file's text where its page stands, and let links between the two folders lead to pages."""
    for page, file in ROOT_PAGES.items():
        name = page.split("/")[-1]
        if docname == page:
            path = Path(app.srcdir).parent / file
            app.env.note_dependency(str(path))
            source[0] = path.read_text(encoding="utf-8").replace("](docs/", "](../")
        within = f"{name}.md" if docname in ROOT_PAGES else f"{page}.md"
        source[0] = re.sub(rf"\]\((?:\.\./)?{re.escape(file)}(#[^)]*)?\)", rf"]({within}\1)", source[0])


def public_name(app: Any, env: Any, node: Any, contnode: Any) -> Any:
    """Lead a reference to a public name, by whatever module it lives in, to its page."""
    target = node.get("reftarget", "")
    name = target.rsplit(".", 1)[-1]
    if node.get("refdomain") != "py" or name not in toolkit.stats.__all__ or not target.startswith(("toolkit.", name)):
        return None
    domain = env.get_domain("py")
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", f"toolkit.stats.{name}", node, contnode)
