"""The verdict on a change in scores: what moved, who was lost, and what no score can show."""

from __future__ import annotations

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.progress_change import NOT_BETTER, names_by_start, of_all
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.rule import Verdict
from toolkit.studies.progress_change.facts import ProgressChangeFacts
from toolkit.wording.amounts import parts_of_100
from toolkit.wording.numbers import hundredths

NO_CAUSE = "Scores alone cannot show if centres helped."
SELF_SCORED = "The workers who help a family also score it. They may see what they hope to see."
AT_THEIR_WORST = "Families often come at their worst time. Many would get better with no help at all."
LOST = "We do not know how the families did who were not scored again. They may have done worse."
NO_COMPARISON = "Families that no centre helps are not scored. So there is no one to compare with."
FEW_SCORED_TWICE = "Too few families were scored twice to give figures."
FEW_CHANGED = "Too few families changed, or too few did not, to give figures."
BEYOND = (
    "If the same families were only scored again, chance alone would move them by {expected} of a point. They moved by "
    "{left} beyond that, and the data fit from {low} to {high}."
)
BEYOND_UNKNOWN = "How much of it is chance we do not know: too few families were scored by two workers on one day."
BY_OTHERS = "As second workers scored both ends, families moved by {by}, and the data fit from {low} to {high}."


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on a change in scores: always ``cannot_say`` of the cause, with the change described.

    Figures are whole families in every 100, and only where they tell of no small number of families.
    """
    facts = bundle.facts_as(ProgressChangeFacts)
    few = any(gate.name == "scored_twice" for gate in bundle.failed_gates)
    moved, is_moved_told = ([FEW_SCORED_TWICE], False) if few else _moved(shown)
    lost = [] if few else _lost(shown)
    is_table_told = shown.is_exact or shown.are_told(*names_by_start(bundle.tables))
    bounds = _range(bundle) if is_moved_told and is_table_told else []
    chance = _chance(facts) if is_moved_told and is_table_told else []
    return Verdict(
        "cannot_say",
        " ".join([NO_CAUSE, *moved, *lost]),
        " ".join([*bounds, *chance, facts.floor_and_ceiling]),
        (NO_COMPARISON, SELF_SCORED, AT_THEIR_WORST, LOST, *_other_centres(facts)),
        1,
        sentences.MARYLAND[1],
    )


def _moved(shown: Shown) -> tuple[list[str], bool]:
    """Return how many of 100 moved which way, as far as it may be told, and whether any of it is."""
    whole = shown.parts(of_all("improved"), of_all(NOT_BETTER))
    if whole is None:
        return [FEW_CHANGED], False
    each = shown.parts(*(of_all(change) for change in ("improved", "same", "worse")))
    if each is None:
        up, _ = parts_of_100(*whole)
        return [f"Of every 100 families scored twice, {up} scored better at the end. The rest did not."], True
    up, rest = parts_of_100(*whole)  # as every page on these families has it
    same = round(rest * each[1] / (each[1] + each[2])) if each[1] + each[2] else 0
    down = rest - same
    return [
        f"Of every 100 families scored twice, {up} scored better at the end, {same} the same and {down} worse."
    ], True


def _lost(shown: Shown) -> list[str]:
    parts = shown.parts(of_all("lost"), of_all("twice"))
    return (
        []
        if parts is None
        else [f"Of every 100 scored at the start, {parts_of_100(*parts)[0]} were never scored again."]
    )


def _range(bundle: Bundle) -> list[str]:
    primary = bundle.primary
    if primary is None or primary.low is None or primary.high is None:
        return []
    low, high = round(100 * primary.low), round(100 * primary.high)
    return [f"Centres differ, so the true number who scored better could be from {low} to {high} in every 100."]


def _chance(facts: ProgressChangeFacts) -> list[str]:
    """Return what of the change scoring again would make by itself, and how second workers saw both ends."""
    if facts.beyond is None or facts.expected_by_chance is None:
        return [BEYOND_UNKNOWN]
    left, low, high = (hundredths(value) for value in facts.beyond[:3])
    told = [BEYOND.format(expected=hundredths(facts.expected_by_chance[0]), left=left, low=low, high=high)]
    if facts.by_others is not None:
        by, low, high = (hundredths(value) for value in facts.by_others[:3])
        told.append(BY_OTHERS.format(by=by, low=low, high=high))
    return told


def _other_centres(facts: ProgressChangeFacts) -> list[str]:
    others = facts.centres_not_scoring
    if not others:
        return []
    who = "the 1 centre that does not score yet began" if others == 1 else f"the other {others} centres began"
    return [
        f"If {who} to score, we could see there too who moves up and who is lost. That would still not show why. For "
        "that, we would have to score some families before they get help, or have someone else do it."
    ]
