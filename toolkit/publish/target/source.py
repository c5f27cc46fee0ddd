"""What the texts of the TARGET checklist are made from: a result, the protocol's table and its trial design."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.cohort.windows import under_years
from toolkit.publish.bundle.model import Bundle, KeptCheck
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.studies.matched_cohort.spec import MatchedCohort
from toolkit.studies.result import Estimate

KIND, PROTOCOL, RESULT, BOTH = "the kind of study", "the protocol", "the result", "the protocol and the result"
MUST_SAY = "the author must say"
_PLAIN = {"trial": "month", "reach_centre_id": "reach area"}


@dataclass(frozen=True, slots=True)
class Source:
    """A bundle's content, the protocol's own table, and the trial design it asks for."""

    bundle: Bundle
    spec: MatchedCohort
    design: TrialDesign

    @property
    def years(self) -> str:
        """The age of the child that lets a family in, below which it must be."""
        return under_years(self.spec.child_under_months, self.spec.send_under_months)

    @property
    def facts(self) -> MatchedCohortFacts:
        """The result's single figures."""
        return self.bundle.facts_as(MatchedCohortFacts)

    @property
    def may(self) -> MayShow:
        """What the verdict's state lets the list report."""
        return self.bundle.may

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes looked at, the main one first."""
        return self.design.outcomes

    @property
    def covariates(self) -> str:
        """What families are matched on, by name."""
        return "; ".join(COVARIATES[name].label for name in self.spec.covariates)

    @property
    def cluster(self) -> str:
        """What is taken as independent."""
        return _PLAIN.get(self.spec.cluster, self.spec.cluster)

    @property
    def checks(self) -> Sequence[KeptCheck]:
        """The attempts to prove the result wrong, but for the gates; empty where none was made."""
        return [check for check in self.bundle.checks if not check.is_gate]

    @property
    def look_back_days(self) -> int:
        """How many days before day nought the covariates look at most."""
        of_all = getattr(self.design, "look_back_days", 0)
        return max([of_all, *(getattr(COVARIATES[name], "look_back_days", 0) for name in self.spec.covariates)])


Text = Callable[[Source], str]


def listed(names: Sequence[str] | None) -> str:
    """Return names as a list in words.

    >>> listed(["trial", "district"]), listed([])
    ('month and district', 'nothing')
    """
    words = [_PLAIN.get(name, name) for name in names or ()]
    if len(words) < 2:
        return words[0] if words else "nothing"
    return f"{', '.join(words[:-1])} and {words[-1]}"


def outcome_label(outcome: str) -> str:
    """Return an outcome's name on a page."""
    return OUTCOMES[outcome].label if outcome in OUTCOMES else outcome


def effect_in_words(e: Estimate) -> str:
    """Return an estimate of a bundle as one sentence, for analysts."""
    what = f"{outcome_label(e.outcome)}, {e.measure} ({e.estimator})"
    if e.with_interval is None:
        return f"{what}: no figure."
    estimate, low, high = e.with_interval
    return f"{what}: {estimate:.4f} (95% interval {low:.4f} to {high:.4f})."
