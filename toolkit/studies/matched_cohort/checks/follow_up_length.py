"""Whether the answer depends on how long families were followed: six months, a year, two years."""

from __future__ import annotations

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.effects.effect import Effect
from toolkit.studies.matched_cohort.comparison import compare
from toolkit.studies.matched_cohort.evidence import Evidence, rows_of
from toolkit.studies.result import Check, Estimate, Status
from toolkit.wording.amounts import in_100

LABEL = "Following families for less or longer"
OUTCOMES = ("any_referral_6m",)
LONG, LONG_MONTHS = ("any_referral_24m", 730), 24


def check(evidence: Evidence) -> Check:
    """Pass when no window points clearly the other way than another; fail when one does."""
    found: list[tuple[str, Effect | Estimate]] = []
    short = evidence.effect_of("any_referral_6m")
    if short is not None:
        found.append(("6 months", short))
    if evidence.primary.estimate is not None:
        found.append((f"{evidence.spec.primary_months} months", evidence.primary))
    long = _two_years(evidence) if evidence.spec.primary_months < LONG_MONTHS else None
    if long is not None:
        found.append(("24 months", long))
    if len(found) < 2:
        sentence = "The records are too short to follow families for more or less time."
        return Check(name="window", label=LABEL, status="warn", figure=None, threshold=None, sentence=sentence)
    table = rows_of(found)
    sizes, lows, highs = (table[name].to_numpy(dtype=float) for name in ("estimate", "low", "high"))
    clear = {int(way) for way in (lows > 0).astype(int) - (highs < 0)} - {0}
    turns = len(set((sizes > 0).tolist())) > 1
    status: Status = "fail" if len(clear) > 1 else ("warn" if turns and clear else "pass")
    listed = ", ".join(f"{label} {in_100(size)}" for label, size in zip(table["label"], sizes, strict=True))
    ending = {
        "pass": "They tell one story.",
        "warn": "One of them leans the other way.",
        "fail": "They contradict each other.",
    }[status]
    figure = float(np.ptp(sizes))
    sentence = f"In every 100 families, by how long they were followed: {listed}. {ending}"
    return Check(
        name="window", label=LABEL, status=status, figure=figure, threshold=None, sentence=sentence, table=table
    )


def _two_years(evidence: Evidence) -> Effect | None:
    outcome, days = LONG
    try:
        longer = compare(evidence.snapshot, evidence.spec, seed=evidence.seed, outcomes=(outcome,), follow_up_days=days)
        return longer.matched.effect(longer.values(outcome), cluster=evidence.spec.cluster)
    except InputError:
        return None
