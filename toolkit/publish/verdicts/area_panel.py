"""The verdict on councils' money: what could be seen, and whether referrals were fewer where more was spent before."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.areas.measure_words import COUNTED, SPENT_ON
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.area_panel import names_of
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.reasons import reasons_of
from toolkit.publish.verdicts.rule import Code, Interval, Verdict, base_for, decide, interval_of
from toolkit.studies.area_panel.facts import AreaPanelFacts, Told
from toolkit.wording.amounts import more_or_fewer, of_every
from toolkit.wording.numbers import counted

COULD_SEE = (
    "Say a council spends twice as much. With {councils} councils and {years}, a change of less than about {smallest} "
    "in every {base} {counted} would go unseen."
)
COMPARED = (
    "We set each council's {counted} beside what it spent on {spent} for each child in the year before. Each "
    "council is held against its own other years, and each year against the other councils."
)
BROKEN = (
    "The records of {broken} break in these years. We take such a council for another one from that year on, as a step "
    "in its counts may be how they were recorded."
)
RENAMED = "The same holds for {renamed} where money may have gone on under another name."
ASKED_RENAMED = (
    "One of them is {council}: its money for centres may have changed its name, so its fall may not be read as a cut."
)
WAYS_AGREE = "Another way, by pounds for each child, agrees."
WAYS_DISAGREE = "Another way, by pounds for each child, does not agree if there is a change."
OWN_PATHS = (
    "With a straight path of its own allowed to each council, something is shown that the rest does not show. It may "
    "be no more than those paths."
)
BESIDE = "Of {counted} it was {part} of every {base} (from {low} to {high})."
NOT_BY_LOT = (
    "The money was not given by lot. What made a council spend more may have moved its counts too, such as more "
    "children in need."
)
RECORDING = "We count what councils write down. Counts also move when the way of writing them down does."
ONE_COUNCIL = (
    "It is an average of councils, and does not tell what the money did in any one. One council's own counts cannot "
    "show a change of less than about {one} in every 100 from one year to the next."
)
AVERAGE = "It is an average of councils, and does not tell what the money did in any one."
LATER = "Money may work years later, or help in ways that no referral shows. We look at the year after alone."
NOMINAL = "Money is in pounds of each year. All councils of a year share its prices, so they make no difference here."
NAMES = "What one council books under this line another books elsewhere. That can make a real change look smaller."
TOO_FEW = "Too few were counted to give figures."

GOING_ALREADY = (
    "We cannot tell if the money changed anything. Councils that spent more were on a path of their own in these "
    "years, and that may be all there is."
)

EACH_WAY = "That takes in each way we tried to treat breaks in records."

PART = 0.5
"""Of what was found: where less of it than this is left beside councils' own paths, it may be all theirs."""
LEVEL = 2
EVIDENCE = (
    "Strength of evidence: level 2 of 5. It compares councils with themselves over time, but the money was not given "
    "by lot."
)

WITHOUT_FIGURES: Mapping[Code, str] = MappingProxyType(
    {
        "fewer": "Counts were lower where councils had spent more. The figures are too small to show.",
        "more": "Counts were higher where councils had spent more. The figures are too small to show.",
        "little_or_no_difference": "We see little or no difference. The figures are too small to show.",
        "inconclusive": "We cannot tell if the money changed anything. The figures are too small to show.",
        "cannot_say": "These data cannot answer the question. The figures are too small to show.",
    }
)


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on the money: whether ``more`` or ``fewer`` referrals came where more had been spent.

    What could be seen is said first, whatever the answer; it is no figure of the effect.
    """
    facts = bundle.facts_as(AreaPanelFacts)
    interval = interval_of(bundle.primary)
    few = shown.is_few(*names_of(bundle.tables))
    code = decided(facts, interval, may_say=not bundle.failed_gates and not few)
    may = MayShow.of(bundle.kind, code)
    base = base_for(code, None if code == "cannot_say" else interval)
    if code == "cannot_say" or interval is None:
        reasons = reasons_of(bundle.kind, bundle.failed_gates) or [TOO_FEW if few else sentences.NO_ESTIMATE]
        answer, detail = sentences.CANNOT_SAY.format(reason=" ".join(reasons)).strip(), ""
    else:
        are_told = shown.are_told(*names_of(bundle.tables))
        is_against = code == "inconclusive" and is_path(facts, interval)
        if code == "inconclusive":
            interval = widest(facts, interval)
        answer = GOING_ALREADY if is_against else _answer(code, interval if are_told else None, base, facts)
        detail = " ".join(_detail(facts, base, may_tell=may.effect and are_told))
    one = ONE_COUNCIL.format(one=round(100 * facts.one_council)) if facts.one_council else AVERAGE
    cannot_show = (NOT_BY_LOT, RECORDING, one, LATER, NAMES, NOMINAL)
    sentence, short = " ".join([*_could_see(facts, base), answer]), sentences.first_of(answer)
    return Verdict(code, sentence, detail, cannot_show, LEVEL, EVIDENCE, short=short)


def decided(facts: AreaPanelFacts, interval: Interval | None, *, may_say: bool) -> Code:
    """Return the code: that of the main way, unless another way to treat breaks in records leaves room for more.

    That there is little or no difference must hold whichever way breaks are treated: left alone, or their councils left
    out. A fewer or more that those ways show to be the other way round, or of which less than half is left beside
    councils' own straight paths, cannot be told.
    """
    code = decide(interval, margin=facts.margin, may_say=may_say)
    others = [
        decide(Interval(*one), margin=facts.margin, may_say=True)
        for one in (facts.plain, facts.unbroken)
        if one is not None
    ]
    if code == "little_or_no_difference" and any(one != code for one in others):
        return "inconclusive"
    if code not in ("fewer", "more"):
        return code
    opposite = "more" if code == "fewer" else "fewer"
    return "inconclusive" if opposite in others or is_path(facts, interval) else code


def widest(facts: AreaPanelFacts, interval: Interval) -> Interval:
    """Return the range that takes in every way breaks were treated."""
    found = [one for one in (facts.plain, facts.unbroken) if one is not None]
    lows, highs = [one[1] for one in found], [one[2] for one in found]
    return Interval(interval.estimate, min(interval.low, *lows), max(interval.high, *highs)) if found else interval


def is_path(facts: AreaPanelFacts, interval: Interval | None) -> bool:
    """Return whether something is shown of which less than half is left beside councils' own paths."""
    if interval is None or facts.trended is None or not (interval.high < 0 or interval.low > 0):
        return False
    return facts.trended[0] / interval.estimate < PART


