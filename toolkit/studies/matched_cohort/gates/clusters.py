"""Whether the families come from enough places: one more family is not independent of its neighbour."""

from __future__ import annotations

from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check, Status

LABEL = "How many places the families live in"
_MANY = 30


def check(evidence: Evidence) -> Check:
    """Pass with 30 reach areas; warn below, where intervals lean on a small-sample correction; fail below the gate."""
    return judge(evidence.primary.clusters or 0, evidence.protocol.gates.min_clusters)


def judge(count: int, minimum: int) -> Check:
    """Judge a number of reach areas."""
    status: Status = "fail" if count < minimum else ("warn" if count < _MANY else "pass")
    sentence = f"The families live in the reach areas of {count} centres. At least {minimum} are needed."
    if status == "warn":
        sentence += f" With fewer than {_MANY} the range is less sure."
    return Check(
        name="clusters", label=LABEL, status=status, figure=float(count), threshold=float(minimum), sentence=sentence
    )
