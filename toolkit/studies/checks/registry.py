"""How checks are found and run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from importlib import import_module
from types import ModuleType

from toolkit.progress import Progress, silent
from toolkit.studies.checks.names import GATES
from toolkit.studies.evidence import Evidence
from toolkit.studies.result import Check


def check_module(name: str) -> ModuleType:
    """Return the module of a check, imported when first asked for."""
    return import_module(f"toolkit.studies.checks.{name}")


def needs(names: Iterable[str], kind: str) -> tuple[str, ...]:
    """Return the covariates or outcomes (``kind``) that checks need of the cohort beyond the protocol's."""
    return tuple(dict.fromkeys(one for name in names for one in getattr(check_module(name), kind, ())))


def run_checks(
    names: Iterable[str], evidence: Evidence, *, gates: Collection[str] = GATES, progress: Progress = silent
) -> tuple[Check, ...]:
    """Run checks in turn; those named in ``gates`` come back as gates."""
    names, found = tuple(names), []
    for place, name in enumerate(names):
        module = check_module(name)
        progress(f"Checking: {module.LABEL[0].lower()}{module.LABEL[1:]}", place / len(names))
        found.append(replace(module.check(evidence), is_gate=name in gates))
    return tuple(found)
