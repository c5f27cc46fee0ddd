"""The verdict on scoring as such: what these centres could show, and whether families fared otherwise once scored."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.progress_rollout import PRIMARY, RETENTION, names_of, total_name
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.reasons import reasons_of
from toolkit.publish.verdicts.rule import Code, Interval, Verdict, base_for, decide, interval_of, state_of
from toolkit.studies.progress_rollout.facts import RolloutFacts
from toolkit.wording.amounts import more_or_fewer, of_every

COULD_SEE = "With {centres} centres, a change of less than about {smallest} in every {base} families would go unseen."
COMPARED = (
    "We set {scoring} centres that began to score against {others} that had not: how much each changed, in the same "
    "months."
)
JOINED_AFTER = "About {families} families joined centres that scored by then."
WAYS_AGREE = "Three ways to allow for so few centres agree."
WAYS_DISAGREE = "The ways to allow for so few centres do not agree. So we take the widest range."
NOT_SEEN = "A smaller effect may be there. We would not have seen it."
NOT_BY_LOT = "The centres were not picked by lot. Those that chose to score may have changed in other ways too."
ONLY_IF_SCORED = "This is about scoring as such. It does not tell if a score means anything."
TO_KNOW = "To find out, let the other centres start on days drawn by lot, and compare again after two years."
TRENDS_NOT_SHOWN = "We cannot show that both kinds of centre were on the same path before."
LEAVING = "Some centres may write down who stopped coming with more care. Then more would seem to leave."
TOO_FEW = "Too few families were referred, or too few were not, to give figures."

ALIKE_TRENDS, UNSHOWN_TRENDS = 3, 2

WITHOUT_FIGURES: Mapping[Code, str] = MappingProxyType(
    {
        "fewer": "Fewer families were referred once centres scored. The figures are too small to show.",
        "more": "More families were referred once centres scored. The figures are too small to show.",
        "little_or_no_difference": "We see little or no difference. The figures are too small to show.",
        "inconclusive": "We cannot tell if scoring changes how many are referred. The figures are too small to show.",
        "cannot_say": "These data cannot answer the question. The figures are too small to show.",
    }
)


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on scoring: whether ``more`` or ``fewer`` families were referred within a year of joining.

    What the centres could show is said first, whatever the answer; it is no figure of the effect.
    """
    facts = bundle.facts_as(RolloutFacts)
    interval = interval_of(bundle.primary)
    few = shown.is_few(*names_of(bundle.tables, PRIMARY))
    code = decide(interval, margin=facts.margin, may_say=not bundle.failed_gates and not few)
    may = MayShow.of(bundle.kind, code)
    level = ALIKE_TRENDS if facts.trends_alike else UNSHOWN_TRENDS
    if code == "cannot_say" or interval is None:
        reasons = reasons_of(bundle.kind, bundle.failed_gates) or [TOO_FEW if few else sentences.NO_ESTIMATE]
        base, answer, detail = 100, sentences.CANNOT_SAY.format(reason=" ".join(reasons)).strip(), ""
    else:
        base = base_for(code, interval)
        told = shown.are_told(*names_of(bundle.tables, PRIMARY))
        answer = _answer(code, interval if told else None, base)
        detail = " ".join([*_compared(facts, shown), *(_still_coming(bundle, shown, base) if may.effect else [])])
    cannot_show = (
        *((NOT_SEEN,) if state_of(code) != "cannot_say" else ()),
        *(() if facts.trends_alike else (TRENDS_NOT_SHOWN,)),
        NOT_BY_LOT,
        ONLY_IF_SCORED,
        sentences.DETECTION,
        *((LEAVING,) if may.effect else ()),
        *(() if may.effect else (TO_KNOW,)),
    )
    sentence = " ".join([*_could_see(facts, base), answer])
    return Verdict(code, sentence, detail, cannot_show, level, sentences.MARYLAND[level])


def _could_see(facts: RolloutFacts, base: int) -> list[str]:
    """Return what these centres could show, in as many families as the answer is given in."""
    if facts.smallest_visible is None:
        return []
    smallest = max(1, *of_every(base, (facts.smallest_visible,)))
    return [COULD_SEE.format(centres=facts.centres_compared, smallest=f"{smallest:,}", base=f"{base:,}")]


def _answer(code: Code, interval: Interval | None, base: int) -> str:
    if interval is None:
        return WITHOUT_FIGURES[code]
    exactly = (interval.estimate, interval.low, interval.high)
    whole = of_every(base, exactly)
    about, low, high = (more_or_fewer(n, exactly=share) for n, share in zip(whole, exactly, strict=True))
    fit = f"he data fit anything from {low} to {high}."
    if code == "inconclusive":
        return f"We cannot tell if scoring changes how many are referred. Of every {base:,} families, t{fit}"
    if code == "little_or_no_difference":
        return f"We see little or no difference. Of every {base:,} families, t{fit}"
    return f"Of every {base:,} families, about {about} were referred within a year once centres scored. T{fit}"


def _compared(facts: RolloutFacts, shown: Shown) -> list[str]:
    """Return who was compared and how surely; families are counted where the count may be told."""
    families = shown.count(total_name(PRIMARY, "after"))
    who = COMPARED.format(scoring=facts.compared_scoring, others=facts.compared_not_yet)
    said = [who] if families is None else [who, JOINED_AFTER.format(families=f"{families:,}")]
    return said if facts.ways_agree is None else [*said, WAYS_AGREE if facts.ways_agree else WAYS_DISAGREE]


def _still_coming(bundle: Bundle, shown: Shown, base: int) -> list[str]:
    """Return the effect on who still comes, where the counts behind it may be told."""
    facts = bundle.facts_as(RolloutFacts)
    names = names_of(bundle.tables, RETENTION)
    months = facts.keep_months
    if not facts.retention_known:
        return ["The records do not tell who stopped coming."]
    if facts.effect_retention is None or not names or shown.is_few(*names):
        return []
    whole = of_every(base, facts.effect_retention)
    about, low, high = (more_or_fewer(n, exactly=x) for n, x in zip(whole, facts.effect_retention, strict=True))
    return [f"Of every {base:,}, {about} still came after {months} months (from {low} to {high})."]
