"""Cumulative-link models of scores with a random intercept: repeated scores of families, scores of one centre."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.note import Note
from toolkit.stats.ordinal.chances import Chances
from toolkit.stats.ordinal.cumulative_link import StandardisedFit, common, fit_standardised, proportional_tests
from toolkit.stats.ordinal.mixed_climb import NO_SPREAD, MixedFit, mixed_climb
from toolkit.stats.ordinal.mixed_likelihood import MixedRows, mixed_rows
from toolkit.stats.ordinal.model import ScoreModel, few_clusters
from toolkit.stats.ordinal.proportional import Proportionality, notes_on_proportionality
from toolkit.stats.ordinal.rows import ScoreRows, read_rows
from toolkit.stats.regression.cumulative_links import CumulativeLink as Link
from toolkit.stats.regression.cumulative_links import link_of
from toolkit.stats.sample.names import Names
from toolkit.stats.variance.cluster_robust import require_options
from toolkit.stats.variance.likelihood import LikelihoodVariance, likelihood_variance

MOST_POINTS = 100
FIXED_POINTS = 41
FEW_GROUPS = 10
OF_LINK = {"logit": math.pi**2 / 3, "probit": 1.0, "cloglog": math.pi**2 / 6, "loglog": math.pi**2 / 6}
"""The variance of what a link adds to a row by itself; Cauchy's has none."""


@dataclass(frozen=True, slots=True)
class CumulativeLinkMixed(ScoreModel):
    """A fitted cumulative-link model with a random intercept.

    Attributes
    ----------
    proportional : tuple of Proportionality
        A test of each covariate against slopes of its own at every cut, in the model without groups, clustered by them.
    intercept_variance, intercept_sd : float
        Of groups' intercepts, on the scale of the link.
    intercept_sd_se : float
        Standard error of `intercept_sd`; not a number where the variance is at 0.
    intraclass : float
        The part of the variance on the scale of the link that is between groups; not a number with the cauchit.
    variance_p_value : float
        Of no variance between groups: the likelihood ratio, half as large as by chi-squared, as 0 is a boundary.
    conditional_modes : Series, shape (groups,)
        Each group's intercept where its likelihood is greatest, by the group's label; `conditional_sds` beside it.
    conditional_sds : Series, shape (groups,)
        How unsure it is, with the parameters taken as known.
    groups, points : int
        How many groups, and points of the quadrature.
    link, levels, values, names, coefficients, thresholds, parameters, covariance, standard_errors, degrees_of_freedom
        As in `ScoreModel`; coefficients are within a group. `parameters` ends with ``sd of intercept``, and so does
        `covariance`, unless the variance is at 0.
    log_likelihood, rows, clusters, correction, level, notes, basis
        As in `ScoreModel`.
    """

    proportional: tuple[Proportionality, ...]
    intercept_variance: float
    intercept_sd: float
    intercept_sd_se: float
    intraclass: float
    variance_p_value: float
    conditional_modes: pd.Series
    conditional_sds: pd.Series
    groups: int
    points: int

    def summary(self) -> str:
        """Return the coefficients and the spread of groups in a few lines, for a person."""
        how = "Laplace" if self.points == 1 else f"{self.points} points"
        return self._lines(
            f"Cumulative {self.link} model of {self.rows:,} scores in {self.groups:,} groups on {len(self.levels)} "
            f"levels ({how}), log likelihood {self.log_likelihood:.2f}. Standard deviation of groups "
            f"{self.intercept_sd:.3f} (p of none {self.variance_p_value:.2g})."
        )


