from __future__ import annotations

from datetime import date, timedelta

import pytest

from toolkit.cohort.design import TrialDesign
from toolkit.cohort.trials import build_cohort
from toolkit.errors import InputError

ZERO = date(2009, 9, 15)
DESIGN = TrialDesign((), ("any_referral_12m",), time_to=("any_referral", "care_entry"))


def referral(days: int):
    day = ZERO + timedelta(days=days)
    return {"referral_id": f"R{day}", "child_id": "K03", "received_on": day, "source": "6", "outcome": "nfa"}


def care(days: int):
    return {"child_id": "K03", "kind": "looked_after", "started_on": ZERO + timedelta(days=days)}


def joined_row(cohort):
    frame = cohort.frame
    return frame[(frame["family_id"] == "F03") & (frame["treated"] == 1)].iloc[0]


@pytest.mark.parametrize(
    ("referred", "in_care", "expected"),
    [
        ((), (), (365, 0, 365, 0)),
        ((40, 80), (), (40, 1, 365, 0)),
        ((40,), (80,), (40, 1, 80, 1)),
        ((80,), (40,), (40, 2, 40, 1)),
        ((40,), (40,), (40, 1, 40, 1)),  # on one day: the event itself counts
        ((365,), (), (365, 1, 365, 0)),
        ((366,), (), (365, 0, 365, 0)),
        ((0,), (0,), (365, 0, 365, 0)),  # on time zero: history
    ],
)
def test_days_to_the_first_event_and_what_ended_the_waiting(write_snapshot, village, referred, in_care, expected):
    village["referrals"] += [referral(days) for days in referred]
    village["episodes"] += [care(days) for days in in_care]
    row = joined_row(build_cohort(write_snapshot(village), DESIGN, seed=1))
    names = ["days_to_any_referral", "event_any_referral", "days_to_care_entry", "event_care_entry"]
    assert tuple(row[names]) == expected


def test_an_event_after_a_family_has_moved_is_not_seen(write_snapshot, village):
    village["families"][2]["known_to"] = ZERO + timedelta(days=30)
    village["referrals"].append(referral(60))
    row = joined_row(build_cohort(write_snapshot(village), DESIGN, seed=1))
    assert (row["days_to_any_referral"], row["event_any_referral"], row["follow_up"]) == (30, 0, "moved")


def test_child_days_count_children_from_birth_to_eighteen_while_followed(write_snapshot, village):
    village["children"] += [
        {"child_id": "K03b", "family_id": "F03", "birth_month": date(2010, 9, 1)},  # from day 351, 15 days
        {"child_id": "K03c", "family_id": "F03", "birth_month": date(1991, 10, 1)},  # to day 15
        {"child_id": "K03d", "family_id": "F03", "birth_month": date(1991, 9, 1)},  # 18 already
    ]
    cohort = build_cohort(write_snapshot(village), DESIGN, seed=1)
    assert joined_row(cohort)["child_days"] == 365 + 15 + 15
    of_arm = cohort.frame.groupby("treated")["child_days"].sum()
    assert cohort.person_time.set_index("treated")["child_days"].to_dict() == of_arm.to_dict()


def test_child_days_stop_when_the_family_moves(write_snapshot, village):
    village["families"][2]["known_to"] = ZERO + timedelta(days=30)
    design = TrialDesign((), (), child_days=True)
    assert joined_row(build_cohort(write_snapshot(village), design, seed=1))["child_days"] == 30


def test_an_event_that_there_is_not_is_named_with_near_misses():
    with pytest.raises(InputError, match=r'"any_referals", which is no event\. Did you mean "any_referral"'):
        TrialDesign((), (), time_to=("any_referals",))
