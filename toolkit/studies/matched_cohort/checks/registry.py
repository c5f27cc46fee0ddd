"""Which checks there are, in the order a reader meets them, and how they are run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from toolkit.progress import Progress, silent
from toolkit.studies.matched_cohort.checks import (
    detection,
    e_value,
    estimator_agreement,
    follow_up_length,
    hidden_difference,
    leave_one_centre_out,
    negative_control_exposure,
    negative_control_outcome,
    own_notes,
    placebo_time_zero,
    pre_registration,
    regression_to_the_mean,
    rosenbaum,
    spill_over,
    time_course,
    time_zero,
    too_soon,
)
from toolkit.studies.matched_cohort.checks.names import GATES
from toolkit.studies.matched_cohort.evidence import Evidence
from toolkit.studies.matched_cohort.gates import (
    balance,
    clusters,
    definition_breaks,
    enough_families,
    follow_up,
    lost_families,
    overlap,
)
from toolkit.studies.result import Check


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One check.

    Attributes
    ----------
    name
        As protocols have it.
    label
        As a page has it.
    check
        The attempt itself.
    covariates, outcomes, time_to
        What it needs of the cohort beyond the protocol's own; none of it is matched on.
    """

    name: str
    label: str
    check: Callable[[Evidence], Check]
    covariates: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    time_to: tuple[str, ...] = ()


SPECS: Mapping[str, CheckSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            CheckSpec("enough_families", enough_families.LABEL, enough_families.check),
            CheckSpec("balance", balance.LABEL, balance.check),
            CheckSpec("overlap", overlap.LABEL, overlap.check),
            CheckSpec("follow_up", follow_up.LABEL, follow_up.check),
            CheckSpec("lost_families", lost_families.LABEL, lost_families.check),
            CheckSpec("clusters", clusters.LABEL, clusters.check),
            CheckSpec("definition_breaks", definition_breaks.LABEL, definition_breaks.check),
            CheckSpec("own_notes", own_notes.LABEL, own_notes.check),
            CheckSpec("pre_registration", pre_registration.LABEL, pre_registration.check),
            CheckSpec("time_zero", time_zero.LABEL, time_zero.check),
            CheckSpec(
                "negative_control_outcome",
                negative_control_outcome.LABEL,
                negative_control_outcome.check,
                covariates=negative_control_outcome.COVARIATES,
            ),
            CheckSpec(
                "negative_control_exposure",
                negative_control_exposure.LABEL,
                negative_control_exposure.check,
                outcomes=negative_control_exposure.OUTCOMES,
            ),
            CheckSpec("too_soon", too_soon.LABEL, too_soon.check, time_to=too_soon.TIME_TO),
            CheckSpec("time_course", time_course.LABEL, time_course.check, time_to=time_course.TIME_TO),
            CheckSpec("placebo_time_zero", placebo_time_zero.LABEL, placebo_time_zero.check),
            CheckSpec("estimator_agreement", estimator_agreement.LABEL, estimator_agreement.check),
            CheckSpec("leave_one_centre_out", leave_one_centre_out.LABEL, leave_one_centre_out.check),
            CheckSpec("window", follow_up_length.LABEL, follow_up_length.check, outcomes=follow_up_length.OUTCOMES),
            CheckSpec(
                "regression_to_the_mean",
                regression_to_the_mean.LABEL,
                regression_to_the_mean.check,
                covariates=regression_to_the_mean.COVARIATES,
                outcomes=regression_to_the_mean.OUTCOMES,
            ),
            CheckSpec("detection", detection.LABEL, detection.check, outcomes=detection.OUTCOMES),
            CheckSpec("spill_over", spill_over.LABEL, spill_over.check),
            CheckSpec("hidden_difference", hidden_difference.LABEL, hidden_difference.check),
            CheckSpec("e_value", e_value.LABEL, e_value.check),
            CheckSpec("rosenbaum", rosenbaum.LABEL, rosenbaum.check),
        )
    }
)
"""Every check, by its name."""


def run_checks(names: Iterable[str], evidence: Evidence, *, progress: Progress = silent) -> tuple[Check, ...]:
    """Run checks in turn; those that the protocol says must pass come back as gates, as the house's own always do.

    What a check found speaks against a sign only where the protocol asks it to (``sign_needs``).
    """
    specs, found = [SPECS[name] for name in names], []
    gates, of_sign = {*GATES, *evidence.spec.must_pass}, evidence.spec.sign_needs
    for place, spec in enumerate(specs):
        progress(f"Checking: {spec.label[0].lower()}{spec.label[1:]}", place / len(specs))
        check = spec.check(evidence)
        against = check.against if spec.name in of_sign else ()
        found.append(replace(check, is_gate=spec.name in gates, against=against))
    return tuple(found)
