"""The queries that find a cohort's rows, in the order they run; each makes the table of its name in `toolkit.engine`.

Those that no seed changes make tables which every draw of days reads; the rest make tables of a draw's own.

Months are numbers (year × 12 + month - 1), so an age in months is a difference. ``$name`` are the parameters that
`toolkit.cohort.trials` fills in from the design and the calendar. A family's own day is the day it joins or the day
drawn for it; time zero is that day, or ``$placebo_days`` before it.
"""

from __future__ import annotations

from datetime import timedelta

from toolkit.cohort.design import Calendar, TrialDesign, month_start
from toolkit.engine.query import literal

RECORD_DAYS = "SELECT min(received_on) AS first_day, max(received_on) AS last_day FROM every_referral"

# A family is treated once: on the day of its first registration at any centre. It stays until it has left every centre
# that it joined without a gap.
FAMILY = """
WITH spell AS (
    SELECT family_id, centre_id, registered_on, coalesce(left_on, DATE '9999-12-31') AS left_on,
           max(coalesce(left_on, DATE '9999-12-31')) OVER (
               PARTITION BY family_id ORDER BY registered_on, left_on, centre_id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS stayed_to
    FROM registrations
), stretch AS (
    SELECT *, sum(CASE WHEN registered_on > stayed_to THEN 1 ELSE 0 END) OVER (
        PARTITION BY family_id ORDER BY registered_on, left_on, centre_id ROWS UNBOUNDED PRECEDING) AS gaps
    FROM spell
), joined AS (
    SELECT family_id, min(registered_on) AS registered_on, max(left_on) FILTER (WHERE gaps = 0) AS left_on
    FROM stretch GROUP BY family_id
)
SELECT (row_number() OVER (ORDER BY f.family_id) - 1)::INTEGER AS family,
       (dense_rank() OVER (ORDER BY f.district) - 1)::SMALLINT AS district_code,
       (dense_rank() OVER (ORDER BY f.reach_centre_id) - 1)::SMALLINT AS reach_code,
       f.*, j.registered_on, j.left_on
FROM families f LEFT JOIN joined j ON j.family_id = f.family_id
"""

# A child lets its family in while it is under ``under`` months old, and is followed until the month ``grown``. A child
# of which it is not known has no special educational needs or disability.
CHILD = """
WITH dated AS (
    SELECT f.family, c.child_id, (year(c.birth_month) * 12 + month(c.birth_month) - 1)::INTEGER AS born,
           coalesce(c.send, false) AS send
    FROM children c JOIN family f ON f.family_id = c.family_id
)
SELECT (row_number() OVER (ORDER BY child_id) - 1)::INTEGER AS child, family, child_id, born,
       CASE WHEN send THEN $send_under_months ELSE $child_under_months END::INTEGER AS under,
       (born + CASE WHEN send THEN $send_adult_months ELSE $adult_months END)::INTEGER AS grown
FROM dated
"""

# Every family in every month, with the first reason (in the flow's order) that keeps it out of that month's trial.
# The placebo days before one month's days can lie in three months: $nearest_months to $furthest_months back. Then a
# family here has a young child on one of those days, and the queries below ask whether it is so on its own.
FAMILY_MONTH = """
WITH young AS (
    SELECT DISTINCT c.family, m.month
    FROM child c JOIN trial_month m
      ON m.month >= c.born + $nearest_months AND m.month < c.born + c.under + $furthest_months
)
SELECT f.family, m.month, f.district_code, f.registered_on,
       CASE WHEN f.known_from > m.ends - $placebo_days OR f.known_to < m.starts - $placebo_days THEN 1
            WHEN y.family IS NULL THEN 2
            WHEN f.registered_on < m.starts THEN 3
            ELSE 0 END::TINYINT AS left_out
FROM family f CROSS JOIN trial_month m LEFT JOIN young y ON y.family = f.family AND y.month = m.month
"""

FAMILY_MONTH_COUNTS = """
WITH counted AS (
    SELECT count(*) AS months, count(*) FILTER (WHERE left_out <> 1) AS known,
           count(*) FILTER (WHERE left_out NOT IN (1, 2)) AS young, count(*) FILTER (WHERE left_out = 0) AS at_risk
    FROM family_month GROUP BY family
)
SELECT count(*) AS families, sum(months) AS months,
       count(*) FILTER (WHERE known > 0) AS families_known, sum(known) AS months_known,
       count(*) FILTER (WHERE young > 0) AS families_young, sum(young) AS months_young,
       count(*) FILTER (WHERE at_risk > 0) AS families_at_risk, sum(at_risk) AS months_at_risk
FROM counted
"""

