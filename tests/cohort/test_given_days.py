"""Families on given days: what was known then, what followed, and nothing looked at before its time."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from toolkit.cohort.days.given import families_on_days

ANY, OTHERS = "any_referral_12m", "any_referral_12m_excluding_centre"
DAY = date(2009, 9, 15)
KNOWN = ("idaci_decile", "referrals_last_3m", "referrals_3m_to_12m", "youngest_months", "months_known")


def referral(child, day, source="3B"):
    number = f"R-{child}-{day}-{source}"
    return {"referral_id": number, "child_id": child, "received_on": day, "source": source, "outcome": "in_need"}


def on(snapshot, days, **options):
    frame = pd.DataFrame(days, columns=["family_id", "day"])
    return families_on_days(snapshot, frame, covariates=KNOWN, outcomes=(ANY, OTHERS), **options)


def test_a_day_parts_what_was_known_from_what_followed(village, write_snapshot):
    """A referral on the day was known that day; the year after ends with its 365th day."""
    events = {"F01": [-365, -364, -91, 0], "F02": [1], "F03": [365], "F04": [366], "F05": []}
    village["referrals"] += [
        referral(f"K{family[1:]}", DAY + timedelta(days=after)) for family, days in events.items() for after in days
    ]
    frame = on(write_snapshot(village), [(family, DAY) for family in events]).frame
    assert frame[ANY].tolist() == [0, 1, 1, 0, 0]
    assert frame["referrals_last_3m"].tolist() == [1, 0, 0, 0, 0]
    assert frame["referrals_3m_to_12m"].tolist() == [2, 0, 0, 0, 0]
    assert frame["youngest_months"].tolist() == [15] * 5


def test_whatever_comes_after_a_day_changes_nothing_that_was_known_nor_who_is_in(village, write_snapshot):
    days = [(f"F{n:02d}", DAY) for n in range(1, 13)]
    before = on(write_snapshot(village), days)
    village["referrals"] += [referral(f"K{n:02d}", DAY + timedelta(days=1 + 20 * n)) for n in range(1, 13)]
    village["registrations"].append({"family_id": "F09", "centre_id": "C01", "registered_on": DAY + timedelta(days=9)})
    village["families"][4]["known_to"] = DAY + timedelta(days=100)
    after = on(write_snapshot(village), days)
    assert (before.left_out == after.left_out).all() and (after.left_out == "").all()
    assert before.frame[list(KNOWN)].equals(after.frame[list(KNOWN)])
    assert before.frame[ANY].sum() == 0 and after.frame[ANY].sum() == 12


def test_why_a_day_does_not_count_is_said_in_one_word(village, write_snapshot):
    alike = village["families"][0]
    village["families"] += [
        {**alike, "family_id": "F50", "known_from": date(2009, 10, 1)},
        {**alike, "family_id": "F51", "known_to": date(2009, 9, 15)},
        {**alike, "family_id": "F52"},
        {**alike, "family_id": "F53"},
    ]
    village["children"].append({"child_id": "K53", "family_id": "F53", "birth_month": date(1992, 1, 1)})
    days = [
        *(("nobody", DAY), ("F50", DAY), ("F51", DAY), ("F52", DAY), ("F53", DAY), ("F99", date(2008, 3, 1))),
        *(("F01", date(2011, 4, 2)), ("F01", date(2011, 4, 1)), ("F01", DAY)),
    ]
    found = on(write_snapshot(village), days)
    reasons = ["unlinked", "unknown", "unknown", "no_child", "aged_out", "short_history", "records_end", "", ""]
    assert found.left_out.tolist() == reasons
    assert found.frame.index.tolist() == [7, 8]  # the places of the days that count
    assert found.frame["family_id"].astype(str).tolist() == ["F01", "F01"]


def test_a_family_that_moves_counts_for_what_was_seen_of_it_and_is_stood_for_after(village, write_snapshot):
    """Of twelve, one moves unreferred, one is referred and then moves: the eleven known stand for the twelve."""
    for place, family in ((4, "F05"), (5, "F06")):
        village["families"][place]["known_to"] = DAY + timedelta(days=150)
        assert village["families"][place]["family_id"] == family
    village["referrals"].append(referral("K06", DAY + timedelta(days=40)))
    found = on(write_snapshot(village), [(f"F{n:02d}", DAY) for n in range(1, 13)])
    weight = found.frame[f"censoring_weight_{ANY}"]
    assert weight[4] == 0 and found.frame.loc[4, "follow_up"] == "moved"
    assert weight[5] == pytest.approx(1.0) and found.frame.loc[5, ANY] == 1  # nobody had moved by its 40th day
    stayed = weight.drop([4, 5])
    assert stayed.to_numpy() == pytest.approx(12 / 10)  # two of twelve had moved by the end
    assert found.weightings[0].departed == 2


def test_a_centres_own_referrals_are_told_from_others(village, write_snapshot):
    village["referrals"] += [referral("K01", DAY + timedelta(days=5), source="8"), referral("K02", DAY + timedelta(1))]
    frame = on(write_snapshot(village), [("F01", DAY), ("F02", DAY)]).frame
    assert frame[ANY].tolist() == [1, 1] and frame[OTHERS].tolist() == [0, 1]


def test_without_a_day_that_counts_there_are_no_rows_and_no_error(village, write_snapshot):
    found = on(write_snapshot(village), [("F01", date(2011, 9, 1))])
    assert found.left_out.tolist() == ["records_end"] and len(found.frame) == 0
    village["referrals"] = []
    assert on(write_snapshot(village), [("F01", DAY)]).left_out.tolist() == ["short_history"]