def _could_see(facts: AreaPanelFacts, base: int) -> list[str]:
    if facts.smallest_visible is None:
        return []
    smallest = max(1, *of_every(base, (facts.smallest_visible,)))
    words = {"councils": facts.councils, "years": counted(facts.years, "year"), "counted": _counted(facts)}
    return [COULD_SEE.format(**words, smallest=f"{smallest:,}", base=f"{base:,}")]


def _counted(facts: AreaPanelFacts) -> str:
    return COUNTED.get(facts.outcome, facts.outcome.replace("_", " "))


def _answer(code: Code, interval: Interval | None, base: int, facts: AreaPanelFacts) -> str:
    if interval is None:
        return WITHOUT_FIGURES[code]
    about, low, high = _in_words((interval.estimate, interval.low, interval.high), base)
    fit = f"he data fit anything from {low} to {high}"
    whom = f"Of every {base:,} {_counted(facts)}"
    twice = "where a council spent twice as much the year before"
    if code == "inconclusive":
        return f"We cannot tell if the money changed {_counted(facts)}. {whom}, t{fit}, {twice}. {EACH_WAY}"
    if code == "little_or_no_difference":
        return f"We see little or no difference. {whom}, t{fit}, {twice}."
    return f"{whom}, about {about} were counted {twice}. T{fit}."


def _detail(facts: AreaPanelFacts, base: int, *, may_tell: bool) -> list[str]:
    """Return what was compared and how surely; figures of an effect only where they may be told."""
    spent = SPENT_ON.get(facts.spending, facts.spending.replace("_", " "))
    lines = [COMPARED.format(counted=_counted(facts), spent=spent)]
    if facts.breaks:
        lines.append(BROKEN.format(broken=counted(facts.councils_broken, "council")))
    if facts.relabelled:
        lines.append(RENAMED.format(renamed=counted(facts.relabelled, "council")))
    if facts.relabelled_asked and facts.council:
        lines.append(ASKED_RENAMED.format(council=facts.council))
    lines += [] if facts.ways_agree is None else [WAYS_AGREE if facts.ways_agree else WAYS_DISAGREE]
    if facts.trended is not None and not _holds(facts.trended, facts.margin):
        lines.append(OWN_PATHS)
    if may_tell and facts.second is not None:
        part, low, high = _in_words(facts.second, base)
        second = COUNTED.get(facts.second_outcome, facts.second_outcome.replace("_", " "))
        lines.append(BESIDE.format(counted=second, part=part, base=f"{base:,}", low=low, high=high))
    return lines


def _holds(figures: Told, margin: float) -> bool:
    """Return whether a range takes in no change, or shows too little to matter."""
    _, low, high = figures
    return low <= 0 <= high or (-margin < low and high < margin)


def _in_words(figures: Told, base: int) -> tuple[str, str, str]:
    whole = of_every(base, figures)
    about, low, high = (more_or_fewer(n, exactly=share) for n, share in zip(whole, figures, strict=True))
    return about, low, high
