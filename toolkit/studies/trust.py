"""Trust: whether referrals by centres end with no action, or come back, more than similar ones made by others."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field

from toolkit import __version__
from toolkit.cohort.referral_pairs import HAPPENED, KNOWN, ReferralFrame, referral_frame
from toolkit.errors import InputError, did_you_mean
from toolkit.progress import Progress
from toolkit.stats import Matched, match
from toolkit.stats.clustered_mean import clustered_mean
from toolkit.studies import trust_gates as gates
from toolkit.studies.protocol import Protocol, Spec
from toolkit.studies.result import Estimate, Gate, StudyResult
from toolkit.studies.trust_tables import by_source, facts_of, happened_by_arm, labelled, matched_flow, usable_names
from toolkit.studies.trust_words import describe
from toolkit.studies.unadjusted import unadjusted_difference
from toolkit.tables.referrals import SOURCES

if TYPE_CHECKING:
    from toolkit.records.snapshot import Snapshot

__all__ = ["SPEC", "TrustSpec", "describe", "run"]

OUTCOMES = tuple(name for name in HAPPENED if name != "referred_back")
CLUSTER = "reach_centre_id"


def _known(what: str, known: Sequence[str]) -> AfterValidator:
    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [f'there is no {what} "{n}". {did_you_mean(n, known)}'.rstrip() for n in names if n not in known]
        if len(set(names)) < len(names):
            unknown.append("one stands more than once")
        if unknown:
            raise ValueError(" ".join(unknown))
        return names

    return AfterValidator(check)


class TrustSpec(Spec):
    """The keys of ``[trust]``."""

    centre_sources: Annotated[tuple[str, ...], _known("referral source", tuple(SOURCES))] = Field(
        ("8", "5D"), min_length=1, description="Source codes of referrals that centres make."
    )
    child_under_months: int = Field(216, ge=1, le=216, description="Referrals of children younger than this.")
    covariates: Annotated[tuple[str, ...], _known("covariate", tuple(KNOWN))] = Field(
        tuple(KNOWN), min_length=1, description="What referrals are matched on, as known that day."
    )
    exact: tuple[Literal["quarter", "age_band", "district"], ...] = Field(
        ("quarter", "age_band"), description="What two matched referrals share exactly."
    )
    outcomes: Annotated[tuple[str, ...], _known("outcome", OUTCOMES)] = Field(
        OUTCOMES, min_length=1, description="What may come of a referral; the first decides the verdict."
    )
    ratio: int = Field(3, ge=1, le=10, description="Referrals by others sought for each by a centre.")
    caliper: float = Field(0.2, gt=0, description="Standard deviations of the logit of the propensity score.")
    margin: float = Field(0.02, gt=0, lt=1, description="A difference of shares too small to matter.")


SPEC = TrustSpec


def run(protocol: Protocol, snapshot: Snapshot, seed: int, progress: Progress) -> StudyResult:
    """Compare centres' referrals with similar ones by others. The result holds no family, by any name.

    Raises
    ------
    InputError
        When there is no referral by a centre, or none by others, to compare.
    """
    spec = protocol.spec
    assert isinstance(spec, TrustSpec)
    began = perf_counter()
    progress("Reading the referrals", 0.0)
    found = referral_frame(snapshot, centre_sources=spec.centre_sources, child_under_months=spec.child_under_months)
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
    result = StudyResult(
        question=protocol.question,
        title=protocol.title,
        kind=protocol.kind,
        recommendation=protocol.recommendation,
        simulated=snapshot.is_simulated,
        protocol_hash=protocol.hash,
        snapshot_hash=snapshot.hash,
        version=__version__,
        seed=seed,
        as_of={
            "store_version": snapshot.store_version,
            "first_day": found.first_day.isoformat(),
            "last_day": found.last_day.isoformat(),
        },
        estimates=estimates,
        balance=balance,
        matched_sets=None,
        gates=_gates(protocol, found, matched, balance, estimates[0]),
        flow=(*found.flow, *matched_flow(matched)),
        tables={
            "trust_matched": happened_by_arm(frame[(matched.weights > 0).to_numpy()], spec.outcomes),
            "trust_everyone": happened_by_arm(frame, spec.outcomes),
            "trust_by_source": by_source(frame, spec.centre_sources),
        },
        facts={**facts_of(frame, spec.outcomes, matched), **means, "margin": spec.margin, "ratio": spec.ratio}
        | {"centre_sources": list(spec.centre_sources), "covariates_left_out": left_out},
        timings={"study": round(perf_counter() - began, 3)},
    )
    progress("Study done", 1.0)
    return result


def _estimates(
    matched: Matched, frame: pd.DataFrame, outcomes: Sequence[str]
) -> tuple[tuple[Estimate, ...], dict[str, Any]]:
    """Return the matched differences first, then what was sent back, then the differences as they are."""
    found, means = [], {}
    inside = frame[(matched.weights > 0).to_numpy()]
    for outcome in outcomes:
        if inside[outcome].nunique() < 2 or inside[CLUSTER].nunique() < 2 or inside["treated"].nunique() < 2:
            found.append(Estimate(outcome, "matched", "difference", None, None, None, None))
            continue
        effect = matched.effect(outcome, measure="difference", cluster=CLUSTER)
        found.append(
            Estimate(
                outcome,
                "matched",
                "difference",
                effect.estimate,
                effect.se,
                *effect.interval,
                effect.p_value,
                effect.n_treated,
                effect.n_control,
                effect.clusters,
            )
        )
        means[f"mean_{outcome}"] = [effect.mean_treated, effect.mean_control]
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
    estimate, se, low, high = (None if np.isnan(x) else float(x) for x in (mean.mean, mean.se, mean.low, mean.high))
    return Estimate(
        "referred_back", "centres", "share", estimate, se, low, high, n_treated=len(recorded), clusters=mean.clusters
    )


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
