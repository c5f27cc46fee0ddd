"""The queries of a cohort, in the order they run; each makes one temporary table of the connection.

Months are numbers (year × 12 + month - 1), so an age in months is a difference. ``$name`` are the parameters that
`toolkit.cohort.trials` fills in from the design and the calendar.
"""

from __future__ import annotations

RECORD_DAYS = "SELECT min(received_on), max(received_on) FROM referrals"

# A family is treated once: on the day of its first registration at any centre.
FAMILY = """
CREATE TEMP TABLE family AS
WITH joined AS (SELECT family_id, min(registered_on) AS registered_on FROM registrations GROUP BY family_id)
SELECT (row_number() OVER (ORDER BY f.family_id) - 1)::INTEGER AS family,
       (dense_rank() OVER (ORDER BY f.district) - 1)::SMALLINT AS district_code,
       (dense_rank() OVER (ORDER BY f.reach_centre_id) - 1)::SMALLINT AS reach_code,
       f.*, j.registered_on
FROM families f LEFT JOIN joined j USING (family_id)
"""

CHILD = """
CREATE TEMP TABLE child AS
SELECT f.family, c.child_id, (year(c.birth_month) * 12 + month(c.birth_month) - 1)::INTEGER AS born
FROM children c JOIN family f USING (family_id)
"""

MONTH = """
CREATE TEMP TABLE trial_month AS
SELECT range::INTEGER AS month, make_date(range // 12, range % 12 + 1, 1) AS starts,
       last_day(make_date(range // 12, range % 12 + 1, 1)) AS ends
FROM range($first, $last + 1)
"""

# Every family in every month, with the first reason (in the flow's order) that keeps it out of that month's trial.
FAMILY_MONTH = """
CREATE TEMP TABLE family_month AS
WITH young AS (
    SELECT DISTINCT family,
           unnest(range(greatest(born, $first), least(born + $child_under_months, $last + 1)))::INTEGER AS month
    FROM child
)
SELECT f.family, m.month, f.district_code, f.registered_on,
       CASE WHEN f.known_from > m.ends OR f.known_to < m.starts THEN 1
            WHEN y.family IS NULL THEN 2
            WHEN f.registered_on < m.starts THEN 3
            ELSE 0 END::TINYINT AS left_out
FROM family f CROSS JOIN trial_month m LEFT JOIN young y ON y.family = f.family AND y.month = m.month
"""

FAMILY_MONTH_COUNTS = """
SELECT count(DISTINCT family), count(*),
       count(DISTINCT family) FILTER (WHERE left_out <> 1), count(*) FILTER (WHERE left_out <> 1),
       count(DISTINCT family) FILTER (WHERE left_out NOT IN (1, 2)), count(*) FILTER (WHERE left_out NOT IN (1, 2)),
       count(DISTINCT family) FILTER (WHERE left_out = 0), count(*) FILTER (WHERE left_out = 0)
FROM family_month
"""

# Joiners of the month, numbered within month and district: the days from which the others' days are drawn.
JOINER = """
CREATE TEMP TABLE joiner AS
SELECT m.family, m.month, m.district_code, m.registered_on AS time_zero,
       f.known_from <= m.registered_on AND (f.known_to IS NULL OR f.known_to > m.registered_on) AS is_known,
       (row_number() OVER (
           PARTITION BY m.month, m.district_code,
                        f.known_from <= m.registered_on AND (f.known_to IS NULL OR f.known_to > m.registered_on)
           ORDER BY m.registered_on, m.family) - 1)::INTEGER AS place
FROM family_month m JOIN trial_month t USING (month) JOIN family f USING (family)
WHERE m.left_out = 0 AND m.registered_on BETWEEN t.starts AND t.ends
"""

