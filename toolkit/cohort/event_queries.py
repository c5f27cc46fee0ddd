"""The queries that look back from time zero and follow up after it, over the rows of `toolkit.cohort.trial_queries`."""

from __future__ import annotations

# A child's referral repeats another where the child's last earlier day of referral lies within 12 months.
CHILD_REFERRAL = """
WITH previous AS (
    SELECT child_id, received_on, lag(received_on) OVER (PARTITION BY child_id ORDER BY received_on) AS before
    FROM (SELECT DISTINCT child_id, received_on FROM referrals) AS days
)
SELECT c.family, c.child, r.received_on AS day, r.source, r.outcome, r.referred_back,
       year(r.received_on) * 12 + month(r.received_on) - 1 - c.born AS age,
       coalesce(p.before >= r.received_on - INTERVAL 12 MONTH, false) AS is_repeat
FROM referrals r JOIN child c ON c.child_id = r.child_id
JOIN previous p ON p.child_id = r.child_id AND p.received_on = r.received_on
"""

CHILD_EPISODE = """
SELECT c.family, c.child, e.started_on AS day, e.kind,
       year(e.started_on) * 12 + month(e.started_on) - 1 - c.born AS age
FROM episodes e JOIN child c ON c.child_id = e.child_id
"""

CHILD_CARE = """
SELECT c.family, c.child, e.started_on AS day, coalesce(e.ended_on, DATE '9999-12-31') AS ends
FROM episodes e JOIN child c ON c.child_id = e.child_id
WHERE e.kind = 'looked_after'
"""

CHILDREN_FACTS = """
SELECT row_id, {expressions}
FROM (SELECT r.row_id, r.month_zero - c.born AS age FROM trial_row r JOIN child c ON c.family = r.family) AS children
GROUP BY row_id
"""

# {own} keeps to the row's child where the unit is a child.
LOOK_BACK_FACTS = """
SELECT row_id, {expressions}
FROM (
    SELECT r.row_id, e.*, date_diff('day', e.day, r.time_zero) AS ago
    FROM trial_row r JOIN {events} e
      ON e.family = r.family AND e.day <= r.time_zero AND e.day > r.time_zero - $look_back_days{own}
) AS facts
GROUP BY row_id
"""

FOLLOW_UP_FACTS = """
SELECT row_id, {expressions}
FROM (
    SELECT r.row_id, e.*, date_diff('day', r.time_zero, e.day) AS after
    FROM trial_row r JOIN {events} e
      ON e.family = r.family AND e.day > r.time_zero AND e.day <= r.time_zero + $follow_up_days{own}
) AS facts
GROUP BY row_id
"""

# Care that began before time zero goes on after it.
CARE_FACTS = """
SELECT row_id, {expressions}
FROM (
    SELECT r.row_id, date_diff('day', r.time_zero, e.day) AS after, date_diff('day', r.time_zero, e.ends) AS until
    FROM trial_row r JOIN {events} e
      ON e.family = r.family AND e.day <= r.time_zero + $follow_up_days AND e.ends > r.time_zero{own}
) AS facts
GROUP BY row_id
"""

# What happened to a row's family, of whichever child, in the year before time zero and while it was followed.
FAMILY_EVENTS = """
SELECT r.row_id AS place, date_diff('day', r.time_zero, e.day) AS days, e.is_referral
FROM trial_row r JOIN (
    SELECT DISTINCT family, day, true AS is_referral FROM child_referral
    UNION ALL SELECT DISTINCT family, day, false FROM child_episode WHERE kind <> 'early_help'
) e ON e.family = r.family AND e.day > r.time_zero - 365 AND e.day <= r.time_zero + r.days_followed
ORDER BY place, days, is_referral
"""

# A birth month's first day is taken as the day of birth, as ages in months do.
CHILD_DAYS = """
WITH dated AS (
    SELECT *, make_date(born // 12, born % 12 + 1, 1) AS birth,
           make_date(grown // 12, grown % 12 + 1, 1) AS grown_up
    FROM child
)
SELECT row_id, {expressions}
FROM (
    SELECT r.row_id,
           least(r.days_followed, date_diff('day', r.time_zero, e.grown_up) - 1)
               - greatest(0, date_diff('day', r.time_zero, e.birth) - 1) AS days
    FROM trial_row r JOIN dated e ON e.family = r.family{own}
) AS facts
GROUP BY row_id
"""

FRAME = """
SELECT r.row_id, r.month, r.family, r.district_code, r.reach_code, r.treated, r.time_zero, r.follow_up,
       r.days_followed, r.joins_later{expressions}
FROM trial_row r JOIN family f ON f.family = r.family{joins}
ORDER BY r.row_id
"""
