"""Families as they joined: what was known that day, what came of them, and what their centres' areas were before.

A family counts once, on the day it first joined any centre. Everything known is as it stood that day; a referral on
the day itself is known of it, and not an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit.cohort.counted import view_referrals, view_table
from toolkit.cohort.flow import FlowStep
from toolkit.cohort.windows import days_of
from toolkit.engine import Asker, Embedded, frame_of, row_of
from toolkit.tables.open_cases import WhileOpen

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

CASE_MIX: Mapping[str, str] = MappingProxyType(
    {
        "idaci_decile": "Deprivation tenth",
        "lone_parent": "Lone parent",
        "young_parent": "Young parent",
        "english_additional_language": "English as an additional language",
        "disability": "Disability",
        "kinship_care": "Kinship care",
        "children_under_18": "Children",
        "youngest_months": "Age of the youngest child",
        "months_known": "Months known",
        "referred_before": "Referred in the year before",
    }
)
"""What is known of a family on the day it joins, with the words of a page."""

YEAR = days_of(12)
_GROWN = 12 * 18

_JOINING = """
SELECT DISTINCT ON (family_id) family_id, centre_id, registered_on::DATE AS day
FROM registrations ORDER BY family_id, registered_on, centre_id
"""

# A birth month's first day is taken as the day of birth, as elsewhere.
_FAMILIES = """
WITH age AS (
    SELECT j.family_id, (year(j.day) - year(c.birth_month)) * 12 + month(j.day) - month(c.birth_month) AS months
    FROM joining j JOIN children c USING (family_id)
), child AS (
    SELECT family_id, count(*) FILTER (WHERE months BETWEEN 0 AND $grown - 1) AS children_under_18,
           min(months) FILTER (WHERE months >= 0) AS youngest_months
    FROM age GROUP BY family_id
), referred AS (
    SELECT j.family_id, bool_or(r.received_on > j.day AND r.received_on <= j.day + $year) AS after,
           bool_or(r.received_on <= j.day AND r.received_on > j.day - $year) AS before
    FROM joining j JOIN children c USING (family_id) JOIN referrals r USING (child_id) GROUP BY j.family_id
), coming AS (
    SELECT j.family_id,
           bool_or(r.registered_on <= j.day + $keep AND (r.left_on IS NULL OR r.left_on > j.day + $keep)) AS still
    FROM joining j JOIN registrations r USING (family_id) GROUP BY j.family_id
)
SELECT j.centre_id, j.day, f.district, f.idaci_decile, f.lone_parent, f.young_parent, f.english_additional_language,
       f.disability, f.kinship_care, coalesce(child.children_under_18, 0) AS children_under_18,
       least(coalesce(child.youngest_months, $grown), $grown) AS youngest_months,
       greatest(date_diff('month', f.known_from, j.day), 0) AS months_known,
       coalesce(referred.before, false) AS referred_before, coalesce(referred.after, false) AS referred,
       coming.still AS still_coming, f.known_to, f.known_from <= j.day AS was_known
FROM joining j JOIN families f USING (family_id) LEFT JOIN child USING (family_id) LEFT JOIN referred USING (family_id)
JOIN coming USING (family_id)
ORDER BY j.day, j.family_id
"""

# What areas were in the first year of the records of referrals: before most of what is asked about began.
_AREAS = """
WITH here AS (
    SELECT family_id, reach_centre_id AS centre_id, idaci_decile FROM families
    WHERE known_from <= $first::DATE AND (known_to IS NULL OR known_to > $first::DATE)
), referred AS (
    SELECT DISTINCT c.family_id FROM children c JOIN referrals r USING (child_id)
    WHERE r.received_on >= $first::DATE AND r.received_on < $first::DATE + $year
)
SELECT h.centre_id, count(*) AS area_families, avg(h.idaci_decile) AS deprivation,
       avg((r.family_id IS NOT NULL)::INTEGER) AS earlier_referrals
