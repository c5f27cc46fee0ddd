"""A study's answer with wrong links carried into it: its difference and interval, for rates of links that are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.link.sensitivity import Moved, Range, interval_put_right, moved
from toolkit.wording.amounts import in_100


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


def carried_into(
    outcome: str,
    shares: tuple[float, float],
    interval: tuple[float, float],
    *,
    missed: Range,
    false: Range,
) -> Carried:
    """Carry wrong links into the difference of two shares of families.

    Parameters
    ----------
    outcome
        What was compared, as the study names it.
    shares
        Of families with the outcome, from 0 to 1: of those that joined, and of those like them.
    interval
        The ends of the interval of their difference.
    missed, false
        The least and greatest chance that a referred family is linked to no referral of its own, and that a family that
        was not referred is linked to one.

    Raises
    ------
    InputError
        For what `toolkit.link.sensitivity.moved` refuses.
    """
    found = moved(*shares, missed=missed, false=false)
    low, high = interval_put_right(*interval, missed=missed, false=false)
    return Carried(outcome=outcome, missed=missed, false=false, moved=found, low=low, high=high)