# Joiners of the month, numbered within month and district: the days from which the others' days are drawn.
# Left out: 1 not known here from time zero to its own day, 2 (placebo only) no young child at time zero.
JOINER = """
WITH dated AS (
    SELECT m.family, m.month, m.district_code, m.registered_on AS own_day,
           m.registered_on - $placebo_days AS time_zero, f.known_from, f.known_to
    FROM family_month m JOIN trial_month t ON t.month = m.month JOIN family f ON f.family = m.family
    WHERE m.left_out = 0 AND m.registered_on BETWEEN t.starts AND t.ends
), judged AS (
    SELECT d.*, CASE WHEN NOT (d.known_from <= d.time_zero AND (d.known_to IS NULL OR d.known_to > d.own_day)) THEN 1
                     WHEN NOT {has_young_child} THEN 2 ELSE 0 END::TINYINT AS left_out
    FROM dated d{young}
)
SELECT family, month, district_code, own_day, time_zero, left_out, left_out = 0 AS is_in,
       (row_number() OVER (PARTITION BY month, district_code, left_out = 0 ORDER BY own_day, family) - 1)::INTEGER
           AS place
FROM judged
"""

# Each family not yet registered draws one of the joiners' days by a hash of the seed, the family and the month.
# Its own registration, if it has one later in the month, is not among them: its day may not depend on its future.
# Left out: 1 no other joiner, 2 joined by its own day, 3 not known here from time zero to its own day, 4 (placebo only)
# no young child at time zero. In a placebo both arms must still be here on their own day: nobody joins that has moved
# away, so families that moved before it would be compared with families that could not have.
CONTROL = """
WITH stratum AS (
    SELECT month, district_code, count(*) AS joiners FROM joiner WHERE is_in GROUP BY month, district_code
), drawn AS (
    SELECT m.family, m.month, m.district_code, m.registered_on, own.place AS own_place,
           coalesce(s.joiners, 0) - (own.place IS NOT NULL)::INTEGER AS others,
           $seed || '|' || f.family_id || '|' || m.month AS lot
    FROM family_month m
    JOIN family f ON f.family = m.family
    LEFT JOIN stratum s ON s.month = m.month AND s.district_code = m.district_code
    LEFT JOIN joiner own ON own.family = m.family AND own.month = m.month AND own.is_in
    WHERE m.left_out = 0
), placed AS (
    SELECT *, CASE WHEN others > 0 THEN drawn_from(lot, others) END AS pick FROM drawn
), dated AS (
    SELECT p.family, p.month, p.district_code, p.registered_on, p.others, f.known_from, f.known_to, j.own_day,
           j.time_zero
    FROM placed p JOIN family f ON f.family = p.family
    LEFT JOIN joiner j ON j.is_in AND j.month = p.month AND j.district_code = p.district_code
         AND j.place = p.pick + coalesce(p.pick >= p.own_place, false)::INTEGER
)
SELECT d.family, d.month, d.district_code, d.own_day, d.time_zero,
       CASE WHEN d.others <= 0 THEN 1
            WHEN d.registered_on <= d.own_day THEN 2
            WHEN d.known_from > d.time_zero OR d.known_to <= d.own_day THEN 3
            WHEN NOT {has_young_child} THEN 4
            ELSE 0 END::TINYINT AS left_out
FROM dated d{young}
"""

# In a placebo time zero may lie in another month than the one family_month looked at; otherwise it always lies in it.
_YOUNG = """
LEFT JOIN (
    SELECT DISTINCT d.family, d.month FROM dated d JOIN child c
      ON c.family = d.family AND year(d.time_zero) * 12 + month(d.time_zero) - 1 - c.born BETWEEN 0 AND c.under - 1
) y ON y.family = d.family AND y.month = d.month"""

