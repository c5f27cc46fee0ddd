"""Whether other ways of comparing like with like say the same: a result only one shows is not a result."""

from __future__ import annotations

from toolkit.studies.figures import Figures
from toolkit.studies.matched_cohort.evidence import Evidence, rows_of
from toolkit.studies.result import Check, Status
from toolkit.wording.amounts import in_100

LABEL = "Other ways of comparing"
SIDE_BY_SIDE = ("matched", "matched_3", "entropy", "doubly_robust", "difference_in_differences")
_SURE = 1.96
WORDS = {
    "calibrated": "The answer, allowing for what earlier years showed",
    "matched": "Each joiner with one family alike",
    "matched_3": "Each joiner with up to three families alike",
    "entropy": "All families, weighted to look like joiners",
    "doubly_robust": "Weighting and a model of referrals together",
    "difference_in_differences": "Change since the year before last, joiners against their matches",
    "unadjusted": "All joiners against all others, as they come",
}


def check(evidence: Evidence) -> Check:
    """Pass when no other figure is further from the primary than the less sure of the two could be by chance.

    It fails when one points clearly the other way: its interval on the other side of nought than the primary's.
    """
    primary = evidence.primary
    others = {
        name: found
        for name in SIDE_BY_SIDE
        if name != primary.estimator and (found := evidence.estimate_for(primary.outcome, name)) is not None
    }
    main = primary.with_interval
    figures = {name: known for name, one in others.items() if (known := one.with_interval) is not None}
    missing = _not_worked_out(evidence)
    if main is None or not figures:
        sentence = f"No other method was run, so this answer rests on one method. {missing}".rstrip()
        return Check(
            name="estimator_agreement", label=LABEL, status="warn", figure=None, threshold=None, sentence=sentence
        )
    table = rows_of([(WORDS[name], one) for name, one in {primary.estimator: primary, **others}.items()])
    apart = {name: abs(one[0] - main[0]) for name, one in figures.items()}
    outside = [name for name in figures if apart[name] > _SURE * max(others[name].se or 0.0, primary.se or 0.0)]
    against = [name for name, one in figures.items() if _opposed(one, main)]
    furthest = max(apart.values())
    status: Status = "fail" if against else ("warn" if outside else "pass")
    low, high = min(table["estimate"]), max(table["estimate"])
    spread = f"from {in_100(low)} to {in_100(high)} in every 100"
    sentence = {
        "pass": f"{len(others) + 1} ways of comparing agree: {spread}.",
        "warn": f"{len(others) + 1} ways of comparing differ more than chance would explain: {spread}.",
        "fail": f"Another sound way of comparing points the other way: {spread}.",
    }[status]
    return Check(
        name="estimator_agreement",
        label=LABEL,
        status=status,
        figure=furthest,
        threshold=None,
        sentence=f"{sentence} {missing}".rstrip(),
        table=table,
    )


def _not_worked_out(evidence: Evidence) -> str:
    """Return which ways these records could not be put through, with the first sentence of why."""
    said = (f"{WORDS[name]}: {why.split('. ')[0].rstrip('.')}" for name, why in evidence.not_worked_out.items())
    listed = "; ".join(said)
    return f"Not worked out. {listed}." if listed else ""


def _opposed(one: Figures, primary: Figures) -> bool:
    return (one[1] > 0 and primary[2] < 0) or (one[2] < 0 and primary[1] > 0)
