"""Referrals as social care received them: who made each, what was known that day, and what came of it.

One row is one child's referral. What is known is as it stood before that day; what came of it is the referral's own
outcome and any further referral of the same child in the year after.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit.cohort.counted import view_referrals, view_table
from toolkit.cohort.flow import FlowStep
from toolkit.cohort.windows import under_years
from toolkit.engine import Asker, frame_of, opened, row_of
from toolkit.engine.query import whole_months
from toolkit.errors import InputError
from toolkit.tables.open_cases import WhileOpen

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

YEAR_DAYS = 365
AGE_BANDS = ("0 to 4", "5 to 9", "10 to 15", "16 to 17", "18 and over")

KNOWN: Mapping[str, str] = MappingProxyType(
    {
        "idaci_decile": "Deprivation tenth",
        "lone_parent": "Lone parent",
        "young_parent": "Young parent",
        "english_additional_language": "English as an additional language",
        "disability": "Disability",
        "kinship_care": "Kinship care",
        "children_under_18": "Number of children",
        "child_months": "Age of the child",
        "others_that_day": "Brothers and sisters referred that day",
        "months_known": "Months known",
        "child_referrals_last_year": "The child's referrals, last year",
        "family_referrals_last_year": "The family's referrals, last year",
        "referred_last_3m": "Referred in the last 3 months",
        "episode_last_year": "Statutory episode in the last year",
        "joined_before": "Joined a centre before",
    }
)
"""What is known of a referral before its day (that of brothers and sisters: on it), with the words of a page."""

HAPPENED: Mapping[str, str] = MappingProxyType(
    {
        "nfa": "No further action",
        "assessed_not_in_need": "Assessed, and not in need",
        "re_referral_12m": "Referred again within a year",
        "referred_back": "Sent back to the centre",
    }
)
"""What may come of a referral, with the words of a page."""

_REFERRAL = """
SELECT r.referral_id, r.child_id, c.family_id, r.received_on AS day, r.source, r.outcome, r.referred_back,
       (year(r.received_on) * 12 + month(r.received_on) - year(c.birth_month) * 12 - month(c.birth_month))::INTEGER
           AS child_months, coalesce(c.send, false) AS send
FROM referrals r JOIN children c ON c.child_id = r.child_id
"""

_FRAME = f"""
WITH joined AS (
    SELECT family_id, min(registered_on) AS joined_on FROM registrations GROUP BY family_id
), before AS (
    SELECT a.referral_id,
           count(DISTINCT b.day) FILTER (WHERE b.child_id = a.child_id) AS child_referrals_last_year,
           count(DISTINCT b.day) AS family_referrals_last_year,
           coalesce(bool_or(date_diff('day', b.day, a.day) <= 91), false) AS referred_last_3m
    FROM referral a JOIN referral b ON b.family_id = a.family_id AND b.day < a.day AND b.day >= a.day - $year
    GROUP BY a.referral_id
), after AS (
    SELECT DISTINCT a.referral_id FROM referral a JOIN referral b
      ON b.child_id = a.child_id AND b.day > a.day AND b.day <= a.day + $year
), episode AS (
    SELECT DISTINCT a.referral_id FROM referral a JOIN children c ON c.family_id = a.family_id
      JOIN episodes e ON e.child_id = c.child_id AND e.started_on < a.day AND e.started_on >= a.day - $year
     WHERE e.kind <> 'early_help'
), that_day AS (
    SELECT family_id, day, count(DISTINCT child_id) - 1 AS others_that_day FROM referral GROUP BY family_id, day
), size AS (
    SELECT a.referral_id, count(*) AS children_under_18 FROM referral a JOIN children c ON c.family_id = a.family_id
    WHERE year(a.day) * 12 + month(a.day) - year(c.birth_month) * 12 - month(c.birth_month) BETWEEN 0 AND 215
    GROUP BY a.referral_id
)
SELECT a.referral_id, f.family_id, f.district, f.reach_centre_id, a.day, a.source, a.child_months, a.send,
       year(a.day) || ' Q' || quarter(a.day) AS quarter,
       f.idaci_decile, f.lone_parent, f.young_parent, f.english_additional_language, f.disability, f.kinship_care,
       coalesce(z.children_under_18, 0) AS children_under_18, t.others_that_day,
       least(24, greatest(0, {whole_months("f.known_from", "a.day")})) AS months_known,
       coalesce(b.child_referrals_last_year, 0) AS child_referrals_last_year,
       coalesce(b.family_referrals_last_year, 0) AS family_referrals_last_year,
       coalesce(b.referred_last_3m, false) AS referred_last_3m,
       e.referral_id IS NOT NULL AS episode_last_year,
       coalesce(j.joined_on < a.day, false) AS joined_before,
       a.outcome AS ended, a.outcome = 'nfa' AS nfa, a.outcome = 'assessed_not_in_need' AS assessed_not_in_need,
       n.referral_id IS NOT NULL AS re_referral_12m, coalesce(a.referred_back, false) AS referred_back,
       a.referred_back IS NOT NULL AS back_recorded
