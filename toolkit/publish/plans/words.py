"""What a protocol's keys and values are called where members read of a plan: never by their names in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.cohort.reach import GROUPS
from toolkit.cohort.referrals import HAPPENED, KNOWN
from toolkit.studies.progress_rollout.spec import ALIKE_ON
from toolkit.wording.numbers import uk_date

CHECKED: Mapping[str, str] = MappingProxyType(
    {
        "own_notes": "what the estimate says of itself",
        "pre_registration": "whether the plan was written down before the answer",
        "time_zero": "how the groups stood on the day they joined",
        "negative_control_outcome": "whether the groups already differed before joining",
        "negative_control_exposure": "whether joining later made a difference beforehand",
        "too_soon": "whether the difference came too soon to be the centres' doing",
        "time_course": "whether the course over the year fits the answer",
        "placebo_time_zero": "whether the groups differ after a made-up joining day",
        "estimator_agreement": "whether other methods agree",
        "leave_one_centre_out": "whether a single centre decides the answer",
        "window": "whether following families for less or longer changes the answer",
        "regression_to_the_mean": "whether families were getting better anyway",
        "detection": "whether centres notice more, rather than cause more",
        "spill_over": "whether neighbours were affected",
        "hidden_difference": "how big something nobody recorded would have to be",
        "e_value": "how strong a hidden cause would have to be",
        "rosenbaum": "how uneven the lot of alike families could be",
    }
)
"""What each check of a matched comparison looks at, as a question."""

_SHARED: Mapping[str, str] = MappingProxyType(
    {
        "trial": "the month",
        "centre_id": "the centre",
        "district": "the district",
        "reach_centre_id": "the centre's area",
        "quarter": "the quarter",
        "age_band": "the age of the child",
    }
)
_WAYS: Mapping[str, str] = MappingProxyType(
    {
        "matched_3": "three families alike",
        "entropy": "weights",
        "doubly_robust": "weights and a model together",
        "difference_in_differences": "change since before joining",
        "difference": "a difference in every 100",
        "ratio": "a ratio",
        "0_4": "0 to 4 years",
        "5_9": "5 to 9 years",
    }
)


_CASE_MIX: Mapping[str, str] = MappingProxyType(
    {
        "first_score": "the first score",
        "days_between": "the time between the scores",
        "who_scored": "who gave them",
    }
)


def check_words(name: str) -> str:
    """Return what a check looks at."""
    return CHECKED.get(name, plain(name))


def covariate_words(name: str) -> str:
    """Return what is recorded under a name that families or referrals are compared by."""
    if name in COVARIATES:
        return _small(COVARIATES[name].label)
    return _small(KNOWN[name]) if name in KNOWN else plain(name)


def case_mix_words(name: str) -> str:
    """Return what centres' families may differ by."""
    return _CASE_MIX.get(name, "") or covariate_words(name)


def group_words(name: str) -> str:
    """Return what families are told apart by."""
    return _small(GROUPS[name]) if name in GROUPS else covariate_words(name)


def outcome_words(name: str) -> str:
    """Return what may happen, in quotation marks."""
    label = OUTCOMES[name].label if name in OUTCOMES else HAPPENED.get(name, plain(name))
    return f"“{_small(label)}”"


def alike_words(name: str) -> str:
    """Return what centres are made alike on."""
    return _small(ALIKE_ON[name]) if name in ALIKE_ON else plain(name)


def shared_words(name: str) -> str:
    """Return what two that are matched share."""
    return _SHARED.get(name, plain(name))


def way_words(name: str) -> str:
    """Return a way of comparing, a scale or an age."""
    return _WAYS.get(name, plain(name))


def key_words(key: str) -> str:
    """Return a key's last part as words.

    >>> key_words("matched_cohort.stay_days")
    'stay days'
    """
    return plain(key.rsplit(".", 1)[-1])


def value_words(value: Any) -> str:
    """Return a value as words.

    >>> value_words(0.2), value_words(None), value_words(True), value_words(("8", "5D")), value_words("family")
    ('0.2', 'not set', 'yes', '“8” and “5D”', '“family”')
    """
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return uk_date(value)
    if isinstance(value, str):
        return f"“{plain(value)}”"
    if isinstance(value, Sequence):
        return and_([value_words(one) for one in value]) if value else "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def and_(words: Sequence[str]) -> str:
    """Return words as a list with "and".

    >>> and_(["a"]), and_(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def plain(name: str) -> str:
    """Return a name of the file as words."""
    return name.replace("_", " ")


def _small(label: str) -> str:
    # "English as an additional language" stays as it is.
    return label if label.startswith("English") else label[:1].lower() + label[1:]
