"""CR2's parts of a regression on many columns, of which clusters have few: each in the fewest dimensions it needs.

A cluster with fewer rows than columns of its own is worked out by its rows, another by the columns it has.
"""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Columns, Floats, Integers
from toolkit.stats.regression.least_squares import LinearFit, cross_products

DECIDED = 1e-10  # what is left of a direction that the cluster alone decides


def wide_parts(
    fit: LinearFit, loads: Floats, effect: Floats, mine: Integers, groups: int, varying: Floats | None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return each cluster's corrected sums, variance, covariance with the scores, and pull on the coefficients.

    Parameters
    ----------
    fit : LinearFit
        The design may be a csr_array.
    loads, effect : ndarray, shapes (k, q) and (k,)
        The combinations, and the one that the degrees of freedom are for.
    mine : ndarray, shape (n,)
        The rows' clusters, of `groups`.
    varying : ndarray, shape (n,), or None
        How rows vary; None for all alike.

    Returns
    -------
    tuple of ndarray
        Shapes (groups, q), (groups,), (groups, k), (groups, k).
    """
    width = fit.design.shape[1]
    order = np.argsort(mine, kind="stable")
    bounds = np.searchsorted(mine[order], np.arange(groups + 1))
    design, residual = fit.design[order], fit.residual[order]
    varies = np.ones(len(order)) if varying is None else varying[order]
    sums, own = np.zeros((groups, loads.shape[1])), np.zeros(groups)
    spread, inward = np.zeros((groups, width)), np.zeros((groups, width))
    for group in np.flatnonzero(bounds[1:] > bounds[:-1]).tolist():
        rows = slice(bounds[group], bounds[group + 1])
        here = design[rows]
        corrected = _corrected(here, fit.bread, np.column_stack([residual[rows], here @ effect]))
        pull = corrected[:, 1]
        sums[group] = corrected[:, 0] @ (here @ loads)
        own[group] = float((pull * varies[rows]) @ pull)
        spread[group] = here.T @ (varies[rows] * pull)
        inward[group] = here.T @ pull
    return sums, own, spread, inward


def _corrected(rows: Columns, bread: Floats, values: Floats) -> Floats:
    """Return (I - H)^(-1/2) values for one cluster's rows X (n, k), H = X bread X', values (n, q).

    Directions that the cluster alone decides have no such inverse and are left out, as by the generalised inverse.
    """
    if not isinstance(rows, np.ndarray):
        columns = np.unique(rows.indices)
        bread, rows = bread[np.ix_(columns, columns)], rows[:, columns]
    if rows.shape[0] <= rows.shape[1]:
        dense = rows if isinstance(rows, np.ndarray) else rows.toarray()
        leverage, vectors = np.linalg.eigh(dense @ bread @ dense.T)
        return np.asarray(vectors @ (_inverse_root(leverage)[:, None] * (vectors.T @ values)), dtype=np.float64)
    root = np.linalg.cholesky(bread)
    leverage, turn = np.linalg.eigh(root.T @ cross_products(rows) @ root)
    leverage = np.clip(leverage, 0.0, 1.0)
    tiny = leverage < 1e-9
    more = np.where(tiny, 0.5, (_inverse_root(leverage) - 1.0) / np.where(tiny, 1.0, leverage))
    turned = root @ turn
    return np.asarray(values + rows @ (turned @ (more[:, None] * (turned.T @ (rows.T @ values)))), dtype=np.float64)


def _inverse_root(leverage: Floats) -> Floats:
    remains = 1.0 - np.clip(leverage, 0.0, 1.0)
    return np.where(remains > DECIDED, 1.0 / np.sqrt(np.maximum(remains, DECIDED)), 0.0)