FROM referral a JOIN families f ON f.family_id = a.family_id
JOIN that_day t ON t.family_id = a.family_id AND t.day = a.day
LEFT JOIN joined j ON j.family_id = a.family_id
LEFT JOIN before b ON b.referral_id = a.referral_id LEFT JOIN after n ON n.referral_id = a.referral_id
LEFT JOIN episode e ON e.referral_id = a.referral_id LEFT JOIN size z ON z.referral_id = a.referral_id
WHERE a.day >= $first AND a.day <= $last
ORDER BY a.day, a.referral_id
"""


@dataclass(frozen=True, slots=True)
class ReferralFrame:
    """Referrals that can be compared.

    Attributes
    ----------
    frame
        One row a child's referral, in order of day and number: ``family_id``, ``district``, ``reach_centre_id``,
        ``day``, ``quarter``, ``age_band``, ``source``, ``treated`` (1: by a centre), the names of `KNOWN` and those of
        `HAPPENED` (0/1), ``ended`` (the outcome's code). Row level: never part of a result.
    flow
        From all referrals to the rows of ``frame``.
    first_day, last_day
        Of the referrals that may enter: a year of records before the first, and after the last.
    unknown_outcome
        Referrals of each arm (others, centres) left out because their outcome is not recorded.
    """

    frame: pd.DataFrame
    flow: tuple[FlowStep, ...]
    first_day: date
    last_day: date
    unknown_outcome: tuple[int, int]


def referral_frame(
    snapshot: Snapshot,
    *,
    centre_sources: Collection[str],
    child_under_months: int,
    while_open: WhileOpen = "count",
    send_under_months: int | None = None,
) -> ReferralFrame:
    """Return the referrals that have a year of records on both sides, and whose outcome is known.

    Parameters
    ----------
    snapshot
        Anything with ``path(table)`` returning a Parquet file.
    centre_sources
        Source codes of referrals that centres make.
    child_under_months
        Only referrals of children younger than this on the day; an unborn child counts as the youngest.
    while_open
        Whether referrals received while a case of the child was open count.
    send_under_months
        As ``child_under_months``, of children with special educational needs or a disability; the same where not given.

    Raises
    ------
    InputError
        When there is no referral, or the records are too short.
    """
    with opened() as engine:
        for table in ("families", "children", "registrations", "episodes"):
            view_table(engine, snapshot.pattern(table), table)
        view_referrals(engine, snapshot.pattern("referrals"), while_open)
        everything, first_seen, last_seen = row_of(
            engine.ask(
                "SELECT count(*) AS referrals, min(received_on) AS first_day, max(received_on) AS last_day "
                "FROM every_referral"
            )
        )
        first, last = _window(first_seen, last_seen)
        engine.make("referral", _REFERRAL)
        (linked,) = row_of(
            engine.ask("SELECT count(*) AS referrals FROM referral r JOIN families f ON f.family_id = r.family_id")
        )
        found = frame_of(Asker(engine, {"year": YEAR_DAYS, "first": first, "last": last})(_FRAME))
    send_limit = child_under_months if send_under_months is None else send_under_months
    limit = np.where(found["send"].to_numpy(dtype=bool), send_limit, child_under_months)
    young = found[found["child_months"].to_numpy() < limit].drop(columns="send")
    by_centre = young["source"].isin(list(centre_sources)).to_numpy()
    is_known = young["ended"].notna().to_numpy()
    unknown = (int((~is_known & ~by_centre).sum()), int((~is_known & by_centre).sum()))
    frame = _typed(young[is_known].assign(treated=by_centre[is_known].astype(np.int8)))
    counts = (everything, linked, len(found), len(young), sum(unknown), int(frame["treated"].sum()), len(frame))
    years = under_years(child_under_months, send_under_months)
    return ReferralFrame(frame, _flow(counts, first, last, years), first, last, unknown)


def _window(first: date | None, last: date | None) -> tuple[date, date]:
    if first is None or last is None:
        raise InputError("The referrals table is empty, so there is nothing to compare. Import referrals first.")
    year = timedelta(days=YEAR_DAYS)
    if first + year > last - year:
        raise InputError(
            f"Referrals run from {first} to {last}. A referral needs a year of records before it and a year after it: "
            "import more years."
        )
    return first + year, last - year


def _typed(found: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, Any] = {
        name: found[name].astype(str) for name in ("family_id", "district", "reach_centre_id", "quarter", "source")
    }
    columns |= {name: found[name].astype(np.int16) for name in KNOWN}
    columns |= {name: found[name].astype(np.int8) for name in HAPPENED}
    band = np.searchsorted([60, 120, 192, 216], found["child_months"].to_numpy(), side="right")
    columns["age_band"] = np.asarray(AGE_BANDS, dtype=object)[band]
    return found.assign(**columns).drop(columns="referral_id").reset_index(drop=True)


def _flow(counts: tuple[int, ...], first: date, last: date, years: str) -> tuple[FlowStep, ...]:
    everything, linked, inside, young, unknown, by_centre, known = counts
    steps = (
        ("all", everything, "referrals are in the records."),
        ("out_unlinked", everything - linked, "of them are of a child or family that is not in the records."),
        ("in_window", inside, f"were received from {first} to {last}, with a year of records on both sides."),
        ("of_age", young, f"were of children under {years}."),
        ("out_no_outcome", unknown, "of these have no outcome on record."),
        ("by_centres", by_centre, "were made by centres."),
        ("by_others", known - by_centre, "were made by others."),
    )
    return tuple(FlowStep(step, None, int(n), f"{int(n):,} {what}") for step, n, what in steps)
