"""Variances of linear estimates with few clusters: CR2, and Satterthwaite degrees of freedom.

Bell and McCaffrey (2002); Pustejovsky and Tipton (2018).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.regression.least_squares import LinearFit


def corrected_covariance(
    fits: Sequence[LinearFit], contrasts: Sequence[Floats], codes: Integers, groups: int
) -> tuple[Floats, float]:
    """Return the CR2 covariance and Satterthwaite degrees of freedom of the last combination minus the first.

    All is worked out in the k dimensions of the coefficients: a cluster enters by the cross-products of its rows.
    """
    number = len(contrasts[0])
    sums = np.zeros((groups, number))
    own = np.zeros(groups)
    cross = np.zeros((groups, groups))
    for fit, contrast in zip(fits, contrasts, strict=True):
        loads = fit.bread @ contrast.T
        effect = loads[:, -1] - loads[:, 0] if number > 1 else loads[:, 0]
        root = _square_root(fit.bread)
        inward = np.zeros((groups, fit.design.shape[1]))
        mine = codes[fit.rows]
        # Codes of 16 bits are ordered by counting.
        order = np.argsort(mine.astype(np.uint16) if groups <= 65_536 else mine, kind="stable")
        bounds = np.searchsorted(mine[order], np.arange(groups + 1))
        design, residual = fit.design[order], fit.residual[order]
        for group in range(groups):
            rows = slice(bounds[group], bounds[group + 1])
            if rows.start == rows.stop:
                continue
            squares = design[rows].T @ design[rows]
            half, whole = _leverage_corrections(squares, root)
            scores = design[rows].T @ residual[rows]
            sums[group] += loads.T @ (scores + squares @ (half @ scores))
            pushed = squares @ effect
            own[group] += float(effect @ pushed + pushed @ whole @ pushed)
            inward[group] = pushed + squares @ (half @ pushed)
        cross += inward @ fit.bread @ inward.T
    gamma = np.diag(own) - cross
    trace = float(np.trace(gamma))
    total = float((gamma * gamma).sum())
    return sums.T @ sums, max(1.0, trace * trace / total) if total > 0 else groups - 1.0


def _square_root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T, dtype=np.float64)


def _leverage_corrections(squares: Floats, root: Floats) -> tuple[Floats, Floats]:
    """Return F and W with (I - H)^(-1/2) = I + X F X' and (I - H)^(-1) = I + X W X' for one cluster's rows X.

    `squares` is X'X, `root` the symmetric root of the bread, H = X bread X'. Directions that the cluster alone decides
    (eigenvalue 1) have no such inverse and are left out, as by the generalised inverse.
    """
    values, vectors = np.linalg.eigh(root @ squares @ root)
    values = np.clip(values, 0.0, 1.0)
    remains = 1.0 - values
    inverse = np.where(remains > 1e-10, 1.0 / np.maximum(remains, 1e-10), 0.0)
    tiny = values < 1e-9
    safe = np.where(tiny, 1.0, values)
    half = np.where(tiny, 0.5, (np.sqrt(inverse) - 1.0) / safe)
    whole = np.where(tiny, 1.0, (inverse - 1.0) / safe)
    turned = root @ vectors
    return (turned * half) @ turned.T, (turned * whole) @ turned.T
