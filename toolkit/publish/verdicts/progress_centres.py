"""The verdict on centres beside each other: how many are worth a conversation, and how little a ranking would mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.figures.progress_centres import IMPROVED, OTHERS
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.reasons import reasons_of
from toolkit.publish.verdicts.rule import Verdict
from toolkit.studies.progress_centres.facts import ProgressCentresFacts
from toolkit.wording.amounts import parts_of_100

NONE = "Once who they help is allowed for, no centre stands out from the others."
ONE = "Once who they help is allowed for, 1 centre stands out. It is worth a conversation."
SOME = "Once who they help is allowed for, {count} centres stand out. They are worth a conversation."
NOT_ALLOWED_FOR = {
    NONE: "No centre stands out from the others.",
    ONE: "One centre stands out. It is worth a conversation.",
    SOME: "{count} centres stand out. They are worth a conversation.",
}
TOO_FEW = "Too few families scored better, or too few did not, to compare centres."
COMPARED = "We held {count} centres against each other."
SMALL = "We left out {centres} with too few families."
OVERALL = "Of every 100 of their families scored twice, {up} scored better at the end."
AS_CHANCE = "They differ no more than chance alone would have them."
MORE_THAN_CHANCE = (
    "Taken together, centres vary more than chance alone would make them. So the limits are wider, and a centre stands "
    "out only if it lies far off."
)
NO_RANKS = (
    "An order would mean next to nothing: a centre's true place may be any of about {span} of the {of} places in it."
)
BEFORE = "Before anything else, look at how such a centre records, whom it helps, and who gives the scores."

NO_CAUSE = "To stand out is no proof that a centre does well or badly."
RECORDING = "Many families were never scored again. A centre can stand out for whom it scores again."
SCORING = "Centres may score in ways of their own. Then they differ in scores and not in how families fare."
NOT_RECORDED = "Families may differ in ways that no one wrote down. We could not allow for those."
INSIDE = "A small centre hardly ever stands out, even if it is far from the others."


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the verdict on centres beside each other: ``cannot_say`` of the cause, with what is found described.

    No centre is named in it, and none is ranked: staff find each centre's figures, and what to look at, in tables.
    """
    facts = bundle.facts_as(ProgressCentresFacts)
    few = shown.is_few(IMPROVED, OTHERS)
    if bundle.failed_gates or few or facts.share is None:
        reasons = reasons_of(bundle.kind, bundle.failed_gates) or [TOO_FEW if few else sentences.NO_ESTIMATE]
        sentence, detail = sentences.CANNOT_SAY.format(reason=" ".join(reasons)), ""
    else:
        sentence, detail = _sentence(facts), " ".join(_detail(facts, shown))
    lost = [RECORDING] if any(gate.name == "scored_again" and gate.status != "pass" for gate in bundle.gates) else []
    cannot_show = (NO_CAUSE, *lost, SCORING, NOT_RECORDED, INSIDE)
    return Verdict("cannot_say", sentence, detail, cannot_show, 1, sentences.MARYLAND[1])


def _sentence(facts: ProgressCentresFacts) -> str:
    which = NONE if not facts.stand_out else ONE if facts.stand_out == 1 else SOME
    said = which if facts.covariates_used else NOT_ALLOWED_FOR[which]
    return said.format(count=facts.stand_out)


def _detail(facts: ProgressCentresFacts, shown: Shown) -> list[str]:
    told = [COMPARED.format(count=facts.centres_compared)]
    if facts.centres_too_small:
        centres = "1 centre" if facts.centres_too_small == 1 else f"{facts.centres_too_small} centres"
        told.append(SMALL.format(centres=centres))
    parts = shown.parts(IMPROVED, OTHERS)
    if parts is not None:
        told.append(OVERALL.format(up=parts_of_100(*parts)[0]))
    told.append(MORE_THAN_CHANCE if facts.limits_allow_for_differences else AS_CHANCE)
    if facts.rank_span is not None and facts.rank_span > 1:
        told.append(NO_RANKS.format(span=round(facts.rank_span), of=facts.centres_compared))
    return [*told, BEFORE] if facts.stand_out else told


def to_check(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what to look at first at a centre, in sentences for leads, from its row of ``centres_checks``.

    What stands out comes first, by name; where nothing does, that is said.
    """
    found = [one for one in str(row["check_first"]).split(",") if one]
    said = [_CHECKS[one](row) for one in found]
    return tuple(said) or (
        "Nothing in its records stands out in how it records, whom it helps or who scores. Ask what it does.",
    )


def _recording(row: Mapping[str, Any]) -> str:
    lost, low, high = (round(100 * float(row[name])) for name in ("share_lost", "if_none", "if_all"))
    return (
        f"Recording: {lost} in 100 of its families have no second score. Had all been scored, from {low} to {high} "
        "in 100 might have scored better."
    )


def _case_mix(row: Mapping[str, Any]) -> str:
    said = (
        f"Whom it helps: of families like its own, {round(100 * float(row['expected']))} in 100 score better elsewhere"
    )
    unlike = int(row["unlike"])
    if not unlike:
        return f"{said}. What is recorded of them may not be all that matters."
    has = "1 of its families has" if unlike == 1 else f"{unlike} of its families have"
    return f"{said}. But {has} no like at any other centre."


def _scorers(row: Mapping[str, Any]) -> str:
    parts = []
    if row["scorers"]:
        parts.append(
            f"{int(row['scorers'])} gave the last scores" if row["scorers"] > 1 else "one gave all last scores"
        )
    for name, who in (("by_worker", "the worker alone"), ("by_family", "the family alone")):
        if row[name] is not None and row[name] >= 0.5:
            parts.append(f"{round(100 * float(row[name]))} in 100 were given by {who}")
    if row["drifting"]:
        parts.append("the scores of at least one of them move over the years, for families that started alike")
    return f"Scorers: {'; '.join(parts)}."


_CHECKS = {"recording": _recording, "case_mix": _case_mix, "scorers": _scorers}
