"""The one rule of every verdict on a difference: gates, whether figures may be told, the interval and the margin.

A verdict's code is one of six, and each belongs to one of three states: the question is answered, the data cannot tell
(the range holds too much), or they cannot say (nothing was compared that may be put into words). What each state lets a
page, a file or a chart show stands in `toolkit.publish.verdicts.may_show`. The code ``decided`` is of a question that
asks what to do: the decision itself is typed for itself (`toolkit.publish.decision.rules`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol, get_args

from toolkit.publish.verdicts import sentences
from toolkit.studies.result import Estimate
from toolkit.wording.amounts import base_of

Code = Literal["fewer", "more", "little_or_no_difference", "decided", "inconclusive", "cannot_say"]
CODES: tuple[str, ...] = get_args(Code)

State = Literal["answered", "cannot_tell", "cannot_say"]
STATES: Mapping[str, State] = MappingProxyType(
    {
        "fewer": "answered",
        "more": "answered",
        "little_or_no_difference": "answered",
        "decided": "answered",
        "inconclusive": "cannot_tell",
        "cannot_say": "cannot_say",
    }
)
"""The state that each code belongs to."""


def state_of(code: str) -> State:
    """Return the state of a verdict's code; a code of another version of the toolkit is taken as the most careful."""
    return STATES.get(code, "cannot_say")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A result in words.

    Attributes
    ----------
    code
        ``fewer``, ``more``, ``little_or_no_difference``, ``decided``, ``inconclusive`` or ``cannot_say``.
    sentence
        The answer, with absolute numbers.
    detail
        What was compared, and the figures behind the answer.
    cannot_show
        What the answer does not show, one sentence each.
    maryland_level
        1 to 5 on the Maryland scientific methods scale; a matched cross-section is 2.
    evidence
        The level in words.
    hidden
        How big a difference that nobody recorded would have to be to explain the answer away; empty where the study
        did not ask.
    concerns
        What the attempts to prove the answer wrong found that it did not wholly stand, a finding each.
    short
        The answer alone; empty where it is the first sentence of ``sentence``.
    """

    code: Code
    sentence: str
    detail: str
    cannot_show: tuple[str, ...]
    maryland_level: int
    evidence: str
    hidden: str = ""
    concerns: tuple[str, ...] = ()
    short: str = ""

    @property
    def in_short(self) -> str:
        """The answer alone, in 25 words or fewer."""
        return self.short or sentences.first_of(self.sentence)

    @property
    def state(self) -> State:
        """Whether the question is answered, cannot be told, or cannot be said."""
        return state_of(self.code)

    def summary(self) -> str:
        """Return the whole verdict as lines of text."""
        lines = [self.sentence, self.detail, self.hidden, *self.cannot_show, self.evidence]
        if self.concerns:
            lines.append(sentences.CONCERNS.format(concerns=" ".join(self.concerns)))
        return "\n".join(line for line in lines if line)


UNSAID = Verdict(code="cannot_say", sentence="", detail="", cannot_show=(), maryland_level=1, evidence="")
"""What stands in a result before its words are made."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference of shares with its 95% interval; below 0 is fewer."""

    estimate: float
    low: float
    high: float


def interval_of(one: Estimate | None) -> Interval | None:
    """Return an estimate's difference and interval, or ``None`` where it is no difference or has none."""
    if one is None or one.measure != "difference" or one.estimate is None or one.low is None or one.high is None:
        return None
    return Interval(one.estimate, one.low, one.high)


def base_for(code: str, interval: Interval | None) -> int:
    """Return the number of families that a verdict's sentence counts in, and with it all that stands beside it.

    The least of a hundred, a thousand or ten thousand that rounds none of the figures away that are told: of a verdict
    that cannot tell, those are the ends of its range alone. A hundred where there are none.
    """
    if interval is None:
        return base_of(None)
    ends = (interval.low, interval.high)
    return base_of(ends if state_of(code) == "cannot_tell" else (interval.estimate, *ends))


class Speaks(Protocol):
    """A check, as a study makes it or a bundle keeps it."""

    @property
    def against(self) -> tuple[str, ...]:
        """The signs of an answer that what was found speaks against."""


def spoken_against(checks: Iterable[Speaks]) -> frozenset[str]:
    """Return the signs that any of the checks speaks against."""
    return frozenset(sign for check in checks for sign in check.against)


def decide(interval: Interval | None, *, margin: float, may_say: bool, against: Collection[str] = ()) -> Code:
    """Return the verdict's code.

    Parameters
    ----------
    interval
        The primary difference; ``None`` where there is none.
    margin
        A difference of shares too small to matter.
    may_say
        Whether every gate was passed and no count behind the answer is too small.
    against
        The signs, ``fewer`` or ``more``, that a check speaks against: of these one cannot tell.
    """
    if not may_say or interval is None:
        return "cannot_say"
    if interval.high < 0:
        return "inconclusive" if "fewer" in against else "fewer"
    if interval.low > 0:
        return "inconclusive" if "more" in against else "more"
    if -margin < interval.low and interval.high < margin:
        return "little_or_no_difference"
    return "inconclusive"
