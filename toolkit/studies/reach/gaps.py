"""Gaps between groups of families: as they are, and with everything else recorded held the same.

A logistic regression gives every family a chance of being missed; the gap between two groups is the difference of the
average chances when *all* families are taken to be of the one and of the other (standardisation). With no other
column in the model that is the plain difference of shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from toolkit.stats.arrays.types import Floats
from toolkit.stats.regression.least_squares import LinearFit, least_squares
from toolkit.stats.regression.logistic import fit_logistic
from toolkit.stats.variance.cluster_robust import clustered_covariance

FEWEST = 5
"""Fewer families missed, or reached, than this in a group: no gap is estimated for it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference of shares between a group and those it is compared with, with its 95% interval."""

    estimate: float
    se: float
    low: float
    high: float
    p_value: float
    clusters: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """Which level of a column is compared with which others.

    Attributes
    ----------
    column, level
        The group: families with this level.
    against
        The levels it is compared with, each in proportion to its families.
    """

    column: str
    level: Any
    against: tuple[Any, ...]


def gaps(
    frame: pd.DataFrame,
    contrasts: Sequence[Contrast],
    *,
    others: Sequence[str] = (),
    numbers: Sequence[str] = (),
    cluster: str = "reach_centre_id",
) -> Mapping[Contrast, Gap]:
    """Return the gap of each contrast; those that cannot be had are left out.

    Parameters
    ----------
    frame
        With ``missed`` (0/1), the columns named, and the cluster's.
    contrasts
        What to compare; their columns are all in the model.
    others, numbers
        Further columns of the model: groups, and numbers that enter as they are.
    cluster
        Only these groups of rows are taken as independent (CR2, Satterthwaite's degrees of freedom: Bell and
        McCaffrey, 2002), on the last step of the iteratively reweighted fit.

    Notes
    -----
    Rows of levels with fewer than `FEWEST` missed or reached families are left out, since no finite coefficient fits
    them. The other columns' values are taken as given.
    """
    columns = list(dict.fromkeys([*(c.column for c in contrasts), *others]))
    rows = _estimable(frame, columns)
    kept = frame.iloc[rows]
    if len(kept) == 0 or kept[cluster].nunique() < 2 or kept["missed"].nunique() < 2:
        return {}
    model = _Model.of(kept, columns, numbers)
    fit = _logistic(model.design, kept["missed"].to_numpy(dtype=np.float64))
    if fit is None:
        return {}
    codes = np.unique(kept[cluster].to_numpy(dtype=str), return_inverse=True)[1].reshape(-1).astype(np.intp)
    found = {}
    for contrast in contrasts:
        levels = model.levels[contrast.column]
        against = [level for level in contrast.against if level in levels]
        if contrast.level in levels and against:
            found[contrast] = _gap(model, fit, contrast, against, kept, codes)
    return found


def slope(frame: pd.DataFrame, column: str, cluster: str = "reach_centre_id") -> Gap | None:
    """Return the slope index of inequality: the gap in the share missed from the least to the most deprived.

    Families are placed by rank, from 0 (least deprived) to 1 (most), each tenth at the middle of its families; the
    slope of a straight line through their shares is the gap from one end to the other (Mackenbach and Kunst, 1997).

    Parameters
    ----------
    frame
        With ``missed``, the cluster and ``column``, of which low is deprived.
    column, cluster
        Names.
    """
    if len(frame) == 0 or frame[column].nunique() < 2 or frame[cluster].nunique() < 2:
        return None
    counts = frame[column].value_counts().sort_index(ascending=False)
    rank = (counts.cumsum() - counts / 2) / counts.sum()
    rank_of_row = frame[column].map(rank).to_numpy(dtype=np.float64)
    outcome = frame["missed"].to_numpy(dtype=np.float64)
    design = np.column_stack([np.ones(len(rank_of_row)), rank_of_row])
    fit = least_squares(design, outcome, np.ones(len(outcome)), np.arange(len(outcome)), 2)
    codes = np.unique(frame[cluster].to_numpy(dtype=str), return_inverse=True)[1].reshape(-1).astype(np.intp)
    return _with_interval(float(fit.coefficients[1]), fit, np.array([[0.0, 1.0]]), codes)


def _estimable(frame: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.intp]:
    """Return the rows left when levels that no coefficient fits are taken out, again until none is left."""
    missed = frame["missed"].to_numpy() == 1
    keep = np.ones(len(frame), dtype=bool)
    while True:
        before = int(keep.sum())
        for column in columns:
            values = frame[column].to_numpy()
            for level in np.unique(values[keep]):
                here = keep & (values == level)
                if min(int((here & missed).sum()), int((here & ~missed).sum())) < FEWEST:
                    keep &= ~here
        if int(keep.sum()) == before:
            return np.flatnonzero(keep)


@dataclass(frozen=True, slots=True)
class _Model:
    """A design: a constant, each group's levels but its first, and numbers about their means."""

    design: Floats
    levels: Mapping[str, tuple[Any, ...]]
    places: Mapping[str, int]

    @classmethod
    def of(cls, frame: pd.DataFrame, columns: Sequence[str], numbers: Sequence[str]) -> _Model:
        parts: list[Floats] = [np.ones((len(frame), 1))]
        levels, places, at = {}, {}, 1
        for column in columns:
            values = frame[column].to_numpy()
            levels[column] = tuple(np.unique(values).tolist())
            places[column] = at
            parts.append(np.column_stack([values == level for level in levels[column]])[:, 1:].astype(np.float64))
            at += len(levels[column]) - 1
        for number in numbers:
            values = frame[number].to_numpy(dtype=np.float64)
            spread = values.std()
            if spread > 0:
                parts.append(((values - values.mean()) / spread)[:, None])
        return cls(np.hstack(parts), levels, places)

    def as_if(self, column: str, level: Any) -> Floats:
        """Return the design with every row of this level."""
        levels, at = self.levels[column], self.places[column]
        changed = self.design.copy()
        changed[:, at : at + len(levels) - 1] = 0.0
        place = levels.index(level)
        if place:
            changed[:, at + place - 1] = 1.0
        return changed


