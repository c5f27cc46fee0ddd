"""The design of a matched cohort, made and put on record before any outcome of a joiner is read.

Each draw of the comparison families' days is built, as many at a time as the machine has processors. What became of its
joiners comes out of the same queries as the rest; it is put away at once, before anything that matches, forecasts or
counts is handed the cohort. The rest is matched, and all that can be said of the comparison without the answer is said
of every draw: which of them will be the middle one only the answer tells.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit import __version__
from toolkit.cohort.censoring import weighted_outcome
from toolkit.cohort.counts import shares_followed
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.sealed import without_joiners_outcomes
from toolkit.cohort.trials import Cohort, cohorts_of
from toolkit.errors import InputError
from toolkit.progress import Progress, part, silent
from toolkit.stats import Design, Effect, Matched
from toolkit.studies.design_record import DesignRecord, DrawDesign
from toolkit.studies.matched_cohort.comparison import Comparison, match_cohort
from toolkit.studies.matched_cohort.matching import Sets
from toolkit.studies.matched_cohort.power import USUAL_POWER, design_of
from toolkit.studies.matched_cohort.prognosis import shift_of
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.protocol import Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from toolkit.records.snapshots.snapshot import Snapshot

_APART = 1_000_003
"""Between one draw's seed and the next: far enough that no protocol's own seed is another's second draw."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What only the answer may read of a draw.

    Attributes
    ----------
    matched, values
        The sets, and the primary outcome of the families in them.
    cohort
        The whole cohort, where it was built with all that the answer asks for.
    """

    matched: Matched
    values: pd.Series
    cohort: Cohort | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One draw, matched.

    Attributes
    ----------
    figures
        What the record says of it.
    sets, members
        The sets, and one row a member of them, by which the same rows are known again.
    shift
        By how much remaining differences could shift the answer.
    unread
        What the answer will read.
    """

    figures: DrawDesign
    sets: Sets
    members: pd.DataFrame
    shift: Effect | None
    unread: Unread


@dataclass(frozen=True, slots=True)
class Designed:
    """A comparison whose design stands, and whose answer nobody has read.

    Attributes
    ----------
    record
        What may be known of it now.
    draws
        In the order drawn.
    """

    record: DesignRecord
    draws: tuple[Drawn, ...]


def make_design(
    protocol: Protocol,
    snapshot: Snapshot,
    design: TrialDesign,
    *,
    seed: int,
    keep: bool,
    progress: Progress,
    at_a_time: int | None = None,
) -> Designed:
    """Draw and match as often as a protocol asks, and return the designed comparison with the record of it.

    Parameters
    ----------
    protocol, snapshot, seed, progress
        As `toolkit.studies.run.run_study` has them.
    design
        What each draw's cohort is built with: the primary outcome, and what else is wanted.
    keep
        Whether the cohorts are kept for the answer; otherwise the middle one is built again with more.
    at_a_time
        How many draws; as many as there are processors where not given. It changes the memory taken and no figure.

    Raises
    ------
    InputError
        When no family can be compared.
    """
    spec = protocol.spec_as(MatchedCohort)
    seeds = [seed + _APART * place for place in range(spec.draws)]
    with cohorts_of(snapshot, design, progress=part(progress, 0.0, 0.1)) as draw:

        def one(own_seed: int, progress: Progress = silent) -> Drawn:
            return _drawn(draw(own_seed, progress), design, spec, own_seed, seed, keep)

        found = _of_each(one, seeds, at_a_time or os.cpu_count() or 1, part(progress, 0.1, 1.0))
    record = DesignRecord(
        question=protocol.question,
        protocol_hash=protocol.hash,
        snapshot_hash=snapshot.hash,
        version=__version__,
        seed=seed,
        outcome=spec.outcomes[0],
        draws=tuple(one.figures for one in found),
    )
    return Designed(record, found)


