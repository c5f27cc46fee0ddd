"""From finished results of a store to the file that a council hands on, and why some are not handed on."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from scipy import stats

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.errors import StoreError, ToolkitError
from toolkit.pooling.definitions import definitions_of
from toolkit.pooling.keys import sign
from toolkit.pooling.protected import Protected, protected
from toolkit.pooling.rounding import freedom_told, keeps_enough, told_of
from toolkit.pooling.shared_file import (
    SharedBalance,
    SharedBreak,
    SharedCheck,
    SharedContent,
    SharedEstimate,
    SharedFile,
    SharedResult,
)
from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Policy, load_policy, round_count
from toolkit.publish.plans.standing import Standing, standing_of
from toolkit.publish.sealed.course import check_open
from toolkit.records import Snapshot, Store
from toolkit.records.publications import folder_in_store
from toolkit.studies.definition_breaks import breaks_of
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.protocol_file import protocol_of
from toolkit.studies.result import Estimate
from toolkit.tables.definition_breaks import COUNTY

KIND = "matched_cohort"
OF_SIZE = frozenset({"enough_families", "clusters"})
"""Gates that bar an answer of one council for its size alone: its figure is sound, and too wide by itself."""
SMD_STEP = 0.05
SIGNS: tuple[Literal["fewer", "more"], ...] = ("fewer", "more")
SHARED, FILE = "shared", "results"
"""The action and subject of the audit's line."""


def share(
    store: Store,
    folders: Sequence[Path],
    private_key: Path,
    out: Path,
    *,
    code: str,
    council: str,
    by: str,
    on: date,
    policy: Policy | None = None,
    analyses: Path | None = None,
) -> SharedFile:
    """Write the signed file of protected figures of results of a store, and a line in the store's audit.

    Parameters
    ----------
    store, folders
        The store, and the results' folders in it, one a question.
    private_key
        The council's signing key.
    out
        The file to write; never one that is there.
    code, council
        The council's ONS code and name.
    by, on
        Who hands it on, and the day.
    policy
        The rules of disclosure; the house's, or the council's own, when not given.
    analyses
        The folder of protocols and their register.

    Raises
    ------
    StoreError
        When a result may not be handed on, saying why.
    InputError
        When the key or the file cannot be used.
    """
    rules = policy or load_policy()
    try:
        content = SharedContent(
            council=council,
            code=code,
            simulated=store.is_simulated,
            made_on=on,
            threshold=rules.hidden_to,
            round_to=rules.round_to,
            results=_results(store, folders, rules, analyses or ANALYSES),
        )
        signed = sign(content, private_key)
        signed.write(out)
    except ToolkitError as error:
        about = {"results": [folder.name for folder in folders], "because": str(error)}
        store.audit(who=by, action="refused", what="sharing", detail=about)
        raise
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    questions = [one.question for one in content.results]
    store.audit(who=by, action=SHARED, what=FILE, detail={"questions": questions, "council": code, "sha256": digest})
    return signed


def _results(store: Store, folders: Sequence[Path], policy: Policy, analyses: Path) -> tuple[SharedResult, ...]:
    results = tuple(shared_result(store, folder, policy, analyses) for folder in folders)
    if len({one.question for one in results}) < len(results):
        raise StoreError("Two of the results answer one question. Name one result for each question.")
    return results


def shared_result(store: Store, folder: Path, policy: Policy, analyses: Path) -> SharedResult:
    """Return what is handed on of one result; errors as `share`."""
    folder_in_store(folder, store.folder)
    bundle = read_bundle(folder)
    if bundle.kind != KIND:
        raise StoreError(
            f"{bundle.question} is of kind {bundle.kind}. Only a matched comparison ({KIND}) gives a difference of "
            "shares that councils can put together."
        )
    check_open(store, folder, bundle)
    plan = standing_of(store, bundle, analyses)
    _check_meaning(bundle, plan, policy)
    spec = protocol_of(bundle.protocol_text.encode(), f"{bundle.question}.toml").spec_as(MatchedCohort)
    asked = [one for one in bundle.answers if one.outcome in spec.outcomes and OUTCOMES[one.outcome].is_binary]
    guarded = protected(bundle, tuple(one.outcome for one in asked), store.folder, policy)
    found = {one.outcome: shared_estimate(one, policy) for one in asked if one.outcome not in guarded.withheld}
    told = tuple(one for one in found.values() if one is not None)
    primary = spec.outcomes[0]
    if found.get(primary) is None:
        raise StoreError(
            f"The estimate of {bundle.question} would give away how many families had it happen, or its error rests on "
            "too few places to be judged. It is not handed on. Widen the protocol's months, or wait for more families."
        )
    return _put(bundle, plan, spec, told, tuple(one.outcome for one in asked), guarded, store, policy)


