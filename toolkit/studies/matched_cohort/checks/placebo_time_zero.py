"""Whether joiners "changed" at a day when nothing happened: the whole comparison, moved a year and a half back."""

from __future__ import annotations

from toolkit.errors import InputError
from toolkit.studies.matched_cohort.comparison import compare
from toolkit.studies.matched_cohort.evidence import Evidence, rows_of
from toolkit.studies.result import Check, Status
from toolkit.wording.amounts import in_100

LABEL = "A made-up joining day"
SHIFT_DAYS = 548
FOLLOWED_DAYS = 183
OUTCOME = "any_referral_6m"
"""Six months, ending a year before joining: what happens later may be the reason for joining, not its effect."""


def check(evidence: Evidence) -> Check:
    """Pass when the difference after the made-up day has nought in its interval.

    It fails when it has not and the difference is one that would matter: the protocol's margin or more.
    """
    try:
        moved = compare(
            evidence.snapshot,
            evidence.spec,
            seed=evidence.seed,
            outcomes=(OUTCOME,),
            placebo_days=SHIFT_DAYS,
            follow_up_days=FOLLOWED_DAYS,
        )
        effect = moved.matched.effect(moved.values(OUTCOME), cluster=evidence.spec.cluster)
    except InputError:
        sentence = "Too few families were known long enough before joining to try a made-up joining day."
        return Check(
            name="placebo_time_zero", label=LABEL, status="warn", figure=None, threshold=None, sentence=sentence
        )
    low, high = effect.interval
    margin = evidence.spec.margin
    status: Status = "pass" if low <= 0 <= high else ("fail" if abs(effect.estimate) >= margin else "warn")
    figure = f"{in_100(effect.estimate)} in every 100"
    sentence = {
        "pass": f"At a made-up day 18 months before joining, nothing happens, as it should: {figure}.",
        "warn": f"At a made-up day 18 months before joining, the groups part a little: {figure}.",
        "fail": f"At a made-up day 18 months before joining, the groups part: {figure}. Joiners may have been on "
        "another path.",
    }[status]
    table = rows_of([("18 months before joining", effect)])
    return Check(
        name="placebo_time_zero",
        label=LABEL,
        status=status,
        figure=effect.estimate,
        threshold=margin,
        sentence=sentence,
        table=table,
    )
