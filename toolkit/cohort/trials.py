"""Build a cohort: sequential monthly trials, each row one family in one trial, from a snapshot's Parquet files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from toolkit.cohort import event_queries as facts
from toolkit.cohort import trial_queries as queries
from toolkit.cohort.censoring import Weighting, add_weights
from toolkit.cohort.counted import view_referrals, view_table
from toolkit.cohort.counts import person_time_of, tally_events
from toolkit.cohort.covariates import Covariate, covariates_named
from toolkit.cohort.design import ADULT_MONTHS, Calendar, TrialDesign, calendar_for, month_number, month_start
from toolkit.cohort.flow import FlowStep, flow_of, weight_steps
from toolkit.cohort.frame import build_frame
from toolkit.cohort.happened import Events
from toolkit.cohort.outcomes import Outcome, outcomes_named
from toolkit.engine import Asker, columns_of, opened, row_of
from toolkit.errors import InputError
from toolkit.progress import Progress, part, silent
from toolkit.tables.deprivation import check_one_edition

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

_TABLES = ("families", "children", "registrations", "referrals", "episodes")


@dataclass(frozen=True, slots=True)
class Cohort:
    """The families compared, and what became of those left out.

    Attributes
    ----------
    frame
        One row a family in a monthly trial, indexed by ``row_id`` (0, 1, … in the order of trial, district, arm,
        time zero and family). Columns: ``trial`` (YYYY-MM), ``family_id``, ``district``, ``reach_centre_id``,
        ``treated`` (0/1), ``time_zero``, ``follow_up`` (complete, records_end, moved; by design also aged_out, left,
        joined), ``days_followed``, ``joins_later`` (a control that registers in follow-up; for reports only, it is no
        covariate), the covariates, the outcomes, ``censoring_weight`` and ``censoring_weight_<outcome>``
        (`toolkit.cohort.censoring`). Where the design asks for them also ``child_id``, ``child_days``,
        ``days_to_<event>`` and ``event_<event>`` (`toolkit.cohort.time_to_event`). A family may be a row in many
        trials, and in the month it joins both a control (on an earlier day) and treated.
    flow
        Counts at every step from all families to the rows of ``frame``.
    person_time
        By arm: rows, families, how follow-up ended, and days followed.
    events
        By outcome and arm: rows that could be followed, those known to have it, and the mean per 100, weighted.
    calendar
        The days of the records and the trial months.
    weightings
        How each arm was weighted for those lost to follow-up, by how they were.
    """

    frame: pd.DataFrame
    flow: tuple[FlowStep, ...]
    person_time: pd.DataFrame
    events: pd.DataFrame
    calendar: Calendar
    weightings: tuple[Weighting, ...] = ()


class Draw(Protocol):
    """Builds the cohort of one draw of the comparison families' days."""

    def __call__(self, seed: int, progress: Progress = ...) -> Cohort:
        """Build the cohort whose days ``seed`` decides."""


def build_cohort(snapshot: Snapshot, design: TrialDesign, *, seed: int, progress: Progress = silent) -> Cohort:
    """Build the cohort of a design from a snapshot.

    A treated row's time zero is the family's first registration day. Every other family eligible in that month,
    joined later or never, draws one of the joining days of its month and district (a hash of seed, family and month,
    so the same on every machine) and must be unregistered through that day.

    Parameters
    ----------
    snapshot
        Anything with ``path(table)`` returning a Parquet file.
    design
        Who may enter, and which covariates and outcomes are computed.
    seed
        Decides the days drawn.
    progress
        Told what is being done.

    Raises
    ------
    InputError
        When a covariate or outcome is unknown, the records are too short, or no family can be compared.
    """
    with cohorts_of(snapshot, design, progress=part(progress, 0.0, 0.3)) as draw:
        return draw(seed, part(progress, 0.3, 1.0))


