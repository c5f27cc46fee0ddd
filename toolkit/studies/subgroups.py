"""Whether the effect differs between kinds of family: each kind's figure, held together by one test of difference.

The test asks whether the figures differ from one another by more than chance, allowing for how many such questions
were asked (Holm). "Clear in one group and not in another" is never a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from toolkit.cohort.covariates import COVARIATES
from toolkit.stats.several import Interaction, holm, interaction_test
from toolkit.studies.evidence import Comparison
from toolkit.studies.matched_spec import MatchedCohort

FEWEST = 60
"""Joiners a group must have for its figure to stand; the same as the house's gate."""
_ROW = ("subgroup", "label", "group", "joiners", "estimate", "se", "low", "high")
_TEST = ("subgroup", "label", "groups", "p_value", "p_value_holm", "differs")


@dataclass(frozen=True, slots=True)
class _Groups:
    """The effects of one question's groups, from one fit, with their joint covariance."""

    names: tuple[str, ...]
    estimates: NDArray[np.float64]
    covariance: NDArray[np.float64]
    degrees_of_freedom: float


def subgroup_tables(
    comparison: Comparison, spec: MatchedCohort, outcome: str, names: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Return ``subgroups`` (one row a group) and ``subgroup_tests`` (one row a question).

    A set belongs to its joiner's group, so that sets stay whole. A group with under 60 joiners has no figure. The
    groups' effects are coefficients of one weighted least-squares fit with the covariates, clustered as the protocol
    says, so that the test allows for what groups of one place share.
    """
    rows: list[dict[str, object]] = []
    tests: list[tuple[str, str, Interaction]] = []
    for name in names:
        label = "District" if name == "district" else COVARIATES[name].label
        group = _group_of_rows(comparison, name)
        joined = (comparison.inside["role"] == "joined").to_numpy()
        joiners = pd.Series(group[joined]).value_counts().sort_index()
        kept = tuple(str(one) for one, count in joiners.items() if count >= FEWEST)
        fitted = _fit(comparison, spec, outcome, group, kept) if kept else None
        rows += [_row(name, label, str(one), int(count), fitted) for one, count in joiners.items()]
        if fitted is not None and len(kept) > 1:
            tests.append((name, label, _tested(fitted)))
    adjusted = holm([test.p_value for _, _, test in tests]) if tests else []
    found = [
        (name, label, test.groups, test.p_value, float(p), bool(p <= test.alpha))
        for (name, label, test), p in zip(tests, adjusted, strict=True)
    ]
    return {
        "subgroups": pd.DataFrame(rows, columns=list(_ROW)),
        "subgroup_tests": pd.DataFrame(found, columns=list(_TEST)),
    }


def _group_of_rows(comparison: Comparison, name: str) -> NDArray[np.object_]:
    inside = comparison.inside
    joiners = inside[inside["role"] == "joined"].set_index("set")[name]
    said = joiners.astype(str) if name == "district" else joiners.map(lambda value: "yes" if value else "no")
    return inside["set"].map(said).to_numpy(dtype=object)


def _fit(
    comparison: Comparison, spec: MatchedCohort, outcome: str, group: NDArray[np.object_], kept: Sequence[str]
) -> _Groups | None:
    from statsmodels.api import WLS

    use = np.isin(group.astype(str), kept)
    rows = comparison.inside[use]
    joined = (rows["role"] == "joined").to_numpy()
    size = rows.groupby("set")["role"].transform("size").to_numpy()
    weights = np.where(joined, 1.0, 1.0 / np.maximum(size - 1, 1))
    members = group[use].astype(str)[:, None] == np.asarray(kept)[None, :]
    covariates = rows[list(comparison.ready.covariates)].to_numpy(dtype=float)
    design = np.column_stack([members * joined[:, None], members, covariates[:, covariates.std(axis=0) > 0]])
    values = rows[outcome].to_numpy(dtype=float)
    clusters = np.unique(rows[spec.cluster].astype(str), return_inverse=True)[1]
    if values.std() == 0 or clusters.max() < 2:
        return None
    fit = WLS(values, design, weights=weights).fit(cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True)
    k = len(kept)
    return _Groups(tuple(kept), fit.params[:k], np.asarray(fit.cov_params())[:k, :k], float(clusters.max()))


def _tested(groups: _Groups) -> Interaction:
    return interaction_test(groups.estimates, groups.covariance, degrees_of_freedom=groups.degrees_of_freedom)


def _row(name: str, label: str, group: str, joiners: int, fitted: _Groups | None) -> dict[str, object]:
    row: dict[str, object] = {"subgroup": name, "label": label, "group": group, "joiners": joiners}
    if fitted is None or group not in fitted.names:
        return row | dict.fromkeys(("estimate", "se", "low", "high"))
    place = fitted.names.index(group)
    estimate, se = float(fitted.estimates[place]), float(np.sqrt(fitted.covariance[place, place]))
    reach = float(stats.t.ppf(0.975, fitted.degrees_of_freedom)) * se
    return row | {"estimate": estimate, "se": se, "low": estimate - reach, "high": estimate + reach}
