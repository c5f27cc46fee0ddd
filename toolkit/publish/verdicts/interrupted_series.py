"""The verdict on a series: what it could show, and whether referrals changed when the money came.

A county alone gives no sign: whatever else came at that time looks the same. Beside children too old for the centres,
or beside neighbours, a sign may be given, with what it takes for so said beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.interrupted_series import HIGHEST, LATEST, LOWEST, YEAR_BEFORE, names_of_periods
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.rule import Code, Interval, Verdict, base_for, decide, interval_of
from toolkit.studies.interrupted_series.facts import SeriesFacts
from toolkit.wording.amounts import more_or_fewer, of_every
from toolkit.wording.numbers import counted

COULD_SEE = "With {periods} of counts, a fall of less than about {smallest} in every {base} would go unseen."
COULD_SEE_NONE = "With {periods} of counts, we cannot tell how large a fall would go unseen."
WOBBLE = "From year to year the count moves by about {year} in 100, for no known reason."
SIGN = {
    "older_children": "Where we would expect {base} referrals of children under {age}, going by older children's, "
    "about {about} came. The data fit anything from {low} to {high}.",
    "neighbours": "Where we would expect {base} referrals{whom}, going by the neighbours', about {about} came. The "
    "data fit anything from {low} to {high}.",
}
INCONCLUSIVE = (
    "We cannot tell if referrals changed when the money came. Where we would expect {base}, the data fit "
    "anything from {low} to {high}."
)
CHANGED_ALONE = (
    "Referrals changed when the money came, but one county alone cannot tell why. Where we would expect {base}, the "
    "data fit anything from {low} to {high}."
)
LITTLE = (
    "We see little or no difference. Where we would expect {base} referrals, the data fit anything from {low} to "
    "{high}."
)
WITHOUT_FIGURES: Mapping[Code, str] = MappingProxyType(
    {
        "fewer": "Referrals fell when the money came. The figures are too small to show.",
        "more": "Referrals rose when the money came. The figures are too small to show.",
        "little_or_no_difference": "We see little or no difference. The figures are too small to show.",
        "inconclusive": "We cannot tell if referrals changed when the money came. The figures are too small to show.",
        "cannot_say": "These data cannot answer the question. The figures are too small to show.",
    }
)
AGREE = "The county by itself, with nothing beside it, does not speak against that."
DISAGREE = "The county by itself, with nothing beside it, shows the opposite."

ASSUMES = {
    "alone": "This is one county alone, so we take it that the years before would have gone on as they were. No place "
    "like it without the money stands beside it.",
    "older_children": "We take it that whatever else went on moved referrals of older children just as much. If the "
    "money helped their families too, a real change looks smaller.",
    "neighbours": "We take it that whatever else went on moved referrals next door just as much.",
}
NO_PROOF = "One county's counts never prove a cause. They can only show that the change came when the money did."
RELABELLED = "Some of the money may be old money with a new name. Then little really changed."
OTHER_THINGS = "Many things move referrals: news, inspections, new rules on what to count."
ALLOWED_FOR = "We allow for what else is on record: {events}."
TO_KNOW = "To see a fall of {wanted} in every 100, we would need about {periods} of counts after the money."
TO_KNOW_PLACES = (
    "More of the same counts would not settle it. We would need places that got more of the money and places that got "
    "less."
)
EVIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "alone": sentences.MARYLAND[1],
        "older_children": "Strength of evidence: level 2 of 5. It compares before and after, beside older children of "
        "the same county.",
        "neighbours": "Strength of evidence: level 2 of 5. It compares before and after, beside the counties next "
        "door.",
    }
)
_BOTH = frozenset({"fewer", "more"})


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on a series: what it could show first, then what it did; alone it has no sign.

    Raises
    ------
    ToolkitError
        When the bundle is of another kind.
    """
    facts = bundle.facts_as(SeriesFacts)
    interval = interval_of(bundle.primary)
    against = _BOTH if facts.design == "alone" else frozenset()
    may_say = not bundle.failed_gates
    code = decide(interval, margin=facts.margin, may_say=may_say, against=against)
    may = MayShow.of(bundle.kind, code)
    base = base_for(code, None if code == "cannot_say" else interval)
    told = facts.source == "published" or shown.are_told(*names_of_periods(bundle.tables))
    if code == "cannot_say" or interval is None:
        answer = _why_not(bundle)
    else:
        answer = _answer(code, interval if told else None, base, facts)
    lines = _detail(bundle, facts, shown, may)
    level = 1 if facts.design == "alone" else 2
    design = facts.design if facts.design in EVIDENCE else "alone"
    cannot_show = (ASSUMES[design], NO_PROOF, RELABELLED, OTHER_THINGS, *(() if may.effect else (_to_know(facts),)))
    sentence, short = " ".join([*_could_see(facts, base), answer]), sentences.first_of(answer)
    return Verdict(code, sentence, " ".join(lines), cannot_show, level, EVIDENCE[design], short=short)


