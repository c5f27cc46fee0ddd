"""A protocol's comparison with its estimates: what every check is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.cohort.censoring import weight_name
from toolkit.errors import InputError
from toolkit.stats import Effect, Note
from toolkit.stats.notes.note import each_once
from toolkit.studies.matched_cohort.calibration.calibrated import Calibration
from toolkit.studies.matched_cohort.comparison import Comparison
from toolkit.studies.matched_cohort.draws import Draws
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import Estimate

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot


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
    draws
        The comparison's draws, the primary difference with all that came with it among them.
    calibration
        What the negative controls found, where the protocol asks for them.
    not_worked_out
        Ways of comparing beside the main one that these records cannot be put through, and why, by name.
    """

    protocol: Protocol
    snapshot: Snapshot
    seed: int
    comparison: Comparison
    estimates: tuple[Estimate, ...]
    draws: Draws | None = None
    calibration: Calibration | None = None
    not_worked_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def effect(self) -> Effect | None:
        """The primary difference of the middle draw; ``None`` where nobody had the outcome."""
        return None if self.draws is None else self.draws.effect

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
        """The matched estimate of the primary outcome: what the checks are about, before any calibration."""
        return next(one for one in self.estimates if one.estimator != "calibrated")

    def estimate_for(self, outcome: str, estimator: str = "matched", measure: str = "difference") -> Estimate | None:
        """Return one of the estimates, if it is there and is a number with an interval."""
        for one in self.estimates:
            if (one.outcome, one.estimator, one.measure) == (outcome, estimator, measure):
                return one if one.estimate is not None and one.low is not None else None
        return None

    def effect_of(self, outcome: str, *, rows: pd.Index | None = None) -> Effect | None:
        """Return the matched difference in an outcome, those lost to follow-up allowed for; see `effect_on`."""
        return self.effect_on(self.comparison.values(outcome), rows=rows)

    def effect_between(self, event: str, after: int, until: int) -> Effect | None:
        """Return the matched difference in having an event of the design's ``time_to`` first in some days of follow-up.

        Parameters
        ----------
        event
            The event's name.
        after, until
            Days since time zero: later than the one, and no later than the other.
        """
        followed = self.comparison.followed
        days = followed[f"days_to_{event}"]
        happened = (followed[f"event_{event}"] == 1) & (days > after) & (days <= until)
        return self.effect_on((happened * followed[weight_name(event)]).rename(f"{event}_{after}_{until}"))

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
