"""Variances with few clusters: CR2, and Satterthwaite degrees of freedom, of regressions and of sums of influences.

Bell and McCaffrey (2002); Pustejovsky and Tipton (2018). A cluster enters by the cross-products of its rows, so that
all is worked out in the k dimensions of the coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.regression.least_squares import LinearFit, cross_products, times_rows
from toolkit.stats.variance.arms import Arms
from toolkit.stats.variance.wide_cr2 import wide_parts

WIDE = 50  # columns from which on clusters of fewer rows are worked out by their rows


def corrected_covariance(
    fits: Sequence[LinearFit], contrasts: Sequence[Floats], codes: Integers, groups: int, *, alike: bool = False
) -> tuple[Floats, float]:
    """Return the CR2 covariance and Satterthwaite degrees of freedom of the last combination minus the first.

    Parameters
    ----------
    fits, contrasts
        As in `clustered_covariance`.
    codes : ndarray, shape (n,)
        Cluster codes from 0, of `groups` clusters.
    alike : bool
        Whether the degrees of freedom are those for rows that vary alike. Else a row varies the less the more it
        weighs, which for weights that make arms alike would call a small arm as well known as a large one.
    """
    number = len(contrasts[0])
    sums, own = np.zeros((groups, number)), np.zeros(groups)
    pulls, reaches = [], []
    for fit, contrast in zip(fits, contrasts, strict=True):
        part = _Part.of(fit, contrast, codes[fit.rows], groups, alike)
        sums += part.sums
        own += part.own
        pulls.append(part.pull)
        reaches.append(part.reach)
    return sums.T @ sums, _satterthwaite(own, np.hstack(pulls), np.hstack(reaches))


@dataclass(frozen=True, slots=True)
class _Part(Shown):
    """What one fit adds: corrected sums, and the parts of the matrix whose trace gives the degrees of freedom.

    That matrix is diag(own) - pull reach' - reach pull'.
    """

    sums: Floats  # (groups, q)
    own: Floats  # (groups,) variance of each cluster's part
    pull: Floats  # (groups, k) of each cluster on the coefficients
    reach: Floats  # (groups, k) its covariance with the scores, less half of what its pull makes of all scores

    @staticmethod
    def of(fit: LinearFit, contrast: Floats, mine: Integers, groups: int, alike: bool) -> _Part:
        loads = fit.bread @ contrast.T
        effect = loads[:, -1] - loads[:, 0] if loads.shape[1] > 1 else loads[:, 0]
        varying = fit.weights if alike and fit.weights is not None and (fit.weights != 1).any() else None
        width = fit.design.shape[1]
        if not isinstance(fit.design, np.ndarray) or (width >= WIDE and len(mine) < groups * width):
            sums, own, spread, pushed = wide_parts(fit, loads, effect, mine, groups, varying)
            root = np.ones(len(mine)) if varying is None else np.sqrt(varying)
            of_fit = cross_products(times_rows(fit.design, root))
            pull = pushed @ fit.bread
            return _Part(sums, own, pull, spread - pull @ of_fit / 2)
        scores, squares, varied = _cross_products(fit, mine, groups, varying)
        half = _leverage_corrections(squares, _square_root(fit.bread))
        sums = (scores + _times(squares, _times(half, scores))) @ loads
        lean = effect + _times(half, squares @ effect)
        spread = _times(varied, lean)
        pull = _times(squares, lean) @ fit.bread
        return _Part(sums, (lean * spread).sum(axis=1), pull, spread - pull @ varied.sum(axis=0) / 2)


def _cross_products(
    fit: LinearFit, mine: Integers, groups: int, varying: Floats | None
) -> tuple[Floats, Floats, Floats]:
    """Return by cluster X'e, X'X, and X'X with rows as they vary (the same, where they vary as their weights say)."""
    width = fit.design.shape[1]
    order = np.argsort(mine.astype(np.uint16) if groups <= 65_536 else mine, kind="stable")
    bounds = np.searchsorted(mine[order], np.arange(groups + 1))
    scores, squares = np.zeros((groups, width)), np.zeros((groups, width, width))
    varied = squares if varying is None else np.zeros((groups, width, width))
    for group in np.flatnonzero(bounds[1:] > bounds[:-1]):
        rows = order[bounds[group] : bounds[group + 1]]
        design = fit.design[rows]
        scores[group] = design.T @ fit.residual[rows]
        squares[group] = design.T @ design
        if varying is not None:
            varied[group] = (design * varying[rows][:, None]).T @ design
    return scores, squares, varied


