"""What may happen to a family in the days after time zero: one entry an outcome, each a piece of SQL.

The pieces aggregate over a family's records in follow-up and see these names:

- ``referrals``: ``day``, ``source``, ``outcome``, ``is_repeat`` and ``$centre_sources``
- ``episodes``: ``day`` (the day it began) and ``kind``
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from toolkit.errors import InputError, did_you_mean


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that may happen in follow-up.

    Attributes
    ----------
    name, label, description
        Its name in protocols, its name on a page, and what it is.
    happened
        How a sentence says it of families: "were referred".
    source, sql
        The table it comes from and the expression over the module's names.
    is_binary
        Whether it is a yes or no; otherwise a count.
    """

    name: str
    label: str
    description: str
    happened: str
    source: Literal["referrals", "episodes"]
    sql: str
    is_binary: bool = True


def _any(condition: str) -> str:
    return f"coalesce(bool_or({condition}), false)::TINYINT"


_ALL = (
    Outcome(
        "any_referral_12m",
        "Referred within a year",
        "Any child of the family referred to children's social care.",
        "were referred",
        "referrals",
        _any("true"),
    ),
    Outcome(
        "any_referral_12m_excluding_centre",
        "Referred by others than the centre",
        "Any child of the family referred by anyone but a Children's Centre.",
        "were referred by someone other than a centre",
        "referrals",
        _any("NOT list_contains($centre_sources, source)"),
    ),
    Outcome(
        "centre_referral_12m",
        "Referred by a centre",
        "Any child of the family referred under a source code that Children's Centres use.",
        "were referred by a centre",
        "referrals",
        _any("list_contains($centre_sources, source)"),
    ),
    Outcome(
        "assessed_referral_12m",
        "Referral that led to an assessment",
        "Any referral that was assessed, whether or not the child was found to be in need.",
        "were referred and assessed",
        "referrals",
        _any("outcome IN ('assessed_not_in_need', 'in_need')"),
    ),
    Outcome(
        "re_referral_12m",
        "Referred again",
        "Any child referred within 12 months of the start of that child's own earlier referral.",
        "were referred again",
        "referrals",
        _any("is_repeat"),
    ),
    Outcome(
        "section_47_or_plan_12m",
        "Section 47 enquiry or protection plan",
        "A section 47 enquiry or a child protection plan began for any child of the family.",
        "had a child protection enquiry or plan",
        "episodes",
        _any("kind IN ('section_47', 'protection_plan')"),
    ),
    Outcome(
        "care_entry_12m",
        "Entry into care",
        "Any child of the family began to be looked after by the council.",
        "had a child enter care",
        "episodes",
        _any("kind = 'looked_after'"),
    ),
    Outcome(
        "referral_days_12m",
        "Number of referrals",
        "Different days on which a child of the family was referred; brothers and sisters on one day count once.",
        "referral days",
        "referrals",
        "count(DISTINCT day)::SMALLINT",
        is_binary=False,
    ),
)

OUTCOMES: Mapping[str, Outcome] = MappingProxyType({outcome.name: outcome for outcome in _ALL})


def outcomes_named(names: Iterable[str]) -> tuple[Outcome, ...]:
    """Return the outcomes of those names, in the order given.

    Raises
    ------
    InputError
        Naming every unknown one and its near misses.
    """
    names = tuple(names)
    unknown = [
        f'There is no outcome "{name}". {did_you_mean(name, OUTCOMES)}'.rstrip()
        for name in names
        if name not in OUTCOMES
    ]
    if unknown:
        raise InputError(" ".join(unknown))
    return tuple(OUTCOMES[name] for name in names)
