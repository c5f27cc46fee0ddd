"""Whether the county's areas and its matched families say the same: two answers that share no assumption."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.errors import InputError
from toolkit.publish.verdicts.money_designs import Answer
from toolkit.publish.verdicts.rule import state_of

Agreement = Literal["agree", "part", "one_alone", "neither"]

AREAS_KIND, FAMILIES_KIND = "reach_areas", "matched_cohort"
_SAYS = {
    "fewer": "fewer referrals",
    "more": "more referrals",
    "little_or_no_difference": "little or no difference",
}
SHARES_NOTHING = "The two look in other ways: one sets whole areas side by side, the other families who joined."


@dataclass(frozen=True, slots=True)
class Beside:
    """How two answers stand to each other.

    Attributes
    ----------
    agreement
        ``agree`` or ``part`` where both answer; ``one_alone`` or ``neither`` where not both can.
    sentence
        The same in words, without a figure: it may stand beside either answer.
    """

    agreement: Agreement
    sentence: str


def beside(areas: Answer, families: Answer) -> Beside:
    """Return how the answer by reach area stands to that of matched families, the same whichever is read.

    An area counts everyone, whether or not they joined, by the money spent there; the families are those who joined,
    and ones like them. So only what they say is compared, never how much.

    Parameters
    ----------
    areas
        A result of the kind ``reach_areas``.
    families
        A result of the kind ``matched_cohort``.

    Raises
    ------
    InputError
        When a result is of another kind.
    """
    wrong = [
        f"{one.question} is of kind {one.kind}. Expected {kind}."
        for one, kind in ((areas, AREAS_KIND), (families, FAMILIES_KIND))
        if one.kind != kind
    ]
    if wrong:
        raise InputError(" ".join(wrong))
    codes = areas.verdict.code, families.verdict.code
    answered = [state_of(code) == "answered" for code in codes]
    if all(answered):
        return _both(*codes)
    if not any(answered):
        said = "Neither the areas nor the families that joined can tell, so neither speaks for or against the other."
        return Beside("neither", said)
    who, others = ("areas", "families that joined") if answered[0] else ("families that joined", "areas")
    said = f"Only the {who} give an answer. The {others} cannot tell, so they do not speak for it or against it."
    return Beside("one_alone", said)


def _both(by_area: str, by_family: str) -> Beside:
    if by_area == by_family:
        said = f"The areas and the families that joined say the same: {_SAYS[by_area]}. {SHARES_NOTHING}"
        return Beside("agree", said)
    said = (
        f"The two answers part: the areas say {_SAYS[by_area]}, the families that joined say {_SAYS[by_family]}. "
        f"{SHARES_NOTHING} Neither should be quoted alone."
    )
    return Beside("part", said)
