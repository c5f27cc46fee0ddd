"""What can happen to a child or family: the bases that outcomes, times to an event and histories are made of.

A base is a condition on one record. The conditions see these names:

- ``referrals``: ``source``, ``outcome``, ``is_repeat``, ``referred_back`` and ``$centre_sources``
- ``episodes``: ``kind``
- ``care``: ``after`` and ``until``, from and to which day (counted from time zero) a child is looked after

The first two also see ``day``, ``child`` and ``age`` (the child's months of age in the month of the event).

Whom a re-referral is counted among
-----------------------------------
A re-referral is a referral within 12 months of the start of that child's own earlier one, whether the earlier one
came before or after time zero. In a comparison it is counted among *all* families of an arm. Counting it only among
those referred, as published tables do, would compare the few that were referred in one arm with the few in the
other: joining may change who is referred at all, so those two groups are no longer alike. The two shares that the
Department for Education publishes (of referrals, and of children referred) are made of the counts ``re_referrals`` /
``referrals`` and ``children_re_referred`` / ``children_referred``; `toolkit.cohort.counts.re_referral_shares` puts
them side by side by arm, to describe and not to estimate an effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Records = Literal["referrals", "episodes", "care"]
Measure = Literal["any", "days", "records", "children", "days_within"]

_OWN = "list_contains($centre_sources, source)"
_AGES = {"_ages_0_4": (0, 4), "_ages_5_9": (5, 9), "_ages_10_15": (10, 15)}


def different(what: str, condition: str) -> str:
    """Return the aggregate that counts different values where a condition holds."""
    return f"count(DISTINCT {what}) FILTER (WHERE {condition})"


@dataclass(frozen=True, slots=True)
class Base:
    """One kind of thing that can happen.

    Attributes
    ----------
    name, label, description
        Its name in protocols, its name on a page, and what it is.
    happened
        How a sentence says it of families: "were referred".
    records, condition
        The table it comes from, and which of its records count.
    measure
        ``any``: whether there is one; ``days``: on how many days; ``records``: how many; ``children``: of how many
        children; ``days_within``: for how many days they lasted within the window, whenever they began.
    """

    name: str
    label: str
    description: str
    happened: str
    records: Records = "referrals"
    condition: str = "true"
    measure: Measure = "any"

    @property
    def is_binary(self) -> bool:
        """Whether it is a yes or no; otherwise a count."""
        return self.measure == "any"

    def sql(self, days: int) -> str:
        """Return the aggregate over records that meet the base's condition in so many days after time zero."""
        if self.measure == "days_within":
            return f"coalesce(sum(greatest(0, least(until - 1, {days}) - greatest(after - 1, 0))), 0)::SMALLINT"
        return self.over(f"after <= {days}")

    def over(self, condition: str) -> str:
        """Return the aggregate over records that meet the base's condition and another; not of ``days_within``."""
        both = " AND ".join(part for part in (self.condition, condition) if part != "true") or "true"
        if self.measure == "any":
            return f"coalesce(bool_or({both}), false)::TINYINT"
        if self.measure == "records":
            return f"count(*) FILTER (WHERE {both})::SMALLINT"
        return f"{different('day' if self.measure == 'days' else 'child', both)}::SMALLINT"


