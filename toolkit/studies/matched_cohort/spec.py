"""What a protocol of the matched cohort may say: the keys of its table, with their defaults and limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.design import LaterJoining, Strategy, TrialDesign, Unit
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.cohort.windows import AFTER, days_of
from toolkit.errors import did_you_mean
from toolkit.studies.matched_cohort.checks.names import CHECKS
from toolkit.studies.protocol import Spec, check_send_limit
from toolkit.tables.open_cases import WhileOpen
from toolkit.tables.referrals import SOURCES

Measure = Literal["difference", "ratio"]
Estimator = Literal["matched_3", "entropy", "doubly_robust", "difference_in_differences"]
Ages = Literal["0_4", "5_9", "10_15"]
Exact = Literal["trial", "district", "reach_centre_id"]


def _known(names: Sequence[str], known: Sequence[str], what: str) -> None:
    unknown = [f'there is no {what} "{n}". {did_you_mean(n, known)}'.rstrip() for n in names if n not in known]
    repeated = sorted({name for name in names if list(names).count(name) > 1})
    if repeated:
        unknown.append(f"{', '.join(repeated)} stands more than once")
    if unknown:
        raise ValueError(" ".join(unknown))


def _covariates(names: tuple[str, ...]) -> tuple[str, ...]:
    _known(names, tuple(COVARIATES), "covariate")
    return names


def _outcomes(names: tuple[str, ...]) -> tuple[str, ...]:
    _known(names, tuple(OUTCOMES), "outcome")
    if names and not OUTCOMES[names[0]].is_binary:
        raise ValueError("the first outcome decides the verdict and must be a yes or no, not a count")
    return names


def _sources(codes: tuple[str, ...]) -> tuple[str, ...]:
    _known(codes, tuple(SOURCES), "referral source")
    return codes


def _subgroups(names: tuple[str, ...]) -> tuple[str, ...]:
    _known(names, (*COVARIATES, "district"), "subgroup")
    return names


def _checks(names: tuple[str, ...]) -> tuple[str, ...]:
    _known(names, CHECKS, "check")
    return names


def _month(text: str) -> str:
    try:
        date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise ValueError('expected a month as "YYYY-MM"') from error
    return text


Month = Annotated[str, AfterValidator(_month)]


class MatchedCohort(Spec):
    """The keys of ``[matched_cohort]``.

    The first of ``outcomes`` and of ``measures`` is the primary result. ``first_trial`` and ``last_trial`` are months
    (``"2008-04"``); without them they follow from the records.

    ``without_centre`` and ``ages`` ask for each referral outcome also without the centre's own referrals, and for
    children of those ages alone; `every_outcome` lists what comes of it. ``estimators`` stand beside the matched one.
    ``unit``, ``strategy`` and ``later_joining`` are those of `toolkit.cohort.design.TrialDesign`.
    """

    child_under_months: int = Field(60, ge=1, le=300, description="A family enters with a child younger than this.")
    send_under_months: int | None = Field(
        None,
        ge=1,
        le=300,
        description="The limit for children with special educational needs or a disability, followed to 25 then.",
    )
    first_trial: Month | None = Field(
        None, description='The first month, as "2008-04"; left out, the first with a year of records before it.'
    )
    last_trial: Month | None = Field(
        None, description="The last month; left out, the last with a year of records after."
    )
    follow_up_months: Literal[12, 24, 36] = Field(
        12, description="How long families are followed; records must reach so far past the last month they join in."
    )
    covariates: Annotated[tuple[str, ...], AfterValidator(_covariates)] = Field(
        min_length=1, description="What families are matched on, as known at time zero."
    )
    exact: tuple[Exact, ...] = Field(("trial", "district"), description="What two matched families share exactly.")
    then_exact: tuple[Exact, ...] | None = Field(
        None, description="What they share instead, for joiners whom `exact` leaves without a match."
    )
    caliper: float = Field(
        0.2, gt=0, description="How far apart two may be, in standard deviations of the logit of the propensity score."
    )
    ratio: int = Field(1, ge=1, le=10, description="Families that had not joined, sought for each that did.")
    draws: int = Field(
        1, ge=1, le=25, description="How often the others' days are drawn; the answer is the middle draw's, so odd."
    )
    calibrated: bool = Field(
        False, description="Whether the answer's interval is calibrated on referrals of years joining cannot reach."
    )
    unit: Unit = Field("family", description="Who is compared; a child has its own outcomes, its family's joining.")
    strategy: Strategy = Field("joined", description="Joined, whatever came next; or joined and stayed `stay_days`.")
    stay_days: int = Field(91, ge=1, le=365, description="Days a family stays; for `joined_and_stayed` alone.")
    later_joining: LaterJoining = Field(
        "intention_to_treat",
        description="Whether one that joins later stays among the others, or is followed until then, with weights.",
    )
    outcomes: Annotated[tuple[str, ...], AfterValidator(_outcomes)] = Field(
        min_length=1, description="What may happen in follow-up; the first is a yes or no and decides the verdict."
    )
    measures: tuple[Measure, ...] = Field(
        ("difference", "ratio"), min_length=1, description="The scales of the results; the first is the primary one."
    )
    cluster: Literal["reach_centre_id", "district"] = Field(
        "reach_centre_id", description="Families of one such place are not taken for independent."
    )
    centre_sources: Annotated[tuple[str, ...], AfterValidator(_sources)] = Field(
        ("8", "5D"), description="Source codes of referrals that centres make."
    )
    referrals_while_open: WhileOpen = Field(
        "count", description="Whether referrals received while a case of the child was open count as referrals."
    )
    margin: float = Field(0.01, gt=0, lt=1, description="A difference of shares too small to matter.")
    without_centre: bool = Field(
        False, description="Whether each outcome is also counted without the centre's referrals."
    )
    ages: tuple[Ages, ...] = Field((), description="Ages at which each outcome is also counted, in years.")
    estimators: tuple[Estimator, ...] = Field((), description="Other ways of comparing, beside the matched one.")
    subgroups: Annotated[tuple[str, ...], AfterValidator(_subgroups)] = Field(
        (), description="Kinds of family whose effects are tested for differing: covariates, or `district`."
    )
    checks: Annotated[tuple[str, ...], AfterValidator(_checks)] = Field(
        CHECKS, description="Attempts to prove the result wrong."
    )
    must_pass: Annotated[tuple[str, ...], AfterValidator(_checks)] = Field(
        (), description="Checks whose failure bars the result from being put into words, as a failed gate does."
    )
    sign_needs: Annotated[tuple[str, ...], AfterValidator(_checks)] = Field(
        (), description="Checks that may not speak against an answer of fewer or more: it is then that we cannot tell."
    )
    curve: Literal["any_referral", "any_referral_excluding_centre"] | None = Field(
        None, description="The event whose share is drawn day by day."
    )

    @model_validator(mode="after")
    def _months_in_order(self) -> MatchedCohort:
        problems = []
        if self.first_trial and self.last_trial and self.first_trial > self.last_trial:
            problems.append("first_trial comes after last_trial")
        longest = max(OUTCOMES[name].window_days for name in self.outcomes)
        if longest > days_of(self.follow_up_months):
            late = ", ".join(name for name in self.outcomes if OUTCOMES[name].window_days == longest)
            months = next(one for one in AFTER if days_of(one) == longest)
            problems.append(f"outcomes names {late}, so set follow_up_months = {months}")
        for key in ("must_pass", "sign_needs"):
            idle = [name for name in getattr(self, key) if name not in self.checks]
            if idle:
                problems.append(f"{key} names {', '.join(idle)}, which checks leaves out")
        if self.draws % 2 == 0:
            problems.append(f"draws is {self.draws}: it must be odd, so that one of them is the middle one")
        if problems:
            raise ValueError("; ".join(problems))
        check_send_limit(self.send_under_months, self.child_under_months)
        return self

    @property
    def primary_months(self) -> int:
        """The months within which the primary outcome may happen."""
        return next(months for months in AFTER if days_of(months) == OUTCOMES[self.outcomes[0]].window_days)

    @property
    def every_outcome(self) -> tuple[str, ...]:
        """The outcomes with their variants: without the centre's own referrals, and by the children's ages."""
        found = []
        for outcome in self.outcomes:
            without = f"{outcome}_excluding_centre"
            found += [outcome, *([without] if self.without_centre and without in OUTCOMES else [])]
        by_age = (f"{outcome}_ages_{ages}" for ages in self.ages for outcome in found)
        return tuple(dict.fromkeys([*found, *(outcome for outcome in by_age if outcome in OUTCOMES)]))

    def design(self) -> TrialDesign:
        """Return the trial design these keys ask for."""
        return TrialDesign(
            covariates=self.covariates,
            outcomes=self.every_outcome,
            child_under_months=self.child_under_months,
            send_under_months=self.send_under_months,
            follow_up_days=days_of(self.follow_up_months),
            first_trial=_first_of(self.first_trial),
            last_trial=_first_of(self.last_trial),
            centre_sources=self.centre_sources,
            unit=self.unit,
            strategy=self.strategy,
            stay_days=self.stay_days,
            later_joining=self.later_joining,
            time_to=(OUTCOMES[self.outcomes[0]].base,),
            child_days=True,
            referrals_while_open=self.referrals_while_open,
        )


def _first_of(month: str | None) -> date | None:
    return date.fromisoformat(f"{month}-01") if month else None
