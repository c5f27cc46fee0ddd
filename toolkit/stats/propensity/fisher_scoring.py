"""Climb to the largest likelihood of a binary regression by Fisher scoring (Newton's method for the logit).

McCullagh and Nelder (1989), section 2.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.likelihood import BinaryModel, Fit, constant_fit, evaluate

TOLERANCE = 1e-10
CANONICAL_TOLERANCE = 1e-7  # a Newton step of this length leaves an error of about its square
NEAR = 1e-3  # for a starting value
MOST_STEPS = 40
MOST_START_STEPS = 8
MOST_HALVINGS = 20
FARTHEST_START = 10.0
START_STEPS = (64, 8)  # a fit on every 64th row starts one on every 8th, which starts the whole
FEWEST_START_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Climb(Shown):
    """Where a climb ended.

    Attributes
    ----------
    beta : ndarray
        Coefficients of the standardised terms, the intercept first.
    steps : int
        Steps taken.
    last_step : ndarray
        The last of them.
    has_settled : bool
        Whether that was short enough.
    """

    beta: Floats
    steps: int
    last_step: Floats
    has_settled: bool


def climb_in_stages(model: BinaryModel, beta: Floats) -> Climb:
    """Climb on every so many rows first, so that few passes over all rows are needed."""
    for step in START_STEPS:
        if model.count // step >= FEWEST_START_ROWS:
            begun = climb(model.every(step), beta, NEAR, MOST_START_STEPS)
            # The few rows may be separated where all rows are not.
            if begun.has_settled or np.abs(begun.beta).max() < FARTHEST_START:
                beta = begun.beta
    return climb(model, beta, CANONICAL_TOLERANCE if model.link.is_canonical else TOLERANCE, MOST_STEPS)


def climb(model: BinaryModel, beta: Floats, enough: float, most: int) -> Climb:
    """Take scoring steps until one is no longer than `enough`, `most` at most."""
    beta, here = _better_start(model, beta)
    step = np.zeros_like(beta)
    for steps in range(1, most + 1):
        try:
            step = here.step()
        except np.linalg.LinAlgError:
            return Climb(beta, steps, step, False)
        if float(np.abs(step).max()) <= enough:
            return Climb(beta + step, steps, step, True)
        step, here = _uphill(model, beta, step, here)
        beta = beta + step
        if float(np.abs(step).max()) <= enough:
            return Climb(beta, steps, step, True)
    return Climb(beta, most, step, False)


def _better_start(model: BinaryModel, beta: Floats) -> tuple[Floats, Fit]:
    """Return the coefficients to begin from: those given, or the intercept alone where that fits better."""
    here = evaluate(model, beta)
    share = float(np.average(model.treated))
    if constant_fit(model, share) <= here.log_likelihood:
        return beta, here
    alone = np.zeros_like(beta)
    alone[0] = model.link.start(share)
    return alone, evaluate(model, alone)


def _uphill(model: BinaryModel, beta: Floats, step: Floats, here: Fit) -> tuple[Floats, Fit]:
    """Halve the step while it makes the fit worse: where treatment is rare and a term reaches far, it can overshoot."""
    there = evaluate(model, beta + step)
    for _ in range(MOST_HALVINGS):
        if there.log_likelihood >= here.log_likelihood - 1e-9 * abs(here.log_likelihood):
            break
        step = step / 2
        there = evaluate(model, beta + step)
    return step, there