_REFERRALS = (
    Base(
        "any_referral",
        "Referred",
        "Any child of the family referred to children's social care.",
        "were referred",
    ),
    Base(
        "assessed_referral",
        "Referral that led to an assessment",
        "Any referral that was assessed, whether or not the child was found to be in need.",
        "were referred and assessed",
        condition="outcome IN ('assessed_not_in_need', 'in_need')",
    ),
    Base(
        "assessed_not_in_need",
        "Assessed and not in need",
        "Any referral that was assessed, the child being found not to be in need.",
        "were assessed and found not in need",
        condition="outcome = 'assessed_not_in_need'",
    ),
    Base(
        "nfa_referral",
        "Referral that ended before an assessment",
        "Any referral that ended with no further action, before an assessment.",
        "were referred with no further action",
        condition="outcome = 'nfa'",
    ),
    Base(
        "re_referral",
        "Referred again",
        "Any child referred within 12 months of the start of that child's own earlier referral.",
        "were referred again",
        condition="is_repeat",
    ),
    Base(
        "referral_days",
        "Number of referrals",
        "Different days on which a child of the family was referred; brothers and sisters on one day count once.",
        "referral days",
        measure="days",
    ),
    Base("referrals", "Referrals of children", "Referrals, each child's its own.", "referrals", measure="records"),
    Base(
        "re_referrals",
        "Repeat referrals of children",
        "Referrals within 12 months of the start of the same child's earlier one, each child's its own.",
        "repeat referrals",
        condition="is_repeat",
        measure="records",
    ),
    Base(
        "children_referred",
        "Children referred",
        "Different children referred.",
        "children referred",
        measure="children",
    ),
    Base(
        "children_re_referred",
        "Children referred again",
        "Different children referred within 12 months of the start of their own earlier referral.",
        "children referred again",
        condition="is_repeat",
        measure="children",
    ),
)
_CENTRES_OWN = (
    Base(
        "centre_referral",
        "Referred by a centre",
        "Any child of the family referred under a source code that Children's Centres use.",
        "were referred by a centre",
        condition=_OWN,
    ),
    Base(
        "bounced_referral",
        "Referral sent back to the centre",
        "Any referral that social care sent back to the Children's Centre that made it.",
        "had a referral sent back to the centre",
        condition="referred_back",
    ),
)
_EPISODES = (
    Base(
        "section_47_or_plan",
        "Section 47 enquiry or protection plan",
        "A section 47 enquiry or a child protection plan began for any child of the family.",
        "had a child protection enquiry or plan",
        records="episodes",
        condition="kind IN ('section_47', 'protection_plan')",
    ),
    Base(
        "care_entry",
        "Entry into care",
        "Any child of the family began to be looked after by the council.",
        "had a child enter care",
        records="episodes",
        condition="kind = 'looked_after'",
    ),
    Base(
        "early_help",
        "Early help",
        "Targeted early help began for any child of the family: no statutory episode.",
        "began early help",
        records="episodes",
        condition="kind = 'early_help'",
    ),
    Base(
        "days_looked_after",
        "Days looked after",
        "Days on which children of the family were looked after by the council, each child's its own, whenever it "
        "began: a child that is back home sooner has fewer.",
        "days looked after",
        records="care",
        measure="days_within",
    ),
)


def _excluding_centre(base: Base) -> Base:
    if base.name == "any_referral":
        label, description = "Referred by others than the centre", "Any child of the family referred by anyone but a"
        description, happened = f"{description} Children's Centre.", "were referred by someone other than a centre"
    else:
        label, description = f"{base.label}, by others than the centre", f"{base.description} By others than a centre."
        happened = f"{base.happened} by someone other than a centre"
    condition = f"NOT {_OWN}" if base.condition == "true" else f"{base.condition} AND NOT {_OWN}"
    name = f"{base.name}_excluding_centre"
    return Base(name, label, description, happened, base.records, condition, base.measure)


def of_ages(base: Base, ages: str) -> Base:
    """Return a base among children of ages ``"_ages_0_4"``, ``"_ages_5_9"`` or ``"_ages_10_15"`` when it happens.

    Age is in whole years, counted from birth months. Children not yet born when referred count among the youngest.
    """
    youngest, oldest = _AGES[ages]
    condition = f"age < {12 * (oldest + 1)}" + (f" AND age >= {12 * youngest}" if youngest else "")
    if base.condition != "true":
        condition = f"{base.condition} AND {condition}"
    years = f"aged {youngest} to {oldest}"
    return Base(
        base.name + ages,
        f"{base.label}, children {years}",
        f"{base.description} Only children {years} at that time{', or not yet born' * (not youngest)}.",
        f"{base.happened} (children {years})",
        base.records,
        condition,
        base.measure,
    )


AGES = tuple(_AGES)
_PLAIN = (*_REFERRALS, *(_excluding_centre(base) for base in _REFERRALS), *_CENTRES_OWN, *_EPISODES)

BASES: Mapping[str, Base] = MappingProxyType({base.name: base for base in _PLAIN})
"""Every base, of children of any age; referrals also without those that centres made (``_excluding_centre``)."""

EVENTS: Mapping[str, Base] = MappingProxyType(
    {
        base.name: base
        for plain in _PLAIN
        if plain.is_binary
        for base in (plain, *(of_ages(plain, ages) for ages in AGES))
    }
)
"""Every yes-or-no base, of any age and by age: what the time to an event can be asked of."""

COMPETING = BASES["care_entry"]
"""Entry into care: a child looked after by the council can no longer be referred as others are."""
