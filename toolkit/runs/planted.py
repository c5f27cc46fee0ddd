"""A plan tried on planted effects: how often it was right, and found them. Kept beside the result it is about.

The same four name the file and the result: protocol, snapshot, version and seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit import __version__
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.errors import InputError
from toolkit.progress import Progress, part, silent
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Policy, load_policy
from toolkit.publish.verdicts.rule import Code, decide, interval_of, spoken_against
from toolkit.runs.answer import SOMEBODY, folder_of, note_written, store_in
from toolkit.runs.files import read_json, write_json
from toolkit.runs.planted_effects import PlantedEffects, Tally
from toolkit.studies.facts import made_of
from toolkit.studies.matched_cohort.checks.registry import SPECS
from toolkit.studies.matched_cohort.planted.planting import plant
from toolkit.studies.matched_cohort.planted.trying import Tried
from toolkit.studies.protocol import Protocol

if TYPE_CHECKING:
    from toolkit.records import Snapshot

PLANTED = "planted.json"
RUNS = 200
"""How often a plan is tried, where nobody asks otherwise: half with nothing planted, half with the effect."""


def try_out(
    protocol: Protocol,
    snapshot: Snapshot,
    *,
    runs: int = RUNS,
    effect: float | None = None,
    seed: int | None = None,
    policy: Policy | None = None,
    progress: Progress = silent,
) -> PlantedEffects:
    """Try a plan on a snapshot with effects planted in it.

    Parameters
    ----------
    protocol, snapshot
        The plan and the records.
    runs
        How often it is tried, an even number: twice on each draw of pretended joiners, with nothing planted and with
        the effect.
    effect, seed
        As `toolkit.studies.matched_cohort.planted.planting.plant` has them.
    policy
        The rules of disclosure, by which an answer that rests on a few is none; the house's, when not given.
    progress
        Told what is being done.

    Raises
    ------
    ProtocolError
        When effects cannot be planted for this kind of protocol.
    InputError
        When no family can be compared, an effect of that size cannot be planted, or ``runs`` is no even number.
    """
    if runs < 2 or runs % 2:
        raise InputError(f"runs is {runs}. Give an even number, 2 or more: half are with nothing planted.")
    draws = runs // 2
    policy = policy or load_policy()
    planting = plant(protocol, snapshot, draws=draws, effect=effect, seed=seed, progress=part(progress, 0.0, 0.05))
    truths = (0.0, -planting.effect)
    said: dict[float, list[tuple[Code, bool]]] = {truth: [] for truth in truths}
    for place in range(draws):
        progress("Trying the plan on families that had not joined", 0.05 + 0.95 * place / draws)
        for truth, tried in zip(truths, planting.on_draw(place), strict=True):
            said[truth].append((code_of(tried, margin=planting.spec.margin, policy=policy), _holds(tried, truth)))
    return PlantedEffects(
        happened=OUTCOMES[planting.spec.outcomes[0]].happened,
        share=planting.share,
        effect=planting.effect,
        joiners=planting.pool.wanted,
        nothing=Tally.of(truths[0], said[truths[0]]),
        planted=Tally.of(truths[1], said[truths[1]]),
        not_asked=tuple(SPECS[name].label for name in planting.not_asked),
    )


def code_of(tried: Tried, *, margin: float, policy: Policy) -> Code:
    """Return the code of the verdict on one try, by the rule that every verdict on a matched cohort goes by."""
    failed = any(check.is_gate and check.status == "fail" for check in tried.checks)
    few = not tried.counts or any(count <= policy.hidden_to for count in tried.counts)
    interval, may_say = interval_of(tried.answer), not failed and not few
    return decide(interval, margin=margin, may_say=may_say, against=spoken_against(tried.checks))


def keep(
    found: PlantedEffects,
    protocol: Protocol,
    snapshot: Snapshot,
    store_folder: Path,
    *,
    seed: int | None = None,
    by: str = SOMEBODY,
) -> Path:
    """Write what was found beside the result of the same protocol, snapshot, version and seed; return the folder."""
    four = _four(protocol.hash, snapshot.hash, __version__, protocol.seed if seed is None else seed)
    folder = folder_of(store_folder, protocol.question, **four)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / PLANTED, {"of": four, "found": asdict(found)})
    store = store_in(store_folder)
    if store is not None:
        note_written(store, [folder / PLANTED], by=by)
    return folder


def kept_planted(folder: Path, bundle: Bundle) -> PlantedEffects | None:
    """Return what was found beside a result, if the plan was tried on just these records; ``None`` where it was not."""
    kept = read_json(folder / PLANTED)
    if kept.get("of") != _four(bundle.protocol_hash, bundle.snapshot_hash, bundle.version, bundle.seed):
        return None
    return _read(kept["found"])


def _holds(tried: Tried, truth: float) -> bool:
    known = tried.answer.with_interval
    return known is not None and known[1] <= truth <= known[2]


def _four(protocol_hash: str, snapshot_hash: str, version: str, seed: int) -> dict[str, Any]:
    return {"protocol_hash": protocol_hash, "snapshot_hash": snapshot_hash, "version": version, "seed": seed}


def _read(found: Mapping[str, Any]) -> PlantedEffects:
    tallies = {name: made_of(Tally, found[name]) for name in ("nothing", "planted")}
    return made_of(PlantedEffects, {**found, **tallies, "not_asked": tuple(found["not_asked"])})
