"""What is known of a family at time zero: one entry a covariate, each a piece of SQL over one source.

The pieces see these names, and nothing later than time zero:

- ``family``: ``f`` (the row of `families`), ``time_zero``
- ``children``: aggregates over ``age``, months at time zero (below 0: not yet born)
- ``referrals``: aggregates over ``day`` and ``ago`` (days before time zero, 0 to the look-back less 1)
- ``episodes``: aggregates over ``kind`` and ``ago``
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from toolkit.errors import InputError, did_you_mean

Source = Literal["family", "children", "referrals", "episodes"]


@dataclass(frozen=True, slots=True)
class Covariate:
    """One thing known of a family at time zero.

    Attributes
    ----------
    name, label, description
        Its name in protocols, its name on a page, and what it is.
    source
        The table it is computed from.
    sql
        The expression, over the names the module's docstring lists for that source.
    dtype
        The NumPy type of its column.
    """

    name: str
    label: str
    description: str
    source: Source
    sql: str
    dtype: str = "float32"


def _yes_no(name: str, label: str, description: str) -> Covariate:
    return Covariate(name, label, description, "family", f"f.{name}::INTEGER", "int8")


_ALL = (
    Covariate(
        "idaci_decile",
        "Deprivation tenth",
        "Tenth of England's neighbourhoods by children in low-income families, 1 the most deprived.",
        "family",
        "f.idaci_decile",
        "int8",
    ),
    Covariate(
        "most_deprived_fifth",
        "Most deprived fifth",
        "Lives in the most deprived two tenths of neighbourhoods.",
        "family",
        "(f.idaci_decile <= 2)::INTEGER",
        "int8",
    ),
    _yes_no("lone_parent", "Lone parent", "One adult brings up the children."),
    _yes_no("young_parent", "Young parent", "A parent was under 20 when the first child was born."),
    _yes_no("english_additional_language", "English as an additional language", "English is not the first language."),
    _yes_no("disability", "Disability", "A parent or child is disabled."),
    _yes_no("kinship_care", "Kinship care", "A grandparent, other relative or friend brings up the children."),
    Covariate(
        "months_known",
        "Months known",
        "Whole months since the family first appears in the council's records, at most 24.",
        "family",
        "least(24, date_sub('month', f.known_from, time_zero))",
        "int8",
    ),
    Covariate(
        "newly_known",
        "Known under three months",
        "First appears in the records within the 91 days before.",
        "family",
        "(time_zero - f.known_from < 91)::INTEGER",
        "int8",
    ),
    Covariate(
        "children_under_18",
        "Children",
        "Children born and under 18.",
        "children",
        "count(*) FILTER (WHERE age BETWEEN 0 AND 215)",
        "int8",
    ),
    Covariate(
        "youngest_months",
        "Age of youngest",
        "Age in months of the youngest child born.",
        "children",
        "min(age) FILTER (WHERE age >= 0)",
        "int16",
    ),
    Covariate(
        "under_one",
        "Child under one",
        "The youngest child born is under 12 months.",
        "children",
        "coalesce(bool_or(age BETWEEN 0 AND 11), false)::INTEGER",
        "int8",
    ),
    Covariate(
        "expecting",
        "Expecting a child",
        "A child is expected within six months. A pregnancy on record is taken as known that far ahead.",
        "children",
        "coalesce(bool_or(age BETWEEN -6 AND -1), false)::INTEGER",
        "int8",
    ),
    Covariate(
        "referrals_last_3m",
        "Referrals, last 3 months",
        "Different days in the 91 days up to time zero on which a child of the family was referred.",
        "referrals",
        "count(DISTINCT day) FILTER (WHERE ago < 91)",
        "int16",
    ),
    Covariate(
        "referrals_3m_to_12m",
        "Referrals, 3 to 12 months before",
        "Different days in the rest of the year up to time zero on which a child of the family was referred.",
        "referrals",
        "count(DISTINCT day) FILTER (WHERE ago >= 91)",
        "int16",
    ),
    Covariate(
        "referred_last_month",
        "Referred in the last month",
        "A child of the family was referred in the 30 days up to time zero.",
        "referrals",
        "coalesce(bool_or(ago < 30), false)::INTEGER",
        "int8",
    ),
    Covariate(
        "referred_last_year",
        "Referred in the last year",
        "A child of the family was referred in the year up to time zero.",
        "referrals",
        "coalesce(bool_or(true), false)::INTEGER",
        "int8",
    ),
    Covariate(
        "episode_last_year",
        "Statutory episode in the last year",
        "A section 47 enquiry, protection plan or period in care began in the year up to time zero.",
        "episodes",
        "coalesce(bool_or(true), false)::INTEGER",
        "int8",
    ),
    Covariate(
        "care_last_year",
        "Care in the last year",
        "A child of the family entered care in the year up to time zero.",
        "episodes",
        "coalesce(bool_or(kind = 'looked_after'), false)::INTEGER",
        "int8",
    ),
)

COVARIATES: Mapping[str, Covariate] = MappingProxyType({covariate.name: covariate for covariate in _ALL})


def covariates_named(names: Iterable[str]) -> tuple[Covariate, ...]:
    """Return the covariates of those names, in the order given.

    Raises
    ------
    InputError
        Naming every unknown one and its near misses.
    """
    names = tuple(names)
    unknown = [
        f'There is no covariate "{name}". {did_you_mean(name, COVARIATES)}'.rstrip()
        for name in names
        if name not in COVARIATES
    ]
    if unknown:
        raise InputError(" ".join(unknown))
    return tuple(COVARIATES[name] for name in names)
