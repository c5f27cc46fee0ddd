"""The builders of test files, loaded by path so that tests of other rooms can load them the same way."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def _load(name: str) -> ModuleType:
    full_name = f"intake_{name}"
    if full_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(full_name, HERE / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full_name] = module
        spec.loader.exec_module(module)
    return sys.modules[full_name]


@pytest.fixture(scope="session")
def messy() -> ModuleType:
    """The builder of the messy spreadsheet of the acceptance test."""
    return _load("messy")


@pytest.fixture(scope="session")
def files() -> ModuleType:
    """Builders of workbooks byte by byte: ods, xls, and hostile ones."""
    return _load("workbooks")
