"""A series of counts that remember: chance in each, and shocks that fade from one to the next, told apart.

First-order autocorrelation of the counts themselves fades too fast where chance is a part of each count: what
neighbours share is then less than what a shock hands on. So the shocks' own autocorrelation is measured, with chance
taken out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.regression.poisson import PoissonFit

LONGEST = 0.95
_GRID = np.linspace(0.0, LONGEST, 39)
CAREFUL = 1.5
"""Standard errors that the memory allowed for is above the one measured, as a short series shows too little of it."""
LONG = 0.5
"""A memory above this is said: at least half of a shock is still there one observation later."""


@dataclass(frozen=True, slots=True)
class Memory(Shown):
    """How much of a shock is handed on, and the covariance that allows for it.

    Attributes
    ----------
    measured : float
        The shocks' autocorrelation, 0 to 0.95: the one under which the residuals' own would be expected to be what it
        is.
    allowed_for : float
        1.5 standard errors more, where any was measured.
    shocks : float
        The shocks' variance under that memory, beside chance's own, both as parts of the expected count.
    covariance : ndarray, shape (k, k)
        Of the coefficients.
    degrees_of_freedom : float
        That the residuals' sum of squares is worth under that memory (Satterthwaite, 1946).
    """

    measured: float
    allowed_for: float
    shocks: float
    covariance: Floats
    degrees_of_freedom: float


def memory_of(
    fit: PoissonFit, counts: Floats, *, chance: Floats | None = None, careful: float = CAREFUL, least: float = 0.0
) -> Memory:
    """Return the memory of a fitted series.

    Parameters
    ----------
    fit : PoissonFit
        On rows in order of time.
    counts : ndarray, shape (n,)
        The counts fitted.
    chance : ndarray, shape (n,), optional
        What chance alone makes of the residuals' variance; 1 each, as of Poisson counts, when not given.
    careful : float
        Standard errors that the memory allowed for is above the one measured.
    least : float
        The least memory allowed for, whatever was measured: a series of few observations hardly shows its own.

    Notes
    -----
    Pearson residuals of a Poisson mean with shocks have covariance M (I + s R) M, with M the residual maker, s the
    shocks' variance beside chance's and R their autocorrelation, falling by the same share each step (Zeger, 1988,
    Biometrika 75, 621-629). s and R solve the residuals' expected sum of squares and of neighbours' products.
    """
    count = len(counts)
    alone = np.ones(count) if chance is None else chance
    residual, scaled, maker = fit.pearson(counts)
    squares, products = _by_distance(maker), _by_distance(maker[:, 1:] @ maker[:-1, :])
    fading = np.power(_GRID[:, None], np.arange(count))
    size, by_chance = float(residual @ residual), float(alone @ np.diag(maker))
    spread = np.maximum(0.0, (size - by_chance) / (fading @ squares))
    expected = np.maximum.accumulate((maker[1:] * maker[:-1]).sum(axis=0) @ alone + spread * (fading @ products))
    measured = 0.0
    if expected[-1] > expected[0]:
        measured = float(np.interp(residual[1:] @ residual[:-1], expected, _GRID))
    margin = 0.0 if measured == 0 else careful * float(np.sqrt((1 - measured**2) / count))
    allowed = max(least, min(LONGEST, measured + margin))
    falling = np.power(allowed, np.arange(count))
    beside = max(0.0, (size - by_chance) / float(falling @ squares))
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    errors = np.diag(alone) + beside * falling[apart]
    left = maker @ errors @ maker
    return Memory(
        measured=measured,
        allowed_for=allowed,
        shocks=beside,
        covariance=np.asarray(fit.bread @ (scaled.T @ errors @ scaled) @ fit.bread, dtype=np.float64),
        degrees_of_freedom=float(np.trace(left) ** 2 / (left * left).sum()),
    )


def _by_distance(matrix: Floats) -> Floats:
    """Return the sums of entries by how far they are from the diagonal, either side."""
    size = len(matrix)
    return np.array(
        [np.trace(matrix)] + [np.trace(matrix, offset=k) + np.trace(matrix, offset=-k) for k in range(1, size)]
    )


def notes_on_memory(memory: Memory, observations: int) -> tuple[Note, ...]:
    """Return what to know of a series whose shocks last."""
    if memory.measured <= LONG:
        return ()
    words = (
        f"About {memory.measured:.0%} of a shock is still there one observation later, so {observations} observations "
        "tell as much as far fewer would: intervals are widened for it. Compare with a place that had no change, or "
        "wait for a longer series, before believing a change."
    )
    figures = {"memory": memory.measured, "observations": observations}
    return (Note("series_remembers", words, figures),)
