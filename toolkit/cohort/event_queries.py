"""The queries that look back from time zero and follow up after it, over the rows of `toolkit.cohort.trial_queries`."""

from __future__ import annotations

CHILD_REFERRAL = """
CREATE TABLE child_referral AS
SELECT c.family, c.child, r.received_on AS day, r.source, r.outcome, r.referred_back,
       year(r.received_on) * 12 + month(r.received_on) - 1 - c.born AS age,
       count(*) OVER earlier > 0 AS is_repeat
FROM referrals r JOIN child c USING (child_id)
WINDOW earlier AS (
    PARTITION BY r.child_id ORDER BY r.received_on
    RANGE BETWEEN INTERVAL 12 MONTH PRECEDING AND INTERVAL 1 DAY PRECEDING)
"""

CHILD_EPISODE = """
CREATE TABLE child_episode AS
SELECT c.family, c.child, e.started_on AS day, e.kind,
       year(e.started_on) * 12 + month(e.started_on) - 1 - c.born AS age
FROM episodes e JOIN child c USING (child_id)
"""

CHILD_CARE = """
CREATE TABLE child_care AS
SELECT c.family, c.child, e.started_on AS day, coalesce(e.ended_on, DATE '9999-12-31') AS ends
FROM episodes e JOIN child c USING (child_id)
WHERE e.kind = 'looked_after'
"""

CHILDREN_FACTS = """
CREATE TEMP TABLE {table} AS
SELECT row_id, {expressions}
FROM (SELECT r.row_id, r.month_zero - c.born AS age FROM trial_row r JOIN child c USING (family))
GROUP BY row_id
"""

# {own} keeps to the row's child where the unit is a child.
LOOK_BACK_FACTS = """
CREATE TEMP TABLE {table} AS
SELECT row_id, {expressions}
FROM (
    SELECT r.row_id, e.*, r.time_zero - e.day AS ago
    FROM trial_row r JOIN {events} e
      ON e.family = r.family AND e.day <= r.time_zero AND e.day > r.time_zero - $look_back_days{own}
)
GROUP BY row_id
"""

FOLLOW_UP_FACTS = """
CREATE TEMP TABLE {table} AS
SELECT row_id, {expressions}
FROM (
    SELECT r.row_id, e.*, e.day - r.time_zero AS after
    FROM trial_row r JOIN {events} e
      ON e.family = r.family AND e.day > r.time_zero AND e.day <= r.time_zero + $follow_up_days{own}
)
GROUP BY row_id
"""

# Care that began before time zero goes on after it.
CARE_FACTS = """
CREATE TEMP TABLE {table} AS
SELECT row_id, {expressions}
FROM (
    SELECT r.row_id, e.day - r.time_zero AS after, e.ends - r.time_zero AS until
    FROM trial_row r JOIN {events} e
      ON e.family = r.family AND e.day <= r.time_zero + $follow_up_days AND e.ends > r.time_zero{own}
)
GROUP BY row_id
"""

# What happened to a row's family, of whichever child, in the year before time zero and while it was followed.
FAMILY_EVENTS = """
SELECT r.row_id AS row, e.day - r.time_zero AS day, e.is_referral
FROM trial_row r JOIN (
    SELECT DISTINCT family, day, true AS is_referral FROM child_referral
    UNION ALL SELECT DISTINCT family, day, false FROM child_episode WHERE kind <> 'early_help'
) e ON e.family = r.family AND e.day > r.time_zero - 365 AND e.day <= r.time_zero + r.days_followed
ORDER BY ALL
"""

# A birth month's first day is taken as the day of birth, as ages in months do.
CHILD_DAYS = """
CREATE TEMP TABLE {table} AS
WITH dated AS (
    SELECT *, make_date(born // 12, born % 12 + 1, 1) AS birth,
           make_date(grown // 12, grown % 12 + 1, 1) AS grown_up
    FROM child
)
SELECT row_id, {expressions}
FROM (
    SELECT r.row_id,
           least(r.days_followed, e.grown_up - 1 - r.time_zero) - greatest(0, e.birth - 1 - r.time_zero) AS days
    FROM trial_row r JOIN dated e ON e.family = r.family{own}
)
GROUP BY row_id
"""

FRAME = """
SELECT r.row_id, r.month, r.family, r.district_code, r.reach_code, r.treated, r.time_zero, r.follow_up,
       r.days_followed, r.joins_later{expressions}
FROM (SELECT * FROM trial_row) r JOIN family f USING (family){joins}
ORDER BY r.row_id
"""