def _of_each(one: Callable[..., Drawn], seeds: Sequence[int], at_a_time: int, progress: Progress) -> tuple[Drawn, ...]:
    """Return each seed's draw, in the order of the seeds. A draw spends most of its time in code that needs no turn."""
    if len(seeds) == 1:
        return (one(seeds[0], progress),)
    with ThreadPoolExecutor(min(len(seeds), at_a_time)) as threads:
        asked = [threads.submit(one, seed) for seed in seeds]
        try:
            for place, _ in enumerate(as_completed(asked)):
                progress(f"Comparison {place + 1} of {len(seeds)} designed", (place + 1) / len(seeds))
        finally:
            threads.shutdown(cancel_futures=True)  # where it was cancelled, what has not begun is not begun
        return tuple(each.result() for each in asked)


def _drawn(cohort: Cohort, design: TrialDesign, spec: MatchedCohort, drawn_by: int, seed: int, keep: bool) -> Drawn:
    outcome = spec.outcomes[0]
    blind = match_cohort(without_joiners_outcomes(cohort, design, outcome), spec)
    shift = shift_of(blind, spec, seed)
    return Drawn(
        figures=figures_of(blind, spec, shift, drawn_by),
        sets=blind.rounds.apart(),
        members=blind.sets,
        shift=shift,
        unread=_put_away(blind, cohort, outcome, keep),
    )


def _put_away(blind: Comparison, cohort: Cohort, outcome: str, keep: bool) -> Unread:
    """Return the outcome of the families in the sets, apart from all that the design looks at."""
    frame = blind.ready.frame
    inside = frame[frame.index.isin(blind.sets["row_id"])].drop(columns=[outcome])
    pairs = blind.rounds.pairs[["treated", "control", "distance"]]
    # What varies among all may be the same for those in the sets, as a rare trait: then there is nothing to adjust.
    varying = [name for name in blind.ready.covariates if inside[name].nunique() > 1]
    matched = Matched.from_pairs(inside, "treated", varying, pairs)
    values = weighted_outcome(cohort.frame.loc[inside.index], outcome)
    return Unread(matched, values, cohort if keep else None)


def figures_of(blind: Comparison, spec: MatchedCohort, shift: Effect | None, seed: int) -> DrawDesign:
    """Return the figures of one draw's design.

    Parameters
    ----------
    blind
        The comparison; no outcome of its joiners is looked at.
    spec
        The protocol's table.
    shift
        By how much remaining differences could shift the answer.
    seed
        Of the draw.
    """
    joined = int((blind.followed["treated"] == 1).sum())
    is_joiner = (blind.sets["role"] == "joined").to_numpy()
    matched, weights = int(is_joiner.sum()), blind.set_weights
    followed = shares_followed(blind.cohort.person_time)
    covariate, largest = blind.largest_difference or ("", None)
    plan = _plan(blind, spec)
    smallest = None if plan is None else -plan.detectable(power=USUAL_POWER)
    return DrawDesign(
        seed=seed,
        sets=_hash_of_sets(blind.rounds.pairs),
        joined=joined,
        matched=matched,
        unmatched=joined - matched,
        share_matched=matched / joined if joined else 0.0,
        controls=len(is_joiner) - matched,
        effective_joined=_as_good_as(weights[is_joiner]),
        effective_controls=_as_good_as(weights[~is_joiner]),
        clusters=int(blind.inside[spec.cluster].nunique()),
        followed_joined=followed[0],
        followed_others=followed[1],
        largest_difference=largest,
        largest_on=covariate,
        shift=None if shift is None else float(shift.estimate),
        shift_se=None if shift is None else float(shift.se),
        baseline=None if plan is None else float(plan.baseline),
        smallest=None if smallest is None or not np.isfinite(smallest) else float(smallest),
    )


def _plan(blind: Comparison, spec: MatchedCohort) -> Design | None:
    try:
        return design_of(blind, spec) if len(blind.sets) else None
    except InputError:  # nobody, or everybody, among the families compared with had the outcome
        return None


def _as_good_as(weights: np.ndarray) -> float:
    """Return how many equally weighted rows would tell as much (Kish 1965)."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def _hash_of_sets(pairs: pd.DataFrame) -> str:
    """Return the SHA-256 of who is compared with whom; rows' numbers name nobody."""
    ordered = pairs.sort_values(["treated", "control"])[["treated", "control"]]
    return hashlib.sha256(ordered.to_numpy(dtype="<i8").tobytes()).hexdigest()
