"""How an estimate, its error and a number of families are rounded, so that they give no count away.

Whoever has a difference of shares, its standard error and the number of families can solve for the families that had
the outcome: the difference times the families is the one arm's less the other's, and the variance tells their sum. So
both are rounded as those counts would be: the difference to five families, what the variance amounts to in families to
four times as many. The steps follow from the number of families that is told and from nothing else, and whoever knows
them is left as many values of each count as the policy asks. What rounding costs is added to the standard error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from toolkit.publish.disclosure import Policy, round_count

LEAST_STEP, VARIANCE_STEPS = 5, 4
FREEDOMS = (4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 200)
"""What degrees of freedom are rounded down to; fewer than the first are too few for an estimate to be handed on."""


@dataclass(frozen=True, slots=True)
class Told:
    """An estimate as a shared file tells it.

    Attributes
    ----------
    families
        That joined and were compared, rounded.
    apart
        The difference in families: the estimate times ``families``, rounded.
    together
        The variance in families: that of the estimate times ``families`` squared, rounded.
    step
        To which ``apart`` is rounded; ``together`` is to `VARIANCE_STEPS` times as many.
    """

    families: int
    apart: int
    together: int
    step: int

    @property
    def estimate(self) -> float:
        """The difference of shares."""
        return self.apart / self.families

    @property
    def se(self) -> float:
        """Its standard error, with what rounding the estimate may have moved it by."""
        return math.sqrt(self.together + self.step**2 / 12) / self.families


def step_of(policy: Policy) -> int:
    """Return the families that a difference is rounded to under a policy."""
    return max(LEAST_STEP, policy.round_to)


def told_of(estimate: float, se: float, families: int, policy: Policy) -> Told:
    """Return an estimate as it may be told: a pure function of these figures and the policy's rounding.

    Parameters
    ----------
    estimate, se
        A difference of shares and its standard error.
    families
        Families that joined and were compared, exactly.
    policy
        The rules.
    """
    shown, step = round_count(families, policy), step_of(policy)
    wide = VARIANCE_STEPS * step
    return Told(
        families=shown,
        apart=step * _nearest(estimate * shown / step),
        together=max(wide, wide * _nearest((se * shown) ** 2 / wide)),
        step=step,
    )


def possible(told: Told, policy: Policy) -> dict[str, NDArray[np.int64]]:
    """Return how many of each arm may have had the outcome, for whoever reads an estimate as told and knows all rules.

    The attacker is taken to know that the estimate is the plain difference of two shares of as many families, that its
    error is that of independent families, and that the outcome happened to fewer than half. The first two are not so
    (families are weighted, adjusted for, in places together), which leaves him knowing less. Where it happened to more
    than half, read those that it did not happen to.

    Returns
    -------
    dict
        ``joined`` and ``others``: every number that is possible.
    """
    least, most = policy.range_of_shown(told.families)
    found: dict[str, set[int]] = {"joined": set(), "others": set()}
    for families in range(int(least), int(most) + 1):
        middle = told.apart * families / told.families
        shift = np.arange(math.floor(middle) - told.step, math.ceil(middle) + told.step + 1)
        joined, apart = np.meshgrid(np.arange(families + 1), shift, indexing="ij")
        others = joined - apart
        inside = (others >= 0) & (joined + others <= families)
        a, b = joined[inside], others[inside]
        same = _tells(a, b, families, told)
        found["joined"] |= set(np.unique(a[same]).tolist())
        found["others"] |= set(np.unique(b[same]).tolist())
    return {arm: np.array(sorted(values), dtype=np.int64) for arm, values in found.items()}


def keeps_enough(told: Told, policy: Policy) -> bool:
    """Whether each count that may be small keeps as many possible values as the policy asks.

    It rests on what is told alone: that an estimate is withheld says no more of its counts than the estimate would.
    """
    return all(
        len(values) >= policy.hidden_to or not any(policy.is_small(int(value)) for value in values)
        for values in possible(told, policy).values()
    )


def freedom_told(half_width: float, se: float) -> float | None:
    """Return the degrees of freedom behind a 95% interval, rounded down; ``None`` where they are too few.

    Infinite where the interval is a normal one.
    """
    if not se > 0 or not math.isfinite(half_width):
        return None
    ratio = half_width / se
    if ratio <= float(stats.t.isf(0.025, 2 * FREEDOMS[-1])):
        return math.inf
    reaches = stats.t.isf(0.025, np.array(FREEDOMS, dtype=np.float64)) * (1 + 1e-6)  # they fall as freedoms rise
    fits = np.flatnonzero(reaches >= ratio)
    return float(FREEDOMS[fits[-1]]) if len(fits) else None


def _tells(a: NDArray[np.int64], b: NDArray[np.int64], families: int, told: Told) -> NDArray[np.bool_]:
    """Return which counts of those with the outcome would be told just so."""
    wide = VARIANCE_STEPS * told.step
    scale = told.families / families
    apart = told.step * _nearest_each((a - b) * scale / told.step)
    variance = (a * (1 - a / families) + b * (1 - b / families)) * scale**2
    together = np.maximum(wide, wide * _nearest_each(variance / wide))
    return np.asarray((apart == told.apart) & (together == told.together))


def _nearest(number: float) -> int:
    return math.floor(number + 0.5)


def _nearest_each(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.floor(numbers + 0.5))
