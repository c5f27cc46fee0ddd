"""What members read of a published result, typed: nothing but what disclosure control has let through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from toolkit.publish.figures.protector import Rows
from toolkit.publish.verdicts.findings import as_finding
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.sentences import first_of
from toolkit.studies.facts import WHERE_KNOWN, made_of, plain_fields


@dataclass(frozen=True, slots=True)
class MemberVerdict:
    """What members read of a verdict; anything a later version adds stays inside until it has a field here.

    Attributes
    ----------
    code, sentence, detail, cannot_show, maryland_level, evidence, hidden, concerns, short
        As those of `toolkit.publish.verdicts.verdict.Verdict`.
    """

    code: str
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
        """The answer alone; files of before it was kept have its first sentence."""
        return self.short or first_of(self.sentence)


@dataclass(frozen=True, slots=True)
class MemberEstimate:
    """A difference in whole families of a round number.

    Attributes
    ----------
    outcome, label
        The outcome's name, and what a page calls it.
    per
        The round number of families: 100, 1,000 or 10,000.
    estimate, low, high
        So many more of them, below 0 for fewer, with the ends of the interval.
    words
        All of it in words.
    """

    outcome: str
    label: str
    per: int
    estimate: int
    low: int
    high: int
    words: str


@dataclass(frozen=True, slots=True)
class Days:
    """The first and last day of the records used, as ISO 8601; ``None`` where there are none."""

    first_day: str | None = None
    last_day: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """What a member may see of a result.

    Attributes
    ----------
    question, title, recommendation
        What was asked.
    simulated, notice
        Whether the figures are of no real family, and what simulated figures say of themselves.
    as_of
        The records used.
    verdict
        The result in words.
    estimates
        The differences that may be put into words.
    families
        Families compared, rounded: ``joined`` and ``compared_with``; a suppressed one is ``None``.
    tables
        Protected tables by name; a suppressed figure is ``None``.
    key
        What a suppressed figure means.
    round_to, least_told
        Counts are to the nearest of these; one shown below the second is told as fewer than that.
    plan
        How the hash of its plan begins, as the register has it; empty in files of before it was kept.
    """

    question: str
    title: str
    recommendation: str
    simulated: bool
    as_of: Days
    verdict: MemberVerdict
    estimates: tuple[MemberEstimate, ...]
    families: Mapping[str, int | None]
    tables: Mapping[str, Rows]
    key: str
    round_to: int = 5
    least_told: int = 10
    notice: str | None = field(default=None, metadata=WHERE_KNOWN)
    plan: str = field(default="", metadata=WHERE_KNOWN)

    def to_json(self) -> dict[str, Any]:
        """Return the view as its file under the store's ``published`` holds it."""
        return plain_fields(self) | {
            "as_of": asdict(self.as_of),
            "verdict": asdict(self.verdict),
            "estimates": [asdict(estimate) for estimate in self.estimates],
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return the view that a file under the store's ``published`` holds, as far as its verdict's state lets.

        Files of version 0.2.0 and before have tables of what the verdict cannot answer, and call checks that were not
        passed by what passing them would mean.

        Raises
        ------
        InputError
            Naming what is missing.
        """
        verdict = made_of(MemberVerdict, found.get("verdict"))
        view = made_of(
            cls,
            {
                **found,
                "as_of": made_of(Days, found.get("as_of", {})),
                "verdict": replace(verdict, concerns=tuple(as_finding(concern) for concern in verdict.concerns)),
                "estimates": [made_of(MemberEstimate, one) for one in found.get("estimates", ())],
            },
        )
        may = MayShow.of("", verdict.code)
        return replace(
            view,
            estimates=view.estimates if may.effect else (),
            tables={name: rows for name, rows in view.tables.items() if may.table(name)},
        )
