"""Trust: whether referrals by centres end with no action, or come back, more than similar ones made by others."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.cohort.referrals import KNOWN, ReferralFrame, referral_frame
from toolkit.errors import InputError
from toolkit.progress import Progress
from toolkit.stats import Matched, match
from toolkit.stats.variance.clustered_mean import clustered_mean
from toolkit.studies.definition_breaks import breaks_of
from toolkit.studies.estimates import estimate_of, estimate_of_mean, no_figure, unadjusted_difference
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate, Gate, StudyResult
from toolkit.studies.trust import gates
from toolkit.studies.trust.spec import TrustSpec
from toolkit.studies.trust.tables import (
    CLUSTER,
    by_source,
    facts_of,
    happened_by_arm,
    labelled,
    matched_flow,
    usable_names,
)
from toolkit.tables.deprivation import check_one_edition

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Compare centres' referrals with similar ones by others. The result holds no family, by any name.

    Raises
    ------
    InputError
        When there is no referral by a centre, or none by others, to compare, or tenths of deprivation of two editions
        would be compared.
    """
    spec = protocol.spec_as(TrustSpec)
    began = perf_counter()
    check_one_edition(snapshot.read("families"), spec.covariates)
    progress("Reading the referrals", 0.0)
    found = referral_frame(
        snapshot,
        centre_sources=spec.centre_sources,
        child_under_months=spec.child_under_months,
        send_under_months=spec.send_under_months,
        while_open=spec.referrals_while_open,
    )
    frame = found.frame
    if frame["treated"].nunique() < 2:
        raise InputError("No referrals can be compared:\n" + "\n".join(f"  {step.sentence}" for step in found.flow))
    progress("Matching referrals", 0.3)
    names, left_out = usable_names(frame, spec.covariates)
    matched = match(
        frame,
        treatment="treated",
        covariates=list(names),
        scale="logit",
        ratio=spec.ratio,
        caliper=spec.caliper,
        exact=spec.exact,
        anti_exact=("family_id",),
    )
    balance = labelled(matched.balance())
    progress("Comparing what came of them", 0.6)
    estimates, means = _estimates(matched, frame, spec.outcomes)
    result = StudyResult.of(
        protocol,
        snapshot,
        seed,
        first_day=found.first_day,
        last_day=found.last_day,
        estimates=estimates,
        balance=balance,
        gates=(
            *_gates(protocol, found, matched, balance, estimates[0]),
            gates.definitions(breaks_of(snapshot), found.first_day, found.last_day),
        ),
        flow=(*found.flow, *matched_flow(matched)),
        tables={
            "trust_matched": happened_by_arm(frame[(matched.weights > 0).to_numpy()], spec.outcomes),
            "trust_everyone": happened_by_arm(frame, spec.outcomes),
            "trust_by_source": by_source(frame, spec.centre_sources),
        },
        facts=facts_of(frame, spec, matched, means, left_out),
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _estimates(
    matched: Matched, frame: pd.DataFrame, outcomes: Sequence[str]
) -> tuple[tuple[Estimate, ...], dict[str, tuple[float, float]]]:
    """Return the matched differences first, then what was sent back, then the differences as they are."""
    found: list[Estimate] = []
    means: dict[str, tuple[float, float]] = {}
    inside = frame[(matched.weights > 0).to_numpy()]
    for outcome in outcomes:
        if inside[outcome].nunique() < 2 or inside[CLUSTER].nunique() < 2 or inside["treated"].nunique() < 2:
            found.append(no_figure(outcome, estimator="matched", measure="difference"))
            continue
        effect = matched.effect(outcome, measure="difference", cluster=CLUSTER)
        found.append(estimate_of(effect, outcome, "matched"))
        means[outcome] = (effect.mean_treated, effect.mean_control)
    found.append(_sent_back(frame[frame["treated"] == 1]))
    codes = np.unique(frame[CLUSTER].to_numpy(dtype=str), return_inverse=True)[1].reshape(-1)
    for outcome in outcomes:
        is_treated = frame["treated"].to_numpy() == 1
        found.append(unadjusted_difference(outcome, frame[outcome].to_numpy(), is_treated, codes))
    return tuple(found), means


def _sent_back(by_centres: pd.DataFrame) -> Estimate:
    """Return the share of centres' referrals that were sent back to them.

    Only a centre's own referral can be: there is nobody to compare with.
    """
    recorded = by_centres[by_centres["back_recorded"].astype(bool)]
    codes = np.unique(recorded[CLUSTER].to_numpy(dtype=str), return_inverse=True)[1].reshape(-1).astype(np.intp)
    mean = clustered_mean(recorded["referred_back"].to_numpy(dtype=np.float64), codes)
    return estimate_of_mean(mean, "referred_back", estimator="centres", measure="share", rows=len(recorded))


def _gates(
    protocol: Protocol, found: ReferralFrame, matched: Matched, balance: pd.DataFrame, primary: Estimate
) -> tuple[Gate, ...]:
    limits = protocol.gates
    counts = matched.counts["treated"]
    compared, by_centre = int(counts["matched"]), int(counts["all"])
    differences = {str(term): abs(float(smd)) for term, smd in balance["smd"].items() if term in KNOWN}
    worst = max(differences, key=differences.__getitem__, default="")
    others, centres = found.unknown_outcome
    in_all = len(found.frame) - by_centre
    return (
        gates.enough_referrals(compared, limits.min_treated),
        gates.balance(differences.get(worst), KNOWN[worst].lower() if worst else "", limits.max_smd),
        gates.overlap(compared / by_centre, limits.min_overlap),
        gates.outcome_known(
            by_centre / max(1, by_centre + centres), in_all / max(1, in_all + others), limits.min_follow_up
        ),
        gates.clusters(primary.clusters or 0, limits.min_clusters),
    )
