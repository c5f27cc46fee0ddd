"""Run any protocol on a snapshot: the kinds of study, and what each can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from toolkit.progress import Progress, silent
from toolkit.studies.area_panel import study as area_panel
from toolkit.studies.design_record import Sealed, untold
from toolkit.studies.interrupted_series import study as interrupted_series
from toolkit.studies.matched_cohort import study as matched_cohort
from toolkit.studies.progress_centres import study as progress_centres
from toolkit.studies.progress_change import study as progress_change
from toolkit.studies.progress_decision import study as progress_decision
from toolkit.studies.progress_meaning import study as progress_meaning
from toolkit.studies.progress_missing import study as progress_missing
from toolkit.studies.progress_rollout import study as progress_rollout
from toolkit.studies.protocol import Protocol as StudyProtocol
from toolkit.studies.reach import study as reach
from toolkit.studies.reach_areas import study as reach_areas
from toolkit.studies.result import StudyResult
from toolkit.studies.synthetic_county import study as synthetic_county
from toolkit.studies.trust import study as trust

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


class Run(Protocol):
    """What runs a protocol of one kind on a snapshot."""

    def __call__(self, protocol: StudyProtocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
        """Return the result."""
        ...


class SealedRun(Protocol):
    """What runs a protocol of a kind whose design is sealed before its answer."""

    def __call__(
        self, protocol: StudyProtocol, snapshot: Snapshot, seed: int, progress: Progress, sealed: Sealed = untold
    ) -> StudyResult:
        """Return the result, having told ``sealed`` of the design before the answer was read."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of study.

    Attributes
    ----------
    name
        As protocols have it.
    run
        The whole study.
    run_primary
        As far as its primary result, for a first look; ``None`` where the kind has none.
    run_sealed
        The whole study, told of its design before its answer; ``None`` where the kind seals none.
    emulates_a_trial
        Whether it stands in for a trial: then its power can be planned and TARGET's list is filled in.
    """

    name: str
    run: Run
    run_primary: SealedRun | None = None
    run_sealed: SealedRun | None = None
    emulates_a_trial: bool = False


STUDIES: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind(
                "matched_cohort",
                matched_cohort.run,
                run_primary=matched_cohort.run_primary,
                run_sealed=matched_cohort.run,
                emulates_a_trial=True,
            ),
            Kind("progress_change", progress_change.run),
            Kind("progress_missing", progress_missing.run),
            Kind("progress_centres", progress_centres.run),
            Kind("progress_meaning", progress_meaning.run),
            Kind("progress_rollout", progress_rollout.run),
            Kind("progress_decision", progress_decision.run),
            Kind("interrupted_series", interrupted_series.run),
            Kind("reach_areas", reach_areas.run),
            Kind("area_panel", area_panel.run),
            Kind("synthetic_county", synthetic_county.run),
            Kind("reach", reach.run),
            Kind("trust", trust.run),
        )
    }
)
"""Every kind of study, by its name."""


def run_study(
    protocol: StudyProtocol,
    snapshot: Snapshot,
    *,
    seed: int | None = None,
    primary_only: bool = False,
    progress: Progress = silent,
    sealed: Sealed = untold,
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
    sealed
        Told of the design once it stands, before any outcome of a joiner is read, by the kinds that seal one; what it
        raises ends the study there.
    """
    kind, seed = STUDIES[protocol.kind], protocol.seed if seed is None else seed
    run_sealed = kind.run_primary if primary_only and kind.run_primary is not None else kind.run_sealed
    if run_sealed is not None:
        return run_sealed(protocol, snapshot, seed, progress, sealed)
    return kind.run(protocol, snapshot, seed, progress)
