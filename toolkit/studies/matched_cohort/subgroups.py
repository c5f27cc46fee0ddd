"""Whether the effect differs between kinds of family: each kind's figure, held together by one test of difference.

The test asks whether the figures differ from one another by more than chance, allowing for how many such questions
were asked (Holm). "Clear in one group and not in another" is never a finding.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.covariates import COVARIATES
from toolkit.errors import InputError
from toolkit.stats import SubgroupEffects, holm, subgroup_effects
from toolkit.studies.matched_cohort.comparison import Comparison
from toolkit.studies.matched_cohort.spec import MatchedCohort

FEWEST = 60
"""Joiners a group must have for its figure to stand; the same as the house's gate."""
FEWEST_PLACES = 10
"""Reach areas a group's interval must rest on: from a handful it comes out far too narrow or too wide by luck."""
_LEVEL = 0.05
_ROW = ("subgroup", "label", "group", "joiners", "estimate", "se", "low", "high")
_TEST = ("subgroup", "label", "groups", "p_value", "p_value_holm", "differs")


def subgroup_tables(
    comparison: Comparison, spec: MatchedCohort, outcome: str, names: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Return ``subgroups`` (one row a group) and ``subgroup_tests`` (one row a question).

    A set belongs to its joiner's group, so that sets stay whole. A group with under 60 joiners has no figure,
    and one of under ten reach areas no interval; the test still counts it.
    """
    rows: list[dict[str, object]] = []
    tests: list[tuple[str, str, int, float]] = []
    joined = (comparison.inside["role"] == "joined").to_numpy()
    for name in names:
        label = "District" if name == "district" else COVARIATES[name].label
        group = _group_of_rows(comparison, name)
        found = _effects(comparison, spec, outcome, group)
        shown = {} if found is None else {row["group"]: row for row in found.table.to_dict("records")}
        for one, joiners in zip(*np.unique(group[joined], return_counts=True), strict=True):
            places = comparison.inside.loc[group == one, spec.cluster].nunique()
            known = ("estimate", "se", "low", "high") if places >= FEWEST_PLACES else ("estimate",)
            figures = dict.fromkeys(("se", "low", "high")) | {key: shown.get(one, {}).get(key) for key in known}
            rows.append({"subgroup": name, "label": label, "group": one, "joiners": int(joiners), **figures})
        if found is not None:
            tests.append((name, label, found.interaction.groups, found.interaction.p_value))
    tested = pd.DataFrame(tests, columns=list(_TEST[:4]))
    tested["p_value_holm"] = holm(tested["p_value"].to_numpy(dtype=float))
    tested["differs"] = tested["p_value_holm"] <= _LEVEL
    return {"subgroups": pd.DataFrame(rows, columns=list(_ROW)), "subgroup_tests": tested}


def _group_of_rows(comparison: Comparison, name: str) -> NDArray[np.str_]:
    inside = comparison.inside
    joiners = inside[inside["role"] == "joined"].set_index("set")[name]
    said = joiners.astype(str) if name == "district" else joiners.map(lambda value: "yes" if value else "no")
    return np.asarray(inside["set"].map(said).to_numpy(dtype=str))


def _effects(
    comparison: Comparison, spec: MatchedCohort, outcome: str, group: NDArray[np.str_]
) -> SubgroupEffects | None:
    rows = comparison.inside
    try:
        return subgroup_effects(
            comparison.values_inside(outcome),
            (rows["role"] == "joined").to_numpy().astype(int),
            group,
            [rows[spec.cluster].cat.codes.to_numpy(), rows["set"].to_numpy()],
            weights=comparison.set_weights,
            covariates=rows[list(comparison.ready.covariates)].to_numpy(dtype=float),
            fewest=FEWEST,
        )
    except InputError:
        return None
