"""Families on days that are given: what was known of each on its day, and what happened in the time after.

The day is not chosen here: it is one on which something was recorded of the family, such as a score. What is known is
as it stood on that day, and nothing later decides who is in; those that leave the records afterwards are stood for by
those like them, as in trials (`toolkit.cohort.censoring`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.cohort import event_queries as facts
from toolkit.cohort import trial_queries as queries
from toolkit.cohort.censoring import FOLLOWED, Weighting, add_weights
from toolkit.cohort.counted import view_referrals, view_table
from toolkit.cohort.covariates import covariates_named
from toolkit.cohort.design import ADULT_MONTHS, SLACK, TrialDesign
from toolkit.cohort.frame import build_frame
from toolkit.cohort.happened import Events
from toolkit.cohort.outcomes import outcomes_named
from toolkit.engine import Asker, Engine, columns_of, opened, row_of
from toolkit.tables.deprivation import check_one_edition
from toolkit.tables.open_cases import WhileOpen

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

_TABLES = ("families", "children", "registrations", "episodes")

LEFT_OUT = ("unlinked", "unknown", "no_child", "short_history", "records_end", "aged_out")
"""Why a given day has no row that counts, in the order they are looked at."""

# The first reason that keeps a given day out: all are known on the day itself.
_GIVEN = """
WITH young AS (
    SELECT DISTINCT g.given FROM given_day g JOIN family f ON f.family_id = g.family_id JOIN child c
      ON c.family = f.family AND year(g.day) * 12 + month(g.day) - 1 - c.born BETWEEN 0 AND c.under - 1
), last_grown AS (
    SELECT family, max(grown) AS grown FROM child GROUP BY family
), until AS (
    SELECT family, make_date(grown // 12, grown % 12 + 1, 1) AS day FROM last_grown
)
SELECT g.given, f.family, f.district_code, f.reach_code, g.day AS time_zero,
       (year(g.day) * 12 + month(g.day) - 1)::INTEGER AS month, date_diff('day', g.day, f.known_to) AS moves,
       CASE WHEN f.family IS NULL THEN 1
            WHEN f.known_from > g.day OR f.known_to <= g.day THEN 2
            WHEN y.given IS NULL THEN 3
            WHEN g.day - $look_back_days < $earliest THEN 4
            WHEN g.day + $follow_up_days > $last_day THEN 5
            WHEN u.day <= g.day + $follow_up_days THEN 6
            ELSE 0 END::TINYINT AS left_out
FROM given_day g LEFT JOIN family f ON f.family_id = g.family_id
LEFT JOIN young y ON y.given = g.given LEFT JOIN until u ON u.family = f.family
"""

_ROWS = """
SELECT (row_number() OVER (ORDER BY given) - 1)::INTEGER AS row_id, given, family, NULL::INTEGER AS child,
       NULL::SMALLINT AS age, month, month AS month_zero, district_code, reach_code, time_zero, 0::TINYINT AS treated,
       CASE WHEN moves < $follow_up_days THEN 2 ELSE 0 END::TINYINT AS follow_up,
       least($follow_up_days, coalesce(moves, $follow_up_days))::SMALLINT AS days_followed,
       0::TINYINT AS joins_later, true AS could_be_followed
FROM judged WHERE left_out = 0
"""


@dataclass(frozen=True, slots=True)
class OnDays:
    """The families on their days.

    Attributes
    ----------
    frame
        A cohort's frame (`toolkit.cohort.trials.Cohort`) of the days that count, indexed by their place among the days
        given; ``treated`` is 0 throughout. ``censoring_weight_<outcome>`` is 0 for those that left the records before
        the outcome could be known.
    left_out
        Why each given day has no row: a name of `LEFT_OUT`, or empty where it has; indexed as the days given.
    weightings
        How those that left the records are stood for.
    """

    frame: pd.DataFrame
    left_out: pd.Series
    weightings: tuple[Weighting, ...]


def families_on_days(
    snapshot: Snapshot,
    days: pd.DataFrame,
    *,
    covariates: Sequence[str],
    outcomes: Sequence[str],
    centre_sources: Sequence[str] = ("8", "5D"),
    while_open: WhileOpen = "count",
    look_back_days: int = 365,
    follow_up_days: int = 365,
) -> OnDays:
    """Return what was known of families on given days and what happened after.

    Parameters
    ----------
    snapshot
        Anything with ``read(table)`` and ``pattern(table)``.
    days
        ``family_id`` and ``day``, with an index from 0; a family may have several days.
    covariates, outcomes
        Names in `toolkit.cohort.covariates` and `toolkit.cohort.outcomes`.
    centre_sources, while_open
        As those of `TrialDesign`.
    look_back_days, follow_up_days
        Days of referral records there must be before a day, and after it.

    Raises
    ------
    InputError
        When a covariate or outcome is unknown, or tenths of deprivation of two editions would be compared.
    """
    design = TrialDesign(
        covariates=tuple(covariates),
        outcomes=tuple(outcomes),
        child_under_months=ADULT_MONTHS,
        centre_sources=tuple(centre_sources),
        look_back_days=look_back_days,
        follow_up_days=follow_up_days,
        referrals_while_open=while_open,
    )
    known, happened = covariates_named(covariates, look_back_days), outcomes_named(outcomes, follow_up_days)
    check_one_edition(snapshot.read("families"), covariates)
    with opened() as engine:
        ask = _asker(engine, snapshot, days, design)
        reasons = columns_of(ask("SELECT given, left_out FROM judged ORDER BY given"))["left_out"]
        frame, seen = build_frame(ask, design, known, happened)
        events = columns_of(ask(facts.FAMILY_EVENTS))
        given = columns_of(ask("SELECT given, row_id FROM trial_row ORDER BY row_id"))["given"]
    told = Events(*(np.asarray(events[name]) for name in ("place", "days", "is_referral")))
    frame, weightings = add_weights(frame, told, seen, design, happened)
    names = np.array(["", *LEFT_OUT], dtype=object)
    return OnDays(
        frame=frame.set_axis(pd.Index(np.asarray(given, dtype=np.int64), name="given"), axis=0),
        left_out=pd.Series(names[np.asarray(reasons, dtype=np.intp)], index=days.index, name="left_out"),
        weightings=weightings,
    )


def is_followed(frame: pd.DataFrame) -> pd.Series:
    """Return whether each row of a frame could be followed to its end, but for leaving the records."""
    return frame["follow_up"].isin(FOLLOWED)


def _asker(engine: Engine, snapshot: Snapshot, days: pd.DataFrame, design: TrialDesign) -> Asker:
    """Return what asks the records, with the tables made that the frame is built of."""
    for table in _TABLES:
        view_table(engine, snapshot.pattern(table), table)
    view_referrals(engine, snapshot.pattern("referrals"), design.referrals_while_open)
    given = {
        "given": pa.array(np.arange(len(days), dtype=np.int32)),
        "family_id": pa.array(days["family_id"].astype(object), pa.string()),
        "day": pa.array(pd.to_datetime(days["day"]).dt.date, pa.date32()),
    }
    engine.hand_in("given_day", pa.table(given))
    first_day, last_day = row_of(engine.ask(queries.RECORD_DAYS))
    ask = Asker(engine, _parameters(design, first_day, last_day))
    made = {
        "family": queries.FAMILY,
        "child": queries.CHILD,
        "child_referral": facts.CHILD_REFERRAL,
        "child_episode": facts.CHILD_EPISODE,
        "child_care": facts.CHILD_CARE,
        "judged": _GIVEN,
        "trial_row": _ROWS,
    }
    for name, sql in made.items():
        ask.make(name, sql)
    return ask


def _parameters(design: TrialDesign, first_day: date | None, last_day: date | None) -> dict[str, Any]:
    nothing = date(1900, 1, 1)  # without a referral no day has records before it or after it
    first, last = (first_day or date(2200, 1, 1)), (last_day or nothing)
    return {
        "first_day": first,
        "earliest": first - SLACK,
        "last_day": last,
        "child_under_months": design.child_under_months,
        "send_under_months": design.limit_with_send,
        "adult_months": ADULT_MONTHS,
        "send_adult_months": design.send_adult_months,
        "follow_up_days": design.follow_up_days,
        "look_back_days": design.reach_back_days,
        "centre_sources": list(design.centre_sources),
    }
