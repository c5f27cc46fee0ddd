"""Build a cohort: sequential monthly trials, each row one family in one trial, from a snapshot's Parquet files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd

from toolkit.cohort import queries
from toolkit.cohort.covariates import Covariate, covariates_named
from toolkit.cohort.design import Calendar, TrialDesign, calendar_for, month_name
from toolkit.cohort.flow import FlowStep
from toolkit.cohort.outcomes import Outcome, outcomes_named
from toolkit.cohort.tally import flow_of, person_time_of, tally_events
from toolkit.errors import InputError
from toolkit.progress import Progress, silent

if TYPE_CHECKING:
    from toolkit.records.snapshot import Snapshot

FOLLOW_UP = ("complete", "records_end", "moved")
_TABLES = ("families", "children", "registrations", "referrals", "episodes")


@dataclass(frozen=True, slots=True)
class Cohort:
    """The families compared, and what became of those left out.

    Attributes
    ----------
    frame
        One row a family in a monthly trial, indexed by ``row_id`` (0, 1, … in the order of trial, district, arm,
        time zero and family). Columns: ``trial`` (YYYY-MM), ``family_id``, ``district``, ``reach_centre_id``,
        ``treated`` (0/1), ``time_zero``, ``follow_up`` (complete, records_end, moved), ``days_followed``,
        ``joins_later`` (a control that registers in follow-up; for reports only, it is no covariate), the
        covariates and the outcomes. A family may be a row in many trials, and in the month it joins both a control
        (on an earlier day) and treated.
    flow
        Counts at every step from all families to the rows of ``frame``.
    person_time
        By arm: rows, families, how follow-up ended, and days followed.
    events
        By outcome and arm, over rows with complete follow-up: rows with the outcome, total and mean per 100.
    calendar
        The days of the records and the trial months.
    """

    frame: pd.DataFrame
    flow: tuple[FlowStep, ...]
    person_time: pd.DataFrame
    events: pd.DataFrame
    calendar: Calendar


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
    covariates, outcomes = covariates_named(design.covariates), outcomes_named(design.outcomes)
    with duckdb.connect() as connection:
        for table in _TABLES:
            connection.read_parquet(str(snapshot.path(table))).create_view(table)
        calendar = _calendar(connection, design)
        ask = _Asker(connection, _parameters(design, calendar, seed))
        progress("Finding the families at risk of joining", 0.05)
        for sql in (queries.FAMILY, queries.CHILD, queries.MONTH, queries.FAMILY_MONTH):
            ask(sql)
        progress("Drawing the comparison families' days", 0.3)
        for sql in (queries.JOINER, queries.CONTROL, queries.TRIAL_ROW):
            ask(sql)
        progress("Looking back and following up", 0.5)
        frame = _frame(ask, covariates, outcomes)
        progress("Counting the families", 0.9)
        flow = flow_of(connection, design, calendar)
    if frame["treated"].nunique() < 2:
        raise InputError("No families can be compared:\n" + "\n".join(f"  {step.sentence}" for step in flow))
    progress("Cohort ready", 1.0)
    return Cohort(frame, flow, person_time_of(frame), tally_events(frame, outcomes), calendar)


class _Asker:
    """Runs a query with those of the parameters that it names."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, parameters: dict[str, Any]) -> None:
        self.connection = connection
        self.parameters = parameters

    def __call__(self, sql: str) -> duckdb.DuckDBPyConnection:
        named = set(re.findall(r"\$(\w+)", sql))
        return self.connection.execute(sql, {name: self.parameters[name] for name in sorted(named)})


def _calendar(connection: duckdb.DuckDBPyConnection, design: TrialDesign) -> Calendar:
    first_day, last_day = connection.execute(queries.RECORD_DAYS).fetchall()[0]
    if first_day is None:
        raise InputError("The referrals table is empty, so there is nothing to follow. Import referrals first.")
    return calendar_for(design, first_day, last_day)


def _parameters(design: TrialDesign, calendar: Calendar, seed: int) -> dict[str, Any]:
    return {
        "first": calendar.first,
        "last": calendar.last,
        "last_day": calendar.last_day,
        "child_under_months": design.child_under_months,
        "follow_up_days": design.follow_up_days,
        "look_back_days": design.look_back_days,
        "centre_sources": list(design.centre_sources),
        "seed": str(seed),
    }


