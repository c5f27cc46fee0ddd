from __future__ import annotations

import pandas as pd

from toolkit.studies.matched_cohort.positivity import usable


def frame_of(**columns: list[int]) -> pd.DataFrame:
    rows = len(columns["treated"])
    return pd.DataFrame({"family_id": pd.Categorical([f"F{i}" for i in range(rows)]), **columns})


def test_a_covariate_that_never_differs_is_left_out_and_no_row_is():
    frame = frame_of(treated=[1, 0, 1, 0], lone_parent=[0, 0, 0, 0], disability=[0, 1, 1, 0])
    found = usable(frame, ["lone_parent", "disability"])
    assert found.covariates == ("disability",)
    assert found.left_out == {"lone_parent": "the same for every family"}
    assert len(found.frame) == 4 and not found.flow


def test_rows_without_any_counterpart_are_left_out_and_counted():
    frame = frame_of(treated=[1, 1, 0, 0, 0, 0], kinship_care=[0, 0, 0, 0, 1, 1], disability=[0, 1, 1, 0, 0, 0])
    found = usable(frame, ["kinship_care", "disability"])
    assert list(found.frame["family_id"]) == ["F0", "F1", "F2", "F3"]
    assert found.covariates == ("disability",)
    assert "kinship_care" in found.left_out
    assert [(step.rows, step.families) for step in found.flow] == [(2, 2)]


def test_rows_unlike_an_arm_that_is_all_alike_are_left_out():
    frame = frame_of(treated=[1, 1, 0, 0, 0, 0], referrals_last_3m=[0, 0, 0, 0, 2, 3], disability=[0, 1, 1, 0, 0, 1])
    found = usable(frame, ["referrals_last_3m", "disability"])
    assert list(found.frame["family_id"]) == ["F0", "F1", "F2", "F3"] and found.covariates == ("disability",)


def test_numbers_found_in_one_arm_only_are_kept():
    frame = frame_of(treated=[1, 1, 0, 0], referrals_last_3m=[0, 1, 0, 5])
    found = usable(frame, ["referrals_last_3m"])
    assert found.covariates == ("referrals_last_3m",) and len(found.frame) == 4
