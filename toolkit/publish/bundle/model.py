"""The content of a bundle's ``result.json``, typed: what a page, a comparison or a checklist reads of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Self, TypeVar

from toolkit.errors import InputError, did_you_mean
from toolkit.publish.bundle.json_values import rows_of, stable
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.rule import Verdict
from toolkit.studies.area_panel.facts import AreaPanelFacts
from toolkit.studies.design_record import DesignRecord
from toolkit.studies.facts import Facts, made_of
from toolkit.studies.interrupted_series.facts import SeriesFacts
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.studies.preregistration import Entry
from toolkit.studies.progress_centres.facts import ProgressCentresFacts
from toolkit.studies.progress_change.facts import ProgressChangeFacts
from toolkit.studies.progress_decision.facts import ProgressDecisionFacts
from toolkit.studies.progress_meaning.facts import ProgressMeaningFacts
from toolkit.studies.progress_missing.facts import ProgressMissingFacts
from toolkit.studies.progress_rollout.facts import RolloutFacts
from toolkit.studies.reach.facts import ReachFacts
from toolkit.studies.reach_areas.facts import ReachAreasFacts
from toolkit.studies.result import AsOf, Check, Estimate, FlowStep, Gate, Status, facts_as
from toolkit.studies.synthetic_county.facts import SyntheticCountyFacts
from toolkit.studies.trust.facts import TrustFacts

FORMAT = 1
_WHERE_KNOWN = ("registered", "notice", "design")
"""Fields that a file has only where they are known."""

Rows = Sequence[Mapping[str, Any]]
"""A table, a mapping from columns to values a row."""

FACTS: Mapping[str, type[Facts]] = MappingProxyType(
    {
        "matched_cohort": MatchedCohortFacts,
        "progress_change": ProgressChangeFacts,
        "progress_missing": ProgressMissingFacts,
        "progress_centres": ProgressCentresFacts,
        "progress_meaning": ProgressMeaningFacts,
        "progress_rollout": RolloutFacts,
        "progress_decision": ProgressDecisionFacts,
        "interrupted_series": SeriesFacts,
        "reach_areas": ReachAreasFacts,
        "area_panel": AreaPanelFacts,
        "synthetic_county": SyntheticCountyFacts,
        "reach": ReachFacts,
        "trust": TrustFacts,
    }
)
"""The single figures of each kind of study."""

F = TypeVar("F", bound=Facts)


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """A check as a bundle keeps it; attributes as those of `toolkit.studies.result.Check`, the table as rows."""

    name: str
    label: str
    status: Status
    figure: float | None
    threshold: float | None
    sentence: str
    table: Rows | None = None
    is_gate: bool = False
    against: tuple[str, ...] = ()

    @classmethod
    def of(cls, check: Check) -> Self:
        """Return a check of a result as its bundle keeps it."""
        return cls(
            name=check.name,
            label=check.label,
            status=check.status,
            figure=check.figure,
            threshold=check.threshold,
            sentence=check.sentence,
            table=None if check.table is None else rows_of(check.table),
            is_gate=check.is_gate,
            against=check.against,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One result with its verdict, as its file holds it: everything but the timings and the row-level sets.

    Attributes
    ----------
    question, title, kind, recommendation
        What was asked.
    simulated
        Whether the figures are of no real family.
    notice
        What files of simulated data say of themselves; ``None`` in others.
    protocol_hash, snapshot_hash, version, seed
        The four that name a result.
    protocol_text
        The protocol as it was run; empty in files of before it was kept.
    registered
        What the register said of the question when it was run, the first version first; ``None`` in files of before it
        was kept.
    as_of
        The records used.
    estimates
        The primary one first.
    balance
        One row a covariate, before and after matching; ``None`` for studies that match nothing.
    gates, checks, flow
        As a result has them. Files of before the checks have none.
    tables
        Aggregate tables by name.
    facts
        Single figures: the kind's own class of them.
    verdict
        The result in words.
    design
        The comparison's design as it was sealed before the answer; ``None`` for kinds that seal none, and in files of
        before it was.
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
    balance: Rows | None
    gates: tuple[Gate, ...]
    flow: tuple[FlowStep, ...]
    tables: Mapping[str, Rows]
    facts: Facts
    verdict: Verdict
    checks: tuple[KeptCheck, ...] = ()
    protocol_text: str = ""
    registered: tuple[Entry, ...] | None = None
    notice: str | None = None
    design: DesignRecord | None = None

    @property
    def primary(self) -> Estimate | None:
        """The estimate the verdict is about; ``None`` when the study could make none."""
        return self.estimates[0] if self.estimates else None

    @property
    def answers(self) -> tuple[Estimate, ...]:
        """The difference that answers for each outcome: the primary one for its own, the matched one for the others."""
        found: dict[str, Estimate] = {}
        for estimate in self.estimates:
            if estimate.measure == "difference" and (estimate is self.primary or estimate.estimator == "matched"):
                found.setdefault(estimate.outcome, estimate)
        return tuple(found.values())

    @property
    def failed_gates(self) -> tuple[Gate, ...]:
        """The gates that failed, in order."""
        return tuple(gate for gate in self.gates if gate.status == "fail")

    @property
    def may(self) -> MayShow:
        """What pages, charts and files may show of it: the state of its verdict decides."""
        return MayShow.of(self.kind, self.verdict.code)

    def table(self, name: str) -> Rows:
        """Return a table, without rows where the result has none of this name."""
        return self.tables.get(name, ())

    def facts_as(self, kind: type[F]) -> F:
        """Return the facts as those of one kind of study.

        Raises
        ------
        InputError
            When the result is of another kind.
        """
        return facts_as(self.facts, kind, self.question)

    def to_json(self) -> dict[str, Any]:
        """Return the content of ``result.json``."""
        content = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _WHERE_KNOWN}
        content |= {"format": FORMAT, "facts": self.facts.to_json()}
        content |= {name: getattr(self, name) for name in _WHERE_KNOWN if getattr(self, name) is not None}
        if self.design is not None:
            content["design"] = self.design.to_json()
        plain: dict[str, Any] = stable(content)
        return plain

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Return the bundle that the content of a ``result.json`` holds.

        Raises
        ------
        InputError
            When it is of a kind that this version does not know, something is missing, naming it, or the design is not
            the one that its hash names.
        """
        parts: dict[str, Any] = {}
        for name, made in (("estimates", Estimate), ("gates", Gate), ("checks", KeptCheck), ("flow", FlowStep)):
            if name in content:
                parts[name] = tuple(made_of(made, one) for one in content[name])
        if content.get("registered") is not None:
            parts["registered"] = tuple(_entry(one) for one in content["registered"])
        if content.get("design") is not None:
            parts["design"] = DesignRecord.from_json(content["design"])
        if "facts" in content:
            parts["facts"] = _facts_of(content.get("kind")).from_json(content["facts"])
        for name, whole in (("as_of", AsOf), ("verdict", Verdict)):
            if name in content:
                parts[name] = made_of(whole, content[name])
        return made_of(cls, {**content, **parts})


def _entry(found: object) -> Entry:
    entry = made_of(Entry, found)
    try:
        return replace(entry, on=date.fromisoformat(str(entry.on)))
    except ValueError as error:
        raise InputError(f"registered has the day {entry.on}. Expected YYYY-MM-DD.") from error


def _facts_of(kind: object) -> type[Facts]:
    if kind not in FACTS:
        raise InputError(f'Kind "{kind}" is not known to this version. {did_you_mean(str(kind), FACTS)}'.rstrip())
    return FACTS[str(kind)]
