"""Ages are the protocol's: a limit for all, one for children with SEND, and how long each is followed."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date

import pandas as pd
import pyarrow.parquet as pq
import pytest

from toolkit.cohort.design import TrialDesign
from toolkit.cohort.reach import reach_frames
from toolkit.cohort.referrals import referral_frame
from toolkit.cohort.trials import build_cohort
from toolkit.errors import InputError

PLAIN = TrialDesign(covariates=("lone_parent",), outcomes=("any_referral_12m",), child_days=True)


def grown(village, birth: date, send: bool | None, families=("F01", "F04", "F05")):
    """Make some families' one child a grown one."""
    changed = copy.deepcopy(village)
    for child in changed["children"]:
        if child["family_id"] in families:
            child |= {"birth_month": birth, "send": send}
    return changed


def families_of(cohort) -> set[str]:
    return set(cohort.frame["family_id"].astype(str))


@pytest.mark.parametrize(
    ("send", "limits", "enters"),
    [
        (True, {"send_under_months": 300}, True),
        (True, {"send_under_months": 240}, False),
        (True, {}, False),
        (False, {"send_under_months": 300}, False),
        (None, {"send_under_months": 300}, False),
        (False, {"child_under_months": 300}, True),
    ],
)
def test_a_child_of_twenty_lets_its_family_in_where_its_own_limit_says_so(
    write_snapshot, village, send, limits, enters
) -> None:
    snapshot = write_snapshot(grown(village, date(1989, 1, 1), send))  # twenty when others join in 2009
    found = build_cohort(snapshot, replace(PLAIN, **limits), seed=1)
    assert ("F01" in families_of(found)) == enters


@pytest.mark.parametrize("unit", ["family", "child"])
def test_with_send_a_child_is_followed_to_25_and_others_to_18(write_snapshot, village, unit) -> None:
    born = date(1991, 9, 1)  # eighteen in September 2009, within the year after families join
    ends = {}
    for send in (True, False):
        snapshot = write_snapshot(grown(village, born, send))
        design = replace(PLAIN, child_under_months=228, send_under_months=300, unit=unit)
        frame = build_cohort(snapshot, design, seed=1).frame
        row = frame[(frame["family_id"] == "F01") & (frame["treated"] == 1)].iloc[0]
        ends[send] = (row["follow_up"], row["days_followed"], row["child_days"])
    zero = pd.Timestamp(2009, 5, 20)
    assert ends[True] == ("complete", 365, 365)
    until = (pd.Timestamp(born) + pd.DateOffset(years=18) - zero).days - 1
    assert ends[False] == ("aged_out", until, until)


def test_a_child_with_send_turns_25_in_follow_up(write_snapshot, village) -> None:
    snapshot = write_snapshot(grown(village, date(1984, 9, 1), True))
    cohort = build_cohort(snapshot, replace(PLAIN, send_under_months=300), seed=1)
    row = cohort.frame[(cohort.frame["family_id"] == "F01") & (cohort.frame["treated"] == 1)].iloc[0]
    assert row["follow_up"] == "aged_out"
    said = next(step.sentence for step in cohort.flow if step.step == "out_aged_out_joined")
    assert "turned 18 (25 with special educational needs or a disability) within the year" in said


@pytest.mark.parametrize("placebo_days", [0, 365])
@pytest.mark.parametrize("unit", ["family", "child"])
def test_without_a_child_known_to_have_send_its_limit_changes_no_row(
    write_snapshot, village, unit, placebo_days
) -> None:
    snapshot = write_snapshot(village)
    design = replace(PLAIN, unit=unit, placebo_days=placebo_days)
    one = build_cohort(snapshot, design, seed=1).frame
    other = build_cohort(snapshot, replace(design, send_under_months=300), seed=1).frame
    pd.testing.assert_frame_equal(one, other, check_categorical=False, check_dtype=False)


def test_a_snapshot_of_before_send_was_recorded_is_read_as_if_it_were_not_known(write_snapshot, village) -> None:
    snapshot = write_snapshot(village)
    whole = build_cohort(snapshot, PLAIN, seed=1).frame
    children = pq.read_table(snapshot.path("children"))
    pq.write_table(children.drop_columns("send"), snapshot.path("children"))
    pd.testing.assert_frame_equal(build_cohort(snapshot, PLAIN, seed=1).frame, whole)


def test_a_limit_for_send_below_that_of_all_is_refused() -> None:
    with pytest.raises(InputError, match=r"send_under_months is 48\. Expected 60"):
        replace(PLAIN, send_under_months=48)


def test_reach_counts_a_family_while_any_child_is_under_its_own_limit(write_snapshot, village) -> None:
    snapshot = write_snapshot(grown(village, date(1990, 1, 1), True, ("F05",)))
    day = date(2009, 9, 15)
    sizes = [
        len(reach_frames(snapshot, under_months=60, send_under_months=send, within_months=1, day=day).on_the_day)
        for send in (None, 300)
    ]
    assert sizes == [11, 12]
    older = grown(village, date(1990, 1, 1), True, ("F05",))
    older["children"].append({"child_id": "K05b", "family_id": "F05", "birth_month": date(2008, 6, 1), "send": False})
    found = reach_frames(
        write_snapshot(older), under_months=60, send_under_months=300, within_months=1, day=day
    ).on_the_day
    assert len(found) == 12 and found["starts_on"].min() == pd.Timestamp(2007, 4, 1)  # one spell, begun by the elder
    assert any(
        "under 5 (25 with special" in step.sentence
        for step in reach_frames(snapshot, under_months=60, send_under_months=300, within_months=1, day=day).flow
    )


def test_trust_counts_referrals_of_those_with_send_to_their_own_limit(write_snapshot, village) -> None:
    changed = grown(village, date(1989, 1, 1), True, ("F01",))
    changed = {**changed, "children": grown(changed, date(1989, 1, 1), False, ("F02",))["children"]}
    for place, child in enumerate(("K01", "K02", "K03")):
        changed["referrals"].append(
            {
                "referral_id": f"X{place}",
                "child_id": child,
                "received_on": date(2009, 10, 1),
                "source": "8" if place else "6",
                "outcome": "nfa",
            }
        )
    snapshot = write_snapshot(changed)
    found = {
        send: referral_frame(snapshot, centre_sources=("8",), child_under_months=216, send_under_months=send).frame
        for send in (None, 300)
    }
    assert found[None]["family_id"].tolist() == ["F03"]
    assert found[300]["family_id"].tolist() == ["F01", "F03"]
    assert found[300]["age_band"].tolist() == ["18 and over", "0 to 4"]
