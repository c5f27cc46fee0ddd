"""The verdict on reach: how many families have not joined, whether the poorest are missed, which gaps stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from toolkit.cohort.windows import under_years
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.reach import ALL, POOREST, REST, level_name
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.reasons import reasons_of
from toolkit.publish.verdicts.rule import Code, Interval, Verdict, base_for, decide
from toolkit.studies.reach.facts import ReachFacts
from toolkit.wording.amounts import base_of, more_or_fewer, of_every

MOST_NAMED = 3

NO_WANT = "Not every family needs a centre, or wants one. Those who have not joined may be fine."
ONLY_JOINED = "We only know who joined. A family may have joined and never come back, or come and never joined."
UNKNOWN = "Families that the council does not know of are not in here. They may be the hardest to reach."
NOT_WHY = "A gap does not say why. The centre may be far, full, shut or not what the family wants."
TOO_FEW = "Too few families have joined, or too few have not, to give figures."

WITHOUT_FIGURES: Mapping[Code, str] = {
    "more": "Centres reach the poorest places less well than the richest. The figures are too small to show.",
    "fewer": "Centres reach the poorest places better than the richest. The figures are too small to show.",
    "little_or_no_difference": "Centres reach poor places and rich ones about as well.",
    "inconclusive": "We cannot tell if centres reach the poorest places less well. The figures are too small to show.",
    "cannot_say": sentences.CANNOT_SAY.format(reason=TOO_FEW),
}

WHO = {
    "kinship_care": "families where kin bring up the children",
    "english_additional_language": "families whose first language is not English",
    "lone_parent": "lone parents",
    "young_parent": "young parents",
    "disability": "families with a disabled member",
}


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on reach: whether the poorest places are missed ``more`` or ``fewer``, and the figures.

    The code is that of the gap from the least to the most deprived families. Its level is 1: it describes.
    """
    facts = bundle.facts_as(ReachFacts)
    slope = None if facts.slope is None else Interval(*facts.slope)
    few = shown.is_few(f"{ALL}/missed", f"{ALL}/joined")
    code = decide(slope, margin=facts.margin, may_say=not bundle.failed_gates and not few)
    may = MayShow.of(bundle.kind, code)
    if code == "cannot_say" or slope is None:
        reasons = reasons_of(bundle.kind, bundle.failed_gates) or [TOO_FEW if few else sentences.NO_ESTIMATE]
        sentence, detail, short = sentences.CANNOT_SAY.format(reason=" ".join(reasons)).strip(), "", ""
    else:
        told = shown.is_exact or _may_tell(bundle.table("reach_groups"), "idaci_decile", shown)
        gap = _slope(slope if told else None, code)
        sentence, short = " ".join([*_missed(facts, shown), gap]), sentences.first_of(gap)
        of_gaps = [*_most_deprived(facts, shown), *_groups(bundle, base_of(facts.slope), shown)] if may.effect else []
        detail = " ".join([*of_gaps, *_areas(facts)])
    cannot_show = (NOT_WHY, NO_WANT, ONLY_JOINED, UNKNOWN)
    return Verdict(code, sentence, detail, cannot_show, 1, sentences.MARYLAND[1], short=short)


def _missed(facts: ReachFacts, shown: Shown) -> list[str]:
    share = shown.share(f"{ALL}/missed", f"{ALL}/joined")
    if share is None:
        return []
    day = date.fromisoformat(facts.day)
    years = under_years(facts.child_under_months, facts.send_under_months)
    return [
        f"Of every 100 families with a child under {years}, about {round(100 * share)} had not joined a centre by "
        f"{day.day} {day:%B %Y}."
    ]


def _slope(slope: Interval | None, code: Code) -> str:
    """Return the gap in words; without figures where a tenth is hidden, as the gap is worked out from all ten."""
    if slope is None:
        return WITHOUT_FIGURES[code]
    exactly = (slope.estimate, slope.low, slope.high)
    base = base_for(code, slope)
    whole = of_every(base, exactly)
    about, least, most = (more_or_fewer(n, exactly=share) for n, share in zip(whole, exactly, strict=True))
    fit, of = f"The data fit anything from {least} to {most}", f" of every {base:,} who have not joined"
    if code == "inconclusive":
        return f"We cannot tell if centres reach the poorest places less well. {fit}{of}."
    if code == "little_or_no_difference":
        return f"Centres reach poor places and rich ones about as well. {fit}{of}."
    how = "better" if code == "fewer" else "less well"
    return (
        f"Centres reach the poorest places {how} than the richest: of every {base:,} families there, about {about} "
        f"have not joined (a line through all tenths). {fit}."
    )


def _most_deprived(facts: ReachFacts, shown: Shown) -> list[str]:
    """Return the share of poor families among all and among those missed, where both may be told."""
    of_missed = shown.share(f"{POOREST}/missed", f"{REST}/missed")
    of_all = shown.share(f"{POOREST}/families", f"{REST}/families")
    if of_missed is None or of_all is None:
        return []
    return [
        f"About {round(100 * of_all)} of every 100 such families live in the poorest {facts.most_deprived_tenths} "
        f"tenths of places; of every 100 not joined, about {round(100 * of_missed)} do."
    ]


def _groups(bundle: Bundle, base: int, shown: Shown) -> list[str]:
    """Return a sentence for each yes-or-no group whose gap stands, the widest first, in every ``base``."""
    table = bundle.table("reach_groups")
    rows = [row for row in table if row["stands"] and row["group"] in WHO and _may_tell(table, row["group"], shown)]
    rows.sort(key=lambda row: -abs(row["adjusted_gap"]))
    told = []
    for row in rows[:MOST_NAMED]:
        gap = float(row["adjusted_gap"])
        (about,) = of_every(base, (gap,))
        who = WHO[str(row["group"])]
        told.append(f"{who[0].upper()}{who[1:]}: {more_or_fewer(about, exactly=gap)} of every {base:,}.")
    if not told:
        return ["With all else the same, centres reach no other group better or less well for sure."]
    return ["With all else the same, so many have not joined:", *told]


def _may_tell(table: Iterable[Mapping[str, Any]], group: str, shown: Shown) -> bool:
    """Whether the shares of every level of a group may be told, so that its gap may."""
    names = [level_name(group, row["level"]) for row in table if row["group"] == group]
    return all(shown.parts(f"{name}/missed", f"{name}/joined") is not None for name in names)


def _areas(facts: ReachFacts) -> list[str]:
    """Return how far reach areas truly differ, and how many miss more than that spread and chance allow."""
    told = []
    low = round(100 * max(0.0, facts.area_target - facts.area_between))
    high = round(100 * min(1.0, facts.area_target + facts.area_between))
    if high - low >= 2:
        told.append(f"In about two of every three centres' areas, from {low} to {high} of every 100 have not joined.")
    if facts.areas_more_missed:
        stand = "area stands" if facts.areas_more_missed == 1 else "areas stand"
        told.append(
            f"{facts.areas_more_missed} of the {facts.areas} {stand} out: more families there have not joined than "
            "luck and the usual spread explain."
        )
    return told
