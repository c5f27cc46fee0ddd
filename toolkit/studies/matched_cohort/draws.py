"""The answer of a comparison drawn more than once: it may not hang on one draw of days, nor on which of two was taken.

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
from toolkit.errors import InputError
from toolkit.progress import Progress
from toolkit.stats import Effect
from toolkit.studies.matched_cohort.comparison import Comparison, match_cohort
from toolkit.studies.matched_cohort.design_stage import Designed, Drawn
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.result import Estimate

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


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
    shift
        By how much remaining differences could shift the middle draw's answer, as its design has it; ``None`` where no
        forecast could be made.
    """

    comparison: Comparison
    effect: Effect | None
    seeds: tuple[int, ...]
    estimates: tuple[float, ...]
    errors: tuple[float, ...]
    shift: Effect | None

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


def read_answer(
    designed: Designed, snapshot: Snapshot, spec: MatchedCohort, design: TrialDesign, *, progress: Progress
) -> Draws:
    """Read what became of the joiners of a design, and return its draws about the middle one.

    The comparison has the very sets that were sealed; it is built with all that ``design`` asks for.

    Raises
    ------
    InputError
        When the snapshot's rows are no longer those that the design was made of.
    """
    found = {one.figures.seed: _effect_of(one, spec) for one in designed.draws}
    known = {seed: effect for seed, effect in found.items() if effect is not None}
    middle = designed.draws[0]
    if known:
        seed = sorted(known, key=lambda one: known[one].estimate)[len(known) // 2]
        middle = next(one for one in designed.draws if one.figures.seed == seed)
    cohort = middle.unread.cohort
    if cohort is None:
        cohort = build_cohort(snapshot, design, seed=middle.figures.seed, progress=progress)
    comparison = match_cohort(cohort, spec, middle.sets)
    if not comparison.sets.equals(middle.members):
        raise InputError(
            "The families compared are no longer those of the design that was sealed: the snapshot was changed "
            "meanwhile. Take the snapshot again, and run the protocol on it."
        )
    estimates, errors = (tuple(getattr(one, name) for one in known.values()) for name in ("estimate", "se"))
    return Draws(comparison, primary_effect(comparison, spec), tuple(known), estimates, errors, middle.shift)


def _effect_of(drawn: Drawn, spec: MatchedCohort) -> Effect | None:
    """Return the primary outcome's difference in a draw, where anybody compared had it."""
    values = drawn.unread.values
    return drawn.unread.matched.effect(values, cluster=spec.cluster) if (values > 0).any() else None


def primary_effect(comparison: Comparison, spec: MatchedCohort) -> Effect | None:
    """Return the primary outcome's difference, where anybody compared had it."""
    outcome = spec.outcomes[0]
    if not (comparison.values_inside(outcome) > 0).any():
        return None
    return comparison.matched.effect(comparison.values(outcome), cluster=spec.cluster)
