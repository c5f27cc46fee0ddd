"""A study's answer with wrong links carried into it: its difference and interval, for rates of links that are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.wording.amounts import in_100
from toolkit.errors import InputError
from toolkit.link.sensitivity import Moved, Range, interval_put_right, moved


@dataclass(frozen=True, slots=True)
class Carried:
    """What wrong links can have done to one answer.

    Attributes
    ----------
    outcome
        The outcome that was compared, as the study names it.
    missed, false
        The ranges of a family's chances, as given.
    moved
        The difference, and how far it can have been moved.
    low, high
        The study's interval, widened for links that err alike in both arms.
    """

    outcome: str
    missed: Range
    false: Range
    moved: Moved
    low: float
    high: float

    @property
    def sentence(self) -> str:
        """The finding in plain words."""
        chance = (
            "Where links err alike in both groups, and with chance allowed for too, it is between "
            f"{in_100(self.low)} and {in_100(self.high)} in 100."
        )
        return f"{self.moved.sentence} {chance}"

    def tidy(self) -> dict[str, Any]:
        """Return everything as values that JSON can hold."""
        kept = ("seen", "low", "high", "low_alike", "high_alike", "keeps_its_sign")
        return {
            "outcome": self.outcome,
            "missed": list(self.missed),
            "false": list(self.false),
            "difference": {name: getattr(self.moved, name) for name in kept},
            "interval": [self.low, self.high],
            "sentence": self.sentence,
        }


def carried_into(bundle: Mapping[str, Any], *, missed: Range, false: Range) -> Carried:
    """Carry wrong links into the answer of a matched comparison.

    Parameters
    ----------
    bundle
        The content of the study's ``result.json``.
    missed, false
        The least and greatest chance that a referred family is linked to no referral of its own, and that a family that
        was not referred is linked to one.

    Raises
    ------
    InputError
        When the result is no matched comparison of shares, or for what `toolkit.link.sensitivity.moved` refuses.
    """
    facts = bundle.get("facts", {})
    shares = facts.get("mean_treated"), facts.get("mean_control")
    first = next(iter(bundle.get("estimates", ())), None)
    is_share = all(isinstance(share, int | float) and 0 <= share <= 1 for share in shares)
    if first is None or first.get("measure") != "difference" or first.get("low") is None or not is_share:
        raise InputError(
            f'The result of "{bundle.get("question", "?")}" is no difference of two shares of families. Wrong links '
            "can be carried into matched comparisons of a yes-or-no outcome only."
        )
    found = moved(float(shares[0]), float(shares[1]), missed=missed, false=false)
    low, high = interval_put_right(float(first["low"]), float(first["high"]), missed=missed, false=false)
    return Carried(str(first["outcome"]), missed, false, found, low, high)
