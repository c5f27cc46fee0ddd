"""How many referrals the money avoided, by a result whose kind says it and whose verdict lets it be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from toolkit.errors import InputError
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


MOST_APART = 0.1
"""As a part of the larger: money in the file of costs and on record further apart than this is said."""


def money_on_record(bundle: Bundle) -> float | None:
    """Return the pounds of the money that the result's records hold; ``None`` where it does not say."""
    return bundle.facts.pounds if isinstance(bundle.facts, ReachAreasFacts) else None


def money_parts(bundle: Bundle, costs: Costs) -> bool:
    """Whether the money entered, at no point of its range, is within a tenth of that on record."""
    held = money_on_record(bundle)
    if held is None:
        return False
    nearest = min(max(held, costs.money.low), costs.money.high)
    return abs(held - nearest) > MOST_APART * max(held, nearest)


def avoided_of(bundle: Bundle) -> Avoided | None:
    """Return referrals avoided; ``None`` where the kind has none, or the verdict lets no figure be told."""
    if not bundle.may.figures or bundle.may.describes or bundle.kind not in BY_KIND:
        return None
    return BY_KIND[bundle.kind](bundle)


def check_kind(bundle: Bundle) -> None:
    """Check that results of this kind say how many referrals money avoided.

    Raises
    ------
    InputError
        When none does, naming the kinds that do.
    """
    if bundle.kind not in BY_KIND:
        raise InputError(
            f"{bundle.question} is a result of kind {bundle.kind}, which does not say how many referrals money "
            f"avoided: no value can be put on it. Give a result of kind {' or '.join(BY_KIND)}."
        )


def worth_by(bundle: Bundle, costs: Costs, *, seed: int = 1) -> Worth | None:
    """Return what the money of a result was worth; ``None`` where `avoided_of` has nothing.

    Raises
    ------
    InputError
        When no result of its kind can be valued.
    """
    check_kind(bundle)
    avoided = avoided_of(bundle)
    return None if avoided is None else worth_of(avoided, costs, seed=seed)
