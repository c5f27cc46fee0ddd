"""The verdict on families never scored again: how many, who, and how far the headline could be out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.progress_missing import AT_TOP, IMPROVED, LOST, NOT_BETTER, TWICE, level_name
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.reasons import reasons_of
from toolkit.publish.verdicts.rule import Verdict
from toolkit.studies.progress_missing.bounded import halves_at
from toolkit.studies.progress_missing.facts import ProgressMissingFacts
from toolkit.wording.amounts import parts_of_100

MISSED = "Of every 100 families that could have been scored again, {lost} were not."
ALL_OR_FEW = "Nearly all families were scored again, or nearly none were. So we give no figure."
HEADLINE = (
    "Of every 100 families scored twice, {seen} scored better at the end. Of every 100 in all, it could be anything "
    "from {lowest} to {highest}."
)
WEIGHTED = (
    "If families that were lost did as those like them did, {weighted} in every 100 scored better. The data fit "
    "anything from {low} to {high}."
)
NO_BETTER = "If those lost did no better than those who began alike, at most {most} in every 100 scored better."
HALVES = "It would be half of that or less only if at most {at} in every 100 of those lost scored better."
NEVER_HALVES = "Even if none of those lost scored better, it would be more than half of that."
WHO = "{group} made the most difference: of every 100 families, {more} were lost with {most}, {fewer} with {least}."
THIN = "Hardly any families like those lost were scored again. So that figure rests on a few."

UNSEEN = "We do not know how the families did who were not scored again. No sum can tell us."
RECORDED = "We can allow only for what was written down on the first day. Those lost may differ in more than that."
NO_CAUSE = "Scores alone cannot show if centres helped."
NOT_BLAME = "Families move, or need no more help, or stay away. A lost score is not always a failure."


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on families never scored again: always ``cannot_say`` of what they did, with the limits told.

    Figures are whole families in every 100, and only where they tell of no small number of families.
    """
    facts = bundle.facts_as(ProgressMissingFacts)
    told = shown.parts(IMPROVED, NOT_BETTER, LOST)
    if shown.parts(IMPROVED, NOT_BETTER) is None:  # a share of those scored twice is told too
        told = None
    cannot_show = (UNSEEN, RECORDED, NOT_BLAME, NO_CAUSE)
    if bundle.failed_gates:
        said = sentences.CANNOT_SAY.format(reason=" ".join(reasons_of(bundle.kind, bundle.failed_gates)))
        return Verdict("cannot_say", said, "", cannot_show, 1, sentences.MARYLAND[1])
    lost = shown.parts(LOST, TWICE)
    if told is None or lost is None:
        said = ALL_OR_FEW if lost is None else MISSED.format(lost=parts_of_100(*lost)[0])
        return Verdict("cannot_say", said, "", cannot_show, 1, sentences.MARYLAND[1])
    sentence = f"{MISSED.format(lost=parts_of_100(*lost)[0])} {_headline(told, shown)}"
    detail = [*_halves(told), *_no_better(facts), *_weighted(bundle, facts), *_who(bundle, shown)]
    return Verdict("cannot_say", sentence, " ".join(detail), cannot_show, 1, sentences.MARYLAND[1])


def _headline(told: tuple[int, ...], shown: Shown) -> str:
    improved, not_better, lost = told
    families = sum(told)
    # Where those at the top are too few to be told, they are taken to be able to rise: the range is the wider.
    risen = improved + lost - (shown.for_shares.get(AT_TOP) or 0)
    return HEADLINE.format(
        seen=parts_of_100(improved, not_better)[0],
        lowest=_in_100(improved / families),
        highest=_in_100(risen / families),
    )


def _halves(told: tuple[int, ...]) -> list[str]:
    improved, not_better, lost = told
    twice = improved + not_better
    at = halves_at(twice / (twice + lost), improved / twice)
    return [NEVER_HALVES if at is None else HALVES.format(at=_in_100(at))]


def _no_better(facts: ProgressMissingFacts) -> list[str]:
    most = facts.share_improved_no_better
    return [] if most is None else [NO_BETTER.format(most=_in_100(most))]


def _weighted(bundle: Bundle, facts: ProgressMissingFacts) -> list[str]:
    if facts.share_improved_weighted is None:
        return []
    weighted, low, high = (_in_100(share) for share in facts.share_improved_weighted)
    is_thin = any(gate.name == "weights" and gate.status != "pass" for gate in bundle.gates)
    return [WEIGHTED.format(weighted=weighted, low=low, high=high), *([THIN] if is_thin else [])]


def _who(bundle: Bundle, shown: Shown) -> list[str]:
    """Return the group whose levels differ most, of those whose ranges do not meet and whose shares are told."""
    groups: dict[str, list[tuple[float, Mapping[str, Any]]]] = {}
    for row in bundle.table("missing_by_group"):
        name = level_name(row)
        share = shown.share(f"{name}/lost", f"{name}/twice")
        if share is not None and row["low"] is not None and row["high"] is not None:
            groups.setdefault(str(row["group_label"]), []).append((share, row))
    widest, said = 0.0, ""
    for label, levels in groups.items():
        (fewest, least), (most, greatest) = (pick(levels, key=lambda one: one[0]) for pick in (min, max))
        if most - fewest > widest and greatest["low"] > least["high"]:
            widest = most - fewest
            said = WHO.format(
                group=label, most=f"“{greatest['label']}”", least=f"“{least['label']}”",
                more=_in_100(most), fewer=_in_100(fewest),
            )  # fmt: skip
    return [said] if said else []


def _in_100(share: float) -> int:
    return round(100 * share)
