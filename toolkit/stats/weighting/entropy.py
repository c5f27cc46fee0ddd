"""Entropy balancing: the weights nearest to even ones under which means agree exactly (Hainmueller, 2012)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats

TOLERANCE = 1e-10  # largest gap left between means, in standard deviations
MOST_STEPS = 200


def entropy_weights(features: Floats, target: Floats, base: Floats, labels: Sequence[str]) -> Floats:
    """Return weights that sum to 1 and bring the features' means to the target.

    Parameters
    ----------
    features : ndarray, shape (n, p)
        What to balance, one row a unit to be weighted.
    target : ndarray, shape (p,)
        The means to reach.
    base : ndarray, shape (n,)
        Weights to stay near.
    labels : sequence of str
        The features' names, for messages.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    InputError
        When no positive weights reach the target, naming the features that stay apart.

    Notes
    -----
    Newton's method with halving on the convex dual, log Σ base exp(features λ).
    """
    gaps = features - target
    scale = np.sqrt((gaps * gaps).mean(axis=0))
    scale[scale == 0] = 1.0
    gaps = gaps / scale
    tilt = np.zeros(features.shape[1])
    weights, value = _tilted(gaps, base, tilt)
    for _ in range(MOST_STEPS):
        gradient = weights @ gaps
        if np.abs(gradient).max(initial=0.0) <= TOLERANCE:
            return weights
        centred = gaps - gradient
        curvature = (centred * weights[:, None]).T @ centred
        step = -np.linalg.lstsq(curvature, gradient, rcond=1e-12)[0]
        slope = float(gradient @ step)
        length = 1.0
        while length > 1e-10:
            proposed, proposed_value = _tilted(gaps, base, tilt + length * step)
            if proposed_value <= value + 1e-4 * length * slope + 1e-15:
                break
            length /= 2
        else:
            break
        tilt, weights, value = tilt + length * step, proposed, proposed_value
    gradient = weights @ gaps
    if np.abs(gradient).max(initial=0.0) <= 1e-7:
        return weights
    worst = np.argsort(-np.abs(gradient))[:3]
    names = ", ".join(f'"{labels[place]}"' for place in worst if abs(gradient[place]) > 1e-6)
    raise InputError(
        f"No positive weights make the means agree: {names} stay apart, because the arm to be weighted hardly reaches "
        'that far. Leave out rows beyond the overlap, balance fewer moments or covariates, or use method="overlap".'
    )


def _tilted(gaps: Floats, base: Floats, tilt: Floats) -> tuple[Floats, float]:
    exponent = gaps @ tilt
    top = float(exponent.max())
    raised = base * np.exp(exponent - top)
    total = float(raised.sum())
    return np.asarray(raised / total, dtype=np.float64), top + float(np.log(total))
