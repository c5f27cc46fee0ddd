"""Run any protocol on a snapshot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.progress import Progress, silent
from toolkit.studies.kinds import kind_module
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import StudyResult

if TYPE_CHECKING:
    from toolkit.records.snapshot import Snapshot


def run_study(
    protocol: Protocol,
    snapshot: Snapshot,
    *,
    seed: int | None = None,
    primary_only: bool = False,
    progress: Progress = silent,
) -> StudyResult:
    """Run a protocol on a snapshot and return its result.

    Parameters
    ----------
    protocol, snapshot
        What is asked, and of which data.
    seed
        Replaces the protocol's seed.
    primary_only
        Stop after the primary result, where the kind can: a first look.
    progress
        Told what is being done.
    """
    kind = kind_module(protocol.kind)
    run = getattr(kind, "run_primary", kind.run) if primary_only else kind.run
    result: StudyResult = run(protocol, snapshot, protocol.seed if seed is None else seed, progress)
    return replace(result, protocol_text=protocol.text)
