"""The greatest likelihood of a cumulative model with a random intercept: Newton's method on its exact gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.ordinal.mixed_likelihood import MixedPlace, MixedRows, mixed_likelihood

MOST_STEPS = 25
MOST_HALVINGS = 10
TOLERANCE = 1e-8
LONGEST_STEP = 2.0
NEAR, FAR = 1e-5, 1e-4  # of differences between gradients: of one side, of both
LITTLE = 1e-4  # of log likelihood, that a step promises: nobody would miss it
NO_SPREAD = 1e-3  # a standard deviation below this is none


@dataclass(frozen=True, slots=True)
class MixedFit(Shown):
    """The greatest likelihood.

    Attributes
    ----------
    parameters : ndarray, shape (k,)
        Cuts, slopes, standard deviation of the intercept.
    place : MixedPlace
        The likelihood there.
    informations : ndarray, shape (groups, k, k)
        Minus the second derivative of each group's part.
    """

    parameters: Floats
    place: MixedPlace
    informations: Floats


def mixed_climb(start: Floats, rows: MixedRows) -> MixedFit | None:
    """Return the fit, or None where it does not settle.

    Parameters
    ----------
    start : ndarray, shape (k,)
        Cuts, slopes, standard deviation.
    rows : MixedRows
        The data, with columns of like scale.
    """
    here = mixed_likelihood(start, rows, np.zeros(len(rows.starts)))
    parameters = start
    if here is None:
        return None
    for _ in range(MOST_STEPS):
        step = _step(parameters, here, rows)
        if step is None:
            return None
        promised = float(here.scores.sum(axis=0) @ step)
        moved = _upwards(parameters, step, here, rows)
        if moved is None:
            # Where groups' integrands have several modes the approximation has small steps in it.
            return _finished(parameters, here, rows) if promised < LITTLE else None
        step, here = moved
        parameters = parameters + step
        if np.abs(step).max() < TOLERANCE * (1 + np.abs(parameters).max()):
            return _finished(parameters, here, rows)
        if not np.abs(parameters[:-1]).max() < rows.link.longest or abs(parameters[-1]) > rows.link.longest:
            return None
    return None


def _upwards(parameters: Floats, step: Floats, here: MixedPlace, rows: MixedRows) -> tuple[Floats, MixedPlace] | None:
    """Return the step, or the largest of its halves that does not lead down, and where it leads; None if all do."""
    for _ in range(MOST_HALVINGS):
        moved = mixed_likelihood(parameters + step, rows, here.modes.place)
        if moved is not None and moved.value >= here.value - 1e-11 * abs(here.value):
            return step, moved
        step = step / 2
    return None


def _finished(parameters: Floats, here: MixedPlace, rows: MixedRows) -> MixedFit | None:
    """Return the fit with each group's information, from gradients on both sides; the deviation above 0."""
    if parameters[-1] < 0:
        parameters = np.concatenate([parameters[:-1], [-parameters[-1]]])
        turned = mixed_likelihood(parameters, rows, -here.modes.place)
        if turned is None:
            return None
        here = turned
    found = np.empty((len(rows.starts), len(parameters), len(parameters)))
    for place in range(len(parameters)):
        by = np.zeros(len(parameters))
        by[place] = FAR
        up = mixed_likelihood(parameters + by, rows, here.modes.place)
        down = mixed_likelihood(parameters - by, rows, here.modes.place)
        if up is None or down is None:
            return None
        found[:, :, place] = (down.scores - up.scores) / (2 * FAR)
    return MixedFit(parameters, here, (found + found.transpose(0, 2, 1)) / 2)


def _step(parameters: Floats, here: MixedPlace, rows: MixedRows) -> Floats | None:
    """Return Newton's step, in every direction upwards and none too long."""
    gradient = here.scores.sum(axis=0)
    curvature = np.empty((len(parameters), len(parameters)))
    for place in range(len(parameters)):
        by = np.zeros(len(parameters))
        by[place] = NEAR
        there = mixed_likelihood(parameters + by, rows, here.modes.place)
        if there is None:
            return None
        curvature[:, place] = (gradient - there.scores.sum(axis=0)) / NEAR
    values, turns = np.linalg.eigh((curvature + curvature.T) / 2)
    steep = np.maximum(np.abs(values), 1e-8 * float(np.abs(values).max()))
    step = turns @ ((turns.T @ gradient) / steep)
    return np.asarray(step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-300)), dtype=np.float64)
