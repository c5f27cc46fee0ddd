"""The verdict on money by reach area: what could be seen, and whether referrals fell more where more of it went."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.cohort.windows import under_years
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.reach_areas import names_of
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.reasons import reasons_of
from toolkit.publish.verdicts.rule import Code, Interval, Verdict, base_for, decide, interval_of
from toolkit.studies.reach_areas.facts import ReachAreasFacts, Told
from toolkit.wording.amounts import more_or_fewer, of_every
from toolkit.wording.numbers import counted

COULD_SEE = (
    "With {areas} areas and {quarters} of money, a fall of less than about {smallest} in every {base} would go unseen."
)
COMPARED = (
    "We set {areas} reach areas side by side by how much money each got for a child: from about £{least} to £{most} a "
    "quarter. All who live there count, if they joined a centre or not."
)
ONCE = "A family counts once in a quarter, even if two of its children were referred."
IN_ALL = "In the whole county that is {part} of every {base} (from {low} to {high})."
WAYS_AGREE = "Two ways to work it out agree."
WAYS_DISAGREE = "Two ways to work it out do not agree if there is a change."
TOO_FEW_OPENED = "Too few areas had a centre open in these years to set them against the rest."
OPENED = "Where a centre opened, it was {part} of every {base} (from {low} to {high})."
NOT_BY_LOT = (
    "The money was not given by lot: poor areas got more. If poor areas changed for other reasons at that time, it "
    "would look the same."
)
ALIKE_POUNDS = "We take each pound to do as much as the next. If all areas gained alike, we would not see it."
NEXT_DOOR = "Families may use a centre next door. That can make a real change look smaller."
TRENDS_NOT_SHOWN = "We cannot show that poor areas and rich ones were on the same path before."
TO_KNOW = (
    "To see a fall of {wanted} in every 100, if there is one, we would need about {quarters} of counts after the money."
)
TO_KNOW_LOT = "More of the same counts would not settle it. To find out, let areas get new money on days drawn by lot."
TOO_FEW = "Too few referrals were counted to give figures."

ALIKE_TRENDS, UNSHOWN_TRENDS = 3, 2
PART = 0.5
"""Of what was found: a path of before that would make so much of it by itself speaks against an answer."""
EVIDENCE: Mapping[int, str] = MappingProxyType(
    {
        ALIKE_TRENDS: sentences.MARYLAND[ALIKE_TRENDS],
        UNSHOWN_TRENDS: "Strength of evidence: level 2 of 5. It compares areas before and after, but we cannot show "
        "that they were alike before.",
    }
)

GOING_ALREADY = (
    "We cannot tell if the money changed referrals. Areas that got more of it were on their way there before it came."
)

WITHOUT_FIGURES: Mapping[Code, str] = MappingProxyType(
    {
        "fewer": "Referrals fell more where more of the money went. The figures are too small to show.",
        "more": "Referrals rose more where more of the money went. The figures are too small to show.",
        "little_or_no_difference": "We see little or no difference. The figures are too small to show.",
        "inconclusive": "We cannot tell if the money changed referrals. The figures are too small to show.",
        "cannot_say": "These data cannot answer the question. The figures are too small to show.",
    }
)


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on the money: whether ``more`` or ``fewer`` referrals came where it went.

    What could be seen is said first, whatever the answer; it is no figure of the effect.
    """
    facts = bundle.facts_as(ReachAreasFacts)
    interval = interval_of(bundle.primary)
    few = shown.is_few(*names_of(bundle.tables))
    may_say = not bundle.failed_gates and not few
    against = spoken_against(facts)
    code = decide(interval, margin=facts.margin, may_say=may_say, against=against)
    is_against = code == "inconclusive" and decide(interval, margin=facts.margin, may_say=may_say) in against
    may = MayShow.of(bundle.kind, code)
    level = ALIKE_TRENDS if facts.trends_alike else UNSHOWN_TRENDS
    base = base_for(code, None if code == "cannot_say" else interval)
    if code == "cannot_say" or interval is None:
        reasons = reasons_of(bundle.kind, bundle.failed_gates) or [TOO_FEW if few else sentences.NO_ESTIMATE]
        answer, detail = sentences.CANNOT_SAY.format(reason=" ".join(reasons)).strip(), ""
    else:
        told = shown.are_told(*names_of(bundle.tables))
        answer = GOING_ALREADY if is_against else _answer(code, interval if told else None, base, facts)
        detail = " ".join(_detail(facts, base, may_tell=may.effect and told))
    cannot_show = (
        NOT_BY_LOT,
        ALIKE_POUNDS,
        *(() if facts.trends_alike else (TRENDS_NOT_SHOWN,)),
        NEXT_DOOR,
        sentences.DETECTION,
        *(() if may.effect else (_to_know(facts),)),
    )
    sentence = " ".join([*_could_see(facts, base), answer])
    short = sentences.first_of(answer)  # what could be seen is said first, and is no answer
    return Verdict(code, sentence, detail, cannot_show, level, EVIDENCE[level], short=short)


