"""What every study hands on: estimates, gates, the flow of families, and tables that a page may draw from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

import pandas as pd

from toolkit import __version__
from toolkit.cohort.flow import FlowStep
from toolkit.errors import InputError
from toolkit.studies.design_record import DesignRecord
from toolkit.studies.facts import Facts
from toolkit.studies.figures import Check, Estimate, Gate, Status
from toolkit.studies.preregistration import Entry
from toolkit.studies.protocol import Protocol

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

F = TypeVar("F", bound=Facts)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The records a result was made of.

    Attributes
    ----------
    store_version
        The store's version they were read as of; ``None`` in files that do not say.
    first_day, last_day
        Of the records used, as ISO 8601; ``None`` where there are none.
    """

    store_version: int | None = None
    first_day: str | None = None
    last_day: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResult:
    """The whole result of one protocol on one snapshot.

    Attributes
    ----------
    estimates
        The primary estimate first.
    balance
        One row a covariate, before and after matching; ``None`` for studies that match nothing.
    matched_sets
        Row level (families under their pseudonyms): stays with leads and analysts, never reaches a member.
    checks
        Attempts to prove the result wrong; those that are gates stand among the gates too.
    protocol_text
        The protocol as it was run, so that two results can be told apart by what was asked.
    registered
        What the register said of the question when it was run.
    design
        The comparison's design as it was sealed before the answer; ``None`` for kinds that seal none.
    as_of
        The records used.
    tables
        Further aggregate tables; each holds only values that JSON can hold.
    facts
        Single figures and sentences a verdict or page needs: the kind's own class of them.
    timings
        Seconds by step; the only part that differs between two runs of the same thing.
    """

    question: str
    title: str
    kind: str
    recommendation: str
    simulated: bool
    protocol_hash: str
    snapshot_hash: str
    version: str
    seed: int
    as_of: AsOf
    estimates: tuple[Estimate, ...]
    balance: pd.DataFrame | None
    matched_sets: pd.DataFrame | None
    gates: tuple[Gate, ...]
    flow: tuple[FlowStep, ...]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    facts: Facts
    timings: Mapping[str, float] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    protocol_text: str = ""
    registered: tuple[Entry, ...] = ()
    design: DesignRecord | None = None

    @classmethod
    def of(
        cls,
        protocol: Protocol,
        snapshot: Snapshot,
        seed: int,
        *,
        first_day: date | None,
        last_day: date | None,
        estimates: tuple[Estimate, ...],
        gates: tuple[Gate, ...],
        flow: tuple[FlowStep, ...],
        tables: Mapping[str, pd.DataFrame],
        facts: Facts,
        timings: Mapping[str, float],
        balance: pd.DataFrame | None = None,
        matched_sets: pd.DataFrame | None = None,
        simulated: bool | None = None,
    ) -> Self:
        """Return the result of a protocol on a snapshot, headed by what names both.

        Parameters
        ----------
        protocol, snapshot, seed
            What was asked, of which data, and the seed it was run with.
        first_day, last_day
            Of the records used; ``None`` where there are none.
        estimates, gates, flow, tables, facts, timings, balance, matched_sets
            As the attributes.
        simulated
            Whether the figures are simulated, where that is not the snapshot's own answer.
        """
        return cls(
            question=protocol.question,
            title=protocol.title,
            kind=protocol.kind,
            recommendation=protocol.recommendation,
            simulated=snapshot.is_simulated if simulated is None else simulated,
            protocol_hash=protocol.hash,
            protocol_text=protocol.text,
            registered=protocol.registered.entries,
            snapshot_hash=snapshot.hash,
            version=__version__,
            seed=seed,
            as_of=AsOf(snapshot.store_version, _iso(first_day), _iso(last_day)),
            estimates=estimates,
            balance=balance,
            matched_sets=matched_sets,
            gates=gates,
            flow=flow,
            tables=tables,
            facts=facts,
            timings=timings,
        )

    def facts_as(self, kind: type[F]) -> F:
        """Return the facts as those of one kind of study.

        Raises
        ------
        InputError
            When the result is of another kind.
        """
        return facts_as(self.facts, kind, self.question)

    @property
    def primary(self) -> Estimate | None:
        """The estimate the verdict is about; ``None`` when the study could make none."""
        return self.estimates[0] if self.estimates else None

    @property
    def failed_gates(self) -> tuple[Gate, ...]:
        """The gates that failed, in order."""
        return tuple(gate for gate in self.gates if gate.status == "fail")

    def tidy(self) -> pd.DataFrame:
        """Return one row an estimate."""
        return pd.DataFrame([asdict(estimate) for estimate in self.estimates])

    def summary(self) -> str:
        """Return the result as a few lines for an analyst's screen."""
        lines = [self.title]
        for e in self.estimates:
            if e.estimate is None or e.low is None or e.high is None:
                lines.append(f"{e.outcome}, {e.measure} ({e.estimator}): no estimate")
            else:
                lines.append(
                    f"{e.outcome}, {e.measure} ({e.estimator}): {e.estimate:.4f} ({e.low:.4f} to {e.high:.4f})"
                )
        lines += [f"{gate.name}: {gate.status}. {gate.sentence}" for gate in self.gates]
        lines += [f"{check.name}: {check.status}. {check.sentence}" for check in self.checks if not check.is_gate]
        return "\n".join(lines)


def facts_as(facts: Facts, kind: type[F], question: str) -> F:
    """Return the facts of a question's result as those of one kind of study.

    Raises
    ------
    InputError
        When they are another's.
    """
    if not isinstance(facts, kind):
        raise InputError(f"{question} has {type(facts).__name__}, not {kind.__name__}: it is another kind of study.")
    return facts


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


__all__ = ["AsOf", "Check", "Estimate", "FlowStep", "Gate", "Status", "StudyResult", "facts_as"]
