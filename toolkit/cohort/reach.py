"""Who a centre could have reached: families with a young child, since when, and the day they first joined.

A family is *eligible* while it is known and has a child born and under the age limit. Its eligibility comes in spells:
a family whose youngest outgrows the limit and that has another baby years later begins a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit.cohort.counted import view_table
from toolkit.cohort.flow import FlowStep
from toolkit.cohort.windows import under_years
from toolkit.engine import Asker, frame_of, opened, row_of
from toolkit.engine.query import whole_months
from toolkit.errors import InputError
from toolkit.tables.deprivation import check_one_edition
from toolkit.wording.numbers import uk_date

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

YES_NO: Mapping[str, str] = MappingProxyType(
    {
        "kinship_care": "Kinship care",
        "english_additional_language": "English as an additional language",
        "lone_parent": "Lone parent",
        "young_parent": "Young parent",
        "disability": "Disability",
    }
)
GROUPS: Mapping[str, str] = MappingProxyType(
    {"idaci_decile": "Deprivation tenth (1 is the most deprived)", **YES_NO, "district": "District"}
)
"""What families may be told apart by, with the words of a page."""

# Months are numbers (year × 12 + month - 1). A child is under the limit from the month it is born, so a spell goes on
# while the next child is born no later than the month the one before grows too old.
_SPELL = """
WITH child AS (
    SELECT family_id, (year(birth_month) * 12 + month(birth_month) - 1)::INTEGER AS born,
           CASE WHEN send THEN $send_under ELSE $under END::INTEGER AS under
    FROM children
), ordered AS (
    SELECT *, max(born + under) OVER (PARTITION BY family_id ORDER BY born, under
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered
    FROM child
), numbered AS (
    SELECT *, sum((covered IS NULL OR born > covered)::INTEGER)
                  OVER (PARTITION BY family_id ORDER BY born, under ROWS UNBOUNDED PRECEDING) AS number
    FROM ordered
), whole AS (
    SELECT family_id, number, min(born) AS first, max(born + under) AS last FROM numbered GROUP BY family_id, number
), joined AS (
    SELECT family_id, min(registered_on) AS joined_on FROM registrations GROUP BY family_id
)
SELECT f.family_id, f.reach_centre_id, f.district, f.idaci_decile, f.kinship_care, f.english_additional_language,
       f.lone_parent, f.young_parent, f.disability, j.joined_on,
       greatest(f.known_from, make_date(w.first // 12, w.first % 12 + 1, 1)) AS starts_on,
       least(coalesce(f.known_to, DATE '9999-12-31'), make_date(w.last // 12, w.last % 12 + 1, 1)) AS ends_on
FROM whole w JOIN families f ON f.family_id = w.family_id LEFT JOIN joined j ON j.family_id = w.family_id
WHERE greatest(f.known_from, make_date(w.first // 12, w.first % 12 + 1, 1))
    < least(coalesce(f.known_to, DATE '9999-12-31'), make_date(w.last // 12, w.last % 12 + 1, 1))
"""

_KNOWN = (
    "family_id, reach_centre_id, district, idaci_decile, kinship_care, english_additional_language, lone_parent, "
    "young_parent, disability, joined_on, starts_on, ends_on"
)

_ON_THE_DAY = f"""
SELECT {_KNOWN}, {whole_months("starts_on", "$day")} AS months_eligible,
       CASE WHEN joined_on IS NULL OR joined_on > $day THEN 1 ELSE 0 END::TINYINT AS missed
FROM spell WHERE starts_on <= $day AND ends_on > $day ORDER BY family_id
"""

_AS_THEY_BEGAN = f"""
SELECT {_KNOWN}, year(starts_on) + CASE WHEN month(starts_on) >= 4 THEN 1 ELSE 0 END AS year,
       CASE WHEN joined_on IS NULL OR joined_on > starts_on + INTERVAL $within MONTH THEN 1 ELSE 0 END::TINYINT
           AS missed,
       ends_on > starts_on + INTERVAL $within MONTH AS stayed
FROM spell WHERE starts_on >= $first_day AND starts_on + INTERVAL $within MONTH <= $day ORDER BY family_id, starts_on
"""


@dataclass(frozen=True, slots=True)
class ReachFrames:
    """Families that could have been reached; no pseudonym of any family is in here.

    Attributes
    ----------
    on_the_day
        One row a family eligible on the day and for at least the months allowed before it: ``reach_centre_id``,
        the columns of `GROUPS`, ``starts_on``, ``months_eligible`` and ``missed`` (1: had not joined by the day).
    as_they_began
        One row a family and spell that began within the records and was followed for the months allowed: the same
        columns, ``year`` (the year to 31 March it began in) and ``missed`` (1: had not joined in those months).
    flow
        From all families to the rows of both.
    first_day, day
        The first registration in the records, and the day looked at.
    began_before
        Families of ``on_the_day`` whose spell began before the first registration in the records.
    began
        Spells that began within the records early enough; those that ended too soon included.
    """

    on_the_day: pd.DataFrame
    as_they_began: pd.DataFrame
    flow: tuple[FlowStep, ...]
    first_day: date
    day: date
    began_before: int
    began: int


def reach_frames(
    snapshot: Snapshot,
    *,
    under_months: int,
    within_months: int,
    day: date | None,
    send_under_months: int | None = None,
) -> ReachFrames:
    """Return the families that centres could have reached, and whether they joined.

    Parameters
    ----------
    snapshot
        Anything with ``path(table)`` returning a Parquet file; families, children and registrations are read.
    under_months
        A family is eligible while it has a child born and younger than this.
    within_months
        How long a family must have been eligible before it can count as missed.
    day
        The day to look at; the last registration of the records where not given.
    send_under_months
        As ``under_months``, of children with special educational needs or a disability; the same where not given.

    Raises
    ------
    InputError
        When there is no registration, the day is outside the registrations, or families' tenths of deprivation are of
        different editions.
    """
    check_one_edition(snapshot.read("families"), ["idaci_decile"])
    with opened() as engine:
        for table in ("families", "children", "registrations"):
            view_table(engine, snapshot.pattern(table), table)
        first_day, day = _days(Asker(engine, {}), day)
        send_under = under_months if send_under_months is None else send_under_months
        limits = {"under": under_months, "send_under": send_under, "within": within_months}
        ask = Asker(engine, {**limits, "day": day, "first_day": first_day})
        ask.make("spell", _SPELL)
        (everyone,) = row_of(ask("SELECT count(*) AS families FROM families"))
        (known,) = row_of(
            ask(
                "SELECT count(*) AS families FROM families "
                "WHERE known_from <= $day AND (known_to IS NULL OR known_to > $day)"
            )
        )
        eligible = _typed(frame_of(ask(_ON_THE_DAY)).drop(columns="family_id"))
        began = _typed(frame_of(ask(_AS_THEY_BEGAN)).drop(columns="family_id"))
    long_enough = eligible[eligible["months_eligible"] >= within_months].reset_index(drop=True)
    followed = began[began["stayed"].astype(bool)].drop(columns="stayed").reset_index(drop=True)
    return ReachFrames(
        on_the_day=long_enough,
        as_they_began=followed,
        flow=_flow(
            everyone,
            known,
            eligible,
            long_enough,
            began,
            followed,
            day,
            under_years(under_months, send_under_months),
            within_months,
        ),
        first_day=first_day,
        day=day,
        began_before=int((long_enough["starts_on"] < pd.Timestamp(first_day)).sum()),
        began=len(began),
    )


def _days(ask: Asker, day: date | None) -> tuple[date, date]:
    first, last = row_of(
        ask("SELECT min(registered_on) AS first_day, max(registered_on) AS last_day FROM registrations")
    )
    if first is None:
        raise InputError("The registrations table is empty, so nobody can be said to be reached. Import it first.")
    if day is not None and not first <= day <= last:
        raise InputError(
            f"day is {day}. Registrations run from {first} to {last}: give a day between, or leave it out."
        )
    return first, last if day is None else day


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, Any] = {name: frame[name].astype(str) for name in ("reach_centre_id", "district")}
    columns |= {name: frame[name].astype(np.int8) for name in ("idaci_decile", *YES_NO, "missed")}
    return frame.assign(**columns)


def _flow(
    everyone: int,
    known: int,
    eligible: pd.DataFrame,
    long_enough: pd.DataFrame,
    began: pd.DataFrame,
    followed: pd.DataFrame,
    day: date,
    years: str,
    within: int,
) -> tuple[FlowStep, ...]:
    new = len(eligible) - len(long_enough)
    steps = (
        ("all", everyone, "families are in the records."),
        ("known", known, f"were known on {uk_date(day)}."),
        ("eligible", len(eligible), f"of them had a child under {years}."),
        ("out_new", new, f"had been so for less than {within} months: too soon to say."),
        ("on_the_day", len(long_enough), f"could have joined a centre for {within} months or more."),
        ("began", len(began), f"times a family came to have a child under {years}, with {within} months to follow."),
        ("out_ended", len(began) - len(followed), f"of these moved or had no such child within {within} months."),
        ("as_they_began", len(followed), f"were followed for {within} months."),
    )
    return tuple(FlowStep(step, int(n), int(n), f"{int(n):,} {what}") for step, n, what in steps)
