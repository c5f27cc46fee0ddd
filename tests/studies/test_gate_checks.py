from __future__ import annotations

import pytest

from toolkit.studies.matched_cohort.gates import balance, clusters, enough_families, follow_up, lost_families, overlap


@pytest.mark.parametrize(("treated", "status"), [(59, "fail"), (60, "pass")])
def test_too_few_families_fail_without_saying_how_few(treated, status):
    gate = enough_families.judge(treated, 60)
    assert gate.status == status
    assert "59" not in gate.sentence


@pytest.mark.parametrize(("smd", "status"), [(None, "fail"), (0.0999, "pass"), (0.1, "fail"), (float("nan"), "fail")])
def test_balance_needs_every_difference_below_the_limit(smd, status):
    gate = balance.judge(smd, "lone parent", 0.1)
    assert gate.status == status
    assert ("lone parent" in gate.sentence) == (status == "fail" and smd is not None)


@pytest.mark.parametrize(("share", "status"), [(0.799, "fail"), (0.8, "warn"), (0.95, "pass")])
def test_overlap_is_the_share_of_joiners_matched(share, status):
    assert overlap.judge(share, 0.8).status == status


def test_a_share_just_short_of_the_limit_never_reads_as_enough():
    assert "79%" in overlap.judge(0.7999, 0.8).sentence


@pytest.mark.parametrize(
    ("joined", "others", "status"), [(0.9, 0.9, "pass"), (0.95, 0.85, "warn"), (0.95, 0.79, "fail"), (0.7, 0.9, "fail")]
)
def test_follow_up_is_judged_by_the_worse_arm_and_by_the_gap(joined, others, status):
    assert follow_up.judge(joined, others, 0.8).status == status


@pytest.mark.parametrize(
    ("shift", "shift_se", "status"),
    [(0.019, 0.01, "pass"), (0.004, 0.001, "warn"), (-0.006, 0.001, "fail"), (0.006, 0.0, "fail"), (0.0, 0.0, "pass")],
)
def test_what_is_out_of_sight_fails_only_beyond_chance_and_half_a_standard_error(shift, shift_se, status):
    gate = lost_families.judge(shift, shift_se, 0.01)
    assert gate.status == status
    assert ("0.6" in gate.sentence) == (status == "fail")


def test_without_a_standard_error_what_is_out_of_sight_may_not_pass():
    assert lost_families.judge(0.001, 0.0, None).status == "fail"
    assert lost_families.judge(0.0, 0.0, None).status == "pass"


@pytest.mark.parametrize(("count", "status"), [(9, "fail"), (10, "warn"), (30, "pass")])
def test_clusters(count, status):
    assert clusters.judge(count, 10).status == status