def _times(matrices: Floats, vectors: Floats) -> Floats:
    return np.asarray(np.einsum("gij,gj->gi", matrices, vectors), dtype=np.float64)


def _satterthwaite(own: Floats, pull: Floats, reach: Floats) -> float:
    """Return trace² over the sum of squares of diag(own) - pull reach' - reach pull', made only where it is small."""
    diagonal = 2 * (pull * reach).sum(axis=1)
    if len(own) <= pull.shape[1]:
        cross = pull @ reach.T
        total = float(((np.diag(own) - cross - cross.T) ** 2).sum())
    else:
        turn = pull.T @ reach
        squares = 2 * float((turn * turn.T).sum() + ((pull.T @ pull) * (reach.T @ reach)).sum())
        total = float(own @ own - 2 * own @ diagonal) + squares
    trace = float((own - diagonal).sum())
    return max(1.0, trace * trace / total) if total > 0 else max(1.0, len(own) - 1.0)


def corrected_sums(influence: Floats, codes: Integers, groups: int, arms: Arms) -> tuple[Floats, float]:
    """Return clusters' sums of influence with CR2's correction, and Satterthwaite's degrees of freedom.

    An influence is taken for what a row adds to a weighted mean of its arm: the cluster's part of the arm's weight is
    then its leverage, and rows vary alike.

    Parameters
    ----------
    influence : ndarray, shape (n, q)
        Of each row.
    codes : ndarray, shape (n,)
        Cluster codes from 0, of `groups` clusters.
    arms : Arms
        The rows' arms and weights.

    Returns
    -------
    tuple
        The sums, shape (groups, q), and the degrees of freedom of the difference of the arms.
    """
    shares, squares = arms.shares(codes, groups), arms.squared_shares(codes, groups)
    sums, own = np.zeros((groups, influence.shape[1])), np.zeros(groups)
    pulls, reaches = [], []
    for place, arm in enumerate((~arms.treated, arms.treated)):
        share, square = shares[:, place], squares[:, place]
        wider = 1 / np.sqrt(np.maximum(1 - share, 1e-10))
        mine = [np.bincount(codes[arm], weights=column[arm], minlength=groups) for column in influence.T]
        sums += np.column_stack(mine) * wider[:, None]
        own += square * wider * wider
        pulls.append(share * wider)
        reaches.append(square * wider - share * wider * square.sum() / 2)
    return sums, _satterthwaite(own, np.column_stack(pulls), np.column_stack(reaches))


def _square_root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T, dtype=np.float64)


def _leverage_corrections(squares: Floats, root: Floats) -> Floats:
    """Return F with (I - H)^(-1/2) = I + X F X' for each cluster's rows X, shape (groups, k, k).

    `squares` is X'X by cluster, `root` the symmetric root of the bread, H = X bread X'. Directions that the cluster
    alone decides (eigenvalue 1) have no such inverse and are left out, as by the generalised inverse.
    """
    values, vectors = np.linalg.eigh(root @ squares @ root)
    values = np.clip(values, 0.0, 1.0)
    remains = 1.0 - values
    inverse = np.where(remains > 1e-10, 1.0 / np.maximum(remains, 1e-10), 0.0)
    tiny = values < 1e-9
    half = np.where(tiny, 0.5, (np.sqrt(inverse) - 1.0) / np.where(tiny, 1.0, values))
    turned = root @ vectors
    return np.asarray((turned * half[:, None, :]) @ turned.transpose(0, 2, 1), dtype=np.float64)
