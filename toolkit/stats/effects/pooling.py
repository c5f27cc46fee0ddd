"""One effect from the effects in several imputed sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.effects.contrasts import with_t
from toolkit.stats.effects.effect import RATIOS, Effect
from toolkit.stats.notes.note import Note, each_once
from toolkit.stats.notes.shown import Shown

SETS_A_SHARE = 100  # White, Royston and Wood (2011): as many sets as per cent of the information is missing
SAME = ("outcome", "measure", "estimand", "group", "level")


@dataclass(frozen=True, slots=True)
class PooledEffect(Shown):
    """An effect pooled over imputed sets.

    Attributes
    ----------
    effect : Effect
        The pooled effect. Its counts of rows and clusters are the fewest of any set; its means are averages.
    sets : int
        How many imputed sets.
    fraction_missing : float
        The part of the information on the effect that the missing values took, from 0 to 1.
    relative_increase : float
        By how much the missing values made the variance grow: 0 for not at all.
    """

    effect: Effect
    sets: int
    fraction_missing: float
    relative_increase: float

    def summary(self) -> str:
        """Return the effect in a few lines, for a person."""
        return self.effect.summary()

    def tidy(self) -> pd.DataFrame:
        """Return a table of one row: the effect's, with what is missing."""
        return self.effect.tidy().assign(
            sets=self.sets, fraction_missing=self.fraction_missing, relative_increase=self.relative_increase
        )


def pool_effects(effects: Sequence[Effect]) -> PooledEffect:
    """Pool the effects of one analysis, done in each of several imputed sets, by Rubin's rules.

    Match or weight, and estimate, in each imputed set by itself; then pool.

    Parameters
    ----------
    effects : sequence of Effect
        One a set, of one outcome, measure, estimand, group and level; ratios are pooled as logarithms.

    Returns
    -------
    PooledEffect
        The effect, and the fraction of information that is missing.

    Raises
    ------
    InputError
        When there are fewer than two, or they are not of the same thing.

    Notes
    -----
    Rubin (1987), section 3.1; degrees of freedom of Barnard and Rubin (1999, Biometrika 86, 948-955), those of the
    complete sets being the fewest of any set; fraction of missing information as in Rubin (1987), equation 3.1.10.
    """
    _check(effects)
    first, count = effects[0], len(effects)
    is_log = first.measure in RATIOS
    values = np.array([effect.estimate for effect in effects])
    values = np.log(values) if is_log else values
    within = float(np.mean([effect.se**2 for effect in effects]))
    between = (1 + 1 / count) * float(np.var(values, ddof=1))
    total = within + between
    freedom = _freedom(between / total, count, min(effect.degrees_of_freedom for effect in effects))
    contrast = with_t(float(values.mean()), math.sqrt(total), freedom, first.level, is_log=is_log)
    increase = between / within
    missing = (increase + 2 / (freedom + 3)) / (increase + 1) if between > 0 else 0.0
    pooled = replace(
        first,
        estimate=contrast.estimate,
        se=contrast.se,
        interval=contrast.interval,
        p_value=contrast.p_value,
        degrees_of_freedom=freedom,
        n_treated=min(effect.n_treated for effect in effects),
        n_control=min(effect.n_control for effect in effects),
        clusters=min(effect.clusters for effect in effects),
        mean_treated=float(np.mean([effect.mean_treated for effect in effects])),
        mean_control=float(np.mean([effect.mean_control for effect in effects])),
        method=f"{first.method} Pooled over {count} imputed sets by Rubin's rules; {missing:.0%} of the information on "
        "the effect is missing.",
        notes=each_once([*(note for effect in effects for note in effect.notes), *_few_sets(missing, count)]),
        interval_treated=None,
        interval_control=None,
    )
    return PooledEffect(pooled, count, missing, increase)


def _check(effects: Sequence[Effect]) -> None:
    if len(effects) < 2:
        raise InputError(f"There are {len(effects)} effects to pool. Give one for each imputed set, two or more.")
    for name in SAME:
        found = sorted({str(getattr(effect, name)) for effect in effects})
        if len(found) > 1:
            raise InputError(f"The effects differ in {name}: {', '.join(found)}. Pool effects of the same thing.")


def _freedom(share: float, count: int, complete: float) -> float:
    """Return Barnard and Rubin's degrees of freedom; `share` is the part of the variance between sets."""
    of_sets = (count - 1) / share**2 if share > 0 else math.inf
    if math.isinf(complete):
        return of_sets
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    return observed if math.isinf(of_sets) else of_sets * observed / (of_sets + observed)


def _few_sets(missing: float, count: int) -> tuple[Note, ...]:
    wanted = math.ceil(SETS_A_SHARE * missing)
    if count >= wanted or missing == 0:
        return ()
    words = (
        f"{missing:.0%} of the information on the effect is missing, and {count} imputed sets are few for that: "
        f"another {count} would give a somewhat different answer. Make {wanted}."
    )
    return (Note("few_imputed_sets", words, {"sets": count, "wanted": wanted, "fraction_missing": missing}),)
