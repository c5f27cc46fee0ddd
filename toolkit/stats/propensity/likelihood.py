"""The log likelihood of a binary regression, its gradient and its expected information, in one pass over the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.chunks import chunks
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.links import Link
from toolkit.stats.propensity.products import Levels, solve_products
from toolkit.stats.propensity.standardised_terms import Standardised

LEAST = 1e-16  # no observation is taken to be less likely, so that its logarithm stays finite


@dataclass(frozen=True, slots=True)
class BinaryModel(Shown):
    """A binary regression on standardised terms.

    Attributes
    ----------
    design : Standardised
        The terms.
    treated : ndarray of bool, shape (n,)
        The outcome.
    link : Link
        The link.
    weights : ndarray, shape (n,), or None
        Sampling weights.
    """

    design: Standardised
    treated: Booleans
    link: Link
    weights: Floats | None

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.treated)

    def every(self, step: int) -> BinaryModel:
        """Return the model of every `step`-th row."""
        weights = None if self.weights is None else self.weights[::step]
        return BinaryModel(self.design.every(step), self.treated[::step], self.link, weights)


@dataclass(frozen=True, slots=True)
class Fit(Shown):
    """How well coefficients of the standardised terms fit, and the step uphill from them.

    Attributes
    ----------
    log_likelihood : float
        Of all rows.
    gradient : ndarray, shape (k,)
        Its derivatives.
    products : ndarray, shape (k, k)
        The information of the same terms with levels scaled but not centred, which keeps its zeros.
    level_shift : ndarray, shape (k,)
        What levels so scaled are from being centred; 0 for the other terms.
    categories : tuple of Levels
        The terms that are levels.
    """

    log_likelihood: float
    gradient: Floats
    products: Floats
    level_shift: Floats
    categories: tuple[Levels, ...]

    @property
    def information(self) -> Floats:
        """The expected information of the coefficients, shape (k, k)."""
        half = self.products - np.outer(self.level_shift, self.products[0])
        return half - np.outer(half[:, 0], self.level_shift)

    def step(self) -> Floats:
        """Return the scoring step: what solves information @ step = gradient.

        Raises
        ------
        LinAlgError
            When the information is singular.
        """
        step = solve_products(self.products, self.gradient + self.level_shift * self.gradient[0], self.categories)
        step[0] += float(step @ self.level_shift)
        return step


def evaluate(model: BinaryModel, beta: Floats) -> Fit:
    """Return the fit of coefficients (the intercept first)."""
    design = model.design
    scales = design.scales
    raw = beta / scales
    total, gradient, products = 0.0, np.zeros(len(beta)), design.products(model.count)
    for rows in chunks(model.count):
        block = design.block(rows)
        log_likelihood, residual, weight = _row_parts(model, design.predictor(raw, block, rows), rows)
        total += log_likelihood
        gradient += design.sums(residual, block, rows)
        products.add(rows, block, block * weight)
    gradient /= scales
    shift = design.level_centre / scales
    gradient -= shift * gradient[0]
    information = products.sums()
    information /= scales
    information /= scales[:, None]
    return Fit(total, gradient, information, shift, design.categories)


def _row_parts(model: BinaryModel, eta: Floats, rows: slice) -> tuple[float, Floats, Floats]:
    """Return the rows' log likelihood, and what each row's terms are multiplied by in gradient and information."""
    treated, link = model.treated[rows], model.link
    mean = link.mean(eta)
    slope = link.slope(eta, mean)
    logs = np.log(np.maximum(np.where(treated, mean, 1.0 - mean), LEAST))
    residual, weight = treated - mean, slope
    if not link.is_canonical:
        per_row = slope / np.maximum(mean * (1.0 - mean), 1e-300)
        residual, weight = residual * per_row, slope * per_row
    if model.weights is not None:
        here = model.weights[rows]
        logs, residual, weight = logs * here, residual * here, weight * here
    return float(logs.sum()), residual, weight


def constant_fit(model: BinaryModel, share: float) -> float:
    """Return the log likelihood of one probability for all rows."""
    inside = model.treated if model.weights is None else model.weights[model.treated]
    total = float(model.count if model.weights is None else model.weights.sum())
    treated = float(inside.sum())
    return treated * float(np.log(share)) + (total - treated) * float(np.log1p(-share))
