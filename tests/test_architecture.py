"""The map in docs/map.md is the tree: made from the modules' own first lines, and checked here.

``python tests/test_architecture.py`` writes it again.
"""

from __future__ import annotations

import ast
import pwd
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import grimp
from scipy.sparse import lil_matrix
from scipy.sparse.csgraph import connected_components

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
MAP = ROOT / "docs" / "map.md"
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
            lines += ["", f"## `{room.relative_to(ROOT).as_posix()}/`", ""]
        lines.append(f"- `{name}`: {subject}")
    lines += ["", "## `app.py`", "", f"- `app.py`: {first_line(ROOT / 'app.py')}"]
    return "\n".join(lines).strip() + "\n"


def first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]


def written_map() -> str:
    text = MAP.read_text(encoding="utf-8")
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


def imports_between_modules() -> dict[str, set[str]]:
    """Return what each module imports at any place in it, by name; imports for annotations only are left out."""
    graph = grimp.build_graph("toolkit", exclude_type_checking_imports=True, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def circles(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other in a circle: the strongly connected components."""
    names = sorted(imports)
    at = {name: place for place, name in enumerate(names)}
    matrix = lil_matrix((len(names), len(names)), dtype=bool)
    for name, others in imports.items():
        matrix[at[name], [at[other] for other in others]] = True
    _, group = connected_components(matrix.tocsr(), connection="strong")
    members: dict[int, list[str]] = {}
    for name, number in zip(names, group, strict=True):
        members.setdefault(int(number), []).append(name)
    return [modules for modules in members.values() if len(modules) > 1]


def test_no_modules_import_each_other_in_a_circle() -> None:
    imports = imports_between_modules()
    assert len(imports) > 400
    assert "toolkit.web.navigation" in imports["toolkit.web.server"]  # an import within a function is seen too
    assert circles(imports) == []
    closed = {name: set(others) for name, others in imports.items()}
    closed["toolkit.web.session"].add("toolkit.web.server")  # the circle that there was
    (circle,) = circles(closed)
    assert {"toolkit.web.server", "toolkit.web.navigation", "toolkit.web.session"} <= set(circle)


def test_every_room_knows_the_same_kinds_of_study() -> None:
    from toolkit.publish.bundle.model import FACTS
    from toolkit.publish.figures.tables import KINDS as FIGURES
    from toolkit.publish.verdicts.verdict import WORDS
    from toolkit.studies.protocol_file import SPECS
    from toolkit.studies.run import STUDIES

    assert set(STUDIES) == set(SPECS) == set(FACTS) == set(FIGURES) == set(WORDS)


def test_a_file_that_docs_name_is_there() -> None:
    named = re.compile(r"`((?:toolkit|tests|docs|analyses|data)/[\w/.-]+\.(?:py|toml|md|csv))`")
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    mentions = {(page.name, name) for page in pages for name in named.findall(page.read_text(encoding="utf-8"))}
    assert len(mentions) > 100  # the map alone has hundreds
    assert sorted(one for one in mentions if not (ROOT / one[1]).exists()) == []


def test_architecture_can_be_read_at_one_sitting() -> None:
    assert len(ARCHITECTURE.read_bytes()) <= 12_000


def test_every_dependency_earns_its_line() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = names_of(project["dependencies"])
    assert len(listed) > 10
    assert [name for name in listed if f"| {name} |" not in text] == []
    for_docs = names_of(project["optional-dependencies"]["docs"])
    assert len(for_docs) >= 4
    assert [name for name in for_docs if f" {name}," not in text and f" {name}." not in text] == []


def names_of(needed: list[str]) -> list[str]:
    return [re.split(r"[<>=\[]", one)[0] for one in needed]


def machine_paths() -> list[str]:
    """Where homes and checkouts are on this machine; asked of it, so that they stand nowhere."""
    homes = {Path.home(), Path(pwd.getpwuid(0).pw_dir)}
    return [*(f"{home}/" for home in homes if len(home.parts) > 1), f"/{ROOT.parent.name}/"]


def test_nothing_names_a_registry_host_or_a_machine_path() -> None:
    wrong = re.compile(
        rf'(?i:index[-_]url|://[^ "]*/simple)|(?<![\w.~])(?:{"|".join(map(re.escape, machine_paths()))})'
    )
    files = [ROOT / name for name in ("requirements.lock", "requirements-dev.lock", "Makefile", "pyproject.toml")]
    files += [*(ROOT / "toolkit").rglob("*.py"), *(ROOT / ".ci").iterdir(), *ROOT.glob("*.md")]
    files += [*(ROOT / "docs").glob("*.*"), *(ROOT / "docs" / "examples").iterdir()]
    assert [one.name for one in files if one.is_file() and wrong.search(one.read_text(encoding="utf-8"))] == []


if __name__ == "__main__":
    before, rest = MAP.read_text(encoding="utf-8").split(START)
    MAP.write_text(f"{before}{START}\n\n{module_map()}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    sys.exit(0)
