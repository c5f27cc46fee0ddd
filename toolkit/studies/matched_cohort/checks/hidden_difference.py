"""How strong something nobody recorded would have to be to undo the answer, measured against what was recorded.

Cinelli and Hazlett's omitted-variable bias (2020), with the strongest recorded covariate as the yardstick. Covariates
that were matched on no longer differ between the groups, so their strength is measured before matching, with both
groups given the same total weight, as they have after it.
"""

from __future__ import annotations

import numpy as np

from toolkit.cohort.censoring import weighted_outcome
from toolkit.cohort.covariates import COVARIATES as KNOWN
from toolkit.stats.sensitivity.benchmarks import (
    Benchmark,
    against_benchmarks,
    benchmarks,
    equal_arm_weights,
    times_to_undo,
)
from toolkit.stats.sensitivity.omitted import omitted_variable
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.result import Check, Status

LABEL = "Something nobody recorded"
_MOST_ROWS = 100_000
"""Comparison rows the yardsticks are measured on; a seeded draw of them where there are more."""
_AS_STRONG = 1.0


def check(evidence: Evidence) -> Check:
    """Warn when a hidden cause no stronger than the strongest recorded covariate would turn the figure's sign."""
    primary = evidence.primary
    if primary.estimate is None or primary.se is None or not primary.se or (primary.clusters or 0) < 3:
        sentence = "No figure could be worked out, so there is nothing to explain away."
        return Check(
            name="hidden_difference", label=LABEL, status="warn", figure=None, threshold=_AS_STRONG, sentence=sentence
        )
    plain = _plain_fit(evidence)
    result = omitted_variable(
        primary.estimate,
        primary.se,
        float((primary.clusters or 0) - 1),
        model_se=plain[0],
        model_degrees_of_freedom=plain[1],
    )
    known = _yardsticks(evidence)
    table = against_benchmarks(result, known)
    table.insert(0, "label", [KNOWN[name].label for name in table["benchmark"]])
    strongest = min(known, key=lambda one: times_to_undo(result, one, interval=False), default=None)
    if strongest is None:
        sentence = "Nothing that was recorded goes with joining, so there is no yardstick for what was not."
        return Check(
            name="hidden_difference",
            label=LABEL,
            status="warn",
            figure=None,
            threshold=_AS_STRONG,
            sentence=sentence,
            table=table,
        )
    times = times_to_undo(result, strongest, interval=False)
    label = KNOWN[strongest.name].label
    status: Status = "pass" if times > _AS_STRONG else "warn"
    return Check(
        name="hidden_difference",
        label=LABEL,
        status=status,
        figure=times,
        threshold=_AS_STRONG,
        sentence=_sentence(times, label),
        table=table,
    )


def _sentence(times: float, label: str) -> str:
    known = f"“{label}”, the strongest thing on record,"
    if times >= 100:
        return f"Nothing hidden could undo this figure unless it were far stronger than {known} is."
    if times > _AS_STRONG:
        return (
            f"Something nobody recorded could undo this figure. It would have to be about {_number(times)} times as "
            f"strong as {known} in making families join and in making them be referred."
        )
    return (
        f"Something nobody recorded could undo this figure even if it were no stronger than {known} is. We cannot "
        "rule that out."
    )


def _number(times: float) -> str:
    return f"{times:.0f}" if times >= 10 else f"{times:.1f}"


def _plain_fit(evidence: Evidence) -> tuple[float, float]:
    """Return the standard error and degrees of freedom of the matched least squares, as if rows were independent."""
    inside = evidence.comparison.inside
    joined = (inside["role"] == "joined").to_numpy()
    weights = evidence.comparison.set_weights
    design = _varying(inside[list(evidence.comparison.ready.covariates)].to_numpy(dtype=float))
    design = np.column_stack([joined, np.ones(len(inside)), design]) * np.sqrt(weights)[:, None]
    response = evidence.comparison.values_inside(evidence.primary.outcome) * np.sqrt(weights)
    coefficients, _, rank, _ = np.linalg.lstsq(design, response, rcond=None)
    freedom = len(inside) - int(rank)
    left = float(((response - design @ coefficients) ** 2).sum())
    variance = left / freedom * float(np.linalg.pinv(design.T @ design)[0, 0])
    return float(np.sqrt(variance)), float(freedom)


def _yardsticks(evidence: Evidence) -> tuple[Benchmark, ...]:
    frame, names = evidence.comparison.ready.frame, list(evidence.comparison.ready.covariates)
    treated = frame["treated"].to_numpy() == 1
    others = np.flatnonzero(~treated)
    if len(others) > _MOST_ROWS:
        others = np.sort(np.random.default_rng(evidence.seed).choice(others, _MOST_ROWS, replace=False))
    rows = np.concatenate([np.flatnonzero(treated), others])
    sample, arm = frame.iloc[rows], treated[rows]
    values = sample[names].to_numpy(dtype=float)
    groups = {name: [place] for place, name in enumerate(names) if values[:, place].std() > 0}
    found = benchmarks(
        weighted_outcome(sample, evidence.primary.outcome).to_numpy(dtype=float),
        arm.astype(float),
        values,
        groups,
        equal_arm_weights(arm),
    )
    return tuple(one for one in found if one.treatment_r2 > 0 and one.outcome_r2 > 0)


def _varying(values: np.ndarray) -> np.ndarray:
    return np.asarray(values[:, values.std(axis=0) > 0])
