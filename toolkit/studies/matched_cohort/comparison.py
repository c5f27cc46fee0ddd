"""What the checks look at: one matched comparison with everything behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.censoring import FOLLOWED, weighted_outcome
from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.trials import Cohort, build_cohort
from toolkit.progress import Progress, silent
from toolkit.stats import Matched
from toolkit.studies.matched_cohort.matching import Sets, TwoRounds, match_in_rounds
from toolkit.studies.matched_cohort.positivity import Usable, usable
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.matched_cohort.tables import matched_sets

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Comparison:
    """Joiners matched to families like them.

    Attributes
    ----------
    cohort
        Who was compared, with the flow.
    followed
        The cohort's rows that could be followed: to the end, or until the family moved, left or joined.
    ready
        Those of them that have a counterpart, and the covariates matched on.
    rounds
        The matching.
    sets
        One row a member of a matched set.
    """

    cohort: Cohort
    followed: pd.DataFrame
    ready: Usable
    rounds: TwoRounds
    sets: pd.DataFrame

    @property
    def matched(self) -> Matched:
        """The matched sample."""
        return self.rounds.matched

    @property
    def largest_difference(self) -> tuple[str, float] | None:
        """The covariate on which the matched groups differ most, and its standardised difference without its sign."""
        table = self.rounds.balance
        found = {str(term): abs(float(smd)) for term, smd in table["smd"].items() if term in COVARIATES}
        worst = max(found, key=found.__getitem__, default="")
        return (worst, found[worst]) if worst else None

    @property
    def inside(self) -> pd.DataFrame:
        """The rows of the matched sets, in the order of ``sets``, with their ``set`` and ``role``."""
        rows = self.followed.loc[self.sets["row_id"]]
        return rows.assign(set=self.sets["set"].to_numpy(), role=self.sets["role"].to_numpy())

    @property
    def set_weights(self) -> NDArray[np.float64]:
        """Each row of ``inside``: 1 for a joiner, and 1/k for each of the k families it is compared with."""
        size = self.sets.groupby("set")["role"].transform("size").to_numpy()
        joined = (self.sets["role"] == "joined").to_numpy()
        return np.where(joined, 1.0, 1.0 / np.maximum(size - 1, 1))

    def values(self, outcome: str) -> pd.Series:
        """Return what is averaged for an outcome, one value a row of ``followed``.

        What is known to have happened before a row was lost counts, and counts for those lost by then
        (`toolkit.cohort.censoring`); so all sets stay whole, and no outcome is guessed.
        """
        return weighted_outcome(self.followed, outcome)

    def values_inside(self, outcome: str) -> NDArray[np.float64]:
        """Return `values` of the rows of ``inside``."""
        return self.values(outcome).loc[self.sets["row_id"]].to_numpy(dtype=np.float64)


def compare(
    snapshot: Snapshot, spec: MatchedCohort, *, seed: int, progress: Progress = silent, **changes: Any
) -> Comparison:
    """Build the cohort of a protocol and match it.

    Parameters
    ----------
    snapshot, spec, seed
        As the protocol has them.
    progress
        Told what is being done.
    **changes
        Fields of the trial design to change: another follow-up, another time zero.

    Raises
    ------
    InputError
        When no family can be compared.
    """
    cohort = build_cohort(snapshot, replace(spec.design(), **changes), seed=seed, progress=progress)
    return match_cohort(cohort, spec)


def match_cohort(cohort: Cohort, spec: MatchedCohort, sets: Sets | None = None) -> Comparison:
    """Match the joiners of a cohort as a protocol says, or take the sets that were made of the same rows before."""
    followed = cohort.frame[cohort.frame["follow_up"].isin(FOLLOWED)]
    ready = usable(followed, spec.covariates)
    if sets is None:
        rounds = match_in_rounds(ready.frame, ready.covariates, spec)
    else:
        rounds = sets.on(ready.frame, ready.covariates)
    return Comparison(
        cohort=cohort, followed=followed, ready=ready, rounds=rounds, sets=matched_sets(rounds.pairs, ready.frame)
    )
