"""The covariance of effects in groups that may share clusters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.effects.effect import Effect
from toolkit.stats.effects.rows import Stack
from toolkit.stats.variance.cluster_robust import summed_products


def joint_covariance(
    stack: Stack, parts: Sequence[tuple[Stack, Booleans, Floats]], effects: Sequence[Effect]
) -> Floats:
    """Return the covariance of the groups' effects, shape (k, k): each one's own variance on the diagonal.

    Parameters
    ----------
    stack : Stack
        All entries compared.
    parts : sequence of (Stack, ndarray of bool, ndarray)
        Of each group: its entries, which of all they are, and their influence on its effect.
    effects : sequence of Effect
        The groups' effects, for their standard errors.

    Notes
    -----
    What two groups have in common is the correlation of their influences, added up within clusters; the standard errors
    are those of the groups, which are corrected for few clusters.
    """
    columns = []
    for part, inside, influence in parts:
        if part.estimated is not None:
            columns.append(part.estimated.spread(influence[:, None])[:, 0])
        else:
            columns.append(np.zeros(len(inside)))
            columns[-1][inside] = influence
    ways = stack.ways if stack.estimated is None else stack.estimated.ways
    return covariance_of_shared(np.column_stack(columns), ways, [effect.se for effect in effects])


def covariance_of_shared(influence: Floats, ways: Sequence[Integers], errors: Sequence[float]) -> Floats:
    """Return the covariance, shape (k, k), of estimates with these influences, (s, k), and standard errors, (k,).

    The correlation is that of the influences, added up within clusters.
    """
    products = summed_products(influence, ways)
    scale = np.sqrt(np.maximum(np.diag(products), 1e-300))
    correlation = products / np.outer(scale, scale)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation * np.outer(errors, errors), dtype=np.float64)
