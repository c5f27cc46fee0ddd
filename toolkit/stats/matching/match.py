"""`match`: the options of every design in one place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.stats.arrays.types import Floats
from toolkit.stats.matching.matched import Matched
from toolkit.stats.matching.options import Options
from toolkit.stats.matching.pairs import match_pairs
from toolkit.stats.matching.sampling_weights import read_weighted_sample
from toolkit.stats.matching.strata import match_strata
from toolkit.stats.sample.formula import covariate_names
from toolkit.stats.sample.names import Name, Names, mapping_of, names_of, one_name
from toolkit.stats.sample.sample import Missing


def match(
    frame: Any,
    treatment: Name,
    covariates: Names,
    *,
    method: str = "nearest",
    distance: str | pd.Series | Floats | Sequence[float] = "propensity",
    model: Any = "logit",
    scale: str = "logit",
    mahalanobis_on: Names | None = None,
    estimand: str = "ATT",
    ratio: int = 1,
    min_ratio: int | None = None,
    max_ratio: int | None = None,
    replace: bool = False,
    max_reuse: int | None = None,
    unit: Name | None = None,
    caliper: float | None = None,
    caliper_in: str = "sd",
    covariate_calipers: Mapping[Any, float] | None = None,
    exact: Names = (),
    anti_exact: Names = (),
    discard: str | None = None,
    order: str = "largest",
    cutpoints: Mapping[str, Any] | str | int | None = None,
    groupings: Mapping[str, Any] | None = None,
    k2k: bool = False,
    subclasses: int = 6,
    tolerance: float = 0.05,
    weights: Name | None = None,
    seed: int | None = None,
    missing: Missing = "error",
) -> Matched:
    """Match treated rows with like controls.

    Parameters
    ----------
    frame : DataFrame
        One row a unit; never written to. Only the named columns are used. Tables of polars, pyarrow and others that
        narwhals reads are taken too: results then are pandas, their rows numbered from 0 in the table's order.
    treatment : str
        A column of 0 and 1. Wherever a name is asked for, a whole number may be one.
    covariates : sequence of str, or str
        Columns to balance: one name, several, or the right-hand side of a formula as R reads it, such as
        ``(age + educ) * married + I(age**2)``.
    method : str
        ``nearest``: each treated row in turn takes its nearest free control. ``optimal``: pairs of least total
        distance. ``full``: every row in a set with one treated row or one control, at least total distance.
        ``exact``: sets of rows with the same covariates. ``cem``: the same after coarsening. ``subclass``: sets by
        quantiles of the score. ``cardinality``: the largest subset whose means agree.
    distance : str, Series or array_like
        ``propensity`` fits a model of treatment; a series (by its labels) or an array (by position) gives one score a
        row; ``mahalanobis`` (covariance within
        arms), ``robust_mahalanobis`` (ranks), ``scaled_euclidean`` and ``euclidean`` compare the covariates.
    model : str or scikit-learn classifier
        The propensity model: ``logit``, ``probit``, ``cloglog``, or a classifier.
    scale : {"logit", "probability"}
        Whether scores are compared as linear predictors or as probabilities.
    mahalanobis_on : str or sequence of str
        Columns to compare by Mahalanobis distance among controls inside the propensity caliper.
    estimand : {"ATT", "ATC", "ATE"}
        For whom the effect is; ATC seeks matches for controls. ATE is for methods that make sets.
    ratio : int
        Matches sought for each row, one a round.
    min_ratio, max_ratio : int
        Let the number of matches vary between these, `ratio` on average: fewer for rows unlike the controls.
    replace, max_reuse : bool, int
        Whether controls may be used more than once, and how often at most.
    unit : str
        A column saying which unit a row belongs to; each unit is in at most `max_reuse` sets (one unless `replace`),
        whether it sought the match or is one, at most once in each, and never its own match. For nearest matching.
    caliper, caliper_in : float, {"sd", "raw"}
        The largest distance allowed, in standard deviations of the score or in its own units.
    covariate_calipers : mapping
        The largest difference allowed by column, in its own units; negative for at least so far apart.
    exact, anti_exact : str or sequence of str
        Columns on which a pair must agree, or must differ.
    discard : {"treated", "control", "both"}
        Rows to leave out beforehand when their score is outside the other arm's range.
    order : str
        Who chooses first: ``largest`` or ``smallest`` score, ``closest`` possible pair next, ``farthest`` from any
        control, ``data`` order, or ``random``. Where the distance has no score, the largest is the row farthest
        from the controls' mean.
    cutpoints, groupings, k2k : mapping, mapping, bool
        For ``cem``: bins by column, levels to join by column (see `coarsened_strata`), and whether to keep equal
        numbers of both arms, the nearest, in each set.
    subclasses, tolerance : int, float
        For ``subclass``, how many; for ``cardinality``, the largest standardised difference in means.
    weights : str
        A column of sampling weights, for every method but cardinality: the propensity score is fitted with them, and
        a matched row's weight, balance and effects are by their product with the match's own. Distances, calipers and
        the choosing order are as without them. Rows of weight 0 are left out.
    seed : int
        For ``order="random"`` (0 where none is given, so that the same call gives the same pairs); when given, ties too
        are broken at random instead of by the lowest row.
    missing : {"error", "drop", "indicator"}
        What to do with missing values in the columns used.

    Returns
    -------
    Matched
        Pairs, weights, balance and effects.

    Raises
    ------
    InputError
        Naming the column or option, what was expected and what to do.

    Notes
    -----
    Of rows with equal scores the lowest row position chooses first; of controls equally near, the lowest row position
    is taken.
    """
    names, frame = covariate_names(covariates, frame, treatment)
    options = Options(
        method=method,
        distance=distance,
        model=model,
        scale=scale,
        mahalanobis_on=names_of(mahalanobis_on, "mahalanobis_on"),
        estimand=estimand,
        ratio=ratio,
        min_ratio=min_ratio,
        max_ratio=max_ratio,
        replace=replace,
        max_reuse=max_reuse,
        unit=None if unit is None else one_name(unit, "unit"),
        caliper=caliper,
        caliper_in=caliper_in,
        covariate_calipers=mapping_of(covariate_calipers, "covariate_calipers"),
        exact=names_of(exact, "exact"),
        anti_exact=names_of(anti_exact, "anti_exact"),
        discard=discard,
        order=order,
        cutpoints=cutpoints,
        groupings=groupings,
        k2k=k2k,
        subclasses=subclasses,
        tolerance=tolerance,
        weights=None if weights is None else one_name(weights, "weights"),
        seed=seed,
    )
    options.check()
    sample, notes = read_weighted_sample(frame, treatment, names, options.columns(), options.weights, missing)
    found = match_pairs(sample, options) if method in ("nearest", "optimal") else match_strata(sample, options)
    if options.weights is None:
        return found
    return dataclasses.replace(found.reweighted(sample.frame[options.weights]), noted=(*found.noted, *notes))
