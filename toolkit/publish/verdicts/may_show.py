"""What may be shown of a result: the state of its verdict decides, for every page, file and chart, whoever reads.

The rule. A *figure of the effect* is whatever answers the question, or half of it: a difference between families that
joined and families like them after joining, on any outcome, in any way of comparing, in any kind of family; the two
groups' shares or counts side by side; the like for referrals by centres, and for
  families before and after a centre began to score; the gap between poor places and rich ones, and
the shares it is the gap of; how far a series lies from what was expected without the money.

A decision has no such state of its own: it is *answered*, or nothing is said. Of its criteria, one that is not known
shows its range and no figure.

What the scores add to what was known of families, how often those scored low or high are referred, and the like of
those whose score rose, is such a figure too.

- *Answered*: all of it may be shown, in words, bars, squares and tables.
- *Cannot tell*: the verdict's own sentence may give the range, or what speaks against an answer with a sign, and
  nothing else says "fewer" or "more". No heading,
  chart, alternative text or member's table has a figure of the effect. Leads and analysts find the figures as signed
  numbers in tables under `NOT_A_FINDING`, folded away, under headings that say what was looked at and not what came
  out. What a check found is said without a figure where that would be one of the effect.
- *Cannot say*: no figure and no range of the effect stands on a lead's or a member's page, in a member's file, a chart,
  a table, a download of a lead's or the TARGET checklist. What failed comes first, in words of what was found. The
  result's own file keeps every number, for analysts.

What is no figure of the effect may be shown in every state: who was compared, the smallest effect that could be seen,
how alike they were on the joining day or before it, what was counted in all, how progress scores moved and differ
between centres, and who was never scored again. A change in scores has no effect to show: its verdict never says that
centres caused it, and its figures describe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self, TypeVar

from toolkit.publish.verdicts.findings import LOOKED, Found, finding_of, tells_effect
from toolkit.publish.verdicts.rule import State, state_of
from toolkit.studies.result import Gate

C = TypeVar("C", bound=Found)

NOT_A_FINDING = "Not a finding: the figures, for analysts"
"""What the folded tables of a verdict that cannot tell stand under."""

_DESCRIBES = frozenset({"progress_change", "progress_missing", "progress_centres"})
"""Kinds of study whose figures describe: none is one of an effect."""

_OF_AN_ANSWER = frozenset({"hidden_difference", "e_value", "rosenbaum"})
"""Checks of what could undo an answer: where there is none they say nothing."""

_FIND_WHERE_NOTHING_IS = frozenset({"negative_control_exposure", "negative_control_outcome", "placebo_time_zero"})
_WARN_WHERE_NOTHING_IS = frozenset(
    {
        *("clusters", "e_value", "hidden_difference", "regression_to_the_mean", "rosenbaum", "spill_over", "window"),
    }
)
"""Checks that find something, and those that warn, within five points as often where nothing is hidden as where
something is, in 120 small councils (docs/answers-check.md): what they found stands among all that was looked at, and
not beside the answer. Of the second kind none failed there, so a failure keeps its place."""

_DESCRIBING = frozenset(
    {
        *("by_start", "funnel", "centres_funnel", "missing_by_group", "money_visible", "rollout_visible", "series"),
        *("panel_years", "panel_course"),
        "synthetic_visible",
    }
)
"""Tables that hold no figure of an effect in any state."""

_TABLES: Mapping[State, frozenset[str]] = MappingProxyType(
    {
        "cannot_tell": _DESCRIBING | {"reach_areas", "reach_by_year"},
        "cannot_say": _DESCRIBING,
    }
)
"""Tables for members that hold no figure of the effect; another table waits for an answer."""


@dataclass(frozen=True, slots=True)
class MayShow:
    """What may be shown of a result of a kind whose verdict is of a state.

    Attributes
    ----------
    kind
        The kind of study.
    state
        The state of its verdict.
    """

    kind: str
    state: State

    @classmethod
    def of(cls, kind: str, code: str) -> Self:
        """Return what may be shown of a result of a kind whose verdict has a code."""
        return cls(kind, state_of(code))

    @property
    def effect(self) -> bool:
        """Whether the effect may be stated: in headings, charts and tables."""
        return self.state == "answered"

    @property
    def figures(self) -> bool:
        """Whether figures may stand in analysts' tables, as signed numbers, where they are not a finding."""
        return self.state != "cannot_say" or self.describes

    @property
    def describes(self) -> bool:
        """Whether the result has no figure of an effect at all."""
        return self.kind in _DESCRIBES

    @property
    def only_as_figures(self) -> bool:
        """Whether the effect may be shown as signed numbers under `NOT_A_FINDING`, and in no other way."""
        return self.state == "cannot_tell" and not self.describes

    def table(self, name: str) -> bool:
        """Whether members may see a table of this name."""
        return self.effect or name in _TABLES[self.state]

    def bears(self, name: str) -> bool:
        """Whether what a check of this name found bears on what may be said: not so what could undo no answer."""
        if self.state == "cannot_say":
            return not tells_effect(name)
        return self.effect or name not in _OF_AN_ANSWER

    def concerns(self, checks: Iterable[C]) -> tuple[C, ...]:
        """Return the checks that the answer did not wholly stand, as they are told beside it.

        What bars an answer is told first, and not here again.
        """
        barring = "fail" if self.state == "cannot_say" else ""
        return tuple(
            one
            for one in checks
            if one.status != "pass"
            and self.bears(one.name)
            and one.name not in _FIND_WHERE_NOTHING_IS
            and not (one.status == "warn" and one.name in _WARN_WHERE_NOTHING_IS)
            and not (one.is_gate and one.status == barring)
        )

    def check_in_full(self, name: str) -> bool:
        """Whether what a check of this name found may be told with its figures."""
        return self.effect or not tells_effect(name)

    def said_of(self, check: Found) -> str:
        """Return what a check found: its own sentence, or one without figures where those are not to be told."""
        return check.sentence if self.check_in_full(check.name) else finding_of(check)

    def said_of_gate(self, gate: Gate) -> str:
        """Return what a gate found, as `said_of` does of a check; a gate that is no check has a figure of no effect."""
        known = LOOKED.get(gate.name)
        return gate.sentence if known is None or self.check_in_full(gate.name) else known.found(gate.status)
