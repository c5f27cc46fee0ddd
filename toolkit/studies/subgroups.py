"""Whether the effect differs between kinds of family: each kind's figure, held together by one test of difference.

The test asks whether the figures differ from one another by more than chance, allowing for how many such questions
were asked (Holm). "Clear in one group and not in another" is never a finding.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.cohort.covariates import COVARIATES
from toolkit.errors import InputError
from toolkit.stats import Effect, Effects
from toolkit.studies.evidence import Comparison
from toolkit.studies.matched_spec import MatchedCohort

_LABELS = {"district": "District"}
_FEWEST = 60
"""Joiners a group must have for its figure to stand by itself; the same as the house's gate."""


def subgroup_tables(
    comparison: Comparison, spec: MatchedCohort, outcome: str, names: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Return ``subgroups`` (one row a group) and ``subgroup_tests`` (one row a question).

    Groups are of the joiner's own value, and its matched families go with it, so that sets stay whole. A group with
    under 60 joiners, or where nothing happened, has no figure.
    """
    groups, tests = [], []
    for name in names:
        effects = _by_group(comparison, spec, outcome, name)
        label = _LABELS.get(name) or COVARIATES[name].label
        groups += [_row(name, label, group, joiners, effect) for group, joiners, effect in effects]
        shown = [effect for _, _, effect in effects if effect is not None]
        if len(shown) > 1:
            tests.append((name, label, interaction_test([e.estimate for e in shown], [e.se for e in shown])))
    adjusted = holm([test.p_value for _, _, test in tests])
    rows = [
        {
            "subgroup": name,
            "label": label,
            "groups": test.groups,
            "p_value": test.p_value,
            "p_value_holm": p,
            "differs": bool(p < 0.05),
        }
        for (name, label, test), p in zip(tests, adjusted, strict=True)
    ]
    return {
        "subgroups": pd.DataFrame(groups, columns=list(_ROW)),
        "subgroup_tests": pd.DataFrame(rows, columns=list(_TEST)),
    }


_ROW = ("subgroup", "label", "group", "joiners", "estimate", "se", "low", "high")
_TEST = ("subgroup", "label", "groups", "p_value", "p_value_holm", "differs")


def _by_group(
    comparison: Comparison, spec: MatchedCohort, outcome: str, name: str
) -> list[tuple[str, int, Effect | None]]:
    inside = comparison.inside
    joiners = inside[inside["role"] == "joined"].set_index("set")[name]
    values = joiners.astype(str) if name == "district" else joiners.map(_said)
    of_row = inside["set"].map(values)
    sample = comparison.matched.sample.frame
    column = pd.Series(of_row.to_numpy(), index=inside.index).reindex(sample.index)
    found: list[tuple[str, int, Effect | None]] = []
    for group, joined in values.value_counts().sort_index().items():
        rows = sample.index[(column == group).to_numpy()]
        found.append((str(group), int(joined), _effect(comparison, spec, outcome, rows) if joined >= _FEWEST else None))
    return found


def _effect(comparison: Comparison, spec: MatchedCohort, outcome: str, rows: pd.Index) -> Effect | None:
    from toolkit.studies.matching import part_of

    try:
        found = part_of(comparison.rounds, rows).effect(outcome, cluster=spec.cluster)
    except InputError:
        return None
    assert not isinstance(found, Effects)
    return found


def _said(value: float) -> str:
    return "yes" if value else "no"


def _row(name: str, label: str, group: str, joiners: int, effect: Effect | None) -> dict[str, object]:
    row: dict[str, object] = {"subgroup": name, "label": label, "group": group, "joiners": joiners}
    if effect is None:
        return row | dict.fromkeys(("estimate", "se", "low", "high"))
    low, high = effect.interval
    return row | {"estimate": effect.estimate, "se": effect.se, "low": low, "high": high}
