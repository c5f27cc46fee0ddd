"""What is known of a family at time zero: one entry a covariate, each a piece of SQL over one source.

The pieces see these names, and nothing later than time zero:

- ``family``: ``f`` (the row of `families`), ``r`` (the row of the trial), ``time_zero``, ``$first_day`` of the records
- ``children``: aggregates over ``age``, months at time zero (below 0: not yet born)
- ``referrals``: aggregates over ``day`` and ``ago`` (days before time zero, 0 to the look-back less 1)
- ``episodes``: aggregates over ``kind`` and ``ago``

`toolkit.cohort.history` adds windows before time zero of everything that can be an outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from toolkit.cohort.covariate import Covariate
from toolkit.cohort.history import history_covariates
from toolkit.cohort.outcome_definitions import different
from toolkit.engine.query import whole_months
from toolkit.errors import InputError, did_you_mean

__all__ = ["COVARIATES", "Covariate", "covariates_named"]


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
    Covariate(
        "deprivation_fifth",
        "Deprivation fifth",
        "Fifth of England's neighbourhoods by children in low-income families, 1 the most deprived.",
        "family",
        "((f.idaci_decile + 1) // 2)",
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
        f"least(24, {whole_months('f.known_from', 'r.time_zero')})",
        "int8",
    ),
    Covariate(
        "newly_known",
        "Known under three months",
        "First appears in the records within the 91 days before.",
        "family",
        "(date_diff('day', f.known_from, r.time_zero) < 91)::INTEGER",
        "int8",
    ),
    Covariate(
        "months_of_records",
        "Months of records",
        "Whole months before time zero in which the family was known and referrals were recorded, at most 60.",
        "family",
        f"least(60, {whole_months('greatest(f.known_from, $first_day)', 'r.time_zero')})",
        "int8",
    ),
    Covariate(
        "child_age_months",
        "Age of the child",
        "Age of the row's child in months.",
        "family",
        "r.age",
        "int16",
        is_of_child=True,
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
        "youngest_age_band",
        "Age band of youngest",
        "Age of the youngest child born: 0 under one, 1 one or two years, 2 three or four, 3 five or older.",
        "children",
        "CASE WHEN min(age) FILTER (WHERE age >= 0) < 12 THEN 0 WHEN min(age) FILTER (WHERE age >= 0) < 36 THEN 1 "
        "WHEN min(age) FILTER (WHERE age >= 0) < 60 THEN 2 ELSE 3 END",
        "int8",
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
        different("day", "ago < 91"),
        "int16",
        91,
    ),
    Covariate(
        "referrals_3m_to_12m",
        "Referrals, 3 to 12 months before",
        "Different days in the rest of the year up to time zero on which a child of the family was referred.",
        "referrals",
        different("day", "ago >= 91 AND ago < 365"),
        "int16",
        365,
    ),
    Covariate(
        "referred_last_month",
        "Referred in the last month",
        "A child of the family was referred in the 30 days up to time zero.",
        "referrals",
        "coalesce(bool_or(ago < 30), false)::INTEGER",
        "int8",
        30,
    ),
    Covariate(
        "referred_last_year",
        "Referred in the last year",
        "A child of the family was referred in the year up to time zero.",
        "referrals",
        "coalesce(bool_or(ago < 365), false)::INTEGER",
        "int8",
        365,
    ),
    Covariate(
        "episode_last_year",
        "Statutory episode in the last year",
        "A section 47 enquiry, protection plan or period in care began in the year up to time zero.",
        "episodes",
        "coalesce(bool_or(kind <> 'early_help' AND ago < 365), false)::INTEGER",
        "int8",
        365,
    ),
    Covariate(
        "care_last_year",
        "Care in the last year",
        "A child of the family entered care in the year up to time zero.",
        "episodes",
        "coalesce(bool_or(kind = 'looked_after' AND ago < 365), false)::INTEGER",
        "int8",
        365,
    ),
)

COVARIATES: Mapping[str, Covariate] = MappingProxyType(
    {covariate.name: covariate for covariate in (*_ALL, *history_covariates())}
)


def covariates_named(names: Iterable[str], look_back_days: int | None = None) -> tuple[Covariate, ...]:
    """Return the covariates of those names, in the order given.

    Parameters
    ----------
    names
        Names in `COVARIATES`.
    look_back_days
        The design's look-back, where they must not look further back than that.

    Raises
    ------
    InputError
        Naming every unknown one and its near misses, and every one that looks back further than the look-back.
    """
    names = tuple(names)
    problems = [
        f'There is no covariate "{name}". {did_you_mean(name, COVARIATES)}'.rstrip()
        for name in names
        if name not in COVARIATES
    ]
    found = tuple(COVARIATES[name] for name in names if name in COVARIATES)
    if look_back_days is not None:
        problems += [
            f'The covariate "{covariate.name}" looks {covariate.look_back_days} days back, and the design '
            f"{look_back_days}. Set look_back_days to {covariate.look_back_days}, or choose a shorter window."
            for covariate in found
            if covariate.look_back_days > look_back_days
        ]
    if problems:
        raise InputError(" ".join(problems))
    return found
