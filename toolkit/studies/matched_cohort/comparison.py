"""What the checks look at: one matched comparison with everything behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.censoring import FOLLOWED, weighted_outcome
from toolkit.cohort.trials import Cohort, build_cohort
from toolkit.errors import InputError
from toolkit.progress import Progress, silent
from toolkit.stats import Effect, Matched, Note
from toolkit.stats.notes.note import each_once
from toolkit.studies.matched_cohort.matching import TwoRounds, match_in_rounds
from toolkit.studies.matched_cohort.positivity import Usable, usable
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.matched_cohort.tables import matched_sets
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate

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


def match_cohort(cohort: Cohort, spec: MatchedCohort) -> Comparison:
    """Match the joiners of a cohort as a protocol says."""
    followed = cohort.frame[cohort.frame["follow_up"].isin(FOLLOWED)]
    ready = usable(followed, spec.covariates)
    rounds = match_in_rounds(ready.frame, ready.covariates, spec)
    return Comparison(
        cohort=cohort, followed=followed, ready=ready, rounds=rounds, sets=matched_sets(rounds.pairs, ready.frame)
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """A protocol's comparison with its estimates: what every check is given.

    Attributes
    ----------
    protocol, snapshot, seed
        What was asked, of which data.
    comparison
        The main comparison.
    estimates
        All estimates so far, the primary first.
    effect
        The primary difference with all that came with it; ``None`` where nobody had the outcome.
    """

    protocol: Protocol
    snapshot: Snapshot
    seed: int
    comparison: Comparison
    estimates: tuple[Estimate, ...]
    effect: Effect | None = None

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the matching and the main estimate say of themselves, each note once."""
        own = self.comparison.matched.notes if self.effect is None else self.effect.notes
        return each_once([*self.comparison.rounds.notes, *own])

    @property
    def spec(self) -> MatchedCohort:
        """The protocol's own table."""
        return self.protocol.spec_as(MatchedCohort)

    @property
    def primary(self) -> Estimate:
        """The estimate the verdict is about."""
        return self.estimates[0]

    def estimate_for(self, outcome: str, estimator: str = "matched", measure: str = "difference") -> Estimate | None:
        """Return one of the estimates, if it is there and is a number with an interval."""
        for one in self.estimates:
            if (one.outcome, one.estimator, one.measure) == (outcome, estimator, measure):
                return one if one.estimate is not None and one.low is not None else None
        return None

    def effect_of(self, outcome: str, *, rows: pd.Index | None = None) -> Effect | None:
        """Return the matched difference in an outcome, those lost to follow-up allowed for; see `effect_on`."""
        return self.effect_on(self.comparison.values(outcome), rows=rows)

    def effect_on(self, values: pd.Series, *, rows: pd.Index | None = None) -> Effect | None:
        """Return the matched difference in another column; ``None`` where nothing varies or too few are left.

        Parameters
        ----------
        values
            One value a row of the cohort, on its index.
        rows
            Rows that may be used; only sets that lie wholly among them are.
        """
        try:
            matched = self.comparison.matched if rows is None else self.comparison.matched.part(rows)
            return matched.effect(values, cluster=self.spec.cluster)
        except InputError:
            return None


def rows_of(estimates: Sequence[tuple[str, Effect | Estimate]]) -> pd.DataFrame:
    """Return estimates as a table: ``label``, ``estimate``, ``se``, ``low``, ``high``, ``n_treated``."""
    found = []
    for label, one in estimates:
        low, high = one.interval if isinstance(one, Effect) else (one.low, one.high)
        found.append(
            {
                "label": label,
                "estimate": one.estimate,
                "se": one.se,
                "low": low,
                "high": high,
                "n_treated": one.n_treated,
            }
        )
    return pd.DataFrame(found, columns=["label", "estimate", "se", "low", "high", "n_treated"])
