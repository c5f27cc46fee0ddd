"""The wild cluster bootstrap of a t statistic with the null imposed, for regressions with few and unequal clusters.

Residuals of the regression with the effect tested taken for true have their signs drawn by cluster; each draw's
coefficient is divided by its own standard error (Cameron, Gelbach and Miller, 2008, Review of Economics and Statistics
90, 414-427; the p-value and its inversion as in Roodman and others, 2019, Stata Journal 19, 4-60). Where clusters'
leverage is very unequal, as where one unit is compared several times, this keeps its level when the bootstrap of the
score alone (`toolkit.stats.variance.wild_bootstrap`) does not.
"""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.regression.least_squares import LinearFit
from toolkit.stats.sample.codes import dense_codes
from toolkit.stats.variance.wild_bootstrap import FEWEST_FOR_SIGNS, WEBB, edge

DRAWS = 1_999


def wild_t_interval(
    fit: LinearFit, contrast: Floats, clusters: Integers, level: float, seed: int, draws: int = DRAWS
) -> tuple[float, tuple[float, float]]:
    """Return the p-value of no effect, and the interval of effects not refused at 1 - level.

    Parameters
    ----------
    fit : LinearFit
        The regression.
    contrast : ndarray, shape (k,)
        Which coefficient is the effect: 1 there and 0 elsewhere.
    clusters : ndarray, shape (n,)
        Cluster codes.
    level : float
        Of the interval.
    seed, draws : int
        Of the random signs, and how often they are drawn.

    Notes
    -----
    With loads a (the rows' parts in the coefficient) and restricted residuals u, a draw v of signs gives the
    coefficient v's, with s the clusters' a'u, and clusters' scores H v, with H = diag(s) - A S', A the clusters'
    a'X (X'X)⁻¹ and S their X'u. Residuals restricted to an effect b are the fit's own plus (estimate - b) times what
    is left of having been treated beside the other columns.
    """
    codes, groups = dense_codes(clusters)
    estimate = float(fit.coefficients @ contrast)
    loads = fit.design @ (fit.bread @ contrast)
    beside = loads / float(loads @ loads)
    pulls = _by_cluster(loads[:, None] * fit.design, codes, groups) @ fit.bread
    own, own_scores = _parts(loads, fit.residual, fit.design, codes, groups)
    more, more_scores = _parts(loads, beside, fit.design, codes, groups)
    signs = _signs(groups, draws, np.random.default_rng(seed))
    # A draw's coefficient and scores are straight lines in the effect tested, so they are drawn once for all of them.
    coefficient = signs @ own, signs @ more
    scores = signs * own - (signs @ own_scores) @ pulls.T, signs * more - (signs @ more_scores) @ pulls.T
    square, cross, slope = (np.einsum("dg,dg->d", scores[i], scores[j]) for i, j in ((0, 0), (0, 1), (1, 1)))
    variance = float(own @ own)

    def p_value(effect: float) -> float:
        apart = estimate - effect
        drawn = (coefficient[0] + apart * coefficient[1]) ** 2
        spread = square + 2 * apart * cross + apart * apart * slope
        is_as_large = drawn * variance >= apart * apart * spread * (1 - 1e-9)
        return float((1 + is_as_large.sum()) / (1 + len(signs)))

    step = max(float(np.sqrt(variance)), 1e-12)
    ends = [edge(p_value, estimate, side * step, 1 - level) for side in (-1.0, 1.0)]
    return p_value(0.0), (ends[0], ends[1])


def _parts(loads: Floats, residual: Floats, design: Floats, codes: Integers, groups: int) -> tuple[Floats, Floats]:
    """Return clusters' parts in the coefficient, (g,), and their scores, (g, k), of residuals."""
    scores = _by_cluster(design * residual[:, None], codes, groups)
    return np.asarray(np.bincount(codes, weights=loads * residual, minlength=groups), dtype=np.float64), scores


def _by_cluster(rows: Floats, codes: Integers, groups: int) -> Floats:
    return np.column_stack([np.bincount(codes, weights=column, minlength=groups) for column in rows.T])


def _signs(groups: int, draws: int, generator: np.random.Generator) -> Floats:
    values = np.array([-1.0, 1.0]) if groups >= FEWEST_FOR_SIGNS else np.concatenate([-WEBB, WEBB])
    return generator.choice(values, (draws, groups))
