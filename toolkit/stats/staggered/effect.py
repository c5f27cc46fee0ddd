"""The effect of having begun, when units began on different days or never, with the inference that few units allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.t_estimate import TEstimate
from toolkit.stats.notes.shown import Shown
from toolkit.stats.regression.least_squares import LinearFit, least_squares
from toolkit.stats.staggered.changes import Changes, Windows
from toolkit.stats.staggered.contrast import Contrast, contrast_of
from toolkit.stats.staggered.randomisation import Randomised, randomised
from toolkit.stats.variance.cluster_robust import clustered_covariance
from toolkit.stats.variance.wild_bootstrap import FEWEST_IN_AN_ARM
from toolkit.stats.variance.wild_t import wild_t_interval


@dataclass(frozen=True, slots=True)
class Design(Shown):
    """Who began when, and how units are compared.

    Attributes
    ----------
    assigned : ndarray, shape (u,)
        The place of each unit's start; -1 for one that never began.
    windows : Windows
        Of the starts.
    variance : ndarray, shape (u, e)
        Of each change: its inverse is its weight.
    covariates : ndarray, shape (u, k)
        What units are made alike on.
    strata : ndarray, shape (u,)
        Codes of units among which starts could have been dealt otherwise; negative for those that could not take part.
    """

    assigned: Integers
    windows: Windows
    variance: Floats
    covariates: Floats
    strata: Integers


@dataclass(frozen=True, slots=True)
class Clustered(TEstimate):
    """An estimate with the standard error of few units: CR2, with Satterthwaite's degrees of freedom.

    Attributes
    ----------
    treated, controls
        Units that began and are compared, and units they are compared with at one start or more: one that began later
        can be both.
    """

    treated: int
    controls: int


@dataclass(frozen=True, slots=True)
class Effect(Shown):
    """The effect of having begun.

    Attributes
    ----------
    clustered
        The estimate, with CR2.
    contrast
        What it is made of, of one assignment.
    wild
        The wild cluster bootstrap's p-value and interval; ``None`` with fewer than 8 units in an arm.
    randomised
        Randomisation inference; ``None`` where no deals were asked for.
    """

    clustered: Clustered
    contrast: Contrast
    wild: tuple[float, tuple[float, float]] | None = None
    randomised: Randomised | None = None

    @property
    def widest(self) -> tuple[float, float]:
        """The ends of the widest interval of those there are: what no way of reckoning refuses."""
        ends = [self.clustered.interval()]
        ends += [] if self.wild is None else [self.wild[1]]
        ends += [] if self.randomised is None else [(self.randomised.low, self.randomised.high)]
        return min(low for low, _ in ends), max(high for _, high in ends)


def effect_of(changes: Changes, design: Design, *, draws: int = 0, seed: int = 1) -> Effect | None:
    """Return the effect of having begun, or ``None`` where fewer than two units of either kind can be compared.

    Parameters
    ----------
    changes
        The units' changes around each start.
    design
        Who began when, and how they are compared.
    draws, seed
        Deals of randomisation inference, and of the bootstrap's signs; with 0 deals only CR2 is worked out.

    Notes
    -----
    Rows are changes, clustered by unit: a unit that is compared at several starts counts once. CR2 is Bell and
    McCaffrey's (2002); the wild bootstrap is `wild_t_interval`, and is not used with fewer than 8 units in an arm.
    """
    contrast = contrast_of(design.assigned[None, :], changes, design.windows, design.variance, design.covariates)
    weights, is_treated = contrast.weights[0], contrast.is_treated[0]
    treated = int(is_treated.any(axis=1).sum())
    controls = int(((weights > 0) & ~is_treated).any(axis=1).sum())
    if min(treated, controls) < 2:
        return None
    unit, start = np.nonzero(weights > 0)
    fit, has_begun = _fit(changes, contrast, design.covariates, unit, start)
    codes = np.unique(unit, return_inverse=True)[1].reshape(-1).astype(np.intp)
    got = clustered_covariance([fit], [has_begun[None, :]], [codes], small_sample="CR2")
    clustered = Clustered(
        estimate=float(fit.coefficients @ has_begun),
        se=float(np.sqrt(got.covariance[0, 0])),
        degrees_of_freedom=got.degrees_of_freedom,
        treated=treated,
        controls=controls,
    )
    if not draws:
        return Effect(clustered, contrast)
    wild = None
    if min(treated, controls) >= FEWEST_IN_AN_ARM:
        wild = wild_t_interval(fit, has_begun, codes, 0.95, seed)
    deals = randomised(
        design.assigned,
        changes,
        design.windows,
        design.variance,
        design.covariates,
        design.strata,
        draws=draws,
        seed=seed,
        step=max(clustered.se, 1e-6),
    )
    return Effect(clustered, contrast, wild, deals)


def _fit(
    changes: Changes, contrast: Contrast, covariates: Floats, unit: Integers, start: Integers
) -> tuple[LinearFit, Floats]:
    """Return the regression of changes on starts, having begun and what is not constant of the covariates."""
    starts = np.unique(start, return_inverse=True)[1].reshape(-1)
    design = np.column_stack([np.eye(starts.max() + 1)[starts], contrast.is_treated[0][unit, start] * 1.0])
    weights = contrast.weights[0][unit, start]
    root = np.sqrt(weights / weights.mean())[:, None]
    for column in covariates.T:
        wider = np.column_stack([design, column[unit]])
        if np.linalg.matrix_rank(root * wider) == wider.shape[1]:
            design = wider
    has_begun = np.zeros(design.shape[1])
    has_begun[starts.max() + 1] = 1.0
    every = np.arange(len(unit))
    fit = least_squares(design, changes.change[unit, start], weights / weights.mean(), every, design.shape[1])
    return fit, has_begun
