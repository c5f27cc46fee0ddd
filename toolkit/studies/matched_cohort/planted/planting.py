"""A plan and its records made ready to be tried: the cohort built, and those drawn that stand for its joiners."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from toolkit.cohort.censoring import FOLLOWED, weighted_outcome
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.outcomes import Outcome, outcomes_named
from toolkit.cohort.trials import build_cohort
from toolkit.errors import InputError, ProtocolError
from toolkit.progress import Progress, silent
from toolkit.studies.matched_cohort.checks.names import GATES
from toolkit.studies.matched_cohort.checks.registry import SPECS
from toolkit.studies.matched_cohort.planted.pool import Pool, pool_of
from toolkit.studies.matched_cohort.planted.trying import Planting
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.matched_cohort.study import design_for
from toolkit.studies.protocol import Protocol

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

NOT_ASKED = ("pre_registration", "time_zero", "negative_control_exposure", "placebo_time_zero", "window")
"""Checks that cannot be asked of pretended joiners: they read the register, or when families really joined."""
SIZES = (0.02, 0.01, 0.005, 0.002)
"""Effects planted where none is asked for: the first that is at most half of the share with the outcome."""


def plant(
    protocol: Protocol,
    snapshot: Snapshot,
    *,
    draws: int,
    effect: float | None = None,
    seed: int | None = None,
    progress: Progress = silent,
) -> Planting:
    """Build the cohort of a matched-cohort protocol, and draw the families that are to stand for those that joined.

    Parameters
    ----------
    protocol, snapshot
        The plan, and the records it is tried on.
    draws
        How many.
    effect
        The fall to plant in the share with the primary outcome, from 0 to 1; where it is not given, the first of
        `SIZES` that is at most half of that share.
    seed
        Replaces the protocol's.
    progress
        Told what is being done.

    Raises
    ------
    ProtocolError
        When the protocol is of another kind, or one that this cannot be done for.
    InputError
        When no family can be compared, or an effect of that size cannot be planted.
    """
    spec = _plain(protocol)
    seed = protocol.seed if seed is None else seed
    bear = [name for name in spec.checks if name in {*spec.must_pass, *spec.sign_needs}]
    checks = (*GATES, *(name for name in bear if name not in NOT_ASKED))
    design, outcomes = _lean(spec, checks)
    cohort = build_cohort(snapshot, design, seed=seed, progress=progress)
    pool = pool_of(cohort, spec, seed)
    drawn = tuple(pool.draw(np.random.default_rng((seed, place))) for place in range(draws))
    share = _share(pool, drawn, outcomes[0].name)
    return Planting(
        protocol=protocol,
        snapshot=snapshot,
        seed=seed,
        design=design,
        outcomes=outcomes,
        cohort=cohort,
        pool=pool,
        drawn=drawn,
        share=share,
        effect=_size(effect, share),
        checks=checks,
        not_asked=tuple(name for name in bear if name in NOT_ASKED),
    )


def _plain(protocol: Protocol) -> MatchedCohort:
    """Return the protocol's own table, if effects can be planted for it."""
    spec = protocol.spec
    if not isinstance(spec, MatchedCohort):
        raise ProtocolError(
            f"{protocol.question} is of kind {protocol.kind}. Effects are planted for kind matched_cohort."
        )
    problems = []
    if spec.strategy != "joined":
        problems.append(
            f'strategy is "{spec.strategy}", and nobody knows how long families would have stayed that did not join. '
            'Effects are planted for strategy "joined".'
        )
    if spec.measures[0] != "difference":
        problems.append(
            f'the first of measures is "{spec.measures[0]}", and a verdict is about a difference. Put it first.'
        )
    if problems:
        raise ProtocolError(f"{protocol.question}: {' '.join(problems)}")
    return spec


def _lean(spec: MatchedCohort, checks: tuple[str, ...]) -> tuple[TrialDesign, tuple[Outcome, ...]]:
    """Return the design with no more than the verdict needs, every outcome timed, and its outcomes."""
    wanted = [spec.outcomes[0], *(name for check in checks for name in SPECS[check].outcomes)]
    events = [name for check in checks for name in SPECS[check].time_to]
    outcomes = outcomes_named(dict.fromkeys(wanted))
    design = replace(
        design_for(spec, checks, whole=False),
        outcomes=tuple(one.name for one in outcomes),
        time_to=tuple(dict.fromkeys([*(one.base for one in outcomes), *events])),
    )
    return design, outcomes


def _share(pool: Pool, drawn: tuple[NDArray[np.int16], ...], outcome: str) -> float:
    """Return the share with an outcome of those drawn, over all draws, those lost to follow-up allowed for."""
    values = weighted_outcome(pool.frame, outcome).to_numpy(dtype=np.float64)
    followed = pool.frame["follow_up"].isin(FOLLOWED).to_numpy()
    found = [values[followed & (pool.trial == months[pool.family])].mean() for months in drawn]
    return float(np.mean(found))


def _size(effect: float | None, share: float) -> float:
    if effect is None:
        effect = next((size for size in SIZES if size <= share / 2), 0.0)
        if not effect:
            raise InputError(
                f"Only {100 * share:.1f} in every 100 families like those that joined had it happen: too few to plant "
                "an effect. These records cannot show one."
            )
    if not 0 < effect < share:
        raise InputError(
            f"An effect of {100 * effect:g} in every 100 cannot be planted: of families like those that joined, "
            f"{100 * share:.1f} in every 100 had it happen. Ask for one above 0 and below that."
        )
    return effect
