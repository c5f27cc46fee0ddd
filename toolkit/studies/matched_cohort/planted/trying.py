"""A plan tried on what is known: its own records, with families that had not joined drawn as if they had.

Nothing was done to them, so the true effect is nought; then an effect of a chosen size is planted. On each draw the
registered plan is run as far as its verdict: matched, estimated, calibrated, put to its gates and to the checks that a
sign needs. Matching knows no outcome, so one matching serves both the draw as it is and the draw with the effect. Where
the plan asks for the middle of several draws of the others' days, one is made here.

What joiners' outcomes were is never read: their own rows are taken out before anything else is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.counts import person_time_of, tally_events
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.outcomes import Outcome
from toolkit.cohort.trials import Cohort
from toolkit.errors import InputError
from toolkit.stats import Effect
from toolkit.studies.estimates import estimate_of, no_estimate
from toolkit.studies.matched_cohort.calibration.calibrated import calibrated, calibration_of
from toolkit.studies.matched_cohort.calibration.controls import Controls, find_controls
from toolkit.studies.matched_cohort.checks.registry import run_checks
from toolkit.studies.matched_cohort.comparison import Comparison, match_cohort
from toolkit.studies.matched_cohort.draws import Draws, primary_effect
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.matched_cohort.gates.balance import judge_shift
from toolkit.studies.matched_cohort.planted.pool import Pool
from toolkit.studies.matched_cohort.planted.taking import take_away
from toolkit.studies.matched_cohort.prognosis import shift_of
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Check, Estimate

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Tried:
    """What the plan found on one draw.

    Attributes
    ----------
    answer
        The estimate that its verdict is about; without a figure where nothing could be compared.
    checks
        Its gates, and the checks that bear on the verdict.
    counts
        Families with the outcome, of those that joined and of those compared with; and without it. None where nothing
        was compared.
    """

    answer: Estimate
    checks: tuple[Check, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BeforeFollowUp:
    """What is found of a comparison from before its follow-up, and from families in no matched set.

    Attributes
    ----------
    controls
        Its negative controls; ``None`` where the plan asks for none.
    shift
        What differences left on record do to the answer; ``None`` where the plan asks for no forecast of it, or there
        can be none.
    """

    controls: Controls | None
    shift: Effect | None


@dataclass(frozen=True, slots=True)
class Planting:
    """A plan with the records that it is tried on.

    Attributes
    ----------
    protocol, snapshot, seed
        What was asked, of which data; the seed decides every draw.
    design, outcomes
        The cohort's design, and its outcomes, the primary one first.
    cohort
        Whose joiners are stood for; its frame is not used any more.
    pool
        The families drawn from.
    drawn
        By draw, the month that each family is drawn for.
    share
        Of those drawn, over all draws, the share with the primary outcome.
    effect
        The planted fall in that share, above 0.
    checks, not_asked
        Names of the checks that are run, and of those bearing on the verdict that cannot be.
    """

    protocol: Protocol
    snapshot: Snapshot
    seed: int
    design: TrialDesign
    outcomes: tuple[Outcome, ...]
    cohort: Cohort
    pool: Pool
    drawn: tuple[NDArray[np.int16], ...]
    share: float
    effect: float
    checks: tuple[str, ...]
    not_asked: tuple[str, ...]

    @property
    def spec(self) -> MatchedCohort:
        """The protocol's own table."""
        return self.protocol.spec_as(MatchedCohort)

    def on_draw(self, place: int) -> tuple[Tried, Tried]:
        """Return what the plan finds on a draw with nothing planted, and with the effect."""
        frame = self.pool.joined(self.drawn[place])
        try:
            comparison = match_cohort(self._cohort_of(frame), self.spec)
        except InputError:  # the app would say so, and that there is no answer
            nothing = Tried(no_estimate(frame, self.spec.outcomes[0], "matched", "difference"), (), ())
            return nothing, nothing
        before = self.before_follow_up(comparison)
        with_effect = take_away(
            frame, self.design, self.outcomes, self.effect / self.share, np.random.default_rng((self.seed, place, 1))
        )
        planted = self._with_frame(comparison, with_effect)
        return self.tried(comparison, before), self.tried(planted, before)

    def before_follow_up(self, comparison: Comparison) -> BeforeFollowUp:
        """Return what is found of a comparison that no effect on those compared can change."""
        spec, is_forecast = self.spec, self.protocol.gates.max_shift is not None
        return BeforeFollowUp(
            find_controls(comparison, self.snapshot, spec) if spec.calibrated else None,
            shift_of(comparison, spec, self.seed) if is_forecast else None,
        )

    def _cohort_of(self, frame: pd.DataFrame) -> Cohort:
        nobody = self.cohort.events.iloc[:0]
        return replace(self.cohort, frame=frame, flow=(), person_time=person_time_of(frame), events=nobody)

    def _with_frame(self, comparison: Comparison, frame: pd.DataFrame) -> Comparison:
        """Return the same comparison, what happened to its families being as another frame has it."""
        return replace(
            comparison,
            cohort=replace(comparison.cohort, frame=frame),
            followed=frame.loc[comparison.followed.index],
            ready=replace(comparison.ready, frame=frame.loc[comparison.ready.frame.index]),
        )

    def tried(self, comparison: Comparison, before: BeforeFollowUp) -> Tried:
        """Return what the plan finds of a comparison."""
        outcome = self.spec.outcomes[0]
        inside = comparison.followed.loc[comparison.sets["row_id"].unique()]
        tally = tally_events(inside, self.outcomes[:1], comparison.matched.weights)
        rows, with_it = (tally[name].to_numpy() for name in ("rows", "with_outcome"))
        effect, calibration = primary_effect(comparison, self.spec), None
        if effect is None:
            estimates: tuple[Estimate, ...] = (no_estimate(inside, outcome, "matched", "difference"),)
        else:
            estimates = (estimate_of(effect, outcome, "matched"),)
            if before.controls is not None:
                calibration = calibration_of(before.controls, effect.mean_control)
                answer = calibrated(estimates[0], calibration, effect.degrees_of_freedom)
                estimates = estimates if answer is None else (answer, *estimates)
        known = () if effect is None else (effect,)
        draws = Draws(
            comparison,
            effect,
            (self.seed,) * len(known),
            tuple(one.estimate for one in known),
            tuple(one.se for one in known),
            before.shift,
        )
        evidence = Evidence(self.protocol, self.snapshot, self.seed, comparison, estimates, draws, calibration)
        return Tried(estimates[0], self._checked(evidence, before), tuple(map(int, [*with_it, *(rows - with_it)])))

    def _checked(self, evidence: Evidence, before: BeforeFollowUp) -> tuple[Check, ...]:
        most = self.protocol.gates.max_shift
        if most is None:
            return run_checks(self.checks, evidence)
        balance = judge_shift(before.shift, evidence.primary.se, most)
        rest = run_checks([name for name in self.checks if name != balance.name], evidence)
        return (replace(balance, is_gate=True), *rest)
