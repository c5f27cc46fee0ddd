"""The effect in each of several groups of a matched or weighted sample, and whether it differs between them.

Groups may share clusters (families of all kinds go to the same centre): the effects' covariance is worked out jointly,
so that the test of a difference is right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import AnyArray, Booleans, Floats, Integers
from toolkit.stats.effects.rounding import least_error
from toolkit.stats.inference.interaction import Interaction, interaction_test
from toolkit.stats.inference.multiplicity import holm
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned_with_groups, as_series
from toolkit.stats.sample.binary import zero_one
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sample.groups import group_names
from toolkit.stats.sample.numbers import finite_numbers, numbers_of
from toolkit.stats.variance.arms import NAMES, Arms, few_clusters_note
from toolkit.stats.variance.cluster_robust import LinearFit, clustered_covariance, least_squares, require_options


@dataclass(frozen=True, slots=True)
class SubgroupEffects(Shown):
    """Effects in groups.

    Attributes
    ----------
    table : DataFrame
        One row a group: group, estimate, se, low, high, low_all, high_all (all groups' intervals hold together at the
        level), p_value, p_holm, n_treated, n_control, mean_treated, mean_control.
    covariance : ndarray, shape (k, k)
        Of the effects.
    interaction : Interaction
        Whether they differ.
    left_out : tuple of str
        Groups with too few rows or clusters to have an effect, each with why.
    notes : tuple of Note
        What a reader must know: of which groups an arm has few clusters.
    """

    table: pd.DataFrame
    covariance: Floats
    interaction: Interaction
    left_out: tuple[str, ...]
    notes: tuple[Note, ...] = ()

    def tidy(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Return what it means, in plain words."""
        left_out = (f"Left out: {reason}." for reason in self.left_out)
        return " ".join([self.interaction.summary(), *left_out, *self.notes])


def subgroup_effects(
    outcome: ArrayLike,
    treated: ArrayLike,
    group: ArrayLike,
    cluster: Sequence[ArrayLike] | ArrayLike,
    *,
    weights: ArrayLike | None = None,
    covariates: Floats | None = None,
    fewest: int = 10,
    level: float = 0.95,
    small_sample: str = "auto",
) -> SubgroupEffects:
    """Return the difference in means between the arms in each group, and the test that it is the same in all.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Numbers; 0 and 1 for a share.
    treated : array_like of 0 and 1, shape (n,)
        The arm.
    group : array_like, shape (n,)
        The group of each row; made before treatment. Groups stand in their order: categories in their own, numbers by
        size. Where several Series are given, they are put in one order by their labels.
    cluster : array_like, shape (n,), or a list of them
        Groups that are not independent within, one way or several.
    weights : array_like, shape (n,), optional
        Of rows. Those of weight 0 are left out.
    covariates : ndarray, shape (n, p), optional
        Allowed for by least squares, apart in each group.
    fewest : int
        A group needs so many rows in each arm.
    level : float
        Of the intervals.
    small_sample : {"auto", "CR1", "CR2"}
        The standard errors' correction: "auto" is CR2 with Satterthwaite's degrees of freedom for a group with an arm
        of fewer than 50 clusters, or as good as fewer.

    Returns
    -------
    SubgroupEffects
        Its `table` has one row a group; `interaction` is the test.

    Raises
    ------
    InputError
        When lengths differ, or fewer than two groups have enough rows, and two clusters or more in each arm.
    """
    require_options(level, small_sample)
    (outcome, treated, group, weights), given = aligned_with_groups(
        cluster, outcome=outcome, treated=treated, group=group, weights=weights
    )
    values = finite_numbers(outcome, "outcome").reshape(-1)
    arm, column = zero_one(treated, "treated") == 1, as_series(group, "group")
    load = np.ones(len(values)) if weights is None else numbers_of(weights, "weights").reshape(-1)
    lengths = {len(arm), len(load), len(column), *(len(as_series(way, "cluster")) for way in given)}
    if {len(values)} != lengths or (covariates is not None and len(covariates) != len(values)):
        raise InputError("Outcome, arm, group, weights and clusters are not of the same length. Give one a row.")
    if not given:
        raise InputError("cluster is empty. Give the groups that rows are alike in, or one number a row.")
    ways = [group_codes(way, "cluster", load > 0) for way in given]
    matrix = None if covariates is None else _matrix(covariates, load > 0)
    names, labels = group_names(column[load > 0].reset_index(drop=True), "group")
    if not (np.isfinite(load) & (load >= 0)).all():
        raise InputError("A weight is missing or below 0. Give weights from 0.")
    missing = int((~np.isfinite(values[load > 0])).sum())
    if missing:
        raise InputError(f"{missing} outcomes are missing. Leave those rows out, or say what they are.")
    where = np.full(len(values), "", dtype=object)
    where[load > 0] = names
    used, left_out = _groups(labels, where, arm, load, ways, fewest)
    if len(used) < 2:
        raise InputError(
            f"Fewer than two groups have {fewest} rows in each arm, in two clusters or more, so nothing can differ. "
            f"Left out: {'; '.join(left_out) or 'none'}."
        )
    fits = [_fit(values, arm, load, matrix, np.flatnonzero((where == name) & (load > 0))) for name in used]
    return _result(used, fits, _Rows(values, ways, Arms(arm, load)), level, small_sample, left_out)