def cumulative_link_mixed(
    frame: Any,
    outcome: Any,
    covariates: Names | None = None,
    *,
    group: Any,
    link: str = "logit",
    points: int = 10,
    weights: Any = None,
    cluster: Any = None,
    levels: Sequence[Any] | None = None,
    small_sample: str = "auto",
    level: float = 0.95,
) -> CumulativeLinkMixed:
    """Fit P(score ≤ level j) = F(threshold_j - x'coefficients - intercept of the group), with normal intercepts.

    Parameters
    ----------
    frame, outcome, covariates, link, levels, level
        As in `cumulative_link`.
    group : str or array_like, shape (n,)
        What each row is a repeat of: the family, the scorer.
    points : int
        Of the adaptive quadrature, 1 to 100. 1 is Laplace's approximation (the default of R's ``clmm``), which is too
        rough where groups have few rows. With the cauchit points are fixed and 41 or more, with a note, and the
        fit takes many times as long.
    weights : str or array_like, shape (n,), optional
        Numbers of like rows of the same group.
    cluster : str or array_like, shape (n,), optional
        Larger groups taken as independent (centres of families), each group wholly in one. The group itself for errors
        that hold where the model of its rows does not.
    small_sample : {"auto", "CR1", "CR2"}
        As in `cumulative_link`.

    Returns
    -------
    CumulativeLinkMixed
        Coefficients within a group, the variance between groups, groups' modes; ask it for `tidy`, `predict`, `shift`
        and `summary`.

    Raises
    ------
    InputError
        As `cumulative_link`; where no group has two rows, a group is in two clusters, or the fit does not settle.

    Notes
    -----
    Signs as in R's ``ordinal::clmm``. Newton's method on the gradient of the approximated likelihood itself; the
    covariance is the inverse of its second derivative, from differences of that gradient. A variance at its boundary
    is reported as 0 with a note, and the rest is then the model without groups. The p-value of no variance: Self and
    Liang (1987), Journal of the American Statistical Association 82, 605-610.
    """
    require_options(level, small_sample)
    if not (isinstance(points, int | np.integer) and 1 <= points <= MOST_POINTS):
        raise InputError(f"points is {points}. Give a whole number from 1 to {MOST_POINTS}.")
    kind = link_of(link)
    rows = read_rows(frame, outcome, covariates, weights=weights, cluster=cluster, group=group, levels=levels)
    groups, clusters = _groups_of(rows)
    plain = fit_standardised(rows, kind)
    fit, data = _climbed(rows, plain, groups, kind, int(points))
    if fit is None:
        raise InputError(
            "The model with a random intercept does not settle: too few groups have two rows that differ, or the "
            "columns all but decide the score within groups. Use `cumulative_link` with cluster, or fewer columns."
        )
    if fit.parameters[-1] < NO_SPREAD or fit.place.value < plain.place.value + 1e-8:
        fit = None
    return _result(rows, plain, data, fit, clusters, small_sample, level, kind)


def _climbed(
    rows: ScoreRows, plain: StandardisedFit, groups: Integers, link: Link, points: int
) -> tuple[MixedFit | None, MixedRows]:
    """Return the fit, and what it was fitted to: with the cauchit, points that do not adapt."""
    start = np.concatenate([plain.parameters, [math.sqrt(OF_LINK.get(link.name, 1.0) / 3)]])
    # Cauchy's tails are so heavy that a group's integrand can have several modes, and points would jump between them.
    adapts = link.name != "cauchit"
    points = points if adapts else max(points, FIXED_POINTS)
    data = mixed_rows(plain.edges, rows.weights, groups, link, points, is_adaptive=adapts)
    return mixed_climb(start, data), data


def _groups_of(rows: ScoreRows) -> tuple[Integers, Integers | None]:
    """Return rows' groups and groups' clusters, refused where rows cannot tell groups apart."""
    if rows.groups is None or rows.group_labels is None:
        raise InputError("group is None. Name what each row is a repeat of, or use `cumulative_link`.")
    held = np.bincount(rows.groups, weights=rows.weights)
    if len(held) < 2 or held.max() <= 1:
        raise InputError(
            f"{len(rows.weights):,} rows in {len(held):,} groups do not show how groups differ. There must be two "
            "groups, and one with two rows; without repeats use `cumulative_link`."
        )
    if rows.clusters is None:
        return rows.groups, None
    of_group = np.zeros(len(held), dtype=np.intp)
    of_group[rows.groups] = rows.clusters
    torn = len(np.unique(rows.groups[of_group[rows.groups] != rows.clusters]))
    if torn:
        raise InputError(f"{torn:,} groups are in more than one cluster. Cluster by something that groups lie within.")
    return rows.groups, of_group


