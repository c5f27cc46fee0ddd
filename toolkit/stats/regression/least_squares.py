"""Weighted least squares, with what the variances of its coefficients need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Columns, Floats, Integers
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class LinearFit(Shown):
    """A weighted least-squares fit, with what its variances need.

    Attributes
    ----------
    design : ndarray or csr_array, shape (n, k)
        Columns multiplied by the square root of the weights.
    residual : ndarray, shape (n,)
        Residuals multiplied by the square root of the weights.
    bread : ndarray, shape (k, k)
        Inverse of design'design.
    coefficients : ndarray, shape (k,)
        The estimates.
    parameters : int
        How many coefficients the whole model has (other arms' included), for the small-sample factor.
    rows : ndarray, shape (n,)
        Where the rows are among all rows of the model.
    weights : ndarray, shape (n,), or None
        The weights, where they are known.
    """

    design: Columns
    residual: Floats
    bread: Floats
    coefficients: Floats
    parameters: int
    rows: Integers
    weights: Floats | None = None


def least_squares(design: Columns, outcome: Floats, weights: Floats, rows: Integers, parameters: int) -> LinearFit:
    """Fit by weighted least squares; the design must have full column rank."""
    root = np.sqrt(weights)
    scaled = design if (weights == 1).all() else times_rows(design, root)
    bread = np.linalg.inv(cross_products(scaled))
    coefficients = bread @ (scaled.T @ (root * outcome))
    residual = root * outcome - scaled @ coefficients
    return LinearFit(
        design=scaled,
        residual=residual,
        bread=bread,
        coefficients=coefficients,
        parameters=parameters,
        rows=rows,
        weights=weights,
    )


def times_rows(design: Columns, numbers: Floats) -> Columns:
    """Return the design, each row times its number."""
    return design * numbers[:, None] if isinstance(design, np.ndarray) else design.multiply(numbers[:, None]).tocsr()


def cross_products(design: Columns) -> Floats:
    """Return design'design, shape (k, k)."""
    squares = design.T @ design
    return np.asarray(squares if isinstance(squares, np.ndarray) else squares.toarray(), dtype=np.float64)


def influences(fits: Sequence[LinearFit], contrasts: Sequence[Floats], count: int) -> Floats:
    """Return each row's contribution to the combinations, shape (n, q)."""
    influence = np.zeros((count, len(contrasts[0])))
    for fit, contrast in zip(fits, contrasts, strict=True):
        influence[fit.rows] = (fit.design @ (fit.bread @ contrast.T)) * fit.residual[:, None]
    return influence
