"""One authority by itself: matched, sealed, answered, and summed up. A pure function of a protocol, data and a seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit import __version__
from toolkit.errors import InputError
from toolkit.progress import Progress, part, silent
from toolkit.studies.design_record import Sealed, untold
from toolkit.studies.estimates import estimate_of
from toolkit.studies.matched_cohort.design_stage import make_design
from toolkit.studies.matched_cohort.draws import read_answer
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.matched_cohort.strata.gates import gate_sums
from toolkit.studies.matched_cohort.strata.sums import StratumSums, balance_sums, flow_sums
from toolkit.studies.protocol import Protocol

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


def stratum_sums(
    protocol: Protocol,
    snapshot: Snapshot,
    authority: str,
    seed: int,
    progress: Progress = silent,
    sealed: Sealed = untold,
    *,
    sparing: bool = False,
) -> StratumSums:
    """Run a protocol's primary comparison on one authority's records.

    Matching is exact on the month and goes no further than the authority, and so does the adjustment: what an authority
    adds does not depend on any other.

    Parameters
    ----------
    protocol, snapshot, seed, progress, sealed
        As `toolkit.studies.run.run_study` has them.
    authority
        Whose records they are.
    sparing
        Whether memory is spared: one draw at a time, none kept, and the middle one built again. The sums are the same.

    Raises
    ------
    InputError
        When no family can be compared, or nobody compared had the outcome.
    """
    spec = protocol.spec_as(MatchedCohort)
    design = replace(spec.design(), outcomes=spec.outcomes[:1])
    designed = make_design(
        protocol,
        snapshot,
        design,
        seed=seed,
        keep=not sparing,
        progress=part(progress, 0.0, 0.8),
        at_a_time=1 if sparing else None,
    )
    sealed(designed.record)
    draws = read_answer(designed, snapshot, spec, design, progress=part(progress, 0.8, 1.0))
    effect, error = draws.effect, draws.error
    if effect is None or error is None:
        raise InputError(f"Nobody compared in {authority} had the outcome {spec.outcomes[0]}, so it has no error.")
    own = estimate_of(effect, spec.outcomes[0], "matched")
    return StratumSums(
        authority=authority,
        protocol_hash=protocol.hash,
        snapshot_hash=snapshot.hash,
        seed=seed,
        version=__version__,
        design_hash=designed.record.hash,
        simulated=snapshot.is_simulated,
        outcome=spec.outcomes[0],
        estimate=float(effect.estimate),
        se=float(error),
        degrees_of_freedom=float(effect.degrees_of_freedom),
        mean_treated=float(effect.mean_treated),
        mean_control=float(effect.mean_control),
        n_treated=int(effect.n_treated),
        n_control=int(effect.n_control),
        clusters=int(effect.clusters),
        balance=balance_sums(draws.comparison),
        flow=flow_sums(draws),
        gates=gate_sums(Evidence(protocol, snapshot, seed, draws.comparison, (draws.widened(own),), draws)),
    )