# Each family not yet registered draws one of the joiners' days by a hash of the seed, the family and the month.
# Its own registration, if it has one later in the month, is not among them: its day may not depend on its future.
CONTROL = """
CREATE TEMP TABLE control AS
WITH stratum AS (
    SELECT month, district_code, count(*) AS joiners FROM joiner WHERE is_known GROUP BY ALL
), drawn AS (
    SELECT m.family, m.month, m.district_code, m.registered_on, own.place AS own_place,
           coalesce(s.joiners, 0) - (own.place IS NOT NULL)::INTEGER AS others,
           md5_number_lower($seed || '|' || f.family_id || '|' || m.month) AS lot
    FROM family_month m
    JOIN family f USING (family)
    LEFT JOIN stratum s ON s.month = m.month AND s.district_code = m.district_code
    LEFT JOIN joiner own ON own.family = m.family AND own.month = m.month AND own.is_known
    WHERE m.left_out = 0
), placed AS (
    SELECT *, CASE WHEN others > 0 THEN (lot % others)::INTEGER END AS pick FROM drawn
)
SELECT p.family, p.month, p.district_code, j.time_zero,
       CASE WHEN p.others <= 0 THEN 1
            WHEN p.registered_on <= j.time_zero THEN 2
            WHEN f.known_from > j.time_zero OR f.known_to <= j.time_zero THEN 3
            ELSE 0 END::TINYINT AS left_out
FROM placed p JOIN family f USING (family)
LEFT JOIN joiner j ON j.is_known AND j.month = p.month AND j.district_code = p.district_code
     AND j.place = p.pick + coalesce(p.pick >= p.own_place, false)::INTEGER
"""

# One row a family in a trial. Follow-up: 0 complete, 1 the records end first, 2 the family moved away first.
TRIAL_ROW = """
CREATE TEMP TABLE trial_row AS
WITH both_arms AS (
    SELECT family, month, district_code, time_zero, 1::TINYINT AS treated FROM joiner WHERE is_known
    UNION ALL
    SELECT family, month, district_code, time_zero, 0::TINYINT FROM control WHERE left_out = 0
)
SELECT (row_number() OVER (ORDER BY b.month, b.district_code, b.treated DESC, b.time_zero, b.family) - 1)::INTEGER
           AS row_id,
       b.*, f.reach_code,
       CASE WHEN b.time_zero + $follow_up_days > $last_day THEN 1
            WHEN f.known_to < b.time_zero + $follow_up_days THEN 2
            ELSE 0 END::TINYINT AS follow_up,
       greatest(0, least($follow_up_days, $last_day - b.time_zero, coalesce(f.known_to - b.time_zero, $follow_up_days))
       )::SMALLINT AS days_followed,
       (b.treated = 0 AND coalesce(f.registered_on <= b.time_zero + $follow_up_days, false))::TINYINT
           AS joins_later
FROM both_arms b JOIN family f USING (family)
"""

FAMILY_REFERRAL = """
CREATE TEMP TABLE family_referral AS
SELECT c.family, r.received_on AS day, r.source, r.outcome,
       count(*) OVER earlier > 0 AS is_repeat
FROM referrals r JOIN child c USING (child_id)
WINDOW earlier AS (
    PARTITION BY r.child_id ORDER BY r.received_on
    RANGE BETWEEN INTERVAL 12 MONTH PRECEDING AND INTERVAL 1 DAY PRECEDING)
"""

FAMILY_EPISODE = """
CREATE TEMP TABLE family_episode AS
SELECT c.family, e.started_on AS day, e.kind FROM episodes e JOIN child c USING (child_id)
"""

CHILDREN_FACTS = """
CREATE TEMP TABLE children_facts AS
SELECT row_id, {expressions}
FROM (SELECT r.row_id, r.month - c.born AS age FROM trial_row r JOIN child c USING (family))
GROUP BY row_id
"""

LOOK_BACK_FACTS = """
CREATE TEMP TABLE {table} AS
SELECT row_id, {expressions}
FROM (
    SELECT r.row_id, e.*, r.time_zero - e.day AS ago
    FROM trial_row r JOIN {events} e
      ON e.family = r.family AND e.day <= r.time_zero AND e.day > r.time_zero - $look_back_days
)
GROUP BY row_id
"""

FOLLOW_UP_FACTS = """
CREATE TEMP TABLE {table} AS
SELECT row_id, {expressions}
FROM (
    SELECT r.row_id, e.*
    FROM trial_row r JOIN {events} e
      ON e.family = r.family AND e.day > r.time_zero AND e.day <= r.time_zero + $follow_up_days
)
GROUP BY row_id
"""

FRAME = """
SELECT r.row_id, r.month, r.family, r.district_code, r.reach_code, r.treated, r.time_zero, r.follow_up,
       r.days_followed, r.joins_later{expressions}
FROM (SELECT * FROM trial_row) r JOIN family f USING (family){joins}
ORDER BY r.row_id
"""
