from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.link.threshold import likeliest, picture, threshold_table

PAIRS = pd.DataFrame(
    {
        "family_id": ["F1", "F2", "F3", "F1", "F4"],
        "referral_id": ["R1", "R1", "R2", "R3", "R4"],
        "probability": [0.9, 0.2, 0.6, 0.6, 0.1],
    }
)
LOOKED_AT = pd.DataFrame({"referral_id": ["R1", "R2", "R4", "R5"], "family_id": ["F1", "F9", "", "F5"]})


def test_the_probabilities_add_up_to_what_a_threshold_gives() -> None:
    table = threshold_table(PAIRS, thresholds=(0.05, 0.5, 0.95)).set_index("threshold")
    assert table["links"].tolist() == [4, 3, 0]
    assert table.loc[0.05, ["precision", "recall"]].tolist() == pytest.approx([2.2 / 4, 1.0])
    assert table.loc[0.5, ["precision", "recall"]].tolist() == pytest.approx([2.1 / 3, 2.1 / 2.2])
    assert np.isnan(table.loc[0.95, "precision"]) and table.loc[0.95, "recall"] == 0


def test_a_sample_looked_at_by_hand_is_counted_with_its_ranges() -> None:
    table = threshold_table(PAIRS, looked_at=LOOKED_AT, thresholds=(0.5,)).iloc[0]
    assert table["links_seen"] == 2, "R1 and R2 are links, R4 is under the threshold, R5 has no pair"
    assert table["precision_seen"] == 0.5
    assert table["recall_seen"] == pytest.approx(1 / 3), "of R1, R2 and R5 only R1 is found"
    assert table["recall_low"] == pytest.approx(0.0615, abs=5e-4)  # Wilson, 1 of 3
    assert table["recall_high"] == pytest.approx(0.7923, abs=5e-4)


def test_of_two_equally_likely_families_the_smaller_number_is_taken() -> None:
    tie = pd.DataFrame({"family_id": ["F2", "F1"], "referral_id": ["R1", "R1"], "probability": [0.5, 0.5]})
    assert likeliest(tie)["family_id"].tolist() == ["F1"]


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [
        (LOOKED_AT.drop(columns="family_id"), "has no column family_id"),
        (pd.concat([LOOKED_AT, LOOKED_AT.head(1)]), 'has referral_id "R1" twice'),
        (LOOKED_AT.assign(family_id=""), "cannot say how many are missed"),
    ],
)
def test_a_sample_that_cannot_be_used_is_refused(sample: pd.DataFrame, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        threshold_table(PAIRS, looked_at=sample)


def test_the_picture_shows_both_lines_the_ranges_and_the_choice() -> None:
    spec = picture(threshold_table(PAIRS, looked_at=LOOKED_AT), chosen=0.6)
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["line", "rule", "rule"]
    text = json.dumps(spec)
    assert "links that are right" in text and "right links that are found" in text
    assert "F1" not in text and "R1" not in text


def test_the_models_own_precision_and_recall_are_near_the_truth(scored, county) -> None:
    best = likeliest(scored).merge(county.truth, on="referral_id", suffixes=("", "_true"))
    is_right = best["family_id"] == best["family_id_true"]
    there = (county.truth["family_id"] != "").sum()
    for row in threshold_table(scored, thresholds=(0.2, 0.5, 0.9, 0.99)).itertuples():
        kept = best["probability"] >= row.threshold
        assert row.precision == pytest.approx(is_right[kept].mean(), abs=0.02)
        assert row.recall == pytest.approx((is_right & kept).sum() / there, abs=0.03)


def test_a_random_sample_looked_at_by_hand_holds_the_truth_in_its_ranges(scored, county) -> None:
    sample = county.truth.sample(200, random_state=3)
    best = likeliest(scored).merge(county.truth, on="referral_id", suffixes=("", "_true"))
    is_right = best["family_id"] == best["family_id_true"]
    for row in threshold_table(scored, looked_at=sample, thresholds=(0.5, 0.95)).itertuples():
        kept = best["probability"] >= row.threshold
        assert row.precision_low <= is_right[kept].mean() <= row.precision_high
        assert row.recall_low <= (is_right & kept).sum() / (county.truth["family_id"] != "").sum() <= row.recall_high
