"""The change in scores in plain words: what moved, who was lost, and what no score can show."""

from __future__ import annotations

from typing import Any

from toolkit.studies.progress_change.facts import ProgressChangeFacts
from toolkit.studies.result import StudyResult

TOO_SMALL = 5
"""Counts from 1 to this are never put into a sentence, nor made to follow from one."""

NO_CAUSE = "Scores alone cannot show if centres helped."
SELF_SCORED = "The workers who help a family also score it. They may see what they hope to see."
AT_THEIR_WORST = "Families often come at their worst time. Many would get better with no help at all."
LOST = "We do not know how the families did who were not scored again. They may have done worse."
NO_COMPARISON = "Families that no centre helps are not scored. So there is no one to compare with."


def describe(result: StudyResult) -> dict[str, Any]:
    """Return the verdict on a change in scores: always ``cannot_say`` of the cause, with the change described.

    Returns
    -------
    dict
        ``code``, ``sentence``, ``detail``, ``cannot_show`` (tuple of str) and ``maryland_level``. Figures are whole
        families in every 100, and only where they tell of no small number of families.
    """
    facts = result.facts_as(ProgressChangeFacts)
    return {
        "code": "cannot_say",
        "sentence": " ".join([NO_CAUSE, *_moved(result), *_lost(result)]),
        "detail": " ".join([*_range(result), facts.floor_and_ceiling, *_noise(result)]),
        "cannot_show": (NO_COMPARISON, SELF_SCORED, AT_THEIR_WORST, LOST, *_other_centres(result)),
        "maryland_level": 1,
    }


def _moved(result: StudyResult) -> list[str]:
    facts = result.facts_as(ProgressChangeFacts)
    up, same, down = facts.improved, facts.same, facts.worse
    if _has_few(result):
        return ["Too few families were scored twice to give figures."]
    if _is_small(up) or _is_small(same + down):
        return ["Too few families changed, or too few did not, to give figures."]
    a, b, c = in_hundred(up, same, down)
    if _is_small(same) or _is_small(down):
        return [f"Of every 100 families scored twice, {a} scored better at the end. The rest did not."]
    return [f"Of every 100 families scored twice, {a} scored better at the end, {b} the same and {c} worse."]


def _lost(result: StudyResult) -> list[str]:
    facts = result.facts_as(ProgressChangeFacts)
    lost, families = facts.no_second_score, facts.families
    if _has_few(result) or _is_small(lost) or _is_small(families - lost):
        return []
    return [f"Of every 100 scored at the start, {in_hundred(lost, families - lost)[0]} were never scored again."]


def _range(result: StudyResult) -> list[str]:
    primary = result.primary
    if primary is None or primary.low is None or primary.high is None or _has_few(result):
        return []
    low, high = round(100 * primary.low), round(100 * primary.high)
    return [f"Centres differ, so the true number who scored better could be from {low} to {high} in every 100."]


def _noise(result: StudyResult) -> list[str]:
    table = result.tables["by_start"]
    if _has_few(result) or not len(table):
        return []
    expected = table["expected_from_noise"].iloc[0]
    if expected is None or expected < 0.05:
        return []
    return [
        f"No score is exact. If nothing changed, those who start at 1 could still seem to rise by about {expected:.1f} "
        "of a point."
    ]


def _other_centres(result: StudyResult) -> list[str]:
    others = result.facts_as(ProgressChangeFacts).centres_not_scoring
    if not others:
        return []
    who = "the 1 centre that does not score yet began" if others == 1 else f"the other {others} centres began"
    return [
        f"If {who} to score, we could see there too who moves up and who is lost. That would still not show why. For "
        "that, we would have to score some families before they get help, or have someone else do it."
    ]


def in_hundred(*counts: int) -> tuple[int, ...]:
    """Return counts as whole parts of 100 that add up to it, the largest remainders rounded up.

    >>> in_hundred(1, 1, 1)
    (34, 33, 33)
    """
    whole = sum(counts)
    floors = [100 * count // whole for count in counts]
    order = sorted(range(len(counts)), key=lambda place: (-(100 * counts[place] % whole), place))
    for place in order[: 100 - sum(floors)]:
        floors[place] += 1
    return tuple(floors)


def _has_few(result: StudyResult) -> bool:
    return any(gate.name == "scored_twice" for gate in result.failed_gates)


def _is_small(count: int) -> bool:
    return count <= TOO_SMALL
