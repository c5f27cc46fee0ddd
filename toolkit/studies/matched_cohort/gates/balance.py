"""Whether the groups are alike on everything that was recorded and matched on."""

from __future__ import annotations

from toolkit.cohort.covariates import COVARIATES
from toolkit.studies.matched_cohort.checks.words import passes
from toolkit.studies.matched_cohort.comparison import Evidence
from toolkit.studies.result import Check

LABEL = "Alike on what was recorded"


def check(evidence: Evidence) -> Check:
    """Pass when every standardised difference after matching is below the gate's limit."""
    table = evidence.comparison.rounds.balance
    differences = {str(term): abs(smd) for term, smd in table["smd"].items() if term in COVARIATES}
    worst = max(differences, key=differences.__getitem__, default="")
    label = COVARIATES[worst].label.lower() if worst else ""
    return judge(differences.get(worst), label, evidence.protocol.gates.max_smd)


def judge(largest_smd: float | None, covariate: str, maximum: float) -> Check:
    """Judge the largest standardised difference, that of ``covariate``."""
    if largest_smd is None:
        sentence = "Nothing was matched, so the groups cannot be shown to be alike."
        return Check(name="balance", label=LABEL, status="fail", figure=None, threshold=maximum, sentence=sentence)
    if largest_smd < maximum:
        sentence = "The two groups are alike on everything that was recorded."
    else:
        sentence = f"The two groups are not alike enough: they still differ most on {covariate}."
    return Check(
        name="balance",
        label=LABEL,
        status=passes(largest_smd < maximum),
        figure=largest_smd,
        threshold=maximum,
        sentence=sentence,
    )
