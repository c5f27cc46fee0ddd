"""Progress scores carry the traps they are there for, and say truly how large each is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from toolkit.simulate import CountyOptions, ScoreOptions
from toolkit.simulate.calendar import LAST
from toolkit.simulate.county import PARTS
from toolkit.simulate.county_life import Story, live
from toolkit.simulate.families import make_families
from toolkit.simulate.places import make_places
from toolkit.simulate.registrations import Registrations, make_registrations
from toolkit.simulate.score_truth import END, REVIEW, START, true_scores
from toolkit.simulate.scorers import WHO_CODES
from toolkit.simulate.scores import Scores, Stays, make_scores
from toolkit.simulate.world import World


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


@dataclass(frozen=True)
class Lived:
    """A tenth of a county as it was lived, before its scores are given, and what gives them."""

    world: World
    story: Story
    registrations: Registrations

    def scored(self, **options: float) -> Scores:
        asked = replace(self.world.options, scores=ScoreOptions(**options))
        return make_scores(streams(), replace(self.world, options=asked), self.story, self.registrations)


def streams() -> dict[str, np.random.Generator]:
    seeds = np.random.SeedSequence(11).spawn(len(PARTS))
    return {name: np.random.default_rng(seed) for name, seed in zip(PARTS, seeds, strict=True)}


def lived_with(**options: float) -> Lived:
    rngs, asked = streams(), CountyOptions(scale="tenth", scores=ScoreOptions(**options))
    places = make_places(rngs["places"])
    world = World(places, make_families(rngs["families"], places, asked.share), asked)
    story = live(world, rngs)
    world = replace(world, families=replace(world.families, known_to=story.moved))
    return Lived(world, story, make_registrations(rngs["registrations"], world, story))


@pytest.fixture(scope="module")
def lived() -> Lived:
    return lived_with()


def test_who_scored_depends_on_whether_the_family_engages(lived) -> None:
    scores = lived.scored()
    own = ~scores.is_second
    share = np.bincount(scores.who[own], minlength=len(WHO_CODES)) / own.sum()
    assert (share > 0.01).all() and share[WHO_CODES.index("together")] > 0.4
    alone = scores.who == WHO_CODES.index("worker_only")
    engagement = scores.stays.engagement[scores.stay]
    assert engagement[own & alone].mean() < engagement[own & ~alone].mean() - 0.5
    assert set(scores.stage[scores.who == WHO_CODES.index("retrospect")]) == {START}


def test_a_second_scoring_is_of_the_same_day_by_another_worker_of_the_centre_and_does_not_creep(lived) -> None:
    scores = lived.scored(double=0.3, drifting=1.0, drift=1.0)
    rows = pd.DataFrame({name: getattr(scores, name) for name in ("stay", "stage", "day", "centre", "worker", "crept")})
    pairs = rows[scores.is_second].merge(rows[~scores.is_second], on=["stay", "stage", "day", "centre"])
    assert len(pairs) == scores.is_second.sum() > 50
    assert (pairs["worker_x"] != pairs["worker_y"]).all()
    assert (pairs["worker_x"] < scores.scorers.count[pairs["centre"]]).all()
    assert (pairs["crept_x"] == 0).all() and (pairs.loc[pairs["stage"] == END, "crept_y"] > 0).any()
    families = len(np.unique(scores.stay[scores.is_second])) / scores.stays.has[START].sum()
    assert 0.2 < families < 0.4
    assert not lived.scored(double=0.0).is_second.any()


def test_second_scorings_leave_every_other_score_as_it_was(lived) -> None:
    none, many = lived.scored(double=0.0), lived.scored(double=0.5)
    for name in ("stay", "day", "stage", "score", "worker", "who"):
        assert np.array_equal(getattr(none, name), getattr(many, name)[~many.is_second]), name


def test_two_workers_agree_as_far_as_is_said(lived) -> None:
    truth = {}
    for error in (0.2, 1.2):
        scores = lived.scored(double=1.0, error=error)
        start = scores.stage == START
        first, second = (scores.score[start & (scores.is_second == is_so)] for is_so in (False, True))
        truth[error] = true_scores(scores, lived.world.places, ScoreOptions(double=1.0, error=error))["reliability"]
        # Rounding and the ends of the scale cost a little.
        assert truth[error] - 0.2 < np.corrcoef(first, second)[0, 1] < truth[error] + 0.05
    assert truth[0.2] > truth[1.2] + 0.2


def test_drifting_workers_end_scores_creep_up_by_what_is_said_and_no_others(lived) -> None:
    asked = {"drifting": 0.5, "drift": 0.8}
    none, crept = lived.scored(drift=0.0), lived.scored(**asked)
    rise = crept.score - none.score
    assert np.array_equal(none.stay, crept.stay) and (rise[crept.crept == 0] == 0).all() and (rise >= 0).all()
    ends = (crept.stage == END) & ~crept.is_second
    assert (crept.crept[~ends] == 0).all()
    said = true_scores(crept, lived.world.places, ScoreOptions(**asked))["drift"]
    assert said["points_a_year"] == 0.8 and 0.3 < len(said["workers"]) / said["workers_in_all"] < 0.7
    assert said["mean_points_in_end_scores"] == pytest.approx(crept.crept[ends].mean(), abs=1e-4)
    assert 0.2 < rise[ends].mean() <= said["mean_points_in_end_scores"]
    assert true_scores(none, lived.world.places, ScoreOptions(drift=0.0))["drift"]["workers"] == []


def test_a_point_of_state_takes_off_the_log_odds_of_referral_what_is_said(lived) -> None:
    """Before it means anything, state goes with referral by chance, and by what made needy families join at all."""
    slopes = {}
    for meaning in (0.0, 1.5):
        stays = lived.scored(meaning=meaning).stays
        day, state = stays.due[:END], stays.state[:END]
        lived_through = day + 365 <= np.minimum(LAST, lived.world.families.known_to[stays.family])
        slopes[meaning] = log_odds_a_point(state[lived_through], follows(lived, stays)[lived_through])
    assert slopes[1.5] - slopes[0.0] == pytest.approx(-1.5, abs=0.35)


def test_state_is_lower_by_what_is_said_before_a_referral_and_otherwise_as_it_was(lived) -> None:
    stays, without = lived.scored(meaning=2.0).stays, lived.scored(meaning=0.0).stays
    lower = (without.state - stays.state)[:END]
    lived_through = stays.due[:END] + 365 <= np.minimum(LAST, lived.world.families.known_to[stays.family])
    referred = follows(lived, stays)
    assert np.allclose(lower, np.where(lower > 0, 2.0 * 0.75**2, 0.0))
    assert np.array_equal(lower[lived_through] > 0, referred[lived_through])
    # What is not lived through here is drawn at the others' rate, so that late scores are no better for it.
    late, rate = (lower[~lived_through] > 0).mean(), referred[lived_through].mean()
    assert (~lived_through).sum() > 200 and 0.5 * rate < late < 2 * rate


def follows(lived: Lived, stays: Stays) -> np.ndarray:
    """Return whether each family is referred within 365 days after its start and its review."""
    days = pd.Series(lived.story.referred_on).groupby(lived.story.referred).apply(np.array)
    of_stay = [days.get(family, np.zeros(0)) for family in stays.family]
    return np.array(
        [
            [((of > day) & (of <= day + 365)).any() for of, day in zip(of_stay, due, strict=True)]
            for due in stays.due[:END]
        ]
    )


def log_odds_a_point(x: np.ndarray, y: np.ndarray) -> float:
    """Return the slope of a logistic regression."""
    design, beta = np.column_stack([np.ones_like(x), x - x.mean()]), np.zeros(2)
    for _ in range(25):
        p = 1 / (1 + np.exp(-design @ beta))
        beta += np.linalg.solve(design.T @ (design * (p * (1 - p))[:, None]), design.T @ (y - p))
    return float(beta[1])


def test_a_later_score_is_missing_by_engagement_and_by_distress_as_asked(lived) -> None:
    def gap(**options: float) -> tuple[float, float]:
        stays = lived.scored(**options, meaning=0.0).stays
        could = stays.has[START] & (stays.due[REVIEW] <= LAST)
        kept = stays.has[REVIEW]
        return tuple(
            float(values[could & kept].mean() - values[could & ~kept].mean())
            for values in (stays.engagement, stays.state[REVIEW])
        )

    neither, engagement = gap(lost_unengaged=0.0, lost_in_distress=0.0), gap(lost_unengaged=2.0, lost_in_distress=0.0)
    distress = gap(lost_unengaged=0.0, lost_in_distress=2.0)
    assert abs(neither[0]) < 0.2 and engagement[0] > 0.5
    assert distress[1] > neither[1] + 0.2


def test_scoring_as_such_changes_referrals_and_stays_only_where_asked(lived) -> None:
    def referrals(one: Lived) -> np.ndarray:
        """Return referrals of joined families after the month of joining, where the centre scores and where not."""
        story, places, families = one.story, one.world.places, one.world.families
        joined = story.joined[story.referred]
        after = story.referred_on > np.maximum(joined, places.tracks_from[families.centre[story.referred]]) + 31
        return np.array([(after & (joined < 10**6)).sum(), (story.referred_on > joined + 31).sum()])

    changed = lived_with(tracking_referrals=-1.0, tracking_stays=1.0)
    where_scored, anywhere = referrals(changed) / referrals(lived)
    assert where_scored < 0.6 < anywhere
    stays = [(one.registrations.left - one.registrations.day).clip(max=2000) for one in (lived, changed)]
    scores = [
        one.registrations.day >= one.world.places.tracks_from[one.registrations.centre] for one in (lived, changed)
    ]
    assert np.median(stays[1][scores[1]]) > 1.5 * np.median(stays[0][scores[0]])
    assert np.median(stays[1][~scores[1]]) < 1.2 * np.median(stays[0][~scores[0]])


def test_the_truth_says_what_the_scores_are(tenth) -> None:
    county = tenth("none")
    said, scores = county.truth["_about"]["scores"], county.tables["progress_scores"]
    asked = county.options.scores
    assert said["meaning_log_odds_a_point"] == -asked.meaning
    assert said["tracking"] == {"centres": 19, "log_hazard_of_referral": 0.0, "log_length_of_stay": 0.0}
    twice = scores[scores["second_scoring"].fillna(False)]
    assert said["double_scored_families"] == twice["family_id"].nunique() > 0
    change = said["change"]
    assert 0 < change["reviewed"] < change["families"] and change["of_all"] > 0
    assert set(said["drift"]["workers"]) & set(scores["scored_by"])
