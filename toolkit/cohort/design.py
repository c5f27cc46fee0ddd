"""The design of a target trial: who may enter, in which months, and how long they are followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from toolkit.cohort.outcome_definitions import EVENTS
from toolkit.cohort.windows import months_in
from toolkit.errors import InputError, did_you_mean
from toolkit.tables.open_cases import WhileOpen

Unit = Literal["family", "child"]
Strategy = Literal["joined", "joined_and_stayed"]
LaterJoining = Literal["intention_to_treat", "censor_with_weights"]

ADULT_MONTHS = 18 * 12
SEND_ADULT_MONTHS = 25 * 12
"""Until when a child with special educational needs or a disability counts, in designs that have a limit for it."""
SLACK = timedelta(days=7)
"""A quiet first or last week of records is not a missing one."""


@dataclass(frozen=True, slots=True)
class TrialDesign:
    """What a sequence of monthly trials looks like.

    Attributes
    ----------
    covariates, outcomes
        Names in `toolkit.cohort.covariates` and `toolkit.cohort.outcomes`; only these are computed.
    child_under_months
        A family may enter while it has a child born and younger than this at time zero.
    send_under_months
        The limit for children with special educational needs or a disability; that of all where ``None``. With one of
        its own such a child is followed until it is 25, and not 18.
    first_trial, last_trial
        The first day of the first and of the last trial month. Where empty, the first month with a whole look-back
        of records before it, and the last with a whole follow-up after it.
    follow_up_days, look_back_days
        Follow-up is the days (time zero, time zero + follow-up]; look-back is (time zero - look-back, time zero].
    history_days
        How far back further covariates may look, where that is further than the look-back that every trial needs. In
        trials whose records do not reach so far they tell of what there is.
    centre_sources
        Referral source codes a Children's Centre's own referrals carry.
    unit
        ``family``: one row a family in a trial. ``child``: one row a child under the age limit, with that child's own
        outcomes and its family's treatment; brothers and sisters share a ``family_id``.
    strategy
        ``joined``: families that joined, whatever they did next. ``joined_and_stayed``: families that joined and
        stayed ``stay_days``; those that leave sooner are followed to that day, and those that stay stand for them by
        weights (`toolkit.cohort.censoring`).
    stay_days
        Days a family stays under ``joined_and_stayed``, at any centre without a gap.
    later_joining
        ``intention_to_treat``: a control that joins later stays one. ``censor_with_weights``: it is followed to the
        day it joins, and those that do not join stand for it by weights.
    weights_cut_at
        The quantile of an arm's weights that larger ones are cut to; 1 cuts none. The largest weights are of families
        that were referred and still kept to their strategy, so cutting many takes referrals out of the result: at
        0.99 a simulated county of a tenth the size lost 7 of every 100. Cutting none can leave it to one family.
    placebo_days
        Where above 0, everything happens this many days before: time zero, eligibility, covariates and follow-up,
        which may then not be longer than this. Families that are to join are compared before they have joined, so
        what is found is what makes families join and not what centres do.
    weigh_by
        The covariates that weights for those lost to follow-up rest on; all of them where ``None``. With covariates
        that only a check looks at, a study that checks more would find another result.
    time_to
        Names in `toolkit.cohort.outcome_definitions.EVENTS` to give the days to and the ending of.
    child_days
        Whether to give the days children under 18 were followed; given whenever ``time_to`` is.
    referrals_while_open
        Whether referrals received while a case of the child was open count (`toolkit.tables.open_cases`).

    Raises
    ------
    InputError
        Naming everything in the design that cannot be.
    """

    covariates: tuple[str, ...]
    outcomes: tuple[str, ...]
    child_under_months: int = 60
    send_under_months: int | None = None
    first_trial: date | None = None
    last_trial: date | None = None
    follow_up_days: int = 365
    look_back_days: int = 365
    history_days: int = 0
    centre_sources: tuple[str, ...] = ("8", "5D")
    unit: Unit = "family"
    strategy: Strategy = "joined"
    stay_days: int = 91
    later_joining: LaterJoining = "intention_to_treat"
    weights_cut_at: float = 0.9999
    weigh_by: tuple[str, ...] | None = None
    placebo_days: int = 0
    time_to: tuple[str, ...] = ()
    child_days: bool = False
    referrals_while_open: WhileOpen = "count"

    def __post_init__(self) -> None:
        problems = [*self._wrong_words(), *self._wrong_numbers()]
        if problems:
            raise InputError(" ".join(problems))

    @property
    def reach_back_days(self) -> int:
        """How many days before time zero the covariates may look."""
        return max(self.look_back_days, self.history_days)

    @property
    def is_weighted(self) -> bool:
        """Whether rows are followed only while they keep to their strategy, and weighted for it."""
        return self.strategy == "joined_and_stayed" or self.later_joining == "censor_with_weights"

    @property
    def can_age_out(self) -> bool:
        """Whether the youngest child of a row could grow up in follow-up."""
        oldest = max(self.child_under_months, self.limit_with_send)
        return oldest + months_in(self.follow_up_days) >= ADULT_MONTHS

    @property
    def limit_with_send(self) -> int:
        """Months under which a child with special educational needs or a disability lets its family enter."""
        return self.child_under_months if self.send_under_months is None else self.send_under_months

    @property
    def send_adult_months(self) -> int:
        """Months from which a child with special educational needs or a disability is followed no longer."""
        return ADULT_MONTHS if self.send_under_months is None else SEND_ADULT_MONTHS

    @property
    def gives_child_days(self) -> bool:
        """Whether the days children were followed are wanted."""
        return self.child_days or bool(self.time_to)

    def _wrong_words(self) -> Iterator[str]:
        for name, known in (("unit", Unit), ("strategy", Strategy), ("later_joining", LaterJoining)):
            if getattr(self, name) not in get_args(known):
                yield f'{name} is "{getattr(self, name)}". {did_you_mean(getattr(self, name), get_args(known))}'
        for name in self.weigh_by or ():
            if name not in self.covariates:
                hint = did_you_mean(name, self.covariates)
                yield f'weigh_by names "{name}", which is not among the covariates. {hint}'.rstrip()
        for name in self.time_to:
            if name not in EVENTS:
                yield f'time_to names "{name}", which is no event. {did_you_mean(name, EVENTS)}'.rstrip()

    def _wrong_numbers(self) -> Iterator[str]:
        for name in ("follow_up_days", "stay_days", "child_under_months"):
            if getattr(self, name) < 1:
                yield f"{name} is {getattr(self, name)}. Expected 1 or more."
        if self.limit_with_send < self.child_under_months:
            yield (
                f"send_under_months is {self.send_under_months}. Expected {self.child_under_months}, the limit of all "
                "children, or more."
            )
        for name in ("look_back_days", "history_days", "placebo_days"):
            if getattr(self, name) < 0:
                yield f"{name} is {getattr(self, name)}. Expected 0 or more."
        if not 0.5 <= self.weights_cut_at <= 1:
            yield f"weights_cut_at is {self.weights_cut_at}. Expected a quantile from 0.5 to 1."
        if self.strategy == "joined_and_stayed" and self.stay_days > self.follow_up_days:
            yield f"stay_days is {self.stay_days}, longer than the follow-up of {self.follow_up_days} days."
        if 0 < self.placebo_days < self.follow_up_days:
            yield (
                f"follow_up_days is {self.follow_up_days} and placebo_days {self.placebo_days}: follow-up would run "
                f"past the day families joined. Set follow_up_days to {self.placebo_days} or less."
            )
        if self.placebo_days and self.is_weighted:
            yield (
                "placebo_days ends follow-up before anybody joins or leaves, so strategy must be "
                '"joined" and later_joining "intention_to_treat".'
            )


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days a cohort's records cover and the months it runs trials in.

    ``first`` and ``last`` are month numbers (year × 12 + month - 1), both included.
    """

    first_day: date
    last_day: date
    first: int
    last: int

    @property
    def trials(self) -> int:
        """How many monthly trials there are."""
        return self.last - self.first + 1


