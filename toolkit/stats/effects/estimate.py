"""From a stack of rows and an outcome to an effect, or one for each group."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.effects.effect import Effect, Effects
from toolkit.stats.effects.finding import Finding, find
from toolkit.stats.effects.joint import joint_covariance
from toolkit.stats.effects.mean_intervals import mean_intervals
from toolkit.stats.effects.missing_outcomes import known_outcomes
from toolkit.stats.effects.options import Request
from toolkit.stats.effects.rows import Stack
from toolkit.stats.notes.note import Note, each_once
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.groups import group_names, groups_in_order
from toolkit.stats.sample.outcomes import outcome_with_gaps, read_column
from toolkit.stats.sample.sample import Sample
from toolkit.stats.variance.arms import Arms


@dataclass(frozen=True, slots=True)
class _Task(Shown):
    """The rows compared and what is known of them: the outcome's name and values, the design's notes."""

    sample: Sample
    stack: Stack
    estimand: str
    name: str
    outcome: Floats
    notes: tuple[Note, ...]

    @property
    def treated(self) -> Booleans:
        """Who is treated among the entries compared."""
        return self.sample.treated[self.stack.rows]

    def part(self, inside: Booleans) -> _Task:
        """Return the task of some of the entries."""
        return replace(self, stack=self.stack.part(inside), outcome=self.outcome[inside])


def estimate(
    sample: Sample, stack: Stack, estimand: str, request: Request, notes: tuple[Note, ...] = ()
) -> Effect | Effects:
    """Estimate the effect asked for, for all rows or for each group of `by`; `notes` are the design's."""
    outcome, name = outcome_with_gaps(sample, request.outcome, stack.rows)
    known = ~np.isnan(outcome)
    left, missing = known_outcomes(stack, known, sample.treated[stack.rows], name, request.missing_outcome)
    if missing is not None:
        outcome, _ = outcome_with_gaps(sample, request.outcome, left.rows)
        notes = (*notes, missing)
    task = _Task(sample, left, estimand, name, outcome, notes)
    if request.by is None:
        return _effect(task, request)[0]
    series = read_column(sample, request.by, left.rows, "by")
    effects, parts = [], []
    names, groups = group_names(series, f'by "{series.name}"')
    for group in groups:
        inside = (names == group).to_numpy()
        mine = task.part(inside)
        if mine.treated.all() or not mine.treated.any():
            empty = "treated" if not mine.treated.any() else "comparison"
            raise InputError(f'The group {group} of "{series.name}" has no {empty} rows. Join it with another group.')
        found, finding = _effect(mine, replace(request, by=None))
        effects.append(replace(found, group=group))
        parts.append((mine.stack, inside, finding.influence))
    values = tuple(groups_in_order(series, f'by "{series.name}"'))
    return Effects(str(series.name), tuple(effects), joint_covariance(left, parts, effects), values)


def effect_with_influence(
    sample: Sample, stack: Stack, estimand: str, request: Request
) -> tuple[Effect, Integers, Floats]:
    """Return the effect for all rows, with the rows compared and the influence of each on it; no outcome may miss."""
    outcome, name = outcome_with_gaps(sample, request.outcome, stack.rows)
    effect, found = _effect(_Task(sample, stack, estimand, name, outcome, ()), request)
    return effect, stack.rows, found.influence


def _effect(task: _Task, request: Request) -> tuple[Effect, Finding]:
    sample, stack, outcome, treated = task.sample, task.stack, task.outcome, task.treated
    if request.measure not in ("rmst", "hazard_ratio") and (outcome == outcome[0]).all():
        missing = next((f" {note}" for note in task.notes if note.code == "missing_outcomes"), "")
        raise InputError(
            f'The outcome "{task.name}" is {outcome[0]:g} in every row compared: it does not vary, so there is nothing '
            f"to estimate. Choose another outcome or a longer follow-up.{missing}"
        )
    stack.require_clusters(sample, treated)
    found = find(sample, stack, outcome, task.name, request)
    used = np.zeros(sample.rows, dtype=bool)
    used[stack.rows] = True
    of_control, of_treated = mean_intervals(
        found.means,
        found.mean_errors,
        outcome,
        stack.ways,
        Arms(treated, stack.weights),
        request.level,
        is_rate=request.measure == "rate_ratio",
    )
    effect = Effect(
        outcome=task.name,
        measure=request.measure,
        estimand=task.estimand,
        estimate=found.contrast.estimate,
        se=found.contrast.se,
        interval=found.contrast.interval,
        p_value=found.contrast.p_value,
        degrees_of_freedom=found.variance.degrees_of_freedom,
        n_treated=int((used & sample.treated).sum()),
        n_control=int((used & ~sample.treated).sum()),
        clusters=found.variance.clusters,
        mean_treated=found.means[1],
        mean_control=found.means[0],
        level=request.level,
        method=f"{found.how}; standard error clustered by {' and '.join(stack.words)} "
        f"({found.variance.correction}, t).",
        notes=each_once([*task.notes, *found.notes, *stack.few_clusters(treated)]),
        interval_treated=of_treated,
        interval_control=of_control,
    )
    return effect, found
