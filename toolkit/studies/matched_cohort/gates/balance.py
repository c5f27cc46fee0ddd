"""Whether the groups are alike on everything that was recorded, judged by what is left of it in the answer.

A limit on standardised differences fails small councils by chance: with 380 families in a group even a lottery puts one
of thirteen above 0.1 nine times in ten. So where a protocol gives `max_shift`, what counts is what the differences do
to the answer (`toolkit.studies.matched_cohort.prognosis`), and only as far as chance does not explain it. Protocols
written before keep their limit on standardised differences.
"""

from __future__ import annotations

from dataclasses import replace

from toolkit.cohort.covariates import COVARIATES
from toolkit.studies.matched_cohort.checks.words import passes
from toolkit.studies.matched_cohort.evidence import Evidence, rows_of
from toolkit.studies.matched_cohort.prognosis import shift_of
from toolkit.studies.result import Check

LABEL = "What was recorded of both groups"
_SURE = 1.96


def check(evidence: Evidence) -> Check:
    """Pass when what still differs could not shift the answer by more than the gate's limit, chance allowed for."""
    gates = evidence.protocol.gates
    if gates.max_shift is None:
        return _by_covariates(evidence)
    sealed = evidence.draws
    shift = shift_of(evidence.comparison, evidence.spec, evidence.seed) if sealed is None else sealed.shift
    found = judge_shift(None if shift is None else (shift.estimate, shift.se), evidence.primary.se, gates.max_shift)
    if shift is None or found.figure is None:
        return found
    return replace(found, table=rows_of([("What still differs could make", shift)]))


def judge_shift(shift: tuple[float, float] | None, se: float | None, most: float) -> Check:
    """Judge what remaining differences do to an answer with a standard error.

    Parameters
    ----------
    shift
        The difference in the forecast share with the outcome, and its error; ``None`` where none could be made.
    se
        The answer's standard error.
    most
        How many standard errors of the answer they may shift it by.
    """
    if shift is None or not se:
        sentence = "Too few families had it happen to say what the groups' remaining differences would do."
        return Check(name="balance", label=LABEL, status="pass", figure=None, threshold=most, sentence=sentence)
    beyond_chance = max(0.0, abs(shift[0]) - _SURE * shift[1]) / se
    if beyond_chance < most:
        sentence = "What was recorded of the two groups is alike, or differs by no more than chance and matters little."
    else:
        sentence = "What was recorded of the two groups still differs, enough to shift the answer."
    return Check(
        name="balance",
        label=LABEL,
        status=passes(beyond_chance < most),
        figure=beyond_chance,
        threshold=most,
        sentence=sentence,
    )


def _by_covariates(evidence: Evidence) -> Check:
    name, largest = evidence.comparison.largest_difference or ("", None)
    return judge(largest, label_of(name), evidence.protocol.gates.max_smd)


def label_of(covariate: str) -> str:
    """Return what a covariate is called in a sentence; nothing for none."""
    return COVARIATES[covariate].label.lower() if covariate else ""


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
