"""The comparison drawn more than once: the answer may not hang on one draw of days, nor on which of two was taken.

A family that did not join has no joining day; it draws one of its month and district. Another draw gives other days,
and with them other matches. The answer is the middle one of the draws, and what lies between them is in its error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.cohort.design import TrialDesign
from toolkit.cohort.trials import build_cohort
from toolkit.progress import Progress, part
from toolkit.stats import Effect
from toolkit.studies.matched_cohort.comparison import Comparison, match_cohort
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.result import Estimate

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

_APART = 1_000_003
"""Between one draw's seed and the next: far enough that no protocol's own seed is another's second draw."""


@dataclass(frozen=True, slots=True)
class Draws:
    """A comparison's draws.

    Attributes
    ----------
    comparison
        That of the middle draw.
    effect
        Its primary difference; ``None`` where nobody compared had the outcome.
    seeds, estimates, errors
        Of each draw that could be estimated, in the order drawn; empty where none could.
    """

    comparison: Comparison
    effect: Effect | None
    seeds: tuple[int, ...]
    estimates: tuple[float, ...]
    errors: tuple[float, ...]

    @property
    def error(self) -> float | None:
        """The standard error of the middle draw with what lies between draws: the median of both together.

        Chernozhukov and others (2018, *The Econometrics Journal* 21, C1-C68, definition 3.3) put results of several
        random splits together so.
        """
        if self.effect is None:
            return None
        apart = np.array(self.estimates) - self.effect.estimate
        return float(np.sqrt(np.median(np.array(self.errors) ** 2 + apart**2)))

    def widened(self, estimate: Estimate) -> Estimate:
        """Return the middle draw's difference with the error of all draws."""
        if self.error is None or not estimate.se or estimate.with_interval is None:
            return estimate
        middle, low, high = estimate.with_interval
        wider = self.error / estimate.se
        return replace(
            estimate, se=self.error, low=middle + wider * (low - middle), high=middle + wider * (high - middle)
        )

    def table(self) -> pd.DataFrame:
        """Return one row a draw: ``seed``, ``estimate``, ``se``."""
        return pd.DataFrame({"seed": self.seeds, "estimate": self.estimates, "se": self.errors})


def draw(snapshot: Snapshot, spec: MatchedCohort, design: TrialDesign, *, seed: int, progress: Progress) -> Draws:
    """Draw and match as often as the protocol asks, and return the draws about the middle one.

    Only the middle one is built with all that ``design`` asks for; the others are built as far as the primary outcome.
    """
    if spec.draws == 1:
        comparison = match_cohort(build_cohort(snapshot, design, seed=seed, progress=progress), spec)
        effect = primary_effect(comparison, spec)
        known = () if effect is None else (effect,)
        return Draws(comparison, effect, (seed,) * len(known), *_numbers(known))
    lean = replace(spec.design(), outcomes=spec.outcomes[:1], time_to=(), child_days=False)
    seeds = [seed + _APART * place for place in range(spec.draws)]
    found: dict[int, Effect] = {}
    for place, one in enumerate(seeds):
        progress("Drawing the comparison families' days", place / (spec.draws + 1))
        effect = primary_effect(match_cohort(build_cohort(snapshot, lean, seed=one), spec), spec)
        if effect is not None:
            found[one] = effect
    middle = sorted(found, key=lambda one: found[one].estimate)[len(found) // 2] if found else seed
    rest = part(progress, spec.draws / (spec.draws + 1), 1.0)
    comparison = match_cohort(build_cohort(snapshot, design, seed=middle, progress=rest), spec)
    return Draws(comparison, primary_effect(comparison, spec), tuple(found), *_numbers(tuple(found.values())))


def primary_effect(comparison: Comparison, spec: MatchedCohort) -> Effect | None:
    """Return the primary outcome's difference, where anybody compared had it."""
    outcome = spec.outcomes[0]
    if not (comparison.values_inside(outcome) > 0).any():
        return None
    return comparison.matched.effect(comparison.values(outcome), cluster=spec.cluster)


def _numbers(effects: tuple[Effect, ...]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return tuple(one.estimate for one in effects), tuple(one.se for one in effects)