def _could_see(facts: SeriesFacts, base: int) -> list[str]:
    if not facts.periods_after or not facts.periods_before:
        return []
    periods = counted(facts.periods, facts.by)
    if facts.smallest_visible is None:
        return [COULD_SEE_NONE.format(periods=periods)] if facts.effect is not None else []
    smallest = max(1, *of_every(base, (facts.smallest_visible,)))
    return [COULD_SEE.format(periods=periods, smallest=f"{smallest:,}", base=f"{base:,}")]


def _why_not(bundle: Bundle) -> str:
    failed = {gate.name: gate.sentence for gate in bundle.failed_gates}
    if len(failed) > 1:
        # Too few quarters say it all; what else happened then matters no more, nor that no change can be worked out.
        failed = {name: sentence for name, sentence in failed.items() if name.startswith("quarters")} or failed
    reason = " ".join(failed.values()) or sentences.NO_ESTIMATE
    return sentences.CANNOT_SAY.format(reason=reason).strip()


def _answer(code: Code, interval: Interval | None, base: int, facts: SeriesFacts) -> str:
    if interval is None:
        return WITHOUT_FIGURES[code]
    figures = (interval.estimate, interval.low, interval.high)
    about, low, high = (
        more_or_fewer(n, exactly=part) for n, part in zip(of_every(base, figures), figures, strict=True)
    )
    words = {"base": f"{base:,}", "about": about, "low": low, "high": high}
    age = "" if facts.child_under_months is None else f"{facts.child_under_months / 12:g}"
    if code == "little_or_no_difference":
        return LITTLE.format(**words)
    if code == "inconclusive":
        is_shown = interval.low > 0 or interval.high < 0
        return (CHANGED_ALONE if is_shown and facts.design == "alone" else INCONCLUSIVE).format(**words)
    return SIGN[facts.design].format(**words, age=age, whom=f" of children under {age}" if age else "")


def _detail(bundle: Bundle, facts: SeriesFacts, shown: Shown, may: MayShow) -> list[str]:
    lines = []
    if facts.periods:
        lines.append(
            f"We counted {counted(facts.periods, facts.by)}: {facts.periods_before} before the money and "
            f"{facts.periods_after} after."
        )
    if facts.typical_year is not None:
        lines.append(WOBBLE.format(year=max(1, round(100 * facts.typical_year))))
    lines += _years(facts, shown)
    if facts.effect is None:
        lines += _lowest_and_highest(bundle, facts, shown)
    elif facts.allowed_for:
        lines.append(ALLOWED_FOR.format(events="; ".join(facts.allowed_for)))
    if may.effect and facts.ways_agree is not None:
        lines.append(AGREE if facts.ways_agree else DISAGREE)
    return lines


def _years(facts: SeriesFacts, shown: Shown) -> list[str]:
    compared = facts.year_before
    if compared is None:
        return []
    now, then = (
        _count(facts, shown, name, exactly)
        for name, exactly in ((LATEST, compared.referrals), (YEAR_BEFORE, compared.referrals_year_before))
    )
    if now is None or then is None:
        return []
    return [
        f"From {compared.first_month} to {compared.last_month} there were {now} referrals. In the same months a year "
        f"before there were {then}."
    ]


def _lowest_and_highest(bundle: Bundle, facts: SeriesFacts, shown: Shown) -> list[str]:
    """Return the range of the periods, unless one is hidden: it would then be known to lie between the two."""
    if facts.source != "published" and not shown.are_told(*names_of_periods(bundle.tables)):
        return []
    low, high = (
        _count(facts, shown, name, exactly) for name, exactly in ((LOWEST, facts.lowest), (HIGHEST, facts.highest))
    )
    return [] if low is None or high is None else [f"The quietest {facts.by} had {low}, the busiest {high}."]


def _count(facts: SeriesFacts, shown: Shown, name: str, exactly: int | None) -> str | None:
    """Return a count in words: what the report printed is public, a council's own counts are told as released."""
    if facts.source == "published" and exactly is not None:
        return f"{exactly:,}"
    count = shown.count(name)
    return None if count is None else f"about {count:,}"


def _to_know(facts: SeriesFacts) -> str:
    if facts.needed is None:
        return TO_KNOW_PLACES
    periods = counted(max(facts.needed, facts.periods_after), facts.by)
    return TO_KNOW.format(wanted=round(100 * facts.smallest_wanted), periods=periods)