def _matrix(covariates: Any, used: Booleans) -> Floats:
    """Return covariates as numbers, known in the rows used."""
    matrix = numbers_of(np.asarray(covariates), "covariates")
    if matrix.ndim != 2 or not np.isfinite(matrix[used]).all():
        raise InputError("Covariates are a table of numbers, one row a row, none missing. Leave out rows with gaps.")
    return matrix


def _groups(
    labels: list[str], names: AnyArray, arm: Booleans, load: Floats, ways: list[Integers], fewest: int
) -> tuple[list[str], tuple[str, ...]]:
    used, left_out = [], []
    for name in labels:
        mine = (names == name) & (load > 0)
        rows = int((mine & arm).sum()), int((mine & ~arm).sum())
        clusters = min(len(np.unique(way[mine])) for way in ways)
        of_arms = {of: min(len(np.unique(way[mine & (arm == of)])) for way in ways) for of in (True, False)}
        alone = [NAMES[of] for of, number in of_arms.items() if number == 1]
        if min(rows) >= fewest and clusters > 1 and not alone:
            used.append(name)
        elif clusters < 2:
            left_out.append(f"{name} (all in one cluster)")
        elif min(rows) >= fewest:
            left_out.append(f"{name} (all {' and all '.join(alone)} rows in one cluster)")
        else:
            left_out.append(f"{name} ({rows[0]} treated and {rows[1]} comparison rows)")
    return used, tuple(left_out)


def _fit(values: Floats, arm: Booleans, load: Floats, covariates: Floats | None, rows: Integers) -> LinearFit:
    columns = [np.ones(len(rows)), arm[rows].astype(np.float64)]
    if covariates is not None:
        mine = covariates[rows]
        centred = mine - np.average(mine, axis=0, weights=load[rows])
        kept = np.flatnonzero(_independent(np.column_stack([*columns, centred]))[2:])
        columns += [centred[:, place] for place in kept]
    design = np.column_stack(columns)
    return least_squares(design, values[rows], load[rows], rows, design.shape[1])


def _independent(design: Floats) -> Booleans:
    """Return which columns are no combination of earlier ones."""
    kept: list[int] = []
    basis: Floats = np.zeros((len(design), 0))
    for place, column in enumerate(design.T):
        left = column - basis @ (basis.T @ column)
        left = left - basis @ (basis.T @ left)
        size = float(np.linalg.norm(left))
        if size > 1e-8 * max(1.0, float(np.linalg.norm(column))):
            basis = np.column_stack([basis, left / size])
            kept.append(place)
    return np.isin(np.arange(design.shape[1]), kept)


