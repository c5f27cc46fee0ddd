"""Subgroups of a cohort: the groups of families that an effect is also looked at in, known at time zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean


@dataclass(frozen=True, slots=True)
class Subgroup:
    """One way to divide families.

    Attributes
    ----------
    name, label
        Its name in protocols and its name on a page.
    column
        The column of a cohort's frame it is read from: a covariate, or ``district``.
    levels
        The name on a page of each value, in order; empty where the values are names.
    """

    name: str
    label: str
    column: str
    levels: Mapping[int, str]


_NO_YES = MappingProxyType({0: "No", 1: "Yes"})
_ALL = (
    Subgroup(
        "deprivation_fifth",
        "Deprivation fifth",
        "deprivation_fifth",
        MappingProxyType({1: "Most deprived fifth", 2: "Second", 3: "Third", 4: "Fourth", 5: "Least deprived fifth"}),
    ),
    Subgroup(
        "prior_referral",
        "Referred in the year before",
        "referred_last_year",
        _NO_YES,
    ),
    Subgroup("kinship_care", "Kinship care", "kinship_care", _NO_YES),
    Subgroup(
        "youngest_age_band",
        "Age of the youngest child",
        "youngest_age_band",
        MappingProxyType({0: "Under one", 1: "One or two", 2: "Three or four", 3: "Five or older"}),
    ),
    Subgroup("district", "District", "district", MappingProxyType({})),
)

SUBGROUPS: Mapping[str, Subgroup] = MappingProxyType({subgroup.name: subgroup for subgroup in _ALL})


def subgroup_named(name: str) -> Subgroup:
    """Return the subgroup of a name.

    Raises
    ------
    InputError
        Where there is none, with the names there are.
    """
    if name not in SUBGROUPS:
        raise InputError(f'There is no subgroup "{name}". {did_you_mean(name, SUBGROUPS)}'.rstrip())
    return SUBGROUPS[name]


def subgroup_columns(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the covariates a design must have for these subgroups, once each."""
    columns = (subgroup_named(name).column for name in names)
    return tuple(dict.fromkeys(column for column in columns if column != "district"))


def subgroup_of(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return each row's group as a category, indexed as the frame; the groups found, in their order.

    Raises
    ------
    InputError
        Where there is no such subgroup, the frame lacks its column, or a value has no group.
    """
    subgroup = subgroup_named(name)
    if subgroup.column not in frame:
        raise InputError(f'The subgroup "{name}" needs the covariate "{subgroup.column}". Add it to the design.')
    column = frame[subgroup.column]
    if not subgroup.levels:
        return column.astype("category").cat.remove_unused_categories().rename(name)
    known = np.array(list(subgroup.levels))
    values = column.to_numpy()
    if not np.isin(values, known).all():
        odd = sorted({str(value) for value in values[~np.isin(values, known)]})
        raise InputError(f'"{subgroup.column}" has values no group of "{name}" holds: {", ".join(odd[:5])}.')
    labels = pd.Index(list(subgroup.levels.values()), dtype="str")
    groups: Any = pd.Categorical.from_codes(np.searchsorted(known, values), labels, ordered=True)
    return pd.Series(groups.remove_unused_categories(), index=frame.index, name=name)
