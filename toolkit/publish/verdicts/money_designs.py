"""One verdict on Recommendation 10 from several designs: whose answer leads, which stand with it, and which part.

The rule stands before any result is seen. Designs are ranked by what each takes for granted, the least first. The first
of them that is not barred leads, whatever it found: to take the first that *answers* would give nought several chances
to look like something. Another design can only take the answer away: where one answers otherwise, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

from toolkit.publish.verdicts.rule import State, state_of

Stands = Literal["leads", "agrees", "parts", "answers", "cannot_tell", "cannot_say"]
"""How a design stands to the verdict of all; one that ``answers`` stands beside a lead that cannot tell."""


class Said(Protocol):
    """A verdict, as a bundle or a member's view has it."""

    @property
    def code(self) -> str:
        """What was found."""

    @property
    def sentence(self) -> str:
        """The answer in words."""


class Answer(Protocol):
    """A result, as a bundle or a member's view has it."""

    @property
    def question(self) -> str:
        """The protocol's name."""

    @property
    def kind(self) -> str:
        """The kind of study."""

    @property
    def verdict(self) -> Said:
        """The result in words."""


@dataclass(frozen=True, slots=True)
class Described:
    """A design for readers.

    Attributes
    ----------
    name
        What it sets beside what.
    takes
        What must be so for its answer to be right.
    """

    name: str
    takes: str


DESIGNS: Mapping[str, Described] = MappingProxyType(
    {
        "reach_areas": Described(
            "Areas with more of the money, and with less",
            "But for the money, areas would have gone the same way.",
        ),
        "interrupted_series": Described(
            "The county before the money, and after",
            "What it is set beside would have gone the same way, or it would have gone on as before.",
        ),
        "synthetic_county": Described(
            "The county, and a mixture of others like it",
            "The mixture would have stayed like the county.",
        ),
        "area_panel": Described(
            "All councils, by what each spent",
            "Councils that spent less would have gone the way of the rest. It is about all of them, not this county.",
        ),
    }
)
"""Kinds of study that look at the money, those that take least for granted first."""
OF_THE_COUNTY = tuple(kind for kind in DESIGNS if kind != "area_panel")
"""Those whose answer is about this county: the others stand beside, and lead nothing."""

NOTHING_YET = "No way of looking at the money has been run yet."
LEADS = "This is what we get when we compare: {name}."
ALONE = "No other way of looking gives an answer, for it or against it."
AGREE = "Another way says the same: {names}."
PARTED = "We cannot tell if the money changed referrals: ways of looking at it do not agree. {said}"
PARTS = "{name}: {says}."
_SAYS: Mapping[str, str] = MappingProxyType(
    {
        "fewer": "fewer referrals",
        "more": "more referrals",
        "little_or_no_difference": "little or no difference",
        "inconclusive": "cannot tell",
        "cannot_say": "cannot answer",
    }
)


@dataclass(frozen=True, slots=True)
class Design:
    """One design beside the others.

    Attributes
    ----------
    question, kind
        Its protocol and kind of study.
    name, takes
        As `Described`.
    says
        Its verdict in two words, without a figure.
    stands
        How it stands to the verdict of all.
    """

    question: str
    kind: str
    name: str
    takes: str
    says: str
    stands: Stands


@dataclass(frozen=True, slots=True)
class Joint:
    """One verdict of all the designs.

    Attributes
    ----------
    code
        As of one result.
    sentence
        The leading design's answer, or that designs part; without a figure but those of its own sentence.
    beside
        What the other designs do to it.
    designs
        Each by rank.
    """

    code: str
    sentence: str
    beside: str
    designs: tuple[Design, ...]

    @property
    def state(self) -> State:
        """Whether the question is answered."""
        return state_of(self.code)


def joint(answers: Iterable[Answer]) -> Joint:
    """Return the one verdict of results on the money; of a kind, the first given counts.

    Parameters
    ----------
    answers
        Results of any kinds; those that do not look at the money are left out.
    """
    by_kind: dict[str, Answer] = {}
    for one in answers:
        by_kind.setdefault(one.kind, one)
    ranked = [by_kind[kind] for kind in DESIGNS if kind in by_kind]
    own = [one for one in ranked if one.kind in OF_THE_COUNTY]
    able = [one for one in own if state_of(one.verdict.code) != "cannot_say"]
    if not able:
        said = own[0].verdict.sentence if own else NOTHING_YET
        return Joint("cannot_say", said, "", tuple(_design(one, None) for one in ranked))
    lead = able[0]
    designs = tuple(_design(one, lead) for one in ranked)
    parts = [one for one in designs if one.stands == "parts" and one.kind in OF_THE_COUNTY]
    head = next(one for one in designs if one.stands == "leads")
    if parts:
        said = " ".join(PARTS.format(name=one.name, says=one.says) for one in (head, *parts))
        return Joint("inconclusive", PARTED.format(said=said), "", designs)
    return Joint(lead.verdict.code, lead.verdict.sentence, _beside(head, designs), designs)


def _design(one: Answer, lead: Answer | None) -> Design:
    described, code = DESIGNS[one.kind], one.verdict.code
    return Design(one.question, one.kind, described.name, described.takes, _SAYS.get(code, code), _stands(one, lead))


def _stands(one: Answer, lead: Answer | None) -> Stands:
    if one is lead:
        return "leads"
    state = state_of(one.verdict.code)
    if state != "answered":
        return "cannot_tell" if state == "cannot_tell" else "cannot_say"
    if lead is None or state_of(lead.verdict.code) != "answered":
        return "answers"
    return "agrees" if lead.verdict.code == one.verdict.code else "parts"


def _beside(head: Design, designs: Sequence[Design]) -> str:
    leads = LEADS.format(name=head.name[0].lower() + head.name[1:])
    if head.says == _SAYS["inconclusive"]:
        return leads
    agree = [one.name[0].lower() + one.name[1:] for one in designs if one.stands == "agrees"]
    return f"{leads} {AGREE.format(names='; '.join(agree)) if agree else ALONE}"