def _frame(ask: _Asker, covariates: Sequence[Covariate], outcomes: Sequence[Outcome]) -> pd.DataFrame:
    expressions, joins = [""], [""]

    def gather(template: str, wanted: Sequence[Covariate] | Sequence[Outcome], table: str, events: str) -> None:
        if not wanted:
            return
        sql = ", ".join(f"{one.sql} AS {one.name}" for one in wanted)
        ask(template.format(table=table, events=events, expressions=sql))
        expressions.extend(f"coalesce({table}.{one.name}, 0) AS {one.name}" for one in wanted)
        joins.append(f"LEFT JOIN {table} ON {table}.row_id = r.row_id")

    sources = ("children", "referrals", "episodes")
    by_source = {source: [c for c in covariates if c.source == source] for source in sources}
    happening = {source: [o for o in outcomes if o.source == source] for source in ("referrals", "episodes")}
    if by_source["referrals"] or happening["referrals"]:
        ask(queries.FAMILY_REFERRAL)
    if by_source["episodes"] or happening["episodes"]:
        ask(queries.FAMILY_EPISODE)
    expressions += [f"{c.sql} AS {c.name}" for c in covariates if c.source == "family"]
    gather(queries.CHILDREN_FACTS, by_source["children"], "children_facts", "child")
    gather(queries.LOOK_BACK_FACTS, by_source["referrals"], "referrals_before", "family_referral")
    gather(queries.LOOK_BACK_FACTS, by_source["episodes"], "episodes_before", "family_episode")
    gather(queries.FOLLOW_UP_FACTS, happening["referrals"], "referrals_after", "family_referral")
    gather(queries.FOLLOW_UP_FACTS, happening["episodes"], "episodes_after", "family_episode")
    found = ask(queries.FRAME.format(expressions=", ".join(expressions), joins="\n".join(joins))).fetchnumpy()
    return _tidy(ask.connection, found, covariates, outcomes)


def _tidy(
    connection: duckdb.DuckDBPyConnection,
    found: Mapping[str, Any],
    covariates: Sequence[Covariate],
    outcomes: Sequence[Outcome],
) -> pd.DataFrame:
    """Return the frame with names for codes and the smallest types that hold the values."""
    months = np.unique(found["month"])
    columns: dict[str, Any] = {
        "trial": _categories(np.searchsorted(months, found["month"]), [month_name(int(month)) for month in months]),
        "family_id": _named(connection, found["family"], "family", "family_id"),
        "district": _named(connection, found["district_code"], "district_code", "district"),
        "reach_centre_id": _named(connection, found["reach_code"], "reach_code", "reach_centre_id"),
        "treated": found["treated"],
        "time_zero": found["time_zero"],
        "follow_up": _categories(found["follow_up"], FOLLOW_UP),
        "days_followed": found["days_followed"],
        "joins_later": found["joins_later"],
    }
    for covariate in covariates:
        columns[covariate.name] = _whole(found[covariate.name], covariate)
    for outcome in outcomes:
        columns[outcome.name] = found[outcome.name].astype(np.int8 if outcome.is_binary else np.int16)
    return pd.DataFrame(columns, index=pd.Index(found["row_id"], name="row_id"))


def _named(connection: duckdb.DuckDBPyConnection, codes: np.ndarray, code: str, name: str) -> Any:
    names = connection.execute(f"SELECT DISTINCT {code}, {name} FROM family ORDER BY {code}").fetchnumpy()[name]
    return _categories(codes, [str(name) for name in names])


def _categories(codes: Any, names: Sequence[str]) -> Any:
    return pd.Categorical.from_codes(codes, pd.Index(list(names), dtype="str"))


def _whole(values: np.ndarray, covariate: Covariate) -> np.ndarray:
    if np.ma.isMaskedArray(values) and np.ma.getmaskarray(values).any():
        missing = int(np.ma.getmaskarray(values).sum())
        raise InputError(
            f'The covariate "{covariate.name}" is missing for {missing:,} rows of the cohort. '
            "Fill it in the records, or leave it out of the protocol."
        )
    return np.asarray(values).astype(covariate.dtype)
