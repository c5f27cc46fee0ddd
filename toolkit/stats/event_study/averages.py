"""Averages of effects over groups and periods, with standard errors that hold for few units too.

Weights are those of Callaway and Sant'Anna (2021), section 3.3: groups count by their units, and that their shares are
estimated is allowed for. Their standard error is for many units. Ours takes each group's variance with one degree of
freedom fewer than it has units, and reads the interval off a t distribution with Satterthwaite's (1946) degrees of
freedom: an estimate here is a sum of means of independent groups, as in Welch's (1947) test of two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.event_study.cells import Cells
from toolkit.stats.event_study.panel import Panel
from toolkit.stats.inference.t_estimate import TEstimate, is_rounding
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class AverageEffect(TEstimate):
    """An average effect; `se` and `degrees_of_freedom` hold for few units.

    Attributes
    ----------
    estimate, se, degrees_of_freedom : float
        In the outcome's unit.
    large_sample_se : float
        As Callaway and Sant'Anna have it and R's ``did`` prints it: too small where units are few.
    """

    large_sample_se: float


@dataclass(frozen=True, slots=True)
class Averages(Shown):
    """Several averages of the same cells.

    Attributes
    ----------
    weights : ndarray, shape (c, k)
        Of each cell in each average.
    of_shares : ndarray, shape (u, k)
        Each unit's part in the error that comes of estimating the groups' shares.
    """

    weights: Floats
    of_shares: Floats

    def mean(self, columns: Booleans | None = None) -> Averages:
        """Return the plain mean of some of them, as one average."""
        chosen = np.ones(self.weights.shape[1], dtype=bool) if columns is None else columns
        return Averages(
            self.weights[:, chosen].mean(axis=1, keepdims=True), self.of_shares[:, chosen].mean(axis=1, keepdims=True)
        )


def by_share(panel: Panel, cells: Cells, choices: Sequence[Booleans]) -> Averages:
    """Return an average for each choice of cells, groups counting by their units.

    Parameters
    ----------
    panel, cells
        As they are.
    choices : sequence of ndarray, each shape (c,)
        Which cells are averaged.
    """
    cell = np.eye(len(cells.effect))
    found = [_shared(panel, cells, cells.group[chosen], cell[:, chosen]) for chosen in choices]
    return Averages(np.column_stack([one.weights for one in found]), np.column_stack([one.of_shares for one in found]))


def over_groups(panel: Panel, cells: Cells) -> tuple[Averages, Averages]:
    """Return each group's plain mean over its treated periods, and the average of those by the groups' units."""
    after = cells.since >= 0
    groups = np.unique(cells.group[after])
    own = (after[:, None] & (cells.group[:, None] == groups)).astype(np.float64)
    own /= own.sum(axis=0)
    each = Averages(own, np.zeros((len(panel.starts), len(groups))))
    return each, _shared(panel, cells, groups, own)


def _shared(panel: Panel, cells: Cells, groups: Integers, parts: Floats) -> Averages:
    """Return the average of parts, (c, p), each of a group, by the groups' shares of units."""
    units = len(panel.starts)
    member = (panel.starts[:, None] == groups[None, :]).astype(np.float64)
    share = member.mean(axis=0)
    total = share.sum()
    part_effects = parts.T @ cells.effect
    apart = member - share
    # The derivative of share/total by each unit (Callaway and Sant'Anna, 2021, corollary 2 and R's did::wif).
    moved = apart / total - apart.sum(axis=1, keepdims=True) * share / total**2
    return Averages((parts @ (share / total))[:, None], (moved @ part_effects / units)[:, None])


def covariance_of(panel: Panel, cells: Cells, averages: Averages) -> tuple[Floats, Floats]:
    """Return the covariance of averages, (k, k), and degrees of freedom, (k,), for few units.

    Notes
    -----
    A group of one unit says nothing of how units vary: what its effect would vary by is taken from the units it is
    compared with.
    """
    weights = averages.weights
    parts = (cells.of_treated + cells.of_comparison) @ weights
    covariance = averages.of_shares.T @ averages.of_shares
    squares = np.zeros(weights.shape[1])
    for start in np.unique(panel.starts):
        inside = panel.starts == start
        size = int(inside.sum())
        if size > 1:
            own, freedom = size / (size - 1) * parts[inside].T @ parts[inside], size - 1
        else:
            of_cells = cells.group == start
            spread = (cells.of_comparison * cells.comparison)[:, of_cells] @ weights[of_cells]
            beside = int((cells.of_comparison[:, of_cells] != 0).any(axis=1).sum())
            freedom = max(beside - 1, 1)
            own = spread.T @ spread / freedom + parts[inside].T @ parts[inside]
        covariance = covariance + own
        squares += np.diag(own) ** 2 / freedom
    diagonal = np.diag(covariance)
    unknown = np.full(len(squares), float(len(panel.starts) - 1))
    degrees = np.divide(diagonal**2, squares, out=unknown, where=squares > 0)
    return np.asarray(covariance), np.asarray(np.maximum(degrees, 1.0))


def large_sample_se(cells: Cells, averages: Averages) -> Floats:
    """Return the standard errors of averages as published, (k,)."""
    parts = (cells.of_treated + cells.of_comparison) @ averages.weights + averages.of_shares
    return np.asarray(np.sqrt((parts**2).sum(axis=0)))


def average_effects(panel: Panel, cells: Cells, averages: Averages) -> tuple[AverageEffect, ...]:
    """Return each average with its standard errors."""
    covariance, degrees = covariance_of(panel, cells, averages)
    published = large_sample_se(cells, averages)
    estimates = averages.weights.T @ cells.effect
    return tuple(
        AverageEffect(float(estimate), float(np.sqrt(variance)), float(freedom), float(se))
        for estimate, variance, freedom, se in zip(estimates, np.diag(covariance), degrees, published, strict=True)
    )


def parts_of(panel: Panel, cells: Cells, averages: Averages) -> tuple[AverageEffect, ...]:
    """Return what averages are made of; one that rests on units that do not vary has no standard error."""
    found = average_effects(panel, cells, averages)
    errors = known_errors(np.array([one.se for one in found]), panel)
    return tuple(replace(one, se=float(se)) for one, se in zip(found, errors, strict=True))


def known_errors(errors: Floats, panel: Panel) -> Floats:
    """Return standard errors, not a number where there is none but for rounding."""
    return np.array([np.nan if is_rounding(float(one), panel.outcomes) else float(one) for one in errors])


def require_errors(panel: Panel, cells: Cells, averages: Mapping[str, AverageEffect]) -> None:
    """Refuse averages whose standard error is none: an interval of no width would say that nothing is in doubt.

    Raises
    ------
    InputError
        Naming them, or where every effect is of one unit beside one other.
    """
    after = cells.since >= 0
    if ((cells.treated == 1) & (cells.comparison == 1))[after].all():
        raise InputError(
            "Every effect is of one unit beside one other, so nothing says how far units vary and no interval can be "
            "had. Give more units that start, or more to compare with."
        )
    without = [name for name, one in averages.items() if is_rounding(one.se, panel.outcomes)]
    if without:
        raise InputError(
            f"There is no standard error for the averages {', '.join(without)}: units on each side move alike but for "
            "rounding, or are too few to say how far they vary, so no interval can be had. Give more units, as they "
            "were measured."
        )
