"""Reach in plain words: how many families have not joined, whether the poorest are missed, which gaps stand."""

from __future__ import annotations

from datetime import date
from typing import Any

from toolkit.studies.reach.facts import ReachFacts
from toolkit.studies.reach_amounts import in_every, more_or_fewer_words
from toolkit.studies.result import StudyResult

TOO_SMALL = 5
"""Counts from 1 to this are never put into a sentence, nor made to follow from one."""
MOST_NAMED = 3

CANNOT_SAY = "These data cannot answer the question."
NO_WANT = "Not every family needs a centre, or wants one. Those who have not joined may be fine."
ONLY_JOINED = "We only know who joined. A family may have joined and never come back, or come and never joined."
UNKNOWN = "Families that the council does not know of are not in here. They may be the hardest to reach."
NOT_WHY = "A gap does not say why. The centre may be far, full, shut or not what the family wants."

WHO = {
    "kinship_care": "families where kin bring up the children",
    "english_additional_language": "families whose first language is not English",
    "lone_parent": "lone parents",
    "young_parent": "young parents",
    "disability": "families with a disabled member",
}


def describe(result: StudyResult) -> dict[str, Any]:
    """Return the verdict on reach: whether the poorest places are missed ``more`` or ``fewer``, and the figures.

    The code is that of the gap from the least to the most deprived families. A failed gate makes it ``cannot_say``.

    Returns
    -------
    dict
        ``code``, ``sentence``, ``detail``, ``cannot_show`` (tuple of str) and ``maryland_level`` (1: it describes).
    """
    code = _code(result)
    if code == "cannot_say":
        sentence = " ".join([CANNOT_SAY, *(gate.sentence for gate in result.failed_gates)])
        detail = ""
    else:
        sentence = " ".join([_missed(result), _slope(result, code)])
        detail = " ".join([*_most_deprived(result), *_groups(result), *_areas(result)])
    return {
        "code": code,
        "sentence": sentence,
        "detail": detail,
        "cannot_show": (NOT_WHY, NO_WANT, ONLY_JOINED, UNKNOWN),
        "maryland_level": 1,
    }


def _code(result: StudyResult) -> str:
    facts = result.facts_as(ReachFacts)
    too_few = min(facts.missed, facts.joined) <= TOO_SMALL
    if result.failed_gates or facts.slope is None or too_few:
        return "cannot_say"
    _, low, high = facts.slope
    if low > 0:
        return "more"
    if high < 0:
        return "fewer"
    return "little_or_no_difference" if max(-low, high) < facts.margin else "inconclusive"


def _missed(result: StudyResult) -> str:
    facts = result.facts_as(ReachFacts)
    day = date.fromisoformat(facts.day)
    years = f"{facts.child_under_months / 12:g}"
    in_100 = round(100 * facts.missed / facts.families)
    return (
        f"Of every 100 families with a child under {years}, about {in_100} had not joined a centre by "
        f"{day.day} {day:%B %Y}."
    )


def _slope(result: StudyResult, code: str) -> str:
    estimate, low, high = result.facts_as(ReachFacts).slope or (0.0, 0.0, 0.0)
    base, (about, least, most) = in_every((estimate, low, high))
    fit = f"The data fit anything from {more_or_fewer_words(least)} to {more_or_fewer_words(most)}."
    if code == "inconclusive":
        return f"We cannot tell if the poorest places are missed more. Of every {base:,} families, {_lower(fit)}"
    if code == "little_or_no_difference":
        return f"Poor places and rich ones are missed about as often. Of every {base:,} families, {_lower(fit)}"
    return (
        f"Of every {base:,} families in the poorest places, about {more_or_fewer_words(about)} are missed than in the "
        f"richest. {fit}"
    )


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _most_deprived(result: StudyResult) -> list[str]:
    facts = result.facts_as(ReachFacts)
    poor, missed = facts.share_of_families_most_deprived, facts.share_of_missed_most_deprived
    counts = ((facts.families_most_deprived, facts.families), (facts.missed_most_deprived, facts.missed))
    if missed is None or any(min(n, whole - n) <= TOO_SMALL for n, whole in counts):
        return []
    return [
        f"Of every 100 such families, about {round(100 * poor)} live in the poorest {facts.most_deprived_tenths} "
        f"tenths of places. Of every 100 missed, about {round(100 * missed)} do."
    ]


def _groups(result: StudyResult) -> list[str]:
    """Return a sentence for each yes-or-no group whose gap stands, the widest first."""
    table = result.tables["reach_groups"]
    rows = [
        row
        for row in table.to_dict("records")
        if row["stands"] and row["group"] in WHO and _may_tell(table, str(row["group"]))
    ]
    rows.sort(key=lambda row: -abs(row["adjusted_gap"]))
    told = []
    for row in rows[:MOST_NAMED]:
        base, (about,) = in_every((row["adjusted_gap"],))
        told.append(f"Of every {base:,} {WHO[str(row['group'])]}, {more_or_fewer_words(about)} are missed than others.")
    if not told:
        return ["With all else the same, no other group stands out for sure."]
    return ["With all else the same:", *told]


def _may_tell(table: Any, group: str) -> bool:
    rows = table[table["group"] == group]
    reached = rows["families"] - rows["missed"]
    return int(rows["missed"].min()) > TOO_SMALL and int(reached.min()) > TOO_SMALL


def _areas(result: StudyResult) -> list[str]:
    """Return how far reach areas truly differ, and how many miss more than that spread and chance allow."""
    facts = result.facts_as(ReachFacts)
    more, areas, target, between = facts.areas_more_missed, facts.areas, facts.area_target, facts.area_between
    told = []
    low, high = round(100 * max(0.0, target - between)), round(100 * min(1.0, target + between))
    if high - low >= 2:
        told.append(f"In about two areas of three, from {low} to {high} in every 100 are missed.")
    if more:
        told.append(f"{more} of {areas} areas {'misses' if more == 1 else 'miss'} more than spread and luck allow.")
    return told
