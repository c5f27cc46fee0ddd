"""The hostile corpus: broken, foreign and hostile files, made from scratch, with what must be said of each.

Nothing of it is stored: every file is built when it is needed, always with the same bytes. `CASES` holds all of them.
A case is either refused as a whole, with a sentence; or it is read, and then its good rows, its problems and its
notices are all stated, so that no value can change without a test failing.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent


def load(name: str) -> ModuleType:
    """Return a builder module of this folder, loaded by path under its own name, so that the others can import it."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


_MODULES = (
    "corpus_case",
    "corpus_dates",
    "corpus_scores",
    "corpus_workbooks",
    "corpus_archives",
    "corpus_foreign",
    "corpus_text",
    "corpus_tables",
    "corpus_slow",
    "corpus_identifiers",
)

CASES = tuple(case for name in _MODULES for case in getattr(load(name), "CASES", ()))