def _result(
    rows: ScoreRows,
    plain: StandardisedFit,
    data: MixedRows,
    fit: MixedFit | None,
    clusters: Integers | None,
    small_sample: str,
    level: float,
    link: Link,
) -> CumulativeLinkMixed:
    """Return the result: of the fit, or of the model without groups where their variance is 0 (no fit)."""
    size = len(plain.parameters)
    inner = plain.parameters if fit is None else fit.parameters[:size]
    spread = 0.0 if fit is None else float(fit.parameters[-1])
    value = plain.place.value if fit is None else fit.place.value
    gain = max(2 * (value - plain.place.value), 0.0)
    parameters = plain.back @ inner
    cuts = len(rows.scale.levels) - 1
    chances = Chances(parameters[:cuts], parameters[cuts:], None if fit is None else spread, link)
    variance = _variance(rows, plain, fit, clusters, small_sample, link)
    tests = proportional_tests(rows, plain, link, rows.groups if rows.clusters is None else rows.clusters)
    modes, sds = _modes(data, fit, spread)
    own = OF_LINK.get(link.name, math.nan)
    labels = rows.group_labels
    return CumulativeLinkMixed(
        **common(rows, chances, variance, level),
        log_likelihood=value,
        notes=(
            *rows.notes(),
            *_notes(fit, data),
            *few_clusters(variance),
            *notes_on_proportionality(tests),
        ),
        proportional=tests,
        intercept_variance=spread * spread,
        intercept_sd=spread,
        intercept_sd_se=math.nan if fit is None else float(variance.standard_errors[-1]),
        intraclass=spread * spread / (spread * spread + own),
        variance_p_value=0.5 * math.erfc(math.sqrt(gain / 2)) if gain > 0 else 1.0,
        conditional_modes=pd.Series(modes, index=labels, name="mode"),
        conditional_sds=pd.Series(sds, index=labels, name="sd"),
        groups=len(data.starts),
        points=len(data.points),
    )


def _modes(data: MixedRows, fit: MixedFit | None, spread: float) -> tuple[Floats, Floats]:
    if fit is None:
        return np.zeros(len(data.starts)), np.zeros(len(data.starts))
    modes = fit.place.modes
    return spread * modes.place, spread / np.sqrt(modes.curvature)


def _variance(
    rows: ScoreRows,
    plain: StandardisedFit,
    fit: MixedFit | None,
    clusters: Integers | None,
    small_sample: str,
    link: Link,
) -> LikelihoodVariance:
    """Return the covariance of the parameters in their own units."""
    size = len(plain.parameters)
    back = np.eye(size if fit is None else size + 1)
    back[:size, :size] = plain.back
    forth = np.linalg.inv(back)
    if fit is None:  # the model without groups: its units are rows
        total, scores, codes = plain.place.information, plain.place.scores, rows.clusters
    else:
        total, scores, codes = fit.informations.sum(axis=0), fit.place.scores, clusters

    def information_of(some: Integers) -> Floats:
        held = plain.information_of(rows.weights, link, some) if fit is None else fit.informations[some].sum(axis=0)
        return np.asarray(forth.T @ held @ forth, dtype=np.float64)

    if np.linalg.eigvalsh(total).min() <= 0:
        raise InputError(
            "The likelihood of the model with a random intercept is flat, so no standard error can be had. Use "
            "`cumulative_link` with cluster, or fewer columns."
        )
    return likelihood_variance(
        scores @ forth, back @ np.linalg.inv(total) @ back.T, codes, small_sample, information_of
    )


def _notes(fit: MixedFit | None, data: MixedRows) -> list[Note]:
    """Return what a reader must know of the groups: their variance at 0, too few of them, points that do not adapt."""
    notes, groups = [], len(data.starts)
    if not data.is_adaptive:
        words = (
            f"With this link a group's integrand can have several modes, so {len(data.points)} fixed points were "
            "taken; groups' intercepts are means in place of modes. See whether more points say the same."
        )
        notes.append(Note("points_do_not_adapt", words, {"points": len(data.points)}))
    if fit is None:
        words = (
            "The variance between groups is estimated at 0, its boundary: the scores show no likeness within groups, "
            "and the coefficients are those of the model without them. That groups are alike is not shown by this."
        )
        notes.append(Note("variance_at_boundary", words, {"groups": groups}))
    if groups < FEW_GROUPS:
        words = f"There are {groups} groups, too few to know the variance between them. Read it as a rough figure."
        notes.append(Note("few_groups", words, {"groups": groups}))
    return notes
