"""Whether scorers agree on the same family the same day, and whether end scores creep up over the years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.stats.agreement.coefficient import FEWEST_CLUSTERS, Coefficient
from toolkit.stats.agreement.drift import ScorerDrift, scorer_drift
from toolkit.stats.agreement.kappa import Kappa, cohen_kappa
from toolkit.stats.agreement.reliability import Reliability, reliability
from toolkit.studies.progress_meaning.readings import Scores

YEAR = 365.25
FEWEST_ENDS = 20
"""Fewer end scores than this: no drift is looked for."""


@dataclass(frozen=True, slots=True)
class Scorers:
    """How far scorers agree, and whether they drift.

    Attributes
    ----------
    agreement
        Of two scorers on the same day, with quadratic weights; ``None`` without a score given twice.
    reliability
        Of one score, from the same pairs; ``None`` with fewer than two.
    drift
        Of end scores, of families that started alike; ``None`` where they are few, or nobody knows who gave them.
    """

    agreement: Kappa | None
    reliability: Reliability | None
    drift: ScorerDrift | None

    @property
    def pairs(self) -> int:
        """Scores that two gave on the same day."""
        return 0 if self.agreement is None else self.agreement.pairs


def scorers_of(scores: Scores) -> Scorers:
    """Return how far scorers agree, clustered by centre where centres are enough, and how their end scores drift."""
    doubles = scores.doubles
    clustered = doubles["centre_id"].nunique() >= FEWEST_CLUSTERS
    centre = doubles["centre_id"].to_numpy(dtype=object) if clustered else None
    agreement = dependable = None
    if len(doubles):
        agreement = cohen_kappa(doubles["first"], doubles["second"], cluster=centre)
    if len(doubles) > 1:
        dependable = reliability(doubles[["first", "second"]].to_numpy(dtype=np.float64), cluster=centre)
    return Scorers(agreement, dependable, _drift(scores.ends))


def _drift(ends: pd.DataFrame) -> ScorerDrift | None:
    known = ends[ends["last_by"].notna()].reset_index(drop=True)
    if len(known) < FEWEST_ENDS:
        return None
    years = (known["last_on"] - known["last_on"].min()).dt.days / YEAR
    # Initials are a centre's own: two centres may have a worker of the same ones.
    scorer = known["centre_id"] + " " + known["last_by"].astype(str)
    return scorer_drift(known["last"], known["first"], years, scorer, other=known["other"].astype(float))


def double_scores(scores: Scores) -> pd.DataFrame:
    """Return how often each two scores met: ``first``, ``second``, ``families``."""
    counts = scores.doubles.groupby(["first", "second"]).size()
    return counts.rename("families").reset_index()


def figures(one: Coefficient) -> tuple[float, float, float] | None:
    """Return a figure with the ends of its interval; ``None`` where one is not known."""
    found = (float(one.estimate), float(one.low), float(one.high))
    return found if all(np.isfinite(found)) else None
