"""Counts of a cohort: its flow, its person-time and its events."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pandas as pd

from toolkit.cohort.design import Calendar, TrialDesign, month_name
from toolkit.cohort.flow import FlowStep
from toolkit.cohort.outcomes import Outcome
from toolkit.cohort.queries import FAMILY_MONTH_COUNTS

_COUNT = "SELECT count(DISTINCT family), count(*) FROM "
_FAMILY_MONTHS = ("family_months", "known", "young_child", "not_joined")
_QUERIES = {
    "out_joined_unknown": _COUNT + "joiner WHERE NOT is_known",
    "joined": _COUNT + "joiner WHERE is_known",
    "out_no_joiner": _COUNT + "control WHERE left_out = 1",
    "out_joined_first": _COUNT + "control WHERE left_out = 2",
    "out_unknown_on_day": _COUNT + "control WHERE left_out = 3",
    "not_yet_joined": _COUNT + "control WHERE left_out = 0",
    "out_records_end_joined": _COUNT + "trial_row WHERE treated = 1 AND follow_up = 1",
    "out_moved_joined": _COUNT + "trial_row WHERE treated = 1 AND follow_up = 2",
    "followed_joined": _COUNT + "trial_row WHERE treated = 1 AND follow_up = 0",
    "out_records_end_not_joined": _COUNT + "trial_row WHERE treated = 0 AND follow_up = 1",
    "out_moved_not_joined": _COUNT + "trial_row WHERE treated = 0 AND follow_up = 2",
    "followed_not_joined": _COUNT + "trial_row WHERE treated = 0 AND follow_up = 0",
}
_SENTENCES = {
    "family_months": "{families} families in {trials} months ({months}): {rows} family-months.",
    "known": "{families} families were known and living here in a month: {rows} family-months.",
    "young_child": "{families} families had a child under {years}: {rows} family-months.",
    "not_joined": "{families} families had not joined a centre before the month: {rows} family-months.",
    "out_joined_unknown": "{rows} families joined on a day they were not yet, or no longer, known here.",
    "joined": "{families} families joined a centre for the first time.",
    "out_no_joiner": "{rows} family-months had no other family joining in that month and district.",
    "out_joined_first": "{rows} family-months: the family joined on or before the day drawn for it.",
    "out_unknown_on_day": "{rows} family-months: the family was not known here on the day drawn for it.",
    "not_yet_joined": "{families} families had not joined on the day drawn: {rows} family-months to compare with.",
    "out_records_end_joined": "{rows} families that joined: the records end within the year.",
    "out_moved_joined": "{rows} families that joined moved away within the year.",
    "followed_joined": "{rows} families that joined were followed for the whole year.",
    "out_records_end_not_joined": "{rows} family-months to compare with: the records end within the year.",
    "out_moved_not_joined": "{rows} family-months to compare with: the family moved away within the year.",
    "followed_not_joined": "{rows} family-months to compare with were followed for the whole year.",
}


def flow_of(connection: duckdb.DuckDBPyConnection, design: TrialDesign, calendar: Calendar) -> tuple[FlowStep, ...]:
    """Return the flow from all family-months to both arms with complete follow-up.

    Reads the temporary tables `toolkit.cohort.queries` makes.
    """
    all_months = connection.execute(FAMILY_MONTH_COUNTS).fetchall()[0]
    counts = dict(zip(_FAMILY_MONTHS, zip(all_months[::2], all_months[1::2], strict=True), strict=True))
    for step, sql in _QUERIES.items():
        counts[step] = connection.execute(sql).fetchall()[0]
    names = {
        "trials": str(calendar.trials),
        "months": f"{month_name(calendar.first)} to {month_name(calendar.last)}",
        "years": f"{design.child_under_months / 12:g}",
    }
    return tuple(
        FlowStep(
            step,
            int(families),
            int(rows),
            _SENTENCES[step].format(families=f"{families:,}", rows=f"{rows:,}", **names),
        )
        for step, (families, rows) in counts.items()
    )


def person_time_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return follow-up by arm: rows, families, how it ended, days followed and later joining, one row an arm."""
    rows = []
    for treated in (1, 0):
        arm = frame[frame["treated"] == treated]
        ended = arm["follow_up"].value_counts()
        rows.append(
            {
                "treated": treated,
                "rows": len(arm),
                "families": int(arm["family_id"].cat.codes.nunique()),
                **{how: int(ended.get(how, 0)) for how in frame["follow_up"].cat.categories},
                "days_followed": int(arm["days_followed"].to_numpy().sum(dtype="int64")),
                "joins_later": int(arm["joins_later"].to_numpy().sum(dtype="int64")),
            }
        )
    return pd.DataFrame(rows)


def tally_events(frame: pd.DataFrame, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return, by outcome and arm over rows with complete follow-up, how often it happened.

    Columns: ``outcome``, ``treated``, ``rows``, ``with_outcome`` (rows where it is above 0), ``total`` and
    ``per_100`` (the mean times 100).
    """
    followed = frame.loc[frame["follow_up"] == "complete", ["treated", *(outcome.name for outcome in outcomes)]]
    rows = []
    for outcome in outcomes:
        for treated in (1, 0):
            values = followed.loc[followed["treated"] == treated, outcome.name].to_numpy()
            total = int(values.sum(dtype="int64"))
            rows.append(
                {
                    "outcome": outcome.name,
                    "treated": treated,
                    "rows": len(values),
                    "with_outcome": int((values > 0).sum()),
                    "total": total,
                    "per_100": 100 * total / len(values) if len(values) else None,
                }
            )
    return pd.DataFrame(rows)
