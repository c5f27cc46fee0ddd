"""The house keeps its measures: folders, modules and functions to take in at a glance, no blind catch."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MOST_FILES, MOST_LINES, MOST_LINES_OF_A_FUNCTION = 24, 300, 60
MOST_LINES_OF_A_PAGE = 150
MODULES = [*sorted((ROOT / "toolkit").rglob("*.py")), ROOT / "app.py"]


@pytest.mark.parametrize("top", ["toolkit", "tests"])
def test_no_folder_is_over_full(top: str) -> None:
    folders = [folder for folder in [ROOT / top, *(ROOT / top).rglob("*/")] if folder.is_dir()]
    counts = {folder.relative_to(ROOT).as_posix(): len(list(folder.glob("*.py"))) for folder in folders}
    assert {name: count for name, count in counts.items() if count > MOST_FILES} == {}


def test_no_module_is_over_long() -> None:
    lines = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_no_page_is_over_long() -> None:
    """A page that outgrows this draws two subjects, or computes what belongs outside `web`."""
    pages = (ROOT / "toolkit" / "web" / "pages").rglob("*.py")
    lines = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n") for path in pages}
    assert len(lines) > 0
    assert {name: count for name, count in lines.items() if count > MOST_LINES_OF_A_PAGE} == {}


def test_no_function_is_over_long() -> None:
    over = {
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {node.name}": length
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := _lines_of_code(node)) > MOST_LINES_OF_A_FUNCTION
    }
    assert over == {}


def _lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the last."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_error_is_caught_blind_and_nothing_is_asserted() -> None:
    """An assertion vanishes under ``python -O``: what must hold is checked with an error of the toolkit's."""
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_blind = isinstance(node, ast.ExceptHandler) and (
                node.type is None
                or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
            )
            if is_blind or isinstance(node, ast.Assert):
                found.append(f"{path.relative_to(ROOT).as_posix()}:{node.lineno}")
    assert found == []


def test_modules_are_imported_by_name_and_never_by_a_string() -> None:
    """All but `toolkit.stats`, which loads what it exports when first used; its types are imported by name."""
    names = ("import_module", "__import__")
    found = [path for path in MODULES if any(name in path.read_text(encoding="utf-8") for name in names)]
    assert found == [ROOT / "toolkit" / "stats" / "__init__.py"]


def test_the_files_that_go_first_are_there() -> None:
    named = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8").split("LONGEST_FIRST = (")[1].split(")")[0]
    files = [line.strip().strip('",') for line in named.splitlines() if line.strip()]
    assert files and all((ROOT / file).is_file() for file in files)