def spoken_against(facts: ReachAreasFacts) -> frozenset[str]:
    """Return the sign, ``fewer`` or ``more``, that areas' own paths before the money speak against, if any.

    They do where areas with more of the money were moving that way before, and either that is shown (its 90% range
    leaves out no change) or, carried on to the time after, it would by itself make half of what was found.
    """
    if facts.trend is None or facts.effect is None:
        return frozenset()
    (trend, low, high), (effect, _, _) = facts.trend, facts.effect
    if trend < 0 and (high < 0 or trend <= PART * effect):
        return frozenset({"fewer"})
    if trend > 0 and (low > 0 or trend >= PART * effect):
        return frozenset({"more"})
    return frozenset()


def _could_see(facts: ReachAreasFacts, base: int) -> list[str]:
    if facts.smallest_visible is None:
        return []
    smallest = max(1, *of_every(base, (facts.smallest_visible,)))
    quarters = counted(facts.quarters_after, "quarter")
    return [COULD_SEE.format(areas=facts.areas, quarters=quarters, smallest=f"{smallest:,}", base=f"{base:,}")]


def _answer(code: Code, interval: Interval | None, base: int, facts: ReachAreasFacts) -> str:
    if interval is None:
        return WITHOUT_FIGURES[code]
    about, low, high = _in_words((interval.estimate, interval.low, interval.high), base)
    whom = f"Of every {base:,} referrals of children under {under_years(facts.child_under_months, None)}"
    fit = f"he data fit anything from {low} to {high}."
    if code == "inconclusive":
        return f"We see no clear change where more of the money went, so we cannot tell. {whom}, t{fit}"
    if code == "little_or_no_difference":
        return f"We see little or no difference where more of the money went. {whom}, t{fit}"
    return f"{whom}, about {about} came than without the money, in an area with a typical share of it. T{fit}"


def _detail(facts: ReachAreasFacts, base: int, *, may_tell: bool) -> list[str]:
    """Return what was compared, how surely, and the other design; figures of an effect only where they may be told."""
    lines = [COMPARED.format(areas=facts.areas, least=round(facts.least_dose), most=round(facts.most_dose))]
    lines += [ONCE] if facts.counts == "families" else []
    if may_tell and facts.prevented is not None:
        part, low, high = _in_words(facts.prevented, base)
        lines.append(IN_ALL.format(part=part, base=f"{base:,}", low=low, high=high))
    lines += [] if facts.ways_agree is None else [WAYS_AGREE if facts.ways_agree else WAYS_DISAGREE]
    if facts.opening is None:
        lines.append(TOO_FEW_OPENED)
    elif may_tell:
        part, low, high = _in_words(facts.opening, base)
        lines.append(OPENED.format(part=part, base=f"{base:,}", low=low, high=high))
    return lines


def _in_words(figures: Told, base: int) -> tuple[str, str, str]:
    whole = of_every(base, figures)
    about, low, high = (more_or_fewer(n, exactly=share) for n, share in zip(whole, figures, strict=True))
    return about, low, high


def _to_know(facts: ReachAreasFacts) -> str:
    if facts.quarters_for_visible is None:
        return TO_KNOW_LOT
    quarters = counted(max(facts.quarters_for_visible, facts.quarters_after), "quarter")
    return TO_KNOW.format(wanted=round(100 * facts.smallest_wanted), quarters=quarters)
