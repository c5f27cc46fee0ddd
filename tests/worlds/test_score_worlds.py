"""The worlds of scores are what they say, so that a study held against them is held against the truth."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from score_readings import RECORDED
from score_worlds import VARIANTS, WORLDS, ScoreCounty, ScoreWorld, score_county

from toolkit.studies.progress_change.readings import first_and_last
from toolkit.tables import TABLES
from toolkit.tables.checks import CHECKS

SEEDS = (1, 2, 3)


@cache
def made(world: str, seed: int = 1) -> ScoreCounty:
    return score_county((WORLDS | VARIANTS)[world], seed)


def pooled(world: str) -> pd.DataFrame:
    """Return the families of three counties of a world."""
    return pd.concat([made(world, seed).truth.families for seed in SEEDS], ignore_index=True)


def readings(world: str) -> pd.DataFrame:
    """Return the scores of three counties of a world, by family, stage and whether it is a second scoring."""
    of = [made(world, seed).frames["progress_scores"].assign(seed=seed) for seed in SEEDS]
    scores = pd.concat(of).assign(is_second=lambda rows: is_second(rows))
    return scores.pivot_table("score", ["seed", "family_id"], ["stage", "is_second"])


def is_second(scores: pd.DataFrame) -> pd.Series:
    return scores["second_scoring"].fillna(False).astype(bool)


def slope(x: pd.Series, y: pd.Series) -> float:
    return float(np.polyfit(x, y, 1)[0])


def tells(families: pd.DataFrame) -> float:
    """Return the chance that of two families the one later referred had the lower first score, ties half."""
    low, high = (families.loc[families["referred"] == is_so, "start"].to_numpy() for is_so in (True, False))
    gaps = high[:, None] - low[None, :]
    return float((gaps > 0).mean() + (gaps == 0).mean() / 2)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    hashes = []
    for place, seed in enumerate((4, 4, 5)):
        (tmp_path / str(place)).mkdir()
        world = ScoreWorld(families=800)
        hashes.append(score_county(world, seed).write(tmp_path / str(place)).hash)
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("world", [*WORLDS, "tracking helps"])
def test_the_tables_hold_together_and_nothing_that_nobody_sees(world: str) -> None:
    frames = made(world).frames
    for name, frame in frames.items():
        table = TABLES[name]
        assert not frame.duplicated([column for column in table.key if column in frame]).any()
        whole = frame.reindex(columns=table.names)
        assert [found for check in CHECKS[name] for found in check.find(whole, whole[:0])] == []
        for column in table.columns:
            if column.name not in frame:
                assert not column.is_required, (name, column.name)
                continue
            if column.refers_to:
                other, key = column.refers_to.split(".")
                assert set(frame[column.name]) <= set(frames[other][key]), (name, column.name)
            if column.codes:
                assert set(frame[column.name].dropna()) <= set(column.codes)
    assert {"state_start", "engagement", "trait"}.isdisjoint(frames["families"].columns)
    centres = frames["centres"]
    assert len(centres) == 34 and centres["tracks_progress_from"].notna().sum() == 19
    scores = frames["progress_scores"].merge(centres, on="centre_id").merge(frames["registrations"], on="family_id")
    assert (scores["scored_on"] >= scores["tracks_progress_from"]).all()
    assert (scores["scored_on"] >= scores["registered_on"]).all()
    assert 0.05 < is_second(frames["progress_scores"]).mean() < 0.2


def test_scores_that_mean_something_tell_of_later_referral_and_the_others_do_not() -> None:
    assert 700 < made("meaningful and complete").truth.families.shape[0] < 1400
    assert tells(pooled("meaningful and complete")) > 0.60
    for world in ("meaningless", "meaningless but agreed"):
        assert abs(tells(pooled(world)) - 0.5) < 0.03
        assert made(world).truth.meaning == 0
    # The need itself goes on telling, whatever scores see.
    assert pooled("meaningless").groupby("referred")["state_start"].mean().diff().iloc[-1] < -0.2


def test_scorers_agree_where_scores_see_the_family_and_not_where_they_see_nothing() -> None:
    def agree(world: str) -> float:
        both = readings(world)["start"].dropna()
        return float(both.corr().iloc[0, 1])

    assert agree("meaningful and complete") > 0.5
    assert agree("meaningless but agreed") > 0.5
    assert abs(agree("meaningless")) < 0.12


def test_second_scores_are_missing_as_said() -> None:
    share = {world: pooled(world)["is_followed"].mean() for world in WORLDS}
    assert share["meaningful and complete"] > 0.9 and 0.4 < share["meaningful, half missing"] < 0.6
    half = pooled("meaningful, half missing")
    assert half.groupby("is_followed")["state_end"].mean().diff().iloc[-1] > 0.1  # not at random
    scores = readings("meaningful, half missing")
    assert scores["end", False].notna().mean() == pytest.approx(half["is_followed"].mean())


def test_where_it_is_missing_by_what_is_recorded_the_naive_change_is_wrong_and_true_weights_put_it_right() -> None:
    families = pooled("missing by what is recorded")
    change = families["end"] - families["start"]
    seen, weight = families["is_followed"], 1 / families["chance_followed"]
    naive = change[seen].mean() - change.mean()
    weighted = np.average(change[seen], weights=weight[seen]) - change.mean()
    assert naive > 0.1 and abs(weighted) < 0.2 * naive
    county = made("missing by what is recorded")
    scores = county.frames["progress_scores"]
    starts = scores[(scores["stage"] == "start") & ~is_second(scores)].set_index("family_id")
    one = county.truth.families.set_index("family_id").join(starts["who_scored"])
    one = one.join(county.frames["families"].set_index("family_id")["lone_parent"])
    log_odds = (
        RECORDED["constant"] + RECORDED["start"] * (one["start"] - 3) + RECORDED["lone_parent"] * one["lone_parent"]
    )
    log_odds += RECORDED["worker_only"] * (one["who_scored"] == "worker_only")
    assert np.allclose(1 / (1 + np.exp(-log_odds)), one["chance_followed"])


def test_where_nothing_changes_those_followed_up_seem_to_improve_by_regression_alone() -> None:
    truths = [made("nothing changes, low scores followed", seed).truth for seed in SEEDS]
    families = pooled("nothing changes, low scores followed")
    naive = (families["end"] - families["start"])[families["is_followed"]].mean()
    assert all(truth.mean_change == 0 for truth in truths)
    assert naive > 0.1
    assert naive == pytest.approx(np.mean([truth.regression_to_the_mean for truth in truths]), abs=0.06)
    by_start = truths[0].unchanged_by_start
    assert by_start[2] > 0.1 > -0.1 > by_start[4]


def test_where_workers_inflate_end_scores_rise_from_year_to_year_though_nothing_changes() -> None:
    counties = [made("workers inflate", seed) for seed in SEEDS]
    families = pooled("workers inflate")
    assert all(county.truth.mean_change == 0 for county in counties)
    assert (families["end"] - families["start"]).mean() > 0.3
    assert abs((families["end_uncrept"] - families["start"]).mean()) < 0.05
    scores = pd.concat([county.frames["progress_scores"] for county in counties])
    year = (scores["scored_on"] - scores["scored_on"].min()).dt.days / 365.25
    for stage, of_second, low, high in (
        ("end", False, 0.25, 0.6), ("start", False, -0.12, 0.12), ("end", True, -0.25, 0.25),
    ):  # fmt: skip
        of = (scores["stage"] == stage) & (is_second(scores) == of_second)
        assert low < slope(year[of], scores["score"][of]) < high, (stage, of_second)


@pytest.mark.parametrize(
    ("world", "least", "most"), [("centres alike", 0.4, 1.9), ("centres alike, over-dispersed", 6, 40)]
)
def test_centres_vary_by_chance_alone_or_far_more_and_none_is_out_of_the_ordinary(
    world: str, least: float, most: float
) -> None:
    dispersion = []
    for seed in SEEDS:
        truth = made(world, seed).truth
        assert truth.outlying == () and len(truth.centre_adds) == 19
        improved = (truth.families["end"] > truth.families["start"]).groupby(truth.families["centre_id"])
        rate, n, share = improved.mean(), improved.size(), truth.share_improved
        dispersion.append((((rate - share) ** 2) * n / (share * (1 - share))).mean())
    assert least < np.mean(dispersion) < most


def test_a_centre_that_is_out_of_the_ordinary_is_named_with_what_it_adds() -> None:
    truth = made("two centres apart").truth
    adds = pd.Series(truth.centre_adds)
    assert set(adds.index[adds.abs() > 1]) == set(truth.outlying) and len(truth.outlying) == 2
    change = (truth.families["state_end"] - truth.families["state_start"]).groupby(truth.families["centre_id"]).mean()
    assert (change - adds).std() < 0.15


def test_tracking_does_what_is_said_and_nothing_else() -> None:
    none, helps = made("tracking does nothing"), made("tracking helps")
    assert none.tracking_difference(2) == 0 and none.truth.tracking == 0
    assert -0.12 < helps.tracking_difference(4) < -0.03
    tracked = none.people.is_tracked
    stays = [(county.people.left - county.people.joined)[tracked].mean() for county in (none, helps)]
    assert stays[1] > 1.1 * stays[0]
    assert np.array_equal(none.people.left[~tracked], helps.people.left[~tracked])
    before = [county.life.day < county.people.scores_from.min() for county in (none, helps)]
    assert np.array_equal(none.life.family[before[0]], helps.life.family[before[1]])


def test_a_world_that_cannot_be_is_refused() -> None:
    for wrong in ({"reads": "needs"}, {"followed": "some"}):
        with pytest.raises(ValueError, match="no such world"):
            replace(ScoreWorld(), **wrong)


def test_a_study_reads_a_county_and_finds_the_scores_that_the_truth_says_were_given(tmp_path: Path) -> None:
    county = made("meaningful, half missing")
    found = first_and_last(county.write(tmp_path), dimension="overall", wait_days=183).frame.set_index("family_id")
    families = county.truth.families.set_index("family_id").reindex(found.index)
    assert len(found) == len(county.truth.families)
    assert (found["first"] == families["start"]).all()
    assert (found["last"].notna() == families["is_followed"]).all()
    assert (found["last"] == families["end"])[families["is_followed"]].all()
