"""Whether most of the families that joined found a similar family."""

from __future__ import annotations

from toolkit.studies.matched_cohort.checks.words import per_cent
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check, Status

LABEL = "Who found a family like them"
_NEARLY_ALL = 0.95


def check(evidence: Evidence) -> Check:
    """Pass when nearly all joiners found a match; warn below 95%, fail below the gate's minimum."""
    joined = int((evidence.comparison.followed["treated"] == 1).sum())
    share = (evidence.primary.n_treated or 0) / joined if joined else 0.0
    return judge(share, evidence.protocol.gates.min_overlap)


def judge(share_matched: float, minimum: float) -> Check:
    """Judge the share of joiners that found a match."""
    status: Status = "fail" if share_matched < minimum else ("warn" if share_matched < _NEARLY_ALL else "pass")
    sentence = f"{per_cent(share_matched)} of the families that joined found a similar family to compare with."
    if status == "fail":
        sentence = f"Only {sentence} At least {per_cent(minimum)} is needed."
    elif status == "warn":
        sentence += " The answer is about these."
    return Check(name="overlap", label=LABEL, status=status, figure=share_matched, threshold=minimum, sentence=sentence)