# One row a family in a trial, or one a child under the age limit. Follow-up, by what ends it: 0 complete, 1 the records
# end, 2 the family moved away, 3 the last child grew up (18 years; 25 with SEND where
# the design has a limit for it), 4 the family left the centre before it had stayed long
# enough, 5 it joined; the last two only in designs that follow rows while they keep to their strategy. Whether 1 or 3
# is to come is known at time zero: such rows are left out whatever happens. The rest could be followed to the end.
TRIAL_ROW = """
WITH both_arms AS (
    SELECT family, month, district_code, own_day, time_zero, 1::TINYINT AS treated FROM joiner WHERE is_in
    UNION ALL
    SELECT family, month, district_code, own_day, time_zero, 0::TINYINT FROM control WHERE left_out = 0
), unit AS (
    SELECT b.*, (year(b.time_zero) * 12 + month(b.time_zero) - 1)::INTEGER AS month_zero, {child} AS child,
           {age} AS age, f.reach_code, date_diff('day', b.time_zero, f.known_to) AS moves,
           CASE WHEN b.treated = 0 THEN date_diff('day', b.time_zero, f.registered_on) END AS joins,
           CASE WHEN b.treated = 1 THEN date_diff('day', b.time_zero, f.left_on) END AS leaves,
           date_diff('day', b.time_zero, {grown_up}) AS grows_up
    FROM both_arms b JOIN family f ON f.family = b.family{children}
), ended AS (
    SELECT *, CASE WHEN time_zero + $follow_up_days > $last_day THEN 1
                   WHEN moves < $follow_up_days THEN 2
                   WHEN grows_up <= $follow_up_days THEN 3
                   ELSE 0 END AS ending,
           greatest(0, least($follow_up_days, date_diff('day', time_zero, $last_day), coalesce(moves, $follow_up_days),
                             coalesce(grows_up - 1, $follow_up_days))) AS last,
           CASE WHEN {follows_stay} AND leaves < $stay_days THEN leaves
                WHEN {follows_joining} THEN joins END AS deviates
    FROM unit
)
SELECT (row_number() OVER (ORDER BY month, district_code, treated DESC, time_zero, family, child) - 1)::INTEGER
           AS row_id,
       family, child, age, month, month_zero, district_code, reach_code, time_zero, treated,
       CASE WHEN deviates < last THEN 5 - treated ELSE ending END::TINYINT AS follow_up,
       least(deviates, last)::SMALLINT AS days_followed,
       coalesce(joins <= $follow_up_days, false)::TINYINT AS joins_later, ending IN (0, 2) AS could_be_followed
FROM ended
"""


def trial_row(design: TrialDesign) -> str:
    """Return the query that makes a design's rows, one a family or one a child."""
    is_child = design.unit == "child"
    last_child = "(SELECT max(grown) AS grown, family FROM child GROUP BY family)"
    grown_up = "make_date(c.grown // 12, c.grown % 12 + 1, 1)" if design.can_age_out else "NULL::DATE"
    month_zero = "(year(b.time_zero) * 12 + month(b.time_zero) - 1)"
    children = ""
    if is_child:
        children = f" JOIN child c ON c.family = b.family AND {month_zero} - c.born"
        children += " BETWEEN 0 AND c.under - 1"
    elif design.can_age_out:
        children = f" JOIN {last_child} c ON c.family = b.family"
    return TRIAL_ROW.format(
        child="c.child" if is_child else "NULL::INTEGER",
        age=f"({month_zero} - c.born)::SMALLINT" if is_child else "NULL::SMALLINT",
        grown_up=grown_up,
        children=children,
        follows_stay=str(design.strategy == "joined_and_stayed").lower(),
        follows_joining=str(design.later_joining == "censor_with_weights").lower(),
    )


def arms(design: TrialDesign) -> tuple[str, str]:
    """Return the queries that make the joiners and the families to compare with."""
    condition, young = ("y.family IS NOT NULL", _YOUNG) if design.placebo_days else ("true", "")
    joiner, control = (query.format(has_young_child=condition, young=young) for query in (JOINER, CONTROL))
    return joiner, control


def trial_months(calendar: Calendar) -> str:
    """Return the query that makes the table of trial months: ``month``, and the days it ``starts`` and ``ends``."""
    rows = []
    for month in range(calendar.first, calendar.last + 1):
        starts, ends = month_start(month), month_start(month + 1) - timedelta(days=1)
        rows.append(f"({month}, {literal(starts)}, {literal(ends)})")
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS months(month, starts, ends)"
