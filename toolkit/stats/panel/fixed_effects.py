"""Two-way fixed effects: an outcome beside its exposures, every unit and every period with its own level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown

Reference = Literal["normal", "t"]
FEW_CLUSTERS = 40
"""Below so many, clustered standard errors are known to be too small (Cameron and Miller, 2015, Journal of Human
Resources 50, 317-372)."""


@dataclass(frozen=True, slots=True)
class FixedEffects(Shown):
    """A fit with an effect a unit and an effect a period.

    Attributes
    ----------
    names : tuple of str, length k
        Of the exposures.
    coefficients, se, low, high, p_values : ndarray, shape (k,)
        In units of the outcome; standard errors clustered by unit.
    covariance : ndarray, shape (k, k)
        Clustered.
    rows, units, periods, clusters : int
        In the fit; rows that lack the outcome or an exposure are not.
    left_out : int
        Rows that lack one of them.
    alone : int
        Units with one row: they are in the counts and say nothing.
    level : float
        Of the intervals.
    """

    names: tuple[str, ...]
    coefficients: Floats
    se: Floats
    low: Floats
    high: Floats
    p_values: Floats
    covariance: Floats
    rows: int
    units: int
    periods: int
    clusters: int
    left_out: int
    alone: int
    level: float

    @property
    def note(self) -> str:
        """What makes the standard errors doubtful: few clusters; empty where nothing does."""
        if self.clusters >= FEW_CLUSTERS:
            return ""
        return f"With {self.clusters} clusters, fewer than {FEW_CLUSTERS}, the intervals may be too narrow."

    def tidy(self) -> pd.DataFrame:
        """Return one row an exposure."""
        return pd.DataFrame(
            {
                "term": self.names,
                "estimate": self.coefficients,
                "se": self.se,
                "low": self.low,
                "high": self.high,
                "p_value": self.p_values,
            }
        )

    def summary(self) -> str:
        """Return a line an exposure, for a person."""
        percent = round(100 * self.level)
        lines = [
            f"{row.term}: {row.estimate:.3f} ({percent}% interval {row.low:.3f} to {row.high:.3f})"
            for row in self.tidy().itertuples()
        ]
        counted = f"{self.rows:,} rows, {self.units:,} units, {self.periods} periods."
        return "\n".join([*lines, counted, *([self.note] if self.note else [])])


def two_way_fixed_effects(
    outcome: ArrayLike,
    exposures: pd.DataFrame | ArrayLike,
    *,
    unit: ArrayLike,
    period: ArrayLike,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
    reference: Reference = "normal",
) -> FixedEffects:
    """Fit least squares with an effect a unit and an effect a period, clustered by unit.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Such as the log of a rate.
    exposures : DataFrame or array_like, shape (n,) or (n, k)
        Such as the log of last year's spending.
    unit, period : array_like, shape (n,)
        Of each row.
    cluster : array_like, shape (n,), optional
        Of each row, where it is not the unit: such as the council of which one unit is the years after a break.
    level : float
        Of the intervals.
    reference : {"normal", "t"}
        What the intervals are read off; ``t`` has one degree of freedom fewer than there are clusters and is the
        careful one with fewer than about 50.

    Returns
    -------
    FixedEffects
        A coefficient an exposure, with its interval.

    Raises
    ------
    InputError
        When lengths differ, fewer than two units or periods are left, or an exposure does not vary once units and
        periods have their own levels.

    Notes
    -----
    The covariance is Liang and Zeger's (1986) times G/(G-1) times (N-1)/(N-K), where K counts the effects of units and
    periods as well. The estimate is not an effect by itself: what changes by unit and over time can be behind both
    (Imai and Kim, 2021).
    """
    require_level(level)
    if reference not in ("normal", "t"):
        raise InputError(f'"{reference}" is no reference distribution. Give normal or t.')
    frame = exposures if isinstance(exposures, pd.DataFrame) else _named(np.asarray(exposures, dtype=float))
    names = tuple(str(name) for name in frame.columns)
    y, x = np.asarray(outcome, dtype=float), frame.to_numpy(dtype=float)
    units, periods = pd.Series(np.asarray(unit)), pd.Series(np.asarray(period))
    clusters = units if cluster is None else pd.Series(np.asarray(cluster))
    if not len(y) == len(x) == len(units) == len(periods) == len(clusters):
        raise InputError(
            f"The outcome has {len(y)} rows, exposures {len(x)}, unit {len(units)}, period {len(periods)} and cluster "
            f"{len(clusters)}: give as many of each."
        )
    known = np.isfinite(y) & np.isfinite(x).all(axis=1) & units.notna().to_numpy() & periods.notna().to_numpy()
    unit_at, unit_names = pd.factorize(units[known])
    period_at, period_names = pd.factorize(periods[known])
    cluster_at, cluster_names = pd.factorize(clusters[known])
    if len(unit_names) < 2 or len(period_names) < 2:
        raise InputError(f"There are {len(unit_names)} units and {len(period_names)} periods: two of each are needed.")
    within, levels = _within(np.column_stack([y[known], x[known]]), unit_at, period_at)
    coefficients, covariance = _clustered(within[:, 0], _varying(within[:, 1:], x[known], names), cluster_at, levels)
    se = np.sqrt(np.diag(covariance))
    of = stats.norm if reference == "normal" else stats.t(len(cluster_names) - 1)
    half = of.ppf((1 + level) / 2) * se
    return FixedEffects(
        names=names,
        coefficients=coefficients,
        se=se,
        low=coefficients - half,
        high=coefficients + half,
        p_values=2 * of.sf(np.abs(coefficients / se)),
        covariance=covariance,
        rows=int(known.sum()),
        units=len(unit_names),
        periods=len(period_names),
        clusters=len(cluster_names),
        left_out=int((~known).sum()),
        alone=int((np.bincount(unit_at) == 1).sum()),
        level=level,
    )


def _named(x: Floats) -> pd.DataFrame:
    columns = x[:, None] if x.ndim == 1 else x
    return pd.DataFrame(columns, columns=[f"x{place + 1}" for place in range(columns.shape[1])])


def _within(columns: Floats, unit: Integers, period: Integers) -> tuple[Floats, int]:
    """Return columns without the levels of units and periods, and how many levels those are.

    Means by unit go first; what is left of the periods' dummies is taken out by least squares, which is exact for
    panels with holes.
    """
    dummies = np.eye(period.max() + 1)[period][:, 1:]
    centred = np.column_stack([columns, dummies])
    sizes = np.bincount(unit)
    for place in range(centred.shape[1]):
        centred[:, place] -= (np.bincount(unit, centred[:, place]) / sizes)[unit]
    own, others = centred[:, : columns.shape[1]], centred[:, columns.shape[1] :]
    fitted, _, rank, _ = np.linalg.lstsq(others, own, rcond=None)
    return own - others @ fitted, len(sizes) + int(rank)


def _varying(within: Floats, given: Floats, names: tuple[str, ...]) -> Floats:
    spread = np.sqrt((within**2).mean(axis=0))
    still = [
        name for name, left, all_ in zip(names, spread, given.std(axis=0), strict=True) if left <= 1e-9 * (all_ + 1)
    ]
    if still:
        raise InputError(
            f"Once units and periods have their own levels, {', '.join(still)} does not vary. Leave it out."
        )
    if np.linalg.matrix_rank(within) < within.shape[1]:
        raise InputError(f"The exposures {', '.join(names)} say the same once units and periods have their own levels.")
    return within


def _clustered(y: Floats, x: Floats, cluster: Integers, levels: int) -> tuple[Floats, Floats]:
    bread = np.linalg.inv(x.T @ x)
    coefficients = bread @ (x.T @ y)
    scores = x * (y - x @ coefficients)[:, None]
    by_cluster = np.column_stack([np.bincount(cluster, column) for column in scores.T])
    rows, clusters, parameters = len(y), len(by_cluster), levels + x.shape[1]
    if rows <= parameters:
        raise InputError(f"There are {rows} rows and {parameters} levels and exposures: more rows are needed.")
    factor = clusters / (clusters - 1) * (rows - 1) / (rows - parameters)
    return coefficients, factor * bread @ (by_cluster.T @ by_cluster) @ bread
