"""Cardinality matching: the largest balanced subset (Zubizarreta, Paredes and Rosenbaum, 2014), by HiGHS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.sample.covariates import Term

MOST_ROWS = 20_000
SECONDS = 120.0


def largest_balanced(
    terms: Sequence[Term],
    treated: Booleans,
    strata: Integers,
    deviations: Floats,
    tolerance: float,
    ratio: int,
) -> tuple[Booleans, bool]:
    """Return the rows of the largest subset with `ratio` controls for each treated row and means that agree.

    Parameters
    ----------
    terms : sequence of Term
        What must agree.
    treated : ndarray of bool, shape (n,)
        The arms.
    strata : ndarray, shape (n,)
        Exact strata, in each of which the ratio must hold.
    deviations : ndarray, shape (terms,)
        Standard deviations differences in means are measured in.
    tolerance : float
        The largest standardised difference allowed.
    ratio : int
        Controls for each treated row.

    Returns
    -------
    chosen : ndarray of bool, shape (n,)
    is_proved : bool
        Whether the solver proved that no larger subset exists.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    count = len(treated)
    if count > MOST_ROWS:
        raise InputError(
            f'method="cardinality" is for up to {MOST_ROWS:,} rows; there are {count:,}. Use method="nearest" with a '
            'caliper, or weight(..., method="entropy") for exact balance at any size.'
        )
    signed = np.where(treated, 1.0, -1.0 / ratio)
    codes = np.unique(strata, return_inverse=True)[1].reshape(-1)
    rows = [np.where(codes == code, signed, 0.0) for code in range(int(codes.max()) + 1)]
    constraints = [LinearConstraint(np.vstack(rows), 0.0, 0.0)]
    for term, deviation in zip(terms, deviations, strict=True):
        values = term.numbers()
        values = (values - values.mean()) / (deviation if deviation > 0 else 1.0)
        # With equal totals, |Σ signed x| <= tolerance Σ treated is the limit on the difference in means.
        slack = np.where(treated, tolerance, 0.0)
        constraints.append(LinearConstraint(np.vstack([values * signed - slack, -values * signed - slack]), -np.inf, 0))
    result = milp(
        -np.ones(count), constraints=constraints, integrality=np.ones(count), bounds=Bounds(0, 1),
        options={"time_limit": SECONDS, "mip_rel_gap": 1e-9},
    )  # fmt: skip
    if result.x is None or result.x.sum() < 0.5:
        raise InputError("No subset is balanced within the tolerance. Raise tolerance, or balance fewer covariates.")
    return np.asarray(result.x > 0.5, dtype=bool), bool(result.status == 0)
