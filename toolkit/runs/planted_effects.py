"""How a plan did where the truth was known: nothing, or an effect planted in the council's own records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from toolkit.publish.verdicts.rule import Code
from toolkit.stats import wilson


@dataclass(frozen=True, slots=True)
class Tally:
    """What the plan said over all tries in which one thing was true.

    Attributes
    ----------
    truth
        The effect planted, as a difference of shares: 0, or below.
    right
        Tries whose interval held the truth.
    fewer, more, little_or_no_difference, inconclusive, cannot_say
        Tries by their verdict.
    """

    truth: float
    right: int
    fewer: int
    more: int
    little_or_no_difference: int
    inconclusive: int
    cannot_say: int

    @property
    def tried(self) -> int:
        """How many there were."""
        return self.answered + self.cannot_say

    @property
    def answered(self) -> int:
        """Those in which the records could be compared at all."""
        return self.fewer + self.more + self.little_or_no_difference + self.inconclusive

    @property
    def wrong_sign(self) -> int:
        """Those in which it said fewer or more and the truth is another."""
        return self.more + (self.fewer if self.truth == 0 else 0)

    @classmethod
    def of(cls, truth: float, said: Iterable[tuple[Code, bool]]) -> Self:
        """Return the tally of verdicts, each with whether its interval held the truth."""
        said = list(said)
        by_code = Counter(code for code, _ in said)
        return cls(
            truth,
            sum(holds for code, holds in said if code != "cannot_say"),
            by_code["fewer"],
            by_code["more"],
            by_code["little_or_no_difference"],
            by_code["inconclusive"],
            by_code["cannot_say"],
        )


@dataclass(frozen=True, slots=True)
class PlantedEffects:
    """How a plan did on its own records where the truth was known.

    Attributes
    ----------
    happened
        How a sentence says the outcome: "were referred".
    share
        Of the families drawn as joiners, the share with the outcome before any effect was planted.
    effect
        The fall planted in that share, above 0.
    joiners
        Families drawn in each try: as many as joined.
    nothing, planted
        What the plan said with nothing planted, and with the effect; the same draws in both.
    not_asked
        Checks the verdict also rests on that could not be asked, as a page calls them.
    """

    happened: str
    share: float
    effect: float
    joiners: int
    nothing: Tally
    planted: Tally
    not_asked: tuple[str, ...]

    def summary(self) -> str:
        """Return in plain words how often the plan was right, and found the effect."""
        answered = self.nothing.answered + self.planted.answered
        size = f"{100 * self.effect:g} in 100"
        if not answered:
            return f"With your records this plan could not answer at all, whether or not an effect of {size} was there."
        right = in_100_tries(self.nothing.right + self.planted.right, answered)
        found = in_100_tries(self.planted.fewer, self.planted.tried)
        sentence = (
            f"With your records this plan was right {right} times in 100, and would have found an effect of {size} "
            f"in {found}."
        )
        silent_tries = self.nothing.cannot_say + self.planted.cannot_say
        if silent_tries:
            share = in_100_tries(silent_tries, answered + silent_tries)
            sentence += f" In {share} of 100 it could not answer at all; they are not among those it was right in."
        return sentence

    def explained(self) -> str:
        """Return what was done, in plain words."""
        low, high = in_100_range(self.planted.fewer, self.planted.tried)
        return (
            f"{self.nothing.tried} times we drew families that had not joined, as many as had and much like them, and "
            "tried the plan as if they had. Nothing was done to them, so there was nothing to find. Then we did as if "
            f"an effect of {100 * self.effect:g} in 100 were there, and tried it again. “Right” means that the range "
            "it gave held the truth. So few tries leave some doubt: that it would find the "
            f"effect may be true of anything from {low} to {high} in 100. What nobody recorded was the same for both "
            "groups here; in life it may not be."
        )


def in_100_tries(count: int, tried: int) -> int:
    """Return a count as so many in 100 tries; never all or none where it was not.

    >>> in_100_tries(399, 400), in_100_tries(1, 400), in_100_tries(400, 400)
    (99, 1, 100)
    """
    if not tried or count in (0, tried):
        return 100 if count else 0
    return min(max(round(100 * count / tried), 1), 99)


def in_100_range(count: int, tried: int) -> tuple[int, int]:
    """Return the range of a share of tries, as so many in 100: Wilson's 95% interval."""
    low, high = wilson(count, tried)
    return round(100 * float(low)), round(100 * float(high))
