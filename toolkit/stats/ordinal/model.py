"""What every fitted cumulative model can say: its table, its chances of scores, and shifts by category."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.ordinal.chances import Chances
from toolkit.stats.ordinal.columns import Columns, as_given
from toolkit.stats.ordinal.shift import CategoryShift, category_shift
from toolkit.stats.variance.likelihood import LikelihoodVariance


@dataclass(frozen=True, slots=True)
class ModelBasis(Shown):
    """What a fitted model reckons with.

    Attributes
    ----------
    chances : Chances
        Its parameters.
    variance : LikelihoodVariance
        Of them.
    columns : Columns
        How a frame becomes its columns.
    frame : DataFrame
        The rows it was fitted to.
    weights : ndarray, shape (n,)
        Of these.
    """

    chances: Chances
    variance: LikelihoodVariance
    columns: Columns
    frame: pd.DataFrame
    weights: Floats


@dataclass(frozen=True, slots=True)
class ScoreModel(Shown):
    """A fitted cumulative model: P(score ≤ level j) = F(threshold_j - x'coefficients).

    Attributes
    ----------
    link : str
        The link's name.
    levels : tuple of str
        The levels that occur, from the lowest.
    values : ndarray, shape (j,)
        Their numbers; not a number where levels are words.
    names : tuple of str, length p
        One a coefficient: a column, or ``race[black]`` for a level against the first.
    coefficients : ndarray, shape (p,)
        Of a higher score; log odds ratios with the logit.
    thresholds : ndarray, shape (j - 1,)
        Between neighbouring levels, on the scale of the link.
    parameters : tuple of str, length k
        What the rows of `covariance` are: thresholds (``1|2``), then coefficients.
    covariance : ndarray, shape (k, k)
        Of thresholds and coefficients; clustered where clusters were given.
    standard_errors : ndarray, shape (k,)
        Roots of its diagonal.
    degrees_of_freedom : ndarray, shape (k,)
        Of the t distributions behind intervals; infinite by the model.
    log_likelihood : float
        At the estimates.
    rows : int
        Rows with a weight.
    clusters : int or None
        How many were taken as independent; None by the model.
    correction : str
        Of the clustered covariance: "CR1" or "CR2"; "model" without clusters.
    level : float
        Of the intervals.
    notes : tuple of Note
        What a reader must know.
    basis : ModelBasis
        The rows it was fitted to and what `predict` and `shift` reckon with.
    """

    link: str
    levels: tuple[str, ...]
    values: Floats
    names: tuple[str, ...]
    coefficients: Floats
    thresholds: Floats
    parameters: tuple[str, ...]
    covariance: Floats
    standard_errors: Floats
    degrees_of_freedom: Floats
    log_likelihood: float
    rows: int
    clusters: int | None
    correction: str
    level: float
    notes: tuple[Note, ...]
    basis: ModelBasis

    @property
    def threshold_names(self) -> tuple[str, ...]:
        """``1|2`` for the threshold between the levels 1 and 2."""
        return tuple(f"{low}|{high}" for low, high in pairwise(self.levels))

    def tidy(self) -> pd.DataFrame:
        """Return one row a coefficient, then one a threshold: name, kind, estimate, se, low, high, p_value.

        With the logit, ``odds_ratio`` too: how many times the odds of a higher score (not a number for thresholds).
        """
        from scipy.stats import t

        count = len(self.thresholds)
        order = [*range(count, count + len(self.names)), *range(count)]
        estimates = np.concatenate([self.thresholds, self.coefficients])[order]
        se, freedom = self.standard_errors[order], self.degrees_of_freedom[order]
        reach = t.isf((1 - self.level) / 2, freedom) * se
        is_slope = np.arange(len(order)) < len(self.names)
        with np.errstate(divide="ignore", invalid="ignore"):
            p_value = np.where(is_slope, 2 * t.sf(np.abs(estimates) / se, freedom), np.nan)
        table = pd.DataFrame(
            {
                "name": [*self.names, *self.threshold_names],
                "kind": np.where(is_slope, "coefficient", "threshold"),
                "estimate": estimates,
                "se": se,
                "low": estimates - reach,
                "high": estimates + reach,
                "p_value": p_value,
            }
        )
        return table.assign(odds_ratio=np.where(is_slope, np.exp(estimates), np.nan)) if self.link == "logit" else table

    def predict(self, frame: Any = None) -> pd.DataFrame:
        """Return the chance of every level, one row a row, one column a level.

        With a random intercept these are averages over groups, as of a family not met before.

        Parameters
        ----------
        frame : DataFrame or array_like, optional
            Rows with the columns the model was fitted with; those it was fitted to where not given.

        Raises
        ------
        InputError
            For columns that are absent or have gaps, and levels the model does not know.
        """
        table = self.basis.frame if frame is None else as_given(frame)
        found = self.basis.chances.of_rows(self.basis.columns.matrix(table))
        return pd.DataFrame(found, index=table.index, columns=list(self.levels))

    def shift(self, column: Any, before: Any, after: Any, frame: Any = None) -> CategoryShift:
        """Return how scores shift when a column goes from one value to another for everybody (standardised).

        Parameters
        ----------
        column : str
            One of the columns the model was fitted with, as it stands in the frame; terms made of it move with it.
        before, after : value
            What it is set to.
        frame : DataFrame or array_like, optional
            The rows averaged over, each counting alike; those the model was fitted to, by their weights, where not
            given.

        Returns
        -------
        CategoryShift
            Mean chances of each level before and after, with intervals of their differences.

        Raises
        ------
        InputError
            For a column the model does not have, or a value it does not know.
        """
        table = self.basis.frame if frame is None else as_given(frame)
        weights = self.basis.weights if frame is None else np.ones(len(table))
        if column not in table.columns:
            raise InputError(
                f'"{column}" is not a column of the frame. {did_you_mean(str(column), self.basis.columns.term)}'
            )
        one, other = (self.basis.columns.matrix(table.assign(**{str(column): value})) for value in (before, after))
        if np.array_equal(one, other) and before != after:
            raise InputError(f'The model does not have "{column}": nothing moves with it.')
        return category_shift(
            self.basis.chances,
            self.basis.variance,
            (one, other),
            weights,
            self.levels,
            self.values,
            self.level,
        )

    def _lines(self, head: str) -> str:
        """Return the coefficients in a few lines, for a person."""
        table = self.tidy().iloc[: len(self.names)]
        lines = [head]
        for name, estimate, low, high in zip(self.names, self.coefficients, table["low"], table["high"], strict=True):
            ratio = f", odds of a higher score times {math.exp(estimate):.3g}" if self.link == "logit" else ""
            lines.append(f"{name}: {estimate:.3f} ({low:.3f} to {high:.3f}){ratio}.")
        return "\n".join([*lines, *self.notes])


def few_clusters(variance: LikelihoodVariance) -> list[Note]:
    """Return a note where so few clusters are taken as independent that the errors rest on what cannot be seen."""
    if variance.clusters is None:
        return []
    least = float(variance.freedoms().min())
    if least >= VERY_LITTLE:
        return []
    words = (
        f"There are {variance.clusters} clusters, and the least known coefficient has {least:.1f} degrees of freedom: "
        "its standard error is a guess. Use more clusters, or no interval of it."
    )
    return [Note("few_clusters", words, {"clusters": variance.clusters, "degrees_of_freedom": round(least, 1)})]


VERY_LITTLE = 4.0
