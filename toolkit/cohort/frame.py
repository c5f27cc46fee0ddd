"""A cohort's frame: what was known at time zero, what happened after, and how each row's follow-up ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.cohort import event_queries as facts
from toolkit.cohort.censoring import Seen
from toolkit.cohort.covariate import Covariate
from toolkit.cohort.design import TrialDesign, month_name
from toolkit.cohort.outcome_definitions import EVENTS
from toolkit.cohort.outcomes import Outcome
from toolkit.cohort.time_to_event import first_days_sql, first_name, time_to_columns
from toolkit.engine import Asker, columns_of
from toolkit.errors import InputError

FOLLOW_UP = ("complete", "records_end", "moved", "aged_out", "left", "joined")
"""What can end a row's follow-up, in the order of the codes of the query."""


def endings(design: TrialDesign) -> tuple[str, ...]:
    """Return what can end follow-up in a design."""
    possible = {
        "aged_out": design.can_age_out,
        "left": design.strategy == "joined_and_stayed",
        "joined": design.later_joining == "censor_with_weights",
    }
    return tuple(how for how in FOLLOW_UP if possible.get(how, True))


def build_frame(
    ask: Asker, design: TrialDesign, covariates: Sequence[Covariate], outcomes: Sequence[Outcome]
) -> tuple[pd.DataFrame, Seen]:
    """Return the frame of the rows in the table ``trial_row``, and what weights need to know beside it."""
    timed = tuple(dict.fromkeys([*design.time_to, *(one.base for one in outcomes if one.is_binary)]))
    gather = _Gather(ask, "child" if design.unit == "child" else "family")
    gather.expressions += [f"{c.sql} AS {c.name}" for c in covariates if c.source == "family"]
    gather(facts.CHILDREN_FACTS, "children_facts", "child", _columns(covariates, "children"))
    for events in ("referrals", "episodes"):
        table = f"child_{events[:-1]}"
        before, own_before = _columns(covariates, events), _columns(covariates, f"own_{events}")
        if gather.unit == "family":
            before, own_before = {**before, **own_before}, {}
        after = {**_columns(outcomes, events), **first_days_sql(timed, events)}
        gather(facts.LOOK_BACK_FACTS, f"{events}_before", table, before)
        gather(facts.LOOK_BACK_FACTS, f"own_{events}_before", table, own_before, own=True)
        gather(facts.FOLLOW_UP_FACTS, f"{events}_after", table, after, own=True)
    gather(facts.CARE_FACTS, "care_after", "child_care", _columns(outcomes, "care"), own=True)
    if design.gives_child_days:
        days = {"child_days": "sum(greatest(0, days))::INTEGER"}
        gather(facts.CHILD_DAYS, "child_days_facts", "child", days, own=True)
    gather.expressions += ["r.could_be_followed", *(["r.child"] if design.unit == "child" else [])]
    sql = facts.FRAME.format(expressions=", ".join(["", *gather.expressions]), joins=gather.joined())
    found = columns_of(ask(sql))
    first_days = {name: np.asarray(found[first_name(EVENTS[name])]) for name in timed}
    frame = _tidy(ask, found, design, covariates, outcomes)
    return frame, Seen(np.asarray(found["could_be_followed"], dtype=bool), first_days)


class _Gather:
    """Makes a table of facts a row and remembers how the frame reads them."""

    def __init__(self, ask: Asker, unit: str) -> None:
        self.ask = ask
        self.unit = unit
        self.expressions: list[str] = []
        self.tables: list[str] = []

    def __call__(self, template: str, table: str, events: str, columns: Mapping[str, str], own: bool = False) -> None:
        if not columns:
            return
        expressions = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
        only = " AND e.child = r.child" if own and self.unit == "child" else ""
        self.ask.make(table, template.format(events=events, expressions=expressions, own=only))
        self.expressions += [f"coalesce({table}.{name}, 0) AS {name}" for name in columns]
        self.tables.append(table)

    def joined(self) -> str:
        """Return the joins that bring the tables to the frame."""
        return "".join(f"\nLEFT JOIN {table} ON {table}.row_id = r.row_id" for table in self.tables)


def _columns(wanted: Sequence[Covariate] | Sequence[Outcome], source: str) -> dict[str, str]:
    return {one.name: one.sql for one in wanted if one.source == source}


def _tidy(
    ask: Asker,
    found: Mapping[str, Any],
    design: TrialDesign,
    covariates: Sequence[Covariate],
    outcomes: Sequence[Outcome],
) -> pd.DataFrame:
    """Return the frame with names for codes and the smallest types that hold the values."""
    months = np.unique(found["month"])
    ends = endings(design)
    place = np.array([ends.index(how) if how in ends else -1 for how in FOLLOW_UP], dtype=np.int8)
    columns: dict[str, Any] = {
        "trial": _categories(np.searchsorted(months, found["month"]), [month_name(int(month)) for month in months]),
        "family_id": _named(ask, found["family"], "family", "family_id", "family"),
        "district": _named(ask, found["district_code"], "district_code", "district", "family"),
        "reach_centre_id": _named(ask, found["reach_code"], "reach_code", "reach_centre_id", "family"),
        "treated": found["treated"],
        "time_zero": found["time_zero"],
        "follow_up": _categories(place[found["follow_up"]], ends),
        "days_followed": found["days_followed"],
        "joins_later": found["joins_later"],
    }
    if design.unit == "child":
        columns["child_id"] = _named(ask, found["child"], "child", "child_id", "child")
    for covariate in covariates:
        columns[covariate.name] = _whole(found[covariate.name], covariate)
    for outcome in outcomes:
        columns[outcome.name] = found[outcome.name].astype(np.int8 if outcome.is_binary else np.int16)
    columns |= time_to_columns(design.time_to, found, found["days_followed"])
    if design.gives_child_days:
        columns["child_days"] = found["child_days"].astype(np.int32)
    return pd.DataFrame(columns, index=pd.Index(found["row_id"], name="row_id"))


def _named(ask: Asker, codes: np.ndarray, code: str, name: str, table: str) -> Any:
    names = columns_of(ask(f"SELECT DISTINCT {code}, {name} FROM {table} ORDER BY {code}"))[name]
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
