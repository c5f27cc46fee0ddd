"""The verdict on a synthetic county: what counts of one council could show, and how far it parted from its mixture."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.areas.measure_words import COUNTED
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.reasons import reasons_of
from toolkit.publish.verdicts.rule import Code, Interval, Verdict, base_for, decide, interval_of
from toolkit.studies.synthetic_county.facts import SyntheticCountyFacts
from toolkit.studies.synthetic_county.gates import FEW_YEARS
from toolkit.wording.amounts import more_or_fewer, of_every
from toolkit.wording.numbers import counted
from toolkit.wording.years import financial_year

COULD_SEE = (
    "With {years} of counts before and {donors} councils to compare with, a fall of less than about {smallest} in "
    "every {base} would go unseen."
)
NEITHER = (
    "The counts speak neither for what {council} did nor against it. Of every {base} {counted} we would expect in "
    "{period}, they fit anything from {low} to {high}."
)
LITTLE = (
    "We see little or no difference. Of every {base} {counted} we would expect in {period}, the counts fit anything "
    "from {low} to {high}."
)
ANSWER = (
    "Of every {base} {counted} we would expect in {period}, there were about {about}. The counts fit anything from "
    "{low} to {high}."
)
MIXED = (
    "We mixed other councils so that the mix moved as {council} did before. Then we looked how far the two came apart. "
    "We did the same for each of the {donors} other councils. How far they came apart is what chance does."
)
LEFT_OUT = "{number} were not used. The reason for each is listed."
NO_MOVED = "With so few years before, the sum could not be tried on a year when nothing was done yet."
MOVED = "We tried the same sum on {starts} when nothing was done yet. It found a change in {beyond} of them."

CHOSEN: Mapping[str, str] = MappingProxyType(
    {
        "no": "This holds only if no one picked the council or the year for how its counts moved.",
        "before": "The council was picked because counts of its own had gone up. Such counts often come down by "
        "themselves. The range allows for that.",
        "across": "The council was picked because its counts went up just then. Of so many councils, one always goes "
        "up most. The range allows for that, so it is wide.",
    }
)
RECORDED = (
    "These are counts of what was written down, and not of need. If the council began to record in another way, or "
    "others began to tell it more, it would look the same."
)
ALONE = "If something else changed in that council alone at that time, it would look the same."
NOT_SHOWN_ALIKE = "We cannot show that the mix moves as the council does: there are too few years before."
TO_KNOW = (
    "More counts of one council would hardly settle it. To find out, set its own areas side by side by how much of the "
    "money each got."
)

ALIKE, UNSHOWN = 3, 2
EVIDENCE: Mapping[int, str] = MappingProxyType(
    {
        ALIKE: sentences.MARYLAND[ALIKE],
        UNSHOWN: "Strength of evidence: level 2 of 5. It compares before and after with other councils, but we cannot "
        "show that they were alike before.",
    }
)


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict: whether ``more`` or ``fewer`` were counted than in the council's mixture.

    Every figure is of published counts, so nothing of it waits for the book of figures. What could be seen is said
    first, whatever the answer; it is no figure of the effect.
    """
    facts = bundle.facts_as(SyntheticCountyFacts)
    interval = interval_of(bundle.primary)
    code = decide(interval, margin=facts.margin, may_say=not bundle.failed_gates)
    may = MayShow.of(bundle.kind, code)
    base = base_for(code, None if code == "cannot_say" else interval)
    if code == "cannot_say" or interval is None:
        reasons = reasons_of(bundle.kind, bundle.failed_gates) or [sentences.NO_ESTIMATE]
        answer = sentences.CANNOT_SAY.format(reason=" ".join(reasons)).strip()
    else:
        answer = _answer(code, interval, base, bundle.primary.outcome if bundle.primary else "", facts)
    level = ALIKE if facts.years_before >= FEW_YEARS and not facts.moved_beyond else UNSHOWN
    cannot_show = (
        CHOSEN.get(facts.chosen, CHOSEN["no"]),
        RECORDED,
        ALONE,
        *((NOT_SHOWN_ALIKE,) if facts.years_before < FEW_YEARS else ()),
        *(() if may.effect else (TO_KNOW,)),
    )
    sentence = " ".join([*_could_see(facts, base), answer])
    detail = "" if code == "cannot_say" else " ".join(_detail(facts))
    short = sentences.first_of(answer)
    return Verdict(code, sentence, detail, cannot_show if facts.is_there else (), level, EVIDENCE[level], short=short)


def _could_see(facts: SyntheticCountyFacts, base: int) -> list[str]:
    if facts.smallest_visible is None:
        return []
    smallest = max(1, *of_every(base, (facts.smallest_visible,)))
    years = counted(facts.years_before, "year")
    said = COULD_SEE.format(years=years, donors=facts.donors, smallest=f"{smallest:,}", base=f"{base:,}")
    return [said]


def _answer(code: Code, interval: Interval, base: int, outcome: str, facts: SyntheticCountyFacts) -> str:
    figures = (interval.estimate, interval.low, interval.high)
    whole = of_every(base, figures)
    about, low, high = (more_or_fewer(n, exactly=share) for n, share in zip(whole, figures, strict=True))
    sentence = {"inconclusive": NEITHER, "little_or_no_difference": LITTLE}.get(code, ANSWER)
    return sentence.format(
        council=facts.council,
        base=f"{base:,}",
        counted=COUNTED.get(outcome, outcome.replace("_", " ")),
        period=_period(facts),
        about=about,
        low=low,
        high=high,
    )


def _period(facts: SyntheticCountyFacts) -> str:
    years = facts.last_year - facts.treated_year + 1
    last = financial_year(facts.last_year)
    return last if years == 1 else f"the {years} years to {last}"


def _detail(facts: SyntheticCountyFacts) -> list[str]:
    lines = [MIXED.format(council=facts.council, donors=facts.donors)]
    if facts.left_out:
        lines.append(LEFT_OUT.format(number=counted(facts.left_out, "council")))
    if facts.moved_starts:
        starts = counted(facts.moved_starts, "earlier start")
        lines.append(MOVED.format(starts=starts, beyond=facts.moved_beyond or "none"))
    else:
        lines.append(NO_MOVED)
    return lines