FROM here h LEFT JOIN referred r USING (family_id) GROUP BY h.centre_id ORDER BY h.centre_id
"""


@dataclass(frozen=True, slots=True)
class Joining:
    """Families as they joined, and their centres' areas; no pseudonym of any family is in here.

    Attributes
    ----------
    frame
        One row a family that joined while referrals were kept: ``centre_id``, ``day``, ``district``, the columns of
        `CASE_MIX`, ``referred`` (within a year), ``is_followed`` (for that year), ``still_coming`` (so many months
        later, at any centre) and ``is_seen`` (whether that could be seen: long enough ago, not moved, and its centre
        records who stops coming).
    areas
        One row a centre's reach area in the first year of the records: ``area_families``, ``deprivation`` (mean tenth)
        and ``earlier_referrals`` (share of families referred).
    flow
        From families that joined to those followed.
    first_day, last_day
        Of the records of referrals; ``None`` where there are none.
    """

    frame: pd.DataFrame
    areas: pd.DataFrame
    flow: tuple[FlowStep, ...]
    first_day: date | None
    last_day: date | None


def joining_families(snapshot: Snapshot, *, keep_months: int, while_open: WhileOpen) -> Joining:
    """Return the families that joined a centre, and what came of them.

    Parameters
    ----------
    snapshot
        Anything with ``pattern(table)`` returning Parquet files; centres, families, children, registrations and
        referrals are read.
    keep_months
        After how long a family is looked for again among those who come.
    while_open
        Whether referrals received while a case of the child was open count.
    """
    with Embedded() as engine:  # one county's own families: never more than fits
        for table in ("families", "children", "registrations"):
            view_table(engine, snapshot.pattern(table), table)
        view_referrals(engine, snapshot.pattern("referrals"), while_open)
        first, last = row_of(
            engine.ask("SELECT min(received_on) AS first_day, max(received_on) AS last_day FROM every_referral")
        )
        engine.make("joining", _JOINING)
        keep = days_of(keep_months)
        ask = Asker(engine, {"grown": _GROWN, "year": YEAR, "keep": keep, "first": first})
        found, areas = frame_of(ask(_FAMILIES)), frame_of(ask(_AREAS))
        joined_to, left_to = row_of(
            ask("SELECT max(registered_on) AS joined_to, max(left_on) AS left_to FROM registrations")
        )
        leaves = ask("SELECT DISTINCT centre_id FROM registrations WHERE left_on IS NOT NULL")["centre_id"].to_pylist()
    seen_to = max((day for day in (joined_to, left_to) if day is not None), default=None)
    frame = _typed(found)
    within = (frame["day"] >= pd.Timestamp(first)) if first is not None else pd.Series(False, frame.index)
    kept = frame[within & frame["was_known"]].reset_index(drop=True)
    records_leaving = kept["centre_id"].isin([str(centre) for centre in leaves])
    kept = kept.assign(
        is_followed=_stays(kept, YEAR) & _in_time(kept, YEAR, last),
        is_seen=_stays(kept, keep) & _in_time(kept, keep, seen_to) & records_leaving,
    )
    return Joining(
        frame=kept.drop(columns=["known_to", "was_known"]),
        areas=areas.astype({"centre_id": str}),
        flow=_flow(len(frame), int(within.sum()), kept, last),
        first_day=first,
        last_day=last,
    )


def _typed(found: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, Any] = {name: found[name].astype(str) for name in ("centre_id", "district")}
    columns |= {name: found[name].astype(np.float64) for name in CASE_MIX}
    columns |= {name: found[name].astype(np.float64) for name in ("referred", "still_coming")}
    columns |= {name: pd.to_datetime(found[name]) for name in ("day", "known_to")}
    return found.assign(**columns, was_known=found["was_known"].astype(bool))


def _stays(frame: pd.DataFrame, days: int) -> pd.Series:
    return frame["known_to"].isna() | (frame["known_to"] > frame["day"] + pd.Timedelta(days=days))


def _in_time(frame: pd.DataFrame, days: int, last: date | None) -> pd.Series:
    if last is None:
        return pd.Series(False, frame.index)
    return frame["day"] + pd.Timedelta(days=days) <= pd.Timestamp(last)


def _flow(everyone: int, within: int, kept: pd.DataFrame, last: date | None) -> tuple[FlowStep, ...]:
    in_time, followed = int(_in_time(kept, YEAR, last).sum()), int(kept["is_followed"].sum())
    steps = (
        ("joined", everyone, "families joined a centre, each counted the first time."),
        ("out_before_records", everyone - within, "of them joined before referrals were kept."),
        ("out_not_known", within - len(kept), "were not in the council's records when they joined."),
        ("out_too_recent", len(kept) - in_time, "joined less than a year before the records end."),
        ("out_moved", in_time - followed, "moved away within the year."),
        ("followed", followed, "were followed for a year after they joined."),
    )
    return tuple(FlowStep(step, count, count, f"{count:,} {what}") for step, count, what in steps)
