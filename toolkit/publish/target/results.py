"""The results under each item of TARGET: flow, baseline, follow-up, outcomes, effects, meaning and hashes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.target.source import BOTH, MUST_SAY, PROTOCOL, RESULT, Source, Text, effect_in_words, outcome_label
from toolkit.publish.verdicts.findings import looked_at
from toolkit.publish.verdicts.may_show import NOT_A_FINDING

_ENDS = {
    "complete": "followed to the end",
    "records_end": "until the records end",
    "moved": "until the family moved away",
}
_WITHHELD = (
    "Not reported: these data cannot answer the question, so no figure of the effect is given. The result's own file "
    "holds what was worked out, for analysts."
)
ANSWERS = ("calibrated", "matched")
_NOT_ENDS = ("treated", "rows", "families", "days_followed", "joins_later", "child_days")


def _in_short(at: Source) -> str:
    return (
        "Families are matched on what was recorded before they joined; it is assumed that those alike on it would have "
        f"done alike. {_meaning(at)}"
    )


def _flow(at: Source) -> str:
    return " ".join(step.sentence for step in at.bundle.flow)


def _baseline(at: Source) -> str:
    told = [
        f"{row.get('label', row.get('term'))}: {row['mean_treated']:.3g}, {row['mean_control']:.3g}, {row['smd']:+.3f}."
        for row in at.bundle.balance or ()
        if None not in (row.get("mean_treated"), row.get("mean_control"), row.get("smd"))
    ]
    what = "Means of the matched families that joined, of the others, and how many standard deviations lie between."
    return " ".join([what, *told]) if told else ""


def _followed(at: Source) -> str:
    told = []
    for row in at.bundle.table("follow_up"):
        ends = [
            f"{row[name]:,} {_ENDS.get(name, name.replace('_', ' '))}"
            for name in row
            if name not in _NOT_ENDS and isinstance(row[name], int) and not isinstance(row[name], bool)
        ]
        arm = "Joined" if row["treated"] else "Not joined"
        told.append(f"{arm}: {row['rows']:,} family-months, {row['days_followed']:,} days in all; {', '.join(ends)}.")
    return " ".join(told)


def _missing(_: Source) -> str:
    return (
        "No covariate is missing in either arm: a run stops at a missing one, naming it. An outcome with no row in the "
        f"records is taken as not having happened. How complete the records themselves are, {MUST_SAY}."
    )


def _happened(at: Source) -> str:
    if not at.may.figures:
        return _WITHHELD
    told = [_counted(row) for row in at.bundle.table("events_matched")]
    what = "Families known to have had it while they were followed, or referrals where those are counted."
    return _for_analysts(at, " ".join([what, *told])) if told else ""


def _counted(row: Mapping[str, Any]) -> str:
    name = str(row["outcome"])
    of = f"{outcome_label(name)}, {'joined' if row['treated'] else 'not joined'}"
    if name in OUTCOMES and not OUTCOMES[name].is_binary:
        return f"{of}: {int(row['total']):,} of {row['rows']:,} families."
    return f"{of}: {row['with_outcome']:,} of {row['rows']:,}."


def _effects(at: Source) -> str:
    if not at.may.figures:
        return _WITHHELD
    return _for_analysts(at, " ".join(effect_in_words(e) for e in at.bundle.estimates if e.estimator in ANSWERS))


def _further(at: Source) -> str:
    told = [at.may.said_of_gate(gate) for gate in at.bundle.gates]
    others = [effect_in_words(e) for e in at.bundle.estimates if e.estimator not in ANSWERS]
    told += [_for_analysts(at, " ".join(others)) if at.may.figures else _WITHHELD] if others else []
    told += [f"{looked_at(check)} ({check.status}): {at.may.said_of(check)}" for check in at.checks]
    return " ".join(told)


def _for_analysts(at: Source, figures: str) -> str:
    return figures if at.may.effect else f"{NOT_A_FINDING}. {figures}"


def _meaning(at: Source) -> str:
    return f"{at.bundle.verdict.sentence} {at.bundle.verdict.detail}".strip()


def _interpretation(at: Source) -> str:
    return f"{_meaning(at)} What this adds to what was known, {MUST_SAY}."


def _limits(at: Source) -> str:
    verdict = at.bundle.verdict
    told = [line for line in (verdict.hidden, *verdict.cannot_show, verdict.evidence) if line]
    return " ".join([*told, f"How far the assumptions can be believed in this place, {MUST_SAY}."])


def _registered(at: Source) -> str:
    told = [check.sentence for check in at.bundle.checks if check.name == "pre_registration"]
    return " ".join(
        [
            f"The plan is a file, whose bytes have the SHA-256 {at.bundle.protocol_hash}.",
            *told,
            f"Where it was made public, {MUST_SAY}.",
        ]
    )


def _shared(at: Source) -> str:
    b = at.bundle
    return (
        f"Worked out with version {b.version} of the toolkit, seed {b.seed}, on records with the hash "
        f"{b.snapshot_hash}: the same plan and these three give the same result. Whether others may have the "
        f"records, {MUST_SAY}."
    )


RESULTS: Mapping[str, tuple[str, Text]] = MappingProxyType(
    {
        "1c": (BOTH, _in_short),
        "8": (RESULT, _flow),
        "9": (RESULT, _baseline),
        "10": (RESULT, _followed),
        "11": (RESULT, _missing),
        "12": (RESULT, _happened),
        "13": (RESULT, _effects),
        "14": (RESULT, _further),
        "15": (RESULT, _interpretation),
        "16": (RESULT, _limits),
        "18": (PROTOCOL, _registered),
        "19": (RESULT, _shared),
    }
)
"""By item: where it is reported, and its text. Items in neither this nor the design's only the author can write."""
