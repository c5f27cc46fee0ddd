"""The log likelihood of a binary regression, its gradient and its expected information, in one pass over the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.chunks import chunks
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.propensity.links import Link
from toolkit.stats.propensity.products import solve_products
from toolkit.stats.propensity.standardised_terms import Standardised

LEAST = 1e-16  # no observation is taken to be less likely, so that its logarithm stays finite


@dataclass(frozen=True, slots=True)
class BinaryModel:
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
class Fit:
    """How well coefficients fit, and the step uphill from them.

    Attributes
    ----------
    log_likelihood : float
        Of all rows.
    gradient, information : ndarray
        Its derivatives, the terms centred and scaled but levels not centred: so the information keeps its zeros.
    design : Standardised
        The terms.
    """

    log_likelihood: float
    gradient: Floats
    information: Floats
    design: Standardised

    def step(self) -> Floats:
        """Return the scoring step for the coefficients of the standardised terms.

        Raises
        ------
        LinAlgError
            When the information is singular.
        """
        step = solve_products(self.information, self.gradient, self.design.categories)
        step[0] += float(step @ (self.design.level_centre / self.design.scales))
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
    information = products.sums()
    information /= scales
    information /= scales[:, None]
    return Fit(total, gradient / scales, information, design)


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
