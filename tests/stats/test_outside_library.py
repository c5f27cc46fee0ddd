"""What we take of diff-diff: estimators alone, where they are used, and none of what downloads or writes reports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import toolkit

ROOT = Path(toolkit.__file__).parent
ALLOWED = {"CallawaySantAnna", "SyntheticDiD", "HonestDiD", "EventStudyResults"}
"""Estimators and what holds their results: the library's loaders download, and fall back to made-up data unsaid."""


def imports() -> list[tuple[Path, int, str, set[str], bool]]:
    """Return each import of the library: file, line, module, names, and whether it stands inside a function."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "diff_diff":
                names = {alias.name for alias in node.names}
                found.append((path, node.lineno, str(node.module), names, id(node) in inside))
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.split(".")[0] == "diff_diff":
                        found.append((path, node.lineno, alias.name, set(), id(node) in inside))
    return found


def test_only_its_estimators_are_imported_by_name_in_statistics_and_when_they_are_needed() -> None:
    found = imports()
    assert {name for *_, names, _ in found for name in names} == ALLOWED
    for path, line, module, names, is_inside in found:
        where = f"{path}:{line}"
        assert names and names <= ALLOWED, where
        assert not {"datasets", "business_report", "diagnostic_report", "agent_workflow"} & set(module.split(".")), (
            where
        )
        assert ROOT / "stats" in path.parents, where
        assert is_inside, where


def test_our_modules_load_it_only_when_it_is_asked_for() -> None:
    code = (
        "import sys; from toolkit.stats import staggered_effects, synthetic_did, honest_bounds; "
        "print([name for name in sys.modules if name.startswith('diff_diff')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
