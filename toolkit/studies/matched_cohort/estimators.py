"""Other ways of comparing like with like, side by side with the matched estimate: one function an estimator.

Each gets the comparison's rows and the outcomes and returns an estimate an outcome, so that work that does not depend
on the outcome (weights, a second matching) is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from toolkit.cohort.censoring import weighted_outcome
from toolkit.cohort.outcomes import outcomes_named
from toolkit.errors import InputError
from toolkit.stats import Matched, Weighted, estimate_effects, weight
from toolkit.studies.estimates import can_be_estimated, estimate_of, no_estimate
from toolkit.studies.matched_cohort.comparison import Comparison
from toolkit.studies.matched_cohort.matching import match_in_rounds
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.result import Estimate

_WIDER = 3

_TWO_YEARS = 730


def matched_wider(comparison: Comparison, spec: MatchedCohort, outcomes: Sequence[str]) -> list[Estimate]:
    """Return differences with up to three compared families to a joiner: less noise, a little less alike."""
    wider = match_in_rounds(
        comparison.ready.frame, comparison.ready.covariates, spec.model_copy(update={"ratio": _WIDER})
    )
    return _differences(comparison, wider.matched, outcomes, "matched_3", spec)


def entropy_balanced(comparison: Comparison, spec: MatchedCohort, outcomes: Sequence[str]) -> list[Estimate]:
    """Return differences from the others weighted to joiners' means, quarters and districts (Hainmueller 2012)."""
    frame, covariates = _with_places_and_times(comparison, spec)
    weighted = weight(frame, treatment="treated", covariates=covariates, method="entropy")
    return _differences(comparison, weighted, outcomes, "entropy", spec)


def doubly_robust(comparison: Comparison, spec: MatchedCohort, outcomes: Sequence[str]) -> list[Estimate]:
    """Return cross-fitted differences that are right if the model of joining or the model of referral is."""
    frame, covariates = _with_places_and_times(comparison, spec)
    frame = frame.assign(**{outcome: weighted_outcome(frame, outcome) for outcome in outcomes})
    possible = [outcome for outcome in outcomes if can_be_estimated(frame, outcome, "difference")]
    effects = estimate_effects(frame, possible, treatment="treated", covariates=covariates, cluster=spec.cluster)
    known = {effect.outcome: estimate_of(effect, effect.outcome, "doubly_robust") for effect in effects}
    return [known.get(o) or no_estimate(frame, o, "doubly_robust", "difference") for o in outcomes]


def difference_in_differences(comparison: Comparison, spec: MatchedCohort, outcomes: Sequence[str]) -> list[Estimate]:
    """Return matched differences in the change from the year before last to the year after joining.

    The last year before joining is matched on, so it cannot serve as "before": families join after a bad spell. The
    year before last can. It is known of families with two years of records; their sets alone are used, and a
    difference between joiners and others that was there all along drops out.
    """
    followed, first = comparison.followed, pd.Timestamp(comparison.cohort.calendar.first_day)
    reaches = (pd.to_datetime(followed["time_zero"]) - first).dt.days >= _TWO_YEARS
    rows = followed.index[(followed["months_known"] >= 24) & reaches]
    try:
        matched = comparison.matched.part(rows)
    except InputError:
        return [
            no_estimate(comparison.inside, outcome, "difference_in_differences", "difference") for outcome in outcomes
        ]
    inside = matched.matched_rows
    found = []
    for outcome in outcomes:
        before = before_of(outcome)
        after = weighted_outcome(inside, outcome)
        if before not in inside or (after == inside[before]).all():
            found.append(no_estimate(inside, outcome, "difference_in_differences", "difference"))
            continue
        change = after - inside[before].astype(float)
        effect = matched.effect(change, cluster=spec.cluster)
        found.append(estimate_of(effect, outcome, "difference_in_differences"))
    return found


def before_of(outcome: str) -> str:
    """Return the covariate that is an outcome's own "before": the same in the year before last.

    >>> before_of("any_referral_12m"), before_of("any_referral_12m_excluding_centre")
    ('referred_12m_to_24m_before', 'referred_excluding_centre_12m_to_24m_before')
    """
    base = outcomes_named([outcome])[0].base
    return f"{base.replace('any_referral', 'referred', 1)}_12m_to_24m_before"


ESTIMATORS: Mapping[str, Callable[[Comparison, MatchedCohort, Sequence[str]], list[Estimate]]] = MappingProxyType(
    {
        "matched_3": matched_wider,
        "entropy": entropy_balanced,
        "doubly_robust": doubly_robust,
        "difference_in_differences": difference_in_differences,
    }
)
"""Beside the matched estimate itself."""


def compare_otherwise(name: str, comparison: Comparison, spec: MatchedCohort) -> tuple[list[Estimate], str]:
    """Compare in one of `ESTIMATORS`; records that it cannot be done on give no figure, and the reason.

    A way beside the main one takes nothing from it: a rare trait that only joiners of a small council have stops the
    model of joining, and the matched answer stands.
    """
    try:
        return ESTIMATORS[name](comparison, spec, spec.outcomes), ""
    except InputError as problem:
        found = [no_estimate(comparison.ready.frame, outcome, name, "difference") for outcome in spec.outcomes]
        return found, str(problem)


def _differences(
    comparison: Comparison,
    sample: Matched | Weighted,
    outcomes: Sequence[str],
    estimator: str,
    spec: MatchedCohort,
) -> list[Estimate]:
    ready, found = comparison.ready.frame, []
    used = ready[(sample.weights.loc[ready.index] > 0).to_numpy()]
    for outcome in outcomes:
        values = weighted_outcome(ready, outcome)
        if (values.loc[used.index] > 0).any():
            found.append(estimate_of(sample.effect(values, cluster=spec.cluster), outcome, estimator))
        else:
            found.append(no_estimate(used, outcome, estimator, "difference"))
    return found


def _with_places_and_times(comparison: Comparison, spec: MatchedCohort) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows and what to balance: the covariates, and what was matched exactly, months as quarters."""
    frame = comparison.ready.frame
    names: list[str] = [name for name in spec.exact if name != "trial"]
    if "trial" in spec.exact:
        quarters = pd.PeriodIndex(frame["trial"].cat.categories, freq="M").asfreq("Q").astype(str)
        frame = frame.assign(quarter=pd.Categorical(quarters.to_numpy()[frame["trial"].cat.codes]))
        names.append("quarter")
    return frame, [*comparison.ready.covariates, *(name for name in names if frame[name].nunique() > 1)]
