"""What the words of the councillors' report and of this toolkit mean: each in plain words, with a name to link to."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means.

    Attributes
    ----------
    anchor
        What a link to it ends in, after ``/glossary#``.
    name
        As it is written in a sentence.
    meaning
        In plain words.
    also
        Other ways it is written, by which it is found and linked.
    """

    anchor: str
    name: str
    meaning: str
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every way the word is written."""
        return (self.name, *self.also)


TERMS: tuple[Term, ...] = (
    Term(
        "assessment",
        "assessment",
        "A social worker's look at what a child needs, after a referral. In 2011 there were two: an initial one, done "
        "within days, and a core one, deeper and longer. Since 2013 there is one.",
        ("initial assessment", "core assessment"),
    ),
    Term(
        "child-in-need",
        "child in need",
        "A child who needs help from the council to do well or stay healthy, as the Children Act 1989 puts it in "
        "section 17. Disabled children are among them.",
        ("children in need", "episode of need"),
    ),
    Term(
        "child-protection-plan",
        "child protection plan",
        "What is agreed to keep a child safe who has been harmed or may be. It is made at a meeting of everyone who "
        "works with the family, and looked at again and again.",
        ("section 47 enquiry", "section 47 enquiries", "child protection plans"),
    ),
    Term(
        "childrens-centre",
        "Children's Centre",
        "A place for families with a child under five: play, health visitors, help with parenting, work and money. "
        "Many became Family Hubs later, for families with older children too.",
        ("Children's Centres", "Family Hub", "Family Hubs", "Sure Start"),
    ),
    Term(
        "common-assessment",
        "Common Assessment Framework",
        "One way for schools, health visitors and others to write down what a family needs, so that it tells its story "
        "once. It is done with the family, before any question of social care.",
        ("CAF", "early help assessment"),
    ),
    Term(
        "confounding",
        "hidden difference",
        "Something that nobody wrote down, that makes a family both more likely to join a centre and more or less "
        "likely to be referred. No comparison can rule it out, so each answer says how large it would have to be.",
        ("confounding",),
    ),
    Term(
        "deprivation",
        "deprivation tenth",
        "Neighbourhoods put in order by how many of their children live in poor families, and cut into ten groups of "
        "one size. Tenth 1 has the most, tenth 10 the fewest.",
        ("deprivation",),
    ),
    Term(
        "early-intervention",
        "early intervention",
        "Help that comes before a problem grows, whatever the child's age. The grant of that name paid for it from "
        "2011.",
        ("Early Intervention Grant", "early help"),
    ),
    Term(
        "evidence-level",
        "strength of evidence",
        "How far a way of looking can be trusted to show what caused what, from 1 (one group, before and after) to 5 "
        "(a trial, in which lots are drawn). It is about the way, not about how much was found.",
        ("level of evidence",),
    ),
    Term(
        "first-score",
        "progress score",
        "How a family does, from 1 to 5, as a worker sees it: when the family starts, and again later. Where there is "
        "no second score, nobody knows how it went on.",
        ("progress scores", "distance travelled"),
    ),
    Term(
        "funnel",
        "funnel",
        "A picture of many centres at once. The fewer families a centre has, the further it may lie from the middle by "
        "chance alone; only one outside the funnel's lines may be unlike the rest.",
    ),
    Term(
        "looked-after",
        "looked-after child",
        "A child in the care of the council, with foster carers, relatives, in a home, or still with a parent under a "
        "care order.",
        ("looked-after children", "children in care"),
    ),
    Term(
        "matched-comparison",
        "families like them",
        "For each family that joined a centre, others that had not joined by that day, and were alike on that day in "
        "everything that is on record. What the two went on to have is compared.",
        ("matched comparison", "alike, had not joined"),
    ),
    Term(
        "no-further-action",
        "no further action",
        "What is written when a referral leads to nothing more from social care. The family may still be helped by "
        "others. A referral that bounces back is one of these.",
        ("NFA", "bounces back", "bounce back"),
    ),
    Term(
        "pre-registered",
        "plan written down before",
        "How the question would be answered, fixed and dated before anyone saw the answer, so that nobody could pick "
        "the way that gives the nicest one.",
        ("pre-registered", "protocol", "registered plan"),
    ),
    Term(
        "range",
        "range",
        "Every size of effect that the records fit well; our best guess lies somewhere in it. One from fewer to more "
        "means we cannot tell which it is. In 100 such ranges about 95 would hold the truth, if nothing "
        "hidden differs.",
        ("95% range", "confidence interval", "interval"),
    ),
    Term(
        "reach",
        "reach",
        "How many of the families that a centre is there for have registered with it or come to it. Not reached means "
        "that none has it on record.",
        ("not reached", "reached"),
    ),
    Term(
        "reach-area",
        "reach area",
        "The neighbourhoods whose families a centre is there for. Families may go to another one.",
        ("reach areas",),
    ),
    Term(
        "referral",
        "referral",
        "A request to children's social care to help a child who has no open case there. Police, schools, health, "
        "centres, relatives and others make them. More is not always worse: a good centre also spots children at risk.",
        ("referrals",),
    ),
    Term(
        "repeat-referral",
        "repeat referral",
        "A referral of a child who was referred within the 12 months before.",
        ("re-referral", "repeat referrals", "re-referrals"),
    ),
    Term(
        "scrutiny",
        "scrutiny",
        "Councillors who do not run the council ask those who do why, how and with what result. They can call officers "
        "in and make recommendations; the cabinet must answer.",
        ("scrutiny members", "overview and scrutiny"),
    ),
    Term(
        "small-numbers",
        "small numbers hidden",
        "A count of a few families could show who they are, so it is hidden, and so is what would give it away. Other "
        "counts are rounded. The letter c stands where a number is hidden.",
        ("suppressed", "suppression"),
    ),
    Term(
        "statistical-neighbours",
        "statistical neighbours",
        "Councils whose children and families are most like ours, as the Department for Education picks them by how "
        "people live there, not by where they lie.",
    ),
    Term(
        "targeted",
        "targeted and universal",
        "Universal help is for every family that wants it; targeted help is offered to those thought to need it most.",
        ("universal", "targeted"),
    ),
    Term(
        "year",
        "year",
        "From 1 April to 31 March, as councils and the Department count. 2009/10 ends in March 2010.",
        ("financial year",),
    ),
)
"""In the order of the alphabet by their anchors."""

_BY_NAME = {name.casefold(): term for term in TERMS for name in term.names}
_WRITTEN = re.compile(
    r"(?<![\w/-])(?:" + "|".join(map(re.escape, sorted(_BY_NAME, key=len, reverse=True))) + r")(?![\w-])", re.IGNORECASE
)


def term_of(words: str) -> Term | None:
    """Return the term that is written so, in small or capital letters; ``None`` where there is none."""
    return _BY_NAME.get(words.casefold().replace("\u2019", "'"))


def parts_of(sentence: str) -> list[tuple[str, Term | None]]:
    """Return a sentence in parts: each term that it holds, the first time it does, and what is between them.

    Parameters
    ----------
    sentence
        As it is shown. Put together again, the parts are the sentence.

    Examples
    --------
    >>> [(said, term and term.anchor) for said, term in parts_of("A repeat referral, not a referral.")]
    [('A ', None), ('repeat referral', 'repeat-referral'), (', not a ', None), ('referral', 'referral'), ('.', None)]
    """
    parts: list[tuple[str, Term | None]] = []
    at, seen = 0, set()
    for found in _WRITTEN.finditer(sentence.replace("\u2019", "'")):
        term = term_of(found[0])
        if term is None or term.anchor in seen:
            continue
        seen.add(term.anchor)
        parts += [(sentence[at : found.start()], None), (sentence[found.start() : found.end()], term)]
        at = found.end()
    return [part for part in [*parts, (sentence[at:], None)] if part[0]]
