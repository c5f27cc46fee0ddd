"""The kinds of study, one module each: every such module has `SPEC` (its protocol table) and `run`."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

KINDS = ("matched_cohort", "progress_change", "interrupted_series", "reach", "trust")


def kind_module(kind: str) -> ModuleType:
    """Return the module of a kind, imported when first asked for.

    It has ``SPEC``, the pydantic model of the protocol's table of that name, and
    ``run(protocol, snapshot, seed, progress) -> StudyResult``.
    """
    return import_module(f"toolkit.studies.{kind}")
