"""Progress scores carry the traps they are there for."""

from __future__ import annotations

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def readings(tenth) -> pd.DataFrame:
    """Readings by stage, one row a family, of three counties in which centres do nothing."""
    scores = [tenth("none", seed=seed).tables["progress_scores"].assign(seed=seed) for seed in range(1, 4)]
    return pd.concat(scores).pivot_table(index=["seed", "family_id"], columns="stage", values="score")


@pytest.fixture(scope="module")
def county_without_effect(tenth):
    return tenth("none")


def test_scores_come_from_tracking_centres_after_joining(county_without_effect) -> None:
    tables = county_without_effect.tables
    scores = tables["progress_scores"].merge(tables["centres"], on="centre_id")
    scores = scores.merge(tables["registrations"], on=["family_id", "centre_id"])
    assert (scores["scored_on"] >= scores["tracks_progress_from"]).all()
    assert (scores["scored_on"] >= scores["registered_on"]).all()
    assert set(scores["higher_is"]) == {"better"}
    assert 12 <= scores["centre_id"].nunique() <= 19
    assert (scores["scored_by"].str[1:3] == scores["centre_id"].str[1:3]).all()


def test_families_score_better_later_though_centres_do_nothing(readings) -> None:
    both = readings.dropna(subset=["start", "review"])
    change = both["review"] - both["start"]
    assert len(both) > 500
    assert change.mean() > 3 * change.std() / len(both) ** 0.5
    lowest, highest = change[both["start"] <= 2].mean(), change[both["start"] >= 4].mean()
    assert lowest > 0.3 > highest  # regression to the mean: the worst rise most


def test_families_without_a_second_score_are_worse_off_at_the_start(county) -> None:
    scores = county.tables["progress_scores"].pivot_table(index="family_id", columns="stage", values="score")
    has_second = scores[["review", "end"]].notna().any(axis=1)
    assert 0.2 < has_second.mean() < 0.8
    assert scores["start"][has_second].mean() > scores["start"][~has_second].mean() + 0.1


def test_workers_of_a_centre_score_alike_families_differently(county) -> None:
    starts = county.tables["progress_scores"].query("stage == 'start'")
    by_worker = starts.groupby(["centre_id", "scored_by"])["score"].agg(["mean", "size"]).query("size >= 20")
    within = by_worker["mean"] - by_worker.groupby("centre_id")["mean"].transform("mean")
    expected_by_chance = (starts["score"].var() / by_worker["size"]).mean() ** 0.5
    assert within.std() > 1.5 * expected_by_chance
