"""From authorities' sums to a nation's answer: what one machine with every row would find, by addition alone.

Authorities share no family and no centre, each is matched and adjusted by itself, and the effect is that on the joiners
of all. So the estimate is the authorities' own, weighted by their matched joiners, and its variance the sum of theirs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from toolkit.cohort.covariates import COVARIATES
from toolkit.errors import InputError
from toolkit.stats.effects.contrasts import with_t
from toolkit.studies.matched_cohort.strata.gates import judged
from toolkit.studies.matched_cohort.strata.sums import StratumSums, TermSums
from toolkit.studies.protocol import Gates
from toolkit.studies.result import Check


@dataclass(frozen=True, slots=True)
class Nation:
    """The authorities together.

    Attributes
    ----------
    protocol_hash, design_hash
        Of the protocol, and over the designs that stood before any answer was read.
    simulated
        Whether the records are simulated.
    outcome
        The primary outcome.
    estimate, se, low, high, degrees_of_freedom
        The difference among all matched joiners, with its clustered error and interval.
    mean_treated, mean_control, n_treated, n_control, clusters
        As those of `StratumSums`.
    balance
        By covariate: ``joined``, ``others``, ``matched``, ``compared`` (means) and ``smd_before``, ``smd_after``.
    flow
        ``step``, ``families``, ``rows``.
    by_authority
        ``authority``, ``estimate``, ``se``, ``degrees_of_freedom``, ``n_treated``, ``n_control``, ``clusters``,
        ``snapshot_hash``, ``design_hash``, ``barred_by`` (the gates it would not pass by itself).
    gates
        The house's gates, asked of all together.
    failed
        Authorities that are not in it, and why.
    """

    protocol_hash: str
    design_hash: str
    simulated: bool
    outcome: str
    estimate: float
    se: float
    low: float
    high: float
    degrees_of_freedom: float
    mean_treated: float
    mean_control: float
    n_treated: int
    n_control: int
    clusters: int
    balance: pd.DataFrame
    flow: pd.DataFrame
    by_authority: pd.DataFrame
    gates: tuple[Check, ...]
    failed: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, the same whatever it was run on."""
        tables = {name: getattr(self, name).to_dict("records") for name in ("flow", "by_authority")}
        others = {"balance", "gates", *tables}
        figures = {name: getattr(self, name) for name in self.__slots__ if name not in others}
        return {
            **figures,
            "balance": self.balance.reset_index(names="term").to_dict("records"),
            "gates": [asdict(one.as_gate()) for one in self.gates],
            **tables,
        }


def nation_of(strata: Sequence[StratumSums], limits: Gates, failed: Mapping[str, str] | None = None) -> Nation:
    """Return the authorities together, in the order of their codes whatever the order they are given in.

    Parameters
    ----------
    strata
        Each authority's sums, of one protocol.
    limits
        The protocol's, for the gates.
    failed
        Authorities that could not be run, and why.

    Raises
    ------
    InputError
        When there is none, one is there twice, or they are of different protocols.
    """
    ordered = sorted(strata, key=lambda one: one.authority)
    _check(ordered, failed or {})
    counts = np.array([one.n_treated for one in ordered], dtype=np.float64)
    share = counts / counts.sum()
    of_each = np.array([one.se for one in ordered]) ** 2 * share**2
    freedom = np.array([one.degrees_of_freedom for one in ordered])
    variance = float(of_each.sum())
    degrees = variance**2 / float((of_each**2 / freedom).sum())
    estimate, treated, control = (
        float(share @ np.array([getattr(one, name) for one in ordered]))
        for name in ("estimate", "mean_treated", "mean_control")
    )
    found = with_t(estimate, float(np.sqrt(variance)), degrees, 0.95, is_log=False)
    balance = _balance(ordered)
    designs = {one.authority: one.design_hash for one in ordered}
    return Nation(
        protocol_hash=ordered[0].protocol_hash,
        design_hash=hashlib.sha256(json.dumps(designs, sort_keys=True).encode()).hexdigest(),
        simulated=ordered[0].simulated,
        outcome=ordered[0].outcome,
        estimate=estimate,
        se=found.se,
        low=found.interval[0],
        high=found.interval[1],
        degrees_of_freedom=degrees,
        mean_treated=treated,
        mean_control=control,
        n_treated=int(counts.sum()),
        n_control=sum(one.n_control for one in ordered),
        clusters=sum(one.clusters for one in ordered),
        balance=balance,
        flow=_flow(ordered),
        by_authority=pd.DataFrame([_of_authority(one, limits) for one in ordered]),
        gates=judged(ordered, found.se, _differences(balance), limits),
        failed=dict(sorted((failed or {}).items())),
    )


