"""How many referrals the money avoided, by a result whose kind says it and whose verdict lets it be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from toolkit.publish.bundle.model import Bundle
from toolkit.studies.reach_areas.facts import ReachAreasFacts
from toolkit.value.costs import Costs
from toolkit.value.worth import Avoided, Worth, worth_of

MONTHS_A_QUARTER = 3


def _reach_areas(bundle: Bundle) -> Avoided | None:
    """Return what each area's money prevented, added up: the facts have it as a part of what was to be expected."""
    facts = bundle.facts_as(ReachAreasFacts)
    if facts.prevented is None or facts.prevented[0] <= -1 or facts.after <= 0:
        return None
    part, low, high = facts.prevented
    expected = facts.after / (1 + part)
    return Avoided(
        estimate=-part * expected,
        low=-high * facts.after / (1 + high),
        high=-low * facts.after / (1 + low),
        expected=expected,
        unit="referrals of families" if facts.counts == "families" else "referrals",
        months=MONTHS_A_QUARTER * facts.quarters_after,
    )


BY_KIND: Mapping[str, Callable[[Bundle], Avoided | None]] = MappingProxyType({"reach_areas": _reach_areas})
"""How each kind of study says how many referrals its money avoided. Other kinds say nothing of it."""


def avoided_of(bundle: Bundle) -> Avoided | None:
    """Return referrals avoided; ``None`` where the kind has none, or the verdict lets no figure be told."""
    if not bundle.may.figures or bundle.may.describes or bundle.kind not in BY_KIND:
        return None
    return BY_KIND[bundle.kind](bundle)


def worth_by(bundle: Bundle, costs: Costs, *, seed: int = 1) -> Worth | None:
    """Return what the money of a result was worth; ``None`` where `avoided_of` has nothing."""
    avoided = avoided_of(bundle)
    return None if avoided is None else worth_of(avoided, costs, seed=seed)
