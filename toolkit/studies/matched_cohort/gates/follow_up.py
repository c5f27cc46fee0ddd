"""Whether families were followed for the whole time, in both groups."""

from __future__ import annotations

from toolkit.cohort.counts import shares_followed
from toolkit.studies.matched_cohort.checks.words import per_cent
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check, Status

LABEL = "How long families were followed"
_APART = 0.05


def check(evidence: Evidence) -> Check:
    """Pass when in both arms at least the gate's share was followed; warn when the arms differ by 5%."""
    joined, others = shares_followed(evidence.comparison.cohort.person_time)
    return judge(joined, others, evidence.protocol.gates.min_follow_up)


def judge(share_joined: float, share_not_joined: float, minimum: float) -> Check:
    """Judge the shares followed for the whole time."""
    lower, apart = min(share_joined, share_not_joined), abs(share_joined - share_not_joined)
    status: Status = "fail" if lower < minimum else ("warn" if apart > _APART else "pass")
    sentence = (
        f"{per_cent(share_joined)} of the families that joined, and {per_cent(share_not_joined)} of the others, "
        "were followed for the whole year."
    )
    if status == "fail":
        sentence += f" At least {per_cent(minimum)} is needed."
    elif status == "warn":
        sentence += " One group was lost sight of more than the other."
    return Check(name="follow_up", label=LABEL, status=status, figure=lower, threshold=minimum, sentence=sentence)
