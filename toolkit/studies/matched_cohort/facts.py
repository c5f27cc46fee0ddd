"""The single figures of a matched cohort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.studies.facts import WHERE_KNOWN, Facts


@dataclass(frozen=True, slots=True)
class MatchedCohortFacts(Facts):
    """What was compared, and how much of it.

    Attributes
    ----------
    outcome, outcome_label
        The primary outcome's name and what a page calls it.
    happened, within
        The primary outcome in a sentence: ("were referred", "within a year").
    joined, matched, unmatched
        Families that joined and could be followed; those of them with a match, and without.
    share_matched
        ``matched`` of ``joined``, from 0 to 1; ``None`` where none joined.
    share_joined_later
        ``joined_later`` of ``controls``, from 0 to 1; ``None`` without controls.
    caliper, ratio
        As the protocol asks: standard deviations of the logit of the propensity, and controls a joiner.
    margin
        The protocol's: a difference of shares that matters to nobody.
    first_trial, last_trial
        Months of the first and last trial: "2008-04".
    trials, rows
        Monthly trials, and rows (family-months) that could be followed.
    covariates_left_out
        Why a covariate was not used, by its name.
    mean_treated, mean_control
        The primary outcome's adjusted mean in each arm; ``None`` where it cannot be estimated.
    caliper_on_logit
        The caliper's width on the logit of the propensity; ``None`` without one.
    notes
        Codes of what the matching and the primary effect had to say of themselves; words in older results.
    controls, joined_later
        Family-months compared with, and those of them whose family joined later; ``None`` in results of before they
        were kept.
    primary_only
        Whether this is a first look, before the checks.
    moved_away
        How families that moved away in follow-up were handled; empty in results of before they were followed.
    controls_asked, controls_found
        Negative controls asked of the records, and those that hold enough referrals; ``None`` where none were asked.
    controls_differ, controls_differ_se
        Their mean difference on the scale of the primary outcome, and its standard error; ``None`` where too few.
    controls_moved
        By how much the answer was moved for it.
    """

    outcome: str
    outcome_label: str
    happened: str
    within: str
    joined: int
    matched: int
    unmatched: int
    share_matched: float | None
    share_joined_later: float | None
    caliper: float | None
    ratio: int
    margin: float
    first_trial: str
    last_trial: str
    trials: int
    rows: int
    covariates_left_out: Mapping[str, str]
    mean_treated: float | None
    mean_control: float | None
    caliper_on_logit: float | None
    notes: tuple[str, ...] = ()
    controls: int | None = None
    joined_later: int | None = None
    primary_only: bool = field(default=False, metadata=WHERE_KNOWN)
    moved_away: str = field(default="", metadata=WHERE_KNOWN)
    controls_asked: int | None = field(default=None, metadata=WHERE_KNOWN)
    controls_found: int | None = field(default=None, metadata=WHERE_KNOWN)
    controls_differ: float | None = field(default=None, metadata=WHERE_KNOWN)
    controls_differ_se: float | None = field(default=None, metadata=WHERE_KNOWN)
    controls_moved: float | None = field(default=None, metadata=WHERE_KNOWN)
