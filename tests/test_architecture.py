"""The map in ARCHITECTURE.md is the tree: made from the modules' own first lines, and checked here.

``python tests/test_architecture.py`` writes it again.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
START, END = "<!-- map: made by python tests/test_architecture.py -->", "<!-- end of map -->"


def module_map() -> str:
    """Return the map as Markdown: a heading a room, a line a module with the first line of its docstring."""
    lines: list[str] = []
    room = None
    for path in sorted((ROOT / "toolkit").rglob("*.py"), key=lambda path: (path.parent, path.name)):
        name = path.relative_to(ROOT).as_posix()
        subject = first_line(path)
        if not subject:
            continue
        if path.parent != room:
            room = path.parent
            lines += ["", f"**`{room.relative_to(ROOT).as_posix()}/`**", ""]
        lines.append(f"- `{name}`: {subject}")
    lines += ["", "**`app.py`**", "", f"- `app.py`: {first_line(ROOT / 'app.py')}"]
    return "\n".join(lines).strip() + "\n"


def first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]


def written_map() -> str:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    return text.split(START)[1].split(END)[0].strip() + "\n"


def test_the_map_is_the_tree() -> None:
    assert written_map() == module_map(), "Write it again with: python tests/test_architecture.py"


def test_every_module_says_its_subject() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in [*(ROOT / "toolkit").rglob("*.py"), ROOT / "app.py"]
        if not first_line(path) and path.read_text(encoding="utf-8").strip()
    ]
    assert silent == []


def test_every_dependency_earns_its_line() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [re.split(r"[<>=\[]", needed)[0] for needed in project["dependencies"]]
    assert len(listed) > 10
    assert [name for name in listed if f"| {name} |" not in text] == []


def test_nothing_names_a_registry_host_or_a_machine_path() -> None:
    wrong = re.compile(r"index-url|https?://[^ \"]*/simple|(?<![\w.~])/(?:root|work)/")
    files = [ROOT / name for name in ("requirements.lock", "requirements-dev.lock", "Makefile", "pyproject.toml")]
    files += [*(ROOT / "toolkit").rglob("*.py"), *(ROOT / ".ci").iterdir(), *ROOT.glob("*.md")]
    assert [file.name for file in files if wrong.search(file.read_text(encoding="utf-8"))] == []


if __name__ == "__main__":
    before, rest = ARCHITECTURE.read_text(encoding="utf-8").split(START)
    ARCHITECTURE.write_text(before + START + "\n" + module_map() + END + rest.split(END)[1], encoding="utf-8")
    sys.exit(0)
