"""Several councils' answers to one question together: the mean, how far they differ, what the next may expect."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.pooling.same import OfCouncil
from toolkit.pooling.shared_file import SharedBreak, SharedEstimate
from toolkit.publish.verdicts.rule import Code, Interval, decide
from toolkit.stats.pooling.random_effects import RandomEffects, leave_one_out, random_effects

FEWEST = 3
"""Councils below which how far they differ, and so what another may expect, is not told."""
SPOKEN = 0.5
"""A sign is not given where councils of this share of the weight have a check that speaks against it."""


@dataclass(frozen=True, slots=True)
class BesideBreak:
    """What a change of definition goes with: councils in whose records it falls, and the others.

    Attributes
    ----------
    kind, touches
        The change, by its codes.
    councils
        Whose records it falls in.
    among, without
        What those say together, and the others; ``None`` where they are fewer than two.
    """

    kind: str
    touches: str
    councils: tuple[str, ...]
    among: RandomEffects | None
    without: RandomEffects | None


@dataclass(frozen=True, slots=True)
class PooledOutcome:
    """One outcome over councils.

    Attributes
    ----------
    outcome
        Its name.
    councils
        Those whose estimate is known.
    estimates
        Theirs, in that order.
    effects
        What they say together; ``None`` with fewer than two.
    """

    outcome: str
    councils: tuple[str, ...]
    estimates: tuple[SharedEstimate, ...]
    effects: RandomEffects | None


@dataclass(frozen=True, slots=True)
class Pooled:
    """One question over councils.

    Attributes
    ----------
    question, title, happened, within, margin, simulated, protocol_hash
        As the councils' files have them.
    councils
        The councils' results.
    primary
        The outcome the verdict is about.
    others
        The protocol's other outcomes.
    without
        What the others say without each council in turn; empty with fewer than four.
    breaks
        What each change of definition goes with.
    against
        By sign, the share of the weight of councils whose checks speak against it.
    code
        The verdict.
    """

    question: str
    title: str
    happened: str
    within: str
    margin: float
    simulated: bool
    protocol_hash: str
    councils: tuple[OfCouncil, ...]
    primary: PooledOutcome
    others: tuple[PooledOutcome, ...]
    without: tuple[RandomEffects, ...]
    breaks: tuple[BesideBreak, ...]
    against: dict[str, float]
    code: Code


def pool(councils: Sequence[OfCouncil]) -> Pooled:
    """Put councils' results of one question together; they are known to be of one protocol (`toolkit.pooling.same`)."""
    first = councils[0].result
    outcome = first.estimates[0].outcome
    names = list(dict.fromkeys(one.outcome for each in councils for one in each.result.estimates))
    primary, *others = (_outcome(name, councils) for name in [outcome, *(name for name in names if name != outcome)])
    effects, against = primary.effects, _against(councils, primary.effects)
    spoken = [sign for sign, share in against.items() if share >= SPOKEN]
    interval = None if effects is None else Interval(effects.mean, *effects.interval)
    return Pooled(
        question=first.question,
        title=first.title,
        happened=first.happened,
        within=first.within,
        margin=first.margin,
        simulated=councils[0].simulated,
        protocol_hash=first.protocol_hash,
        councils=tuple(councils),
        primary=primary,
        others=tuple(others),
        without=leave_one_out(*_arrays(primary.estimates)) if len(primary.estimates) > FEWEST else (),
        breaks=_breaks(councils, primary),
        against=against,
        code=decide(interval, margin=first.margin, may_say=len(primary.estimates) >= FEWEST, against=spoken),
    )


def _outcome(name: str, councils: Sequence[OfCouncil]) -> PooledOutcome:
    known = [(each.council, one) for each in councils for one in each.result.estimates if one.outcome == name]
    estimates = tuple(one for _, one in known)
    return PooledOutcome(name, tuple(council for council, _ in known), estimates, _effects(estimates))


def _effects(estimates: Sequence[SharedEstimate]) -> RandomEffects | None:
    return random_effects(*_arrays(estimates)) if len(estimates) > 1 else None


def _arrays(estimates: Sequence[SharedEstimate]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    freedom = [math.inf if one.degrees_of_freedom is None else one.degrees_of_freedom for one in estimates]
    return np.array([one.estimate for one in estimates]), np.array([one.se for one in estimates]), np.array(freedom)


def _against(councils: Sequence[OfCouncil], effects: RandomEffects | None) -> dict[str, float]:
    weights = [1 / len(councils)] * len(councils) if effects is None else effects.weights
    return {
        sign: float(
            sum(
                weight
                for each, weight in zip(councils, weights, strict=True)
                if any(sign in check.against for check in each.result.checks)
            )
        )
        for sign in ("fewer", "more")
    }


def _breaks(councils: Sequence[OfCouncil], primary: PooledOutcome) -> tuple[BesideBreak, ...]:
    of_kind: dict[tuple[str, str], list[str]] = {}
    for each in councils:
        for one in each.result.breaks:
            if _within(one, each) and each.council not in of_kind.setdefault((one.kind, one.touches), []):
                of_kind[one.kind, one.touches].append(each.council)
    known = dict(zip(primary.councils, primary.estimates, strict=True))
    return tuple(
        BesideBreak(
            kind,
            touches,
            tuple(names),
            _effects([known[name] for name in names if name in known]),
            _effects([one for name, one in known.items() if name not in names]),
        )
        for (kind, touches), names in sorted(of_kind.items())
    )


def _within(one: SharedBreak, each: OfCouncil) -> bool:
    """Whether a change falls in the records that a council's answer was made of."""
    month = f"{one.starts_on:%Y-%m}"
    first, last = each.result.first_month, each.result.last_month
    return first is not None and last is not None and first < month <= last
