"""Cardinality matching: the largest balanced subset (Zubizarreta, Paredes and Rosenbaum, 2014), by HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.covariates import Term

MOST_ROWS = 20_000
SECONDS = 120.0
SHORT = 1.0  # seconds for a search among few rows
FREE_ROWS = (200, 1_000)  # how few
WHOLE = 1e-6  # a row this near to chosen or left out is so


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
    count = len(treated)
    if count > MOST_ROWS:
        raise InputError(
            f'method="cardinality" is for up to {MOST_ROWS:,} rows; there are {count:,}. Use method="nearest" with a '
            'caliper, or weight(..., method="entropy") for exact balance at any size.'
        )
    problem = _Problem.of(terms, treated, strata, deviations, tolerance, ratio)
    relaxed = problem.solved(np.full(count, np.nan), float(count), whole=False)
    # Rows may be had in part, so this is a bound; and whole subsets hold 1 + ratio rows for each treated one.
    most = 0.0 if relaxed is None else (1 + ratio) * float(np.floor(relaxed.rows.sum() / (1 + ratio) + 1e-6))
    found = (
        None if relaxed is None else problem.near(relaxed.rows, most) or problem.solved(np.full(count, np.nan), most)
    )
    if found is None or found.rows.sum() < 0.5:
        raise InputError("No subset is balanced within the tolerance. Raise tolerance, or balance fewer covariates.")
    return np.asarray(found.rows > 0.5, dtype=bool), found.is_proved


@dataclass(frozen=True, slots=True)
class _Solution(Shown):
    """Which rows are chosen (shape (n,), in part where that was allowed), and whether no larger choice exists."""

    rows: Floats
    is_proved: bool


@dataclass(frozen=True, slots=True)
class _Problem(Shown):
    """The largest sum of rows chosen such that `low` <= `matrix` @ rows <= 0."""

    matrix: Floats  # (constraints, n)
    low: Floats

    @staticmethod
    def of(
        terms: Sequence[Term], treated: Booleans, strata: Integers, deviations: Floats, tolerance: float, ratio: int
    ) -> _Problem:
        """Return the problem: equal numbers (by the ratio) in each stratum, and means that agree."""
        signed = np.where(treated, 1.0, -1.0 / ratio)
        codes = np.unique(strata, return_inverse=True)[1].reshape(-1)
        equal = [np.where(codes == code, signed, 0.0) for code in range(int(codes.max()) + 1)]
        # With equal totals, |Σ signed x| <= tolerance Σ treated is the limit on the difference in means.
        slack = np.where(treated, tolerance, 0.0)
        limits = []
        for term, deviation in zip(terms, deviations, strict=True):
            values = term.numbers()
            values = (values - values.mean()) / (deviation if deviation > 0 else 1.0)
            limits += [values * signed - slack, -values * signed - slack]
        low = np.concatenate([np.zeros(len(equal)), np.full(len(limits), -np.inf)])
        return _Problem(np.vstack([*equal, *limits]), low)

    def solved(self, fixed: Floats, most: float, *, whole: bool = True, seconds: float = SECONDS) -> _Solution | None:
        """Return the best choice of `most` rows at most, or None where there is none.

        Parameters
        ----------
        fixed : ndarray, shape (n,)
            1 or 0 for rows that are settled, nan for those free.
        whole : bool
            Whether a row is chosen wholly or not at all.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        free = np.isnan(fixed)
        settled = self.matrix[:, ~free] @ fixed[~free]
        size = int(free.sum())
        result = milp(
            -np.ones(size),
            constraints=[
                LinearConstraint(self.matrix[:, free], self.low - settled, -settled),
                LinearConstraint(np.ones((1, size)), -np.inf, most - fixed[~free].sum()),
            ],
            integrality=np.full(size, int(whole)),
            bounds=Bounds(0, 1),
            options={"time_limit": seconds, "mip_rel_gap": 1e-9},
        )
        if result.x is None:
            return None
        rows = fixed.copy()
        rows[free] = result.x
        return _Solution(rows, bool(result.status == 0))

    def near(self, relaxed: Floats, most: float) -> _Solution | None:
        """Return a choice of `most` rows that differs from the relaxed one in few, if one is soon found.

        What is relaxed has whole rows but for about as many as there are constraints. With these and some hundred
        others free, the rest as they are, a search is short; and as more than `most` is impossible, what it finds is
        one of the largest.
        """
        parts = np.flatnonzero((relaxed > WHOLE) & (relaxed < 1 - WHOLE))
        for others in FREE_ROWS:
            fixed = np.round(relaxed)
            fixed[:: max(1, len(relaxed) // others)] = np.nan
            fixed[parts] = np.nan
            found = self.solved(fixed, most, seconds=SHORT)
            if found is not None and found.rows.sum() > most - 0.5:
                return _Solution(np.round(found.rows), True)
        return None