def _logistic(design: Floats, outcome: Floats) -> LinearFit | None:
    """Return the last step of a logistic regression as a weighted linear fit; nothing where it does not settle."""
    fit = fit_logistic(design, outcome)
    if fit is None:
        return None
    root = np.sqrt(fit.mean * (1 - fit.mean))
    return LinearFit(
        design=design * root[:, None],
        residual=(outcome - fit.mean) / root,
        bread=np.linalg.inv(fit.information),
        coefficients=fit.coefficients,
        parameters=design.shape[1],
        rows=np.arange(len(outcome)),
    )


def _gap(
    model: _Model,
    fit: LinearFit,
    contrast: Contrast,
    against: Sequence[Any],
    frame: pd.DataFrame,
    codes: NDArray[np.intp],
) -> Gap:
    values = frame[contrast.column].to_numpy()
    sizes = np.array([(values == level).sum() for level in against], dtype=np.float64)
    mean, gradient = _mean_as_if(model, fit, contrast.column, contrast.level)
    for level, share in zip(against, sizes / sizes.sum(), strict=True):
        other, its_gradient = _mean_as_if(model, fit, contrast.column, level)
        mean, gradient = mean - float(share) * other, gradient - share * its_gradient
    return _with_interval(mean, fit, gradient[None, :], codes)


def _mean_as_if(model: _Model, fit: LinearFit, column: str, level: Any) -> tuple[float, Floats]:
    design = model.as_if(column, level)
    mean = 1 / (1 + np.exp(-(design @ fit.coefficients)))
    return float(mean.mean()), np.asarray((mean * (1 - mean)) @ design / len(mean), dtype=np.float64)


def _with_interval(estimate: float, fit: LinearFit, contrast: Floats, codes: NDArray[np.intp]) -> Gap:
    got = clustered_covariance([fit], [contrast], [codes], small_sample="CR2")
    se = float(np.sqrt(got.covariance[0, 0]))
    reach = float(stats.t.isf(0.025, got.degrees_of_freedom)) * se
    p_value = float(2 * stats.t.sf(abs(estimate) / se, got.degrees_of_freedom)) if se > 0 else 1.0
    return Gap(
        estimate=estimate, se=se, low=estimate - reach, high=estimate + reach, p_value=p_value, clusters=got.clusters
    )
