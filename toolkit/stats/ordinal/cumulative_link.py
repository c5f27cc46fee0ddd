"""Cumulative-link models of scores without a random intercept: proportional odds, ordered probit and the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.ordinal.chances import Chances
from toolkit.stats.ordinal.columns import standardised_columns
from toolkit.stats.ordinal.model import ModelBasis, ScoreModel, few_clusters
from toolkit.stats.ordinal.proportional import Proportionality, notes_on_proportionality, proportionality
from toolkit.stats.ordinal.rows import ScoreRows, read_rows
from toolkit.stats.regression.cumulative import (
    CumulativePlace,
    Edges,
    climb,
    likelihood,
    proportional_edges,
    starting_cuts,
)
from toolkit.stats.regression.cumulative_links import CumulativeLink as Link
from toolkit.stats.regression.cumulative_links import link_of
from toolkit.stats.sample.names import Names, quoted
from toolkit.stats.variance.cluster_robust import require_options
from toolkit.stats.variance.likelihood import LikelihoodVariance, likelihood_variance


@dataclass(frozen=True, slots=True)
class CumulativeLink(ScoreModel):
    """A fitted cumulative-link model.

    Attributes
    ----------
    proportional : tuple of Proportionality
        A test of each covariate against slopes of its own at every cut; empty for two levels.
    link, levels, values, names, coefficients, thresholds, parameters, covariance, standard_errors, degrees_of_freedom
        As in `ScoreModel`: P(score ≤ level j) = F(threshold_j - x'coefficients); rows of `covariance` are the
        thresholds, then the coefficients.
    log_likelihood, rows, clusters, correction, level, notes, basis
        As in `ScoreModel`.
    """

    proportional: tuple[Proportionality, ...]

    def summary(self) -> str:
        """Return the coefficients in a few lines, for a person."""
        of = f", {self.clusters:,} clusters ({self.correction})" if self.clusters else ""
        return self._lines(
            f"Cumulative {self.link} model of {self.rows:,} scores on {len(self.levels)} levels{of}, log likelihood "
            f"{self.log_likelihood:.2f}."
        )


@dataclass(frozen=True, slots=True)
class StandardisedFit(Shown):
    """A model fitted with its columns in standard deviations, and what takes it back to their own units.

    Attributes
    ----------
    matrix : ndarray, shape (n, p)
        The columns less their mean, in standard deviations.
    edges, parameters, place
        Of these.
    back : ndarray, shape (k, k)
        Times the parameters gives those of the columns in their own units.
    """

    matrix: Floats
    edges: Edges
    parameters: Floats
    place: CumulativePlace
    back: Floats

    def information_of(self, weights: Floats, link: Link, some: Integers) -> Floats:
        """Return what the rows at some positions know of the parameters, shape (k, k)."""
        edges = self.edges
        part = Edges(edges.upper[some], edges.lower[some], edges.is_top[some], edges.is_bottom[some])
        return likelihood(self.parameters, part, weights[some], link).information


def cumulative_link(
    frame: Any,
    outcome: Any,
    covariates: Names | None = None,
    *,
    link: str = "logit",
    weights: Any = None,
    cluster: Any = None,
    levels: Sequence[Any] | None = None,
    small_sample: str = "auto",
    level: float = 0.95,
) -> CumulativeLink:
    """Fit a cumulative-link model: P(score ≤ level j) = F(threshold_j - x'coefficients).

    Parameters
    ----------
    frame : DataFrame or array_like, shape (n, p)
        A table of pandas, polars or pyarrow, or an array of columns (called x1, x2 …).
    outcome : str or array_like, shape (n,)
        Scores: a column's name or values beside the frame. Numbers (half points too), yes and no, or ordered
        categories; text with `levels`.
    covariates : list of str, or formula
        Columns, or a formula: ``"temp + contact"``, ``"rating ~ temp + contact"``. Text and categories become a column
        for each level but the first. ``()`` for thresholds alone; all columns of an array where not given.
    link : {"logit", "probit", "cloglog", "loglog", "cauchit"}
        F: logistic, normal, Gumbel's of smallest values, of largest values, Cauchy's.
    weights : str or array_like, shape (n,), optional
        Numbers of like rows: a row of weight 2 is two rows, in the estimates and in their errors. For weights of
        chances give `cluster`, which takes a row as one whatever it weighs.
    cluster : str or array_like, shape (n,), optional
        Groups taken as independent; each row's own number for errors that hold where the model does not.
    levels : sequence, optional
        The whole scale from the lowest, for text, and to be told of levels nobody has.
    small_sample : {"auto", "CR1", "CR2"}
        Correction of the clustered covariance; "auto" is CR2 below 50 clusters (`likelihood_variance`).
    level : float
        Of the intervals.

    Returns
    -------
    CumulativeLink
        Coefficients, thresholds, their covariance and tests of proportionality; ask it for `tidy`, `predict`, `shift`
        and `summary`.

    Raises
    ------
    InputError
        For values missing or without an order, columns that follow from others, and columns that decide the score
        (separation), by name.

    Notes
    -----
    McCullagh (1980), Journal of the Royal Statistical Society B 42, 109-142; signs as in R's ``ordinal::clm`` and
    ``MASS::polr``. Newton's method on columns in standard deviations; the covariance is the inverse of the observed
    information, or clustered.
    """
    require_options(level, small_sample)
    kind = link_of(link)
    rows = read_rows(frame, outcome, covariates, weights=weights, cluster=cluster, levels=levels)
    fit = fit_standardised(rows, kind)
    parameters = fit.back @ fit.parameters
    forth = np.linalg.inv(fit.back)
    variance = likelihood_variance(
        fit.place.scores @ forth,
        fit.back @ np.linalg.inv(fit.place.information) @ fit.back.T,
        rows.clusters,
        small_sample,
        lambda some: forth.T @ fit.information_of(rows.weights, kind, some) @ forth,
    )
    tests = proportional_tests(rows, fit, kind, rows.clusters)
    cuts = len(rows.scale.levels) - 1
    chances = Chances(parameters[:cuts], parameters[cuts:], None, kind)
    return CumulativeLink(
        **common(rows, chances, variance, level),
        log_likelihood=fit.place.value,
        notes=(*rows.notes(), *few_clusters(variance), *notes_on_proportionality(tests)),
        proportional=tests,
    )


def common(rows: ScoreRows, chances: Chances, variance: LikelihoodVariance, level: float) -> dict[str, Any]:
    """Return the fields that models with and without a random intercept fill alike."""
    names = rows.scale.levels
    cuts = tuple(f"{low}|{high}" for low, high in pairwise(names))
    return {
        "link": chances.link.name,
        "levels": names,
        "values": rows.scale.values,
        "names": rows.columns.names,
        "coefficients": chances.slopes,
        "thresholds": chances.cuts,
        "parameters": (*cuts, *rows.columns.names, *(() if chances.spread is None else ("sd of intercept",))),
        "covariance": variance.covariance,
        "standard_errors": variance.standard_errors,
        "degrees_of_freedom": variance.freedoms(),
        "rows": len(rows.weights),
        "clusters": variance.clusters,
        "correction": variance.correction,
        "level": level,
        "basis": ModelBasis(chances, variance, rows.columns, rows.frame, rows.weights),
    }


def fit_standardised(rows: ScoreRows, link: Link) -> StandardisedFit:
    """Fit the model with its columns in standard deviations.

    Raises
    ------
    InputError
        Where columns decide the score, naming them.
    """
    matrix, mean, scale = standardised_columns(rows.matrix, rows.weights)
    place, levels = rows.scale.place, len(rows.scale.levels)
    edges = proportional_edges(place, levels, matrix)
    start = np.concatenate([starting_cuts(place, levels, rows.weights, link), np.zeros(matrix.shape[1])])
    found = climb(edges, rows.weights, link, start)
    if found is None:
        raise InputError(_separation(rows, matrix, link))
    back = np.diag(np.concatenate([np.ones(levels - 1), 1 / scale]))
    back[: levels - 1, levels - 1 :] = mean / scale
    return StandardisedFit(matrix, edges, found[0], found[1], back)


def _separation(rows: ScoreRows, matrix: Floats, link: Link) -> str:
    """Return what is wrong, with the columns without which the model settles."""
    place, levels = rows.scale.place, len(rows.scale.levels)
    names = np.array(rows.columns.names)
    terms = np.array(rows.columns.term)
    guilty = []
    for term in dict.fromkeys(rows.columns.term):
        kept = matrix[:, terms != term]
        edges = proportional_edges(place, levels, kept)
        start = np.concatenate([starting_cuts(place, levels, rows.weights, link), np.zeros(kept.shape[1])])
        if climb(edges, rows.weights, link, start) is not None:
            guilty.append(term)
    which = f" Without {quoted(guilty)} it does." if len(guilty) == 1 else ""
    if len(guilty) > 1:
        which = f" Without any one of {quoted(guilty)} it does."
    of = f"{len(names)} column{'s' if len(names) != 1 else ''}"
    return (
        f"The model does not settle: some of its {of} all but decide the score (a level that only one group has, say), "
        f"so no finite coefficient fits.{which} Leave that column out, or join levels of it or of the score."
    )


def proportional_tests(
    rows: ScoreRows, fit: StandardisedFit, link: Link, clusters: Integers | None
) -> tuple[Proportionality, ...]:
    """Return a test of each covariate against slopes of its own at every cut."""
    return proportionality(
        fit.parameters,
        fit.place,
        fit.edges,
        fit.matrix,
        rows.columns.term,
        rows.scale.place,
        rows.weights,
        link,
        clusters,
    )
