"""Power before results: the smallest effect these records could show, before joiners' outcomes are looked at.

Only the families that did *not* join are looked at for outcomes: how many are referred, how alike families of one area
are, how much of it the recorded need explains. Who was matched gives the numbers in each area.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.cohort.outcomes import outcomes_named
from toolkit.errors import ProtocolError
from toolkit.progress import Progress, silent
from toolkit.stats import Design, intraclass_correlation
from toolkit.studies.matched_cohort.comparison import Comparison, compare
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.protocol import Protocol

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

USUAL_POWER = 0.8
_MORE_MONTHS, _MORE_CENTRES = 6, 15
_CURVE = np.arange(0.0025, 0.0501, 0.0025)


@dataclass(frozen=True, slots=True)
class PowerPlan:
    """What a protocol could show on these records.

    Attributes
    ----------
    happened
        How a sentence says the outcome: "were referred".
    baseline
        The share of compared families with the outcome.
    joiners, clusters
        Matched joiners, and the areas they live in.
    smallest
        The smallest fall in that share seen four times in five; not a number where none could be.
    curve
        ``effect_in_100`` (fewer families in every 100) and ``power``.
    options
        ``what`` (as it is; with six more months; with 15 more centres) and ``smallest_in_100``.
    facts
        What the figures rest on: ``icc``, ``r_squared``, ``rows_per_family``, ``ratio``.
    """

    happened: str
    baseline: float
    joiners: int
    clusters: int
    smallest: float
    curve: pd.DataFrame
    options: pd.DataFrame
    facts: dict[str, float]

    def summary(self) -> str:
        """Return the plan in plain words."""
        if not np.isfinite(self.smallest):
            return "These records could not show an effect of any size. They are too few, or the outcome too rare."
        now = (
            f"About {100 * self.baseline:.1f} in every 100 families like those that joined {self.happened}. "
            f"If centres made that at least {100 * self.smallest:.1f} fewer, these records would show it four times "
            "out of five. A smaller effect would most often be missed."
        )
        others = self.options.iloc[1:].dropna()
        more = [
            f"{what}: at least {size:.1f} fewer."
            for what, size in zip(others["what"], others["smallest_in_100"], strict=True)
        ]
        return " ".join([now, *more])


def plan_power(
    protocol: Protocol, snapshot: Snapshot, *, seed: int | None = None, progress: Progress = silent
) -> PowerPlan:
    """Return what a matched-cohort protocol could show on a snapshot.

    Raises
    ------
    ProtocolError
        When the protocol is of another kind.
    InputError
        When no family can be compared.
    """
    spec = protocol.spec
    if not isinstance(spec, MatchedCohort):
        raise ProtocolError(
            f"{protocol.question} is of kind {protocol.kind}. Power is worked out for kind matched_cohort."
        )
    comparison = compare(
        snapshot, spec, seed=protocol.seed if seed is None else seed, progress=progress, outcomes=spec.outcomes[:1]
    )
    return plan_from(comparison, spec)


def plan_from(comparison: Comparison, spec: MatchedCohort) -> PowerPlan:
    """Return what a comparison could show; the joiners' outcomes are not looked at."""
    outcome = outcomes_named(spec.outcomes[:1])[0]
    design = design_of(comparison, spec)
    trials = comparison.cohort.calendar.trials
    longer, wider = design.with_more_rows(1 + _MORE_MONTHS / trials), _with_more_clusters(design, _MORE_CENTRES)
    options = [("As it is", design), (f"With {_MORE_MONTHS} more months of records", longer)]
    options.append((f"With {_MORE_CENTRES} more centres like these", wider))
    smallest = [-design_.detectable(power=USUAL_POWER) for _, design_ in options]
    effects = _CURVE[design.baseline > _CURVE]
    return PowerPlan(
        happened=outcome.happened,
        baseline=design.baseline,
        joiners=int(design.treated.sum()),
        clusters=design.clusters,
        smallest=smallest[0],
        curve=pd.DataFrame(
            {"effect_in_100": 100 * effects, "power": [design.power(-float(effect)) for effect in effects]}
        ),
        options=pd.DataFrame(
            {"what": [what for what, _ in options], "smallest_in_100": [100 * size for size in smallest]}
        ),
        facts={
            "icc": design.icc,
            "r_squared": design.r_squared,
            "rows_per_family": design.control_repeats,
            "ratio": design.set_size,
        },
    )


def design_of(comparison: Comparison, spec: MatchedCohort) -> Design:
    """Return the design of a comparison, its numbers learnt from the families that did not join."""
    inside = comparison.inside
    joined = (inside["role"] == "joined").to_numpy()
    area = np.unique(inside[spec.cluster].astype(str), return_inverse=True)[1]
    areas = int(area.max()) + 1
    others = inside[~joined]
    values = comparison.values_inside(spec.outcomes[0])[~joined]
    weights = comparison.set_weights[~joined]
    covariates = others[list(comparison.ready.covariates)].to_numpy(dtype=float)
    explained, residual = _explained(values, covariates, weights)
    of_family = np.bincount(others["family_id"].cat.remove_unused_categories().cat.codes, weights=weights)
    as_good_as = weights.sum() / (weights**2).sum()  # equally weighted rows, for each unit of weight (Kish)
    return Design(
        np.bincount(area[joined], minlength=areas).astype(np.float64),
        as_good_as * np.bincount(area[~joined], weights=weights, minlength=areas),
        float(np.average(values, weights=weights)),
        icc=_icc(residual, area[~joined]),
        set_size=float(spec.ratio),
        control_repeats=float((of_family**2).sum() / (weights**2).sum()),
        family_correlation=1.0,
        r_squared=explained,
    )


def _explained(values: np.ndarray, covariates: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the share of the variance that covariates explain (adjusted for their number), and what they leave."""
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(len(values)), covariates])
    fitted, _, rank, _ = np.linalg.lstsq(design * root[:, None], values * root, rcond=None)
    residual = values - design @ fitted
    left = float((weights * residual**2).sum()) / max(len(values) - int(rank), 1)
    whole = float((weights * (values - np.average(values, weights=weights)) ** 2).sum()) / max(len(values) - 1, 1)
    return (max(0.0, 1 - left / whole) if whole > 0 else 0.0), residual


def _icc(values: np.ndarray, area: np.ndarray) -> float:
    """Return how alike the families of one area are; 0 where too few share one to tell."""
    areas = len(np.unique(area))
    return min(0.99, intraclass_correlation(values, area)) if 2 <= areas < len(values) else 0.0


def _with_more_clusters(design: Design, number: int) -> Design:
    present = (design.treated + design.control) > 0
    more = [np.append(arm, np.full(number, arm[present].mean())) for arm in (design.treated, design.control)]
    widened: Design = replace(design, treated=more[0], control=more[1])
    return widened