@contextmanager
def cohorts_of(snapshot: Snapshot, design: TrialDesign, *, progress: Progress = silent) -> Iterator[Draw]:
    """Yield what builds a design's cohort for each seed: what seeds do not change is looked up once.

    It may be called from several threads at the same time.

    Parameters
    ----------
    snapshot, design, progress
        As those of `build_cohort`.

    Raises
    ------
    InputError
        When a covariate or outcome is unknown, the records are too short, or tenths of deprivation of two editions
        would be compared; ``Draw`` when no family can be compared.
    """
    covariates, outcomes = _wanted(design)
    check_one_edition(snapshot.read("families"), design.covariates)
    with opened() as engine:
        for table in _TABLES:
            if table != "referrals":
                view_table(engine, snapshot.pattern(table), table)
        view_referrals(engine, snapshot.pattern("referrals"), design.referrals_while_open)
        calendar = _calendar(Asker(engine, {}), design)
        parameters = _parameters(design, calendar)
        ask = Asker(engine, parameters)
        progress("Finding the families at risk of joining", 0.0)
        joiner, control = queries.arms(design)
        shared = {
            "family": queries.FAMILY,
            "child": queries.CHILD,
            "trial_month": queries.trial_months(calendar),
            "family_month": queries.FAMILY_MONTH,
            "joiner": joiner,
            "child_referral": facts.CHILD_REFERRAL,
            "child_episode": facts.CHILD_EPISODE,
            "child_care": facts.CHILD_CARE,
        }
        for name, sql in shared.items():
            ask.make(name, sql)

        def draw(seed: int, progress: Progress = silent) -> Cohort:
            with engine.apart() as own:
                asker = Asker(own, {**parameters, "seed": str(seed)})
                progress("Drawing the comparison families' days", 0.0)
                asker.make("control", control)
                asker.make("trial_row", queries.trial_row(design))
                return _build(asker, design, covariates, outcomes, calendar, progress)

        yield draw


def _build(
    ask: Asker,
    design: TrialDesign,
    covariates: Sequence[Covariate],
    outcomes: Sequence[Outcome],
    calendar: Calendar,
    progress: Progress,
) -> Cohort:
    """Return the cohort of the rows that were drawn."""
    progress("Looking back and following up", 0.3)
    frame, seen = build_frame(ask, design, covariates, outcomes)
    progress("Weighting for those lost to follow-up", 0.6)
    found = columns_of(ask(facts.FAMILY_EVENTS))
    events = Events(*(np.asarray(found[name]) for name in ("place", "days", "is_referral")))
    frame, weightings = add_weights(frame, events, seen, design, outcomes)
    progress("Counting the families", 0.9)
    flow = (*flow_of(ask, design, calendar), *weight_steps(frame, weightings))
    if frame["treated"].nunique() < 2:
        raise InputError("No families can be compared:\n" + "\n".join(f"  {step.sentence}" for step in flow))
    progress("Cohort ready", 1.0)
    return Cohort(frame, flow, person_time_of(frame), tally_events(frame, outcomes), calendar, weightings)


def _calendar(ask: Asker, design: TrialDesign) -> Calendar:
    first_day, last_day = row_of(ask(queries.RECORD_DAYS))
    if first_day is None:
        raise InputError("The referrals table is empty, so there is nothing to follow. Import referrals first.")
    return calendar_for(design, first_day, last_day)


def _parameters(design: TrialDesign, calendar: Calendar) -> dict[str, Any]:
    return {
        "first": calendar.first,
        "last": calendar.last,
        "first_day": calendar.first_day,
        "last_day": calendar.last_day,
        "stay_days": design.stay_days,
        "placebo_days": design.placebo_days,
        **_months_back(calendar, design.placebo_days),
        "child_under_months": design.child_under_months,
        "send_under_months": design.limit_with_send,
        "adult_months": ADULT_MONTHS,
        "send_adult_months": design.send_adult_months,
        "follow_up_days": design.follow_up_days,
        "look_back_days": design.reach_back_days,
        "centre_sources": list(design.centre_sources),
    }


def _months_back(calendar: Calendar, days: int) -> dict[str, int]:
    """Return by how many months, at least and at most, a day so many days back lies before its month."""
    back = []
    for month in range(calendar.first, calendar.last + 1):
        ends = month_start(month + 1) - timedelta(days=1)
        back += [month - month_number(day - timedelta(days=days)) for day in (month_start(month), ends)]
    return {"nearest_months": min(back), "furthest_months": max(back)}


def _wanted(design: TrialDesign) -> tuple[tuple[Covariate, ...], tuple[Outcome, ...]]:
    covariates = covariates_named(design.covariates, design.reach_back_days)
    of_children = [covariate.name for covariate in covariates if covariate.is_of_child]
    if of_children and design.unit != "child":
        raise InputError(f'Only a design with unit "child" has the covariate {", ".join(of_children)}.')
    return covariates, outcomes_named(design.outcomes, design.follow_up_days)