def calendar_for(design: TrialDesign, first_day: date, last_day: date) -> Calendar:
    """Return the trial months of a design for records of referrals from ``first_day`` to ``last_day``.

    Raises
    ------
    InputError
        When no month has enough records before and after it.
    """
    first = month_number(design.first_trial) if design.first_trial else _first_month(design, first_day)
    last = month_number(design.last_trial) if design.last_trial else _last_month(design, last_day)
    if first > last:
        raise InputError(
            f"No monthly trial fits these records: referrals run from {first_day} to {last_day}, and a trial needs "
            f"{_before(design)} days before it and {_after(design)} days after it. First month "
            f"{month_name(first)}, last month {month_name(last)}. Import more years or change first_trial, last_trial."
        )
    return Calendar(first_day, last_day, first, last)


def month_number(day: date) -> int:
    """Return a month as one number, year × 12 + month - 1.

    >>> month_number(date(2008, 4, 1)) - month_number(date(2007, 12, 31))
    4
    """
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    """Return the first day of a month number."""
    return date(number // 12, number % 12 + 1, 1)


def month_name(number: int) -> str:
    """Return a month number as ``YYYY-MM``.

    >>> month_name(month_number(date(2008, 4, 1)))
    '2008-04'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _before(design: TrialDesign) -> int:
    return design.look_back_days + design.placebo_days


def _after(design: TrialDesign) -> int:
    return max(0, design.follow_up_days - design.placebo_days)


def _first_month(design: TrialDesign, first_day: date) -> int:
    earliest = first_day - SLACK + timedelta(days=_before(design))
    return month_number(earliest) + (earliest.day > 1)


def _last_month(design: TrialDesign, last_day: date) -> int:
    day_after_last = last_day + SLACK - timedelta(days=_after(design)) + timedelta(days=1)
    return month_number(day_after_last) - 1