@dataclass(frozen=True, slots=True)
class _Rows(Shown):
    """All rows: outcomes, cluster codes, arms and weights."""

    values: Floats
    ways: list[Integers]
    arms: Arms

    def of(self, rows: Integers) -> _Rows:
        arms = Arms(self.arms.treated[rows], self.arms.weights[rows])
        return _Rows(self.values[rows], [way[rows] for way in self.ways], arms)


def _result(
    used: list[str],
    fits: list[LinearFit],
    everyone: _Rows,
    level: float,
    small_sample: str,
    left_out: tuple[str, ...],
) -> SubgroupEffects:
    total = sum(fit.parameters for fit in fits)
    every = np.sort(np.concatenate([fit.rows for fit in fits]))
    joint = [_renumbered(fit, every, total) for fit in fits]
    contrasts = [np.zeros((len(fits), len(fit.coefficients))) for fit in fits]
    for place, contrast in enumerate(contrasts):
        contrast[place, 1] = 1.0
    compared = everyone.of(every)
    together = clustered_covariance(joint, contrasts, compared.ways, small_sample, compared.arms)
    rows = [
        _row(name, fit, everyone.of(fit.rows), level, small_sample, len(used))
        for name, fit in zip(used, fits, strict=True)
    ]
    table = pd.DataFrame(rows)
    table.insert(8, "p_holm", holm(table["p_value"]))
    effects = table["estimate"].to_numpy(dtype=np.float64)
    test = interaction_test(
        effects, together.covariance, degrees_of_freedom=max(together.degrees_of_freedom, len(used) + 0.0)
    )
    return SubgroupEffects(table, together.covariance, test, left_out, _few(used, fits, everyone))


def _row(name: str, fit: LinearFit, mine: _Rows, level: float, small_sample: str, groups: int) -> dict[str, object]:
    """Return one group's row of the table."""
    from scipy.special import stdtr, stdtrit

    own = _renumbered(fit, fit.rows, fit.parameters)
    single = np.zeros((1, len(fit.coefficients)))
    single[0, 1] = 1.0
    got = clustered_covariance([own], [single], mine.ways, small_sample, mine.arms)
    estimate, se, freedom = float(fit.coefficients[1]), math.sqrt(got.covariance[0, 0]), got.degrees_of_freedom
    if not se > least_error(mine.values):
        se = math.nan
    reach, wide = (float(stdtrit(freedom, 1 - (1 - level) / 2 / number)) * se for number in (1, groups))
    given = [mine.arms.treated == arm for arm in (True, False)]
    means = [float(np.average(mine.values[some], weights=mine.arms.weights[some])) for some in given]
    return (
        {"group": name, "estimate": estimate, "se": se, "low": estimate - reach, "high": estimate + reach}
        | {"low_all": estimate - wide, "high_all": estimate + wide}
        | {"p_value": 2 * float(stdtr(freedom, -abs(estimate) / se)) if se > 0 else math.nan}
        | {"n_treated": int(given[0].sum()), "n_control": int(given[1].sum())}
        | {"mean_treated": means[0], "mean_control": means[1]}
    )


def _few(used: list[str], fits: list[LinearFit], everyone: _Rows) -> tuple[Note, ...]:
    """Return a note for each group that has an arm of few clusters."""
    notes = []
    for name, fit in zip(used, fits, strict=True):
        mine = everyone.of(fit.rows)
        for note in few_clusters_note(mine.ways, ["those given"] * len(mine.ways), mine.arms):
            notes.append(Note(note.code, f"{name}: {note}", {**note.figures, "group": name}))
    return tuple(notes)


def _renumbered(fit: LinearFit, every: Integers, parameters: int) -> LinearFit:
    """Return the fit with its rows' places among those given."""
    places = np.searchsorted(every, fit.rows).astype(np.intp)
    return LinearFit(
        design=fit.design,
        residual=fit.residual,
        bread=fit.bread,
        coefficients=fit.coefficients,
        parameters=parameters,
        rows=places,
        weights=fit.weights,
    )
