"""What one authority's comparison adds to a nation's: a few kilobytes of sums, and no row of anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from toolkit.studies.matched_cohort.comparison import Comparison
from toolkit.studies.matched_cohort.draws import Draws
from toolkit.studies.matched_cohort.strata.gates import GateSums


@dataclass(frozen=True, slots=True)
class TermSums:
    """Sums of one covariate, from which a nation's balance is made.

    Attributes
    ----------
    joined, total, squares
        Of the joiners that could be matched: rows, the sum and the sum of squares.
    matched, matched_total, compared_total
        Matched joiners, the sum over them, and the sum over those they are compared with, each set's as one.
    others, others_total
        Of all others: rows and the sum.
    """

    joined: int
    total: float
    squares: float
    others: int
    others_total: float
    matched: int
    matched_total: float
    compared_total: float


@dataclass(frozen=True, slots=True)
class StratumSums:
    """One authority's part.

    Attributes
    ----------
    authority, protocol_hash, snapshot_hash, seed, version
        What was run, of which data.
    design_hash
        Of the design that stood before its answer was read.
    simulated
        Whether its records are simulated.
    outcome
        The primary outcome.
    estimate, se, degrees_of_freedom
        The matched difference, its clustered standard error with what lies between draws, and the t distribution's.
    mean_treated, mean_control
        The means compared.
    n_treated, n_control, clusters
        Rows compared, and the places they live in.
    balance
        By covariate.
    flow
        Steps from all family-months to the rows compared: name, families, rows.
    gates
        What it adds to the gates.
    """

    authority: str
    protocol_hash: str
    snapshot_hash: str
    seed: int
    version: str
    design_hash: str
    simulated: bool
    outcome: str
    estimate: float
    se: float
    degrees_of_freedom: float
    mean_treated: float
    mean_control: float
    n_treated: int
    n_control: int
    clusters: int
    balance: Mapping[str, TermSums]
    flow: tuple[tuple[str, int | None, int], ...]
    gates: GateSums

    def as_text(self) -> str:
        """Return it as JSON; `of_text` gives the same numbers to the last digit."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Return what `as_text` wrote."""
        known: dict[str, Any] = json.loads(text)
        known["balance"] = {name: TermSums(**sums) for name, sums in known["balance"].items()}
        known["flow"] = tuple((step, families, rows) for step, families, rows in known["flow"])
        gates = known["gates"]
        known["gates"] = GateSums(**{**gates, **{name: tuple(gates[name]) for name in ("rows", "kept", "breaks")}})
        return cls(**known)


def balance_sums(comparison: Comparison) -> dict[str, TermSums]:
    """Return the sums of each covariate that is a number."""
    frame, inside, weights = comparison.ready.frame, comparison.inside, comparison.set_weights
    joined, is_joiner = (frame["treated"] == 1).to_numpy(), (inside["role"] == "joined").to_numpy()
    found = {}
    for name in comparison.ready.covariates:
        every, within = (of[name].to_numpy(dtype=np.float64) for of in (frame, inside))
        found[name] = TermSums(
            joined=int(joined.sum()),
            total=float(every[joined].sum()),
            squares=float((every[joined] ** 2).sum()),
            others=int((~joined).sum()),
            others_total=float(every[~joined].sum()),
            matched=int(is_joiner.sum()),
            matched_total=float(within[is_joiner].sum()),
            compared_total=float(weights[~is_joiner] @ within[~is_joiner]),
        )
    return found


def flow_sums(draws: Draws) -> tuple[tuple[str, int | None, int], ...]:
    """Return the flow's figures without its sentences."""
    return tuple((one.step, one.families, one.rows) for one in draws.comparison.cohort.flow)
