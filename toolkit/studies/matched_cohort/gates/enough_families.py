"""Whether the comparison rests on enough families. The minimum of 60 is the Justice Data Lab's."""

from __future__ import annotations

from toolkit.studies.figures import enough_said
from toolkit.studies.matched_cohort.checks.words import passes
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check

LABEL = "How many families were compared"


def check(evidence: Evidence) -> Check:
    """Pass with at least the gate's minimum of supported families in the comparison."""
    return judge(evidence.primary.n_treated or 0, evidence.protocol.gates.min_treated)


def judge(treated: int, minimum: int) -> Check:
    """Judge a number of families; the sentence never gives a small one."""
    return Check(
        name="enough_families",
        label=LABEL,
        status=passes(treated >= minimum),
        figure=float(treated),
        threshold=float(minimum),
        sentence=enough_said(treated, minimum, "families", "that joined could be compared"),
    )