def shared_estimate(one: Estimate, policy: Policy) -> SharedEstimate | None:
    """Return an estimate as it may be told; ``None`` where it may not, or has no error that can be judged."""
    if one.estimate is None or not one.se or one.low is None or one.high is None or one.n_treated is None:
        return None
    freedom = freedom_told((one.high - one.low) / 2, one.se)
    if freedom is None or one.n_treated < policy.minimum_denominator:
        return None
    told = told_of(one.estimate, one.se, one.n_treated, policy)
    if not keeps_enough(told, policy) or abs(told.estimate) > 1:
        return None
    reach = float(stats.t.isf(0.025, freedom)) * told.se
    return SharedEstimate(
        outcome=one.outcome,
        estimator=one.estimator,
        estimate=told.estimate,
        se=told.se,
        degrees_of_freedom=None if math.isinf(freedom) else freedom,
        low=told.estimate - reach,
        high=told.estimate + reach,
        families=told.families,
    )


def _check_meaning(bundle: Bundle, plan: Standing, policy: Policy) -> None:
    """Refuse a result whose figure means another thing than the protocol's question."""
    if plan.is_weakened:
        raise StoreError(f"The plan was made weaker, so its figure is not handed on. {plan.sentence}")
    if bundle.facts_as(MatchedCohortFacts).primary_only:
        raise StoreError(f"This is a first look at {bundle.question}, before its checks. Run the protocol whole.")
    barred = [gate for gate in bundle.failed_gates if gate.name not in OF_SIZE]
    if barred:
        raise StoreError(
            f"The figure of {bundle.question} does not mean what the question asks, so it is not handed on: "
            + " ".join(gate.sentence for gate in barred)
        )
    if bundle.primary is None or bundle.primary.measure != "difference" or bundle.primary.with_interval is None:
        raise StoreError(
            f"{bundle.question} has no difference of shares with an interval, so nothing can be handed on."
        )
    if (bundle.primary.n_treated or 0) < policy.minimum_denominator:
        raise StoreError(
            f"Fewer than {policy.minimum_denominator} families that joined were compared. No share is told of so few."
        )


def _put(
    bundle: Bundle,
    plan: Standing,
    spec: MatchedCohort,
    told: tuple[SharedEstimate, ...],
    asked: tuple[str, ...],
    guarded: Protected,
    store: Store,
    policy: Policy,
) -> SharedResult:
    names = {one.outcome for one in told}
    facts, primary = bundle.facts_as(MatchedCohortFacts), bundle.primary
    clusters = 0 if primary is None else primary.clusters or 0
    return SharedResult(
        question=bundle.question,
        title=bundle.title,
        protocol_hash=bundle.protocol_hash,
        protocol_text=bundle.protocol_text,
        registered_on=plan.registered.on,
        plan=plan.sentence,
        margin=facts.margin,
        happened=facts.happened,
        within=facts.within,
        toolkit=bundle.version,
        first_month=_month(bundle.as_of.first_day),
        last_month=_month(bundle.as_of.last_day),
        verdict="cannot_say" if bundle.verdict.code == "decided" else bundle.verdict.code,
        estimates=told,
        withheld=tuple(outcome for outcome in asked if outcome not in names),
        centres=round_count(clusters, policy) if clusters else None,
        flow=dict(guarded.flow),
        balance=_balance(bundle),
        checks=_checks(bundle),
        breaks=_breaks(bundle, store),
        definitions=definitions_of(spec, names),
    )


def _checks(bundle: Bundle) -> tuple[SharedCheck, ...]:
    gates = {gate.name for gate in bundle.gates}
    return tuple(
        SharedCheck(
            name=one.name,
            status=one.status,
            is_gate=one.name in gates,
            against=tuple(sign for sign in SIGNS if sign in one.against),
        )
        for one in bundle.checks
    )


def _balance(bundle: Bundle) -> tuple[SharedBalance, ...]:
    return tuple(
        SharedBalance(covariate=str(row["term"]), before=_coarse(row.get("smd_before")), after=_coarse(row.get("smd")))
        for row in bundle.balance or ()
    )


def _coarse(difference: float | None) -> float | None:
    return None if difference is None else round(SMD_STEP * round(difference / SMD_STEP), 2)


def _breaks(bundle: Bundle, store: Store) -> tuple[SharedBreak, ...]:
    folder = store.folder / "snapshots" / bundle.snapshot_hash[:16]
    if not folder.is_dir():
        raise StoreError(
            f"The records that {bundle.question} was worked out from are no longer kept, so what the council recorded "
            "otherwise, and from which day, is not known. Run the protocol again."
        )
    return tuple(
        SharedBreak(
            starts_on=one.starts_on,
            kind=one.kind,
            touches=one.touches,
            is_county=one.area.strip().casefold() == COUNTY,
        )
        for one in breaks_of(Snapshot.open(folder))
    )


def _month(day: str | None) -> str | None:
    return None if day is None else day[:7]