_TOLD = (
    *("authority", "estimate", "se", "degrees_of_freedom", "n_treated", "n_control", "clusters"),
    *("snapshot_hash", "design_hash"),
)


def _of_authority(one: StratumSums, limits: Gates) -> dict[str, Any]:
    gates = judged([one], one.se, _differences(_balance([one])), limits)
    barred = [gate.name for gate in gates if gate.status == "fail"]
    return {**{name: getattr(one, name) for name in _TOLD}, "barred_by": ", ".join(barred)}


def _differences(balance: pd.DataFrame) -> dict[str, float]:
    """Return what is left of each covariate that was asked for; not of columns made of one."""
    return {str(name): float(smd) for name, smd in balance["smd_after"].items() if name in COVARIATES}


def _check(ordered: Sequence[StratumSums], failed: Mapping[str, str]) -> None:
    if not ordered:
        said = "\n".join(f"  {authority}: {why}" for authority, why in sorted(failed.items()))
        raise InputError(f"No authority could be compared:\n{said}")
    names = [one.authority for one in ordered]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"Authorities are there more than once: {', '.join(twice)}.")
    if len({one.simulated for one in ordered}) > 1:
        made_up = [one.authority for one in ordered if one.simulated]
        raise InputError(
            f"The records of {', '.join(made_up)} are simulated, and the others' are not. Run one kind alone."
        )
    for one in ordered:
        if (one.protocol_hash, one.outcome) != (ordered[0].protocol_hash, ordered[0].outcome):
            raise InputError(
                f"{one.authority} was run by protocol {one.protocol_hash[:16]}, and {ordered[0].authority} by "
                f"{ordered[0].protocol_hash[:16]}. Run one protocol on both."
            )


def _balance(strata: Sequence[StratumSums]) -> pd.DataFrame:
    rows = {}
    for name in dict.fromkeys(name for one in strata for name in one.balance):
        parts = [one.balance[name] for one in strata if name in one.balance]
        rows[name] = _term(parts)
    return pd.DataFrame.from_dict(rows, orient="index")


def _term(parts: Sequence[TermSums]) -> dict[str, float]:
    def total(name: str) -> float:
        return float(sum(getattr(one, name) for one in parts))

    n, matched = total("joined"), total("matched")
    joined, others = total("total") / n, total("others_total") / max(total("others"), 1.0)
    # Each authority's squares about the mean of all: sums of squares taken apart from their mean keep their digits.
    spread = np.sqrt(max(total("squares") - n * joined**2, 0.0) / max(n - 1, 1.0))
    compared, of_matched = total("compared_total") / max(matched, 1.0), total("matched_total") / max(matched, 1.0)
    return {
        "joined": joined,
        "others": others,
        "matched": of_matched,
        "compared": compared,
        "smd_before": (joined - others) / spread if spread else 0.0,
        "smd_after": (of_matched - compared) / spread if spread else 0.0,
    }


def _flow(strata: Sequence[StratumSums]) -> pd.DataFrame:
    steps: dict[str, list[int | None]] = {}
    for one in strata:
        for step, families, rows in one.flow:
            families_so_far, rows_so_far = steps.setdefault(step, [0, 0])
            known = families is not None and families_so_far is not None
            steps[step] = [families_so_far + families if known else None, (rows_so_far or 0) + rows]  # type: ignore[operator]
    return pd.DataFrame([{"step": step, "families": each[0], "rows": each[1]} for step, each in steps.items()])
