"""The design of a matched cohort, made and put on record before any outcome of a joiner is read.

Each draw of the comparison families' days is built. What became of its joiners comes out of the same queries as the
rest; it is put away at once, before anything that matches, forecasts or counts is handed the cohort. The rest is
matched, and all that can be said of the comparison without the answer is said of every draw: which of them will be the
middle one only the answer tells.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit import __version__
from toolkit.cohort.censoring import weighted_outcome
from toolkit.cohort.counts import shares_followed
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.sealed import without_joiners_outcomes
from toolkit.cohort.trials import Cohort, build_cohort
from toolkit.errors import InputError
from toolkit.progress import Progress, part
from toolkit.stats import Design, Effect, Matched
from toolkit.studies.design_record import DesignRecord, DrawDesign
from toolkit.studies.matched_cohort.comparison import Comparison, match_cohort
from toolkit.studies.matched_cohort.matching import Sets
from toolkit.studies.matched_cohort.power import USUAL_POWER, design_of
from toolkit.studies.matched_cohort.prognosis import shift_of
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.protocol import Protocol

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

_APART = 1_000_003
"""Between one draw's seed and the next: far enough that no protocol's own seed is another's second draw."""


@dataclass(frozen=True, slots=True)
class Unread:
    """The primary outcome of the families in a draw's sets: for the answer alone."""

    matched: Matched
    values: pd.Series


@dataclass(frozen=True, slots=True)
class Drawn:
    """One draw, matched, without its frame: a county's draws would not fit in memory side by side.

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
    cohort
        The whole cohort of the one draw, where there is one only: it need not be built again.
    """

    record: DesignRecord
    draws: tuple[Drawn, ...]
    cohort: Cohort | None


def make_design(
    protocol: Protocol, snapshot: Snapshot, design: TrialDesign, *, seed: int, progress: Progress
) -> Designed:
    """Draw and match as often as a protocol asks, and return the design with the record of it.

    One draw is built with all that ``design`` asks for. Where there are more, each is built as far as the primary
    outcome, and the middle one, once it is known, with the rest.

    Raises
    ------
    InputError
        When no family can be compared.
    """
    spec = protocol.spec_as(MatchedCohort)
    seeds = [seed + _APART * place for place in range(spec.draws)]
    asked = design
    if spec.draws > 1:
        asked = replace(spec.design(), outcomes=spec.outcomes[:1], time_to=(), child_days=False)
    found: list[Drawn] = []
    cohort: Cohort | None = None
    for place, one in enumerate(seeds):
        step = part(progress, place / len(seeds), (place + 1) / len(seeds))
        cohort = build_cohort(snapshot, asked, seed=one, progress=step)
        found.append(_drawn(cohort, asked, spec, one, seed))
        if spec.draws > 1:
            cohort = None  # gone before the next is built
    record = DesignRecord(
        question=protocol.question,
        protocol_hash=protocol.hash,
        snapshot_hash=snapshot.hash,
        version=__version__,
        seed=seed,
        outcome=spec.outcomes[0],
        draws=tuple(one.figures for one in found),
    )
    return Designed(record, tuple(found), cohort)


def _drawn(cohort: Cohort, design: TrialDesign, spec: MatchedCohort, drawn_by: int, seed: int) -> Drawn:
    outcome = spec.outcomes[0]
    blind = match_cohort(without_joiners_outcomes(cohort, design, outcome), spec)
    shift = shift_of(blind, spec, seed)
    return Drawn(
        figures=figures_of(blind, spec, shift, drawn_by),
        sets=blind.rounds.apart(),
        members=blind.sets,
        shift=shift,
        unread=_put_away(blind, cohort, outcome),
    )


def _put_away(blind: Comparison, cohort: Cohort, outcome: str) -> Unread:
    """Return the outcome of the families in the sets, apart from all that the design looks at."""
    frame = blind.ready.frame
    inside = frame[frame.index.isin(blind.sets["row_id"])].drop(columns=[outcome])
    pairs = blind.rounds.pairs[["treated", "control", "distance"]]
    matched = Matched.from_pairs(inside, "treated", blind.ready.covariates, pairs)
    return Unread(matched, weighted_outcome(cohort.frame.loc[inside.index], outcome))


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
