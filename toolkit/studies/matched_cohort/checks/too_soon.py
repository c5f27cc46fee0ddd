"""Whether joiners part from the others before any help could work: then they differed when they joined.

Two months is too soon for support to prevent much, and referrals by centres are left out, since noticing starts at
once. A difference this early, above all one that is more, says that families joined in a trouble nobody recorded.
"""

from __future__ import annotations

from toolkit.studies.matched_cohort.checks.words import warns
from toolkit.studies.matched_cohort.evidence import Evidence, rows_of
from toolkit.studies.result import Check
from toolkit.wording.amounts import in_100

LABEL = "The first two months"
TIME_TO = ("any_referral_excluding_centre",)
DAYS = 61
_REACH = 1.645
"""Nine in ten: this check is there to be cautious."""


def check(evidence: Evidence) -> Check:
    """Warn when in the first 61 days the groups already part, by more than nine times in ten chance would make."""
    effect = evidence.effect_between(TIME_TO[0], 0, DAYS)
    if effect is None:
        sentence = "Nobody was referred within two months, so there is no early difference to worry about."
        return Check(name="too_soon", label=LABEL, status="pass", figure=None, threshold=0.0, sentence=sentence)
    parted = abs(effect.estimate) > _REACH * effect.se
    figure = f"{in_100(effect.estimate)} in every 100"
    if parted:
        sentence = (
            f"Within two months, too soon for help to work, the groups had parted: {figure} referred by others than "
            "centres. Families may have joined in a trouble that nobody recorded."
        )
    else:
        sentence = f"Within two months, too soon for help to work, the groups had not parted: {figure}."
    table = rows_of([("Within two months", effect)])
    return Check(
        name="too_soon",
        label=LABEL,
        status=warns(not parted),
        figure=effect.estimate,
        threshold=0.0,
        sentence=sentence,
        table=table,
    )
