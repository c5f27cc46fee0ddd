"""Exact, coarsened, subclass, optimal, full and cardinality matching, each against its definition."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import milp

from toolkit.errors import InputError
from toolkit.stats import match
from toolkit.stats.matching.calipers import Caliper, Limits
from toolkit.stats.matching.cover_on_line import cover_on_line
from toolkit.stats.matching.optimal import Block, cheapest_cover, match_full, match_optimal
from toolkit.stats.matching.problem import Problem


def made(rows: int = 500, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.normal(size=rows), "z": rng.normal(size=rows)})
    frame["k"] = rng.choice(["a", "b", "c"], rows)
    frame["n"] = rng.integers(0, 4, rows)
    frame["treated"] = (rng.random(rows) < 1 / (1 + np.exp(1.2 - frame["x"]))).astype(int)
    frame["y"] = frame["x"] + frame["treated"] + rng.normal(size=rows)
    return frame


def small_problem(seed: int, width: float = np.inf, limited: bool = False) -> Problem:
    rng = np.random.default_rng(seed)
    score, rows = rng.normal(size=11), np.arange(11)
    calipers = (Caliper("other", rng.normal(size=11), 1.2),) if limited else ()
    return Problem(
        focal=rows[:4],
        candidates=rows[4:],
        score=score,
        points=None,
        stratum=np.zeros(11, dtype=int),
        limits=Limits(calipers),
        caliper=width,
        quota=np.ones(4, dtype=int),
        capacity=1,
        closest_first=False,
    )


def costs(problem: Problem) -> np.ndarray:
    distance = np.abs(problem.score[problem.focal][:, None] - problem.score[problem.candidates][None, :])
    allowed = np.array([problem.limits.allows(row, problem.candidates) for row in problem.focal])
    return np.where(allowed & (distance <= problem.caliper), distance, np.inf)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("width", "limited"), [(np.inf, False), (0.6, False), (np.inf, True)])
def test_optimal_pairs_are_the_most_and_the_nearest(seed, width, limited):
    problem = small_problem(seed, width, limited)
    cost = costs(problem)
    best = (0, 0.0)
    for chosen in permutations(range(7), 4):
        values = cost[np.arange(4), list(chosen)]
        good = np.isfinite(values)
        best = max(best, (int(good.sum()), -float(values[good].sum())))
    pairs = match_optimal(problem, 1)
    assert (len(pairs.focal), pytest.approx(float(pairs.distance.sum()))) == (best[0], -best[1])
    assert problem.limits.holds(pairs.focal, pairs.other).all()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("width", "limited"), [(np.inf, False), (0.6, False), (np.inf, True)])
def test_full_matching_is_the_cheapest_cover_of_both_arms_by_stars(seed, width, limited):
    problem = small_problem(seed, width, limited)
    cost = costs(problem)
    sets, links = match_full(problem)
    total = cost[links[0], links[1] - 4].sum()
    # The cheapest set of links that touches every row that can be touched, by integer programming.
    edges = np.argwhere(np.isfinite(cost))
    cover = np.array(
        [[edge[0] == row for edge in edges] for row in range(4)]
        + [[edge[1] == row for edge in edges] for row in range(7)],
        dtype=float,
    )
    cover = cover[cover.any(axis=1)]
    values = cost[edges[:, 0], edges[:, 1]]
    best = milp(values, constraints=[(cover, 1, np.inf)], integrality=np.ones(len(edges)), bounds=(0, 1))
    assert total == pytest.approx(best.fun)
    reachable = np.concatenate([np.isfinite(cost).any(axis=1), np.isfinite(cost).any(axis=0)])
    np.testing.assert_array_equal(sets >= 0, reachable)
    for number in range(sets.max() + 1):
        inside = np.flatnonzero(sets == number)
        assert min((inside < 4).sum(), (inside >= 4).sum()) == 1


@pytest.mark.parametrize("width", [np.inf, 2.0, 0.3, 0.05])
@pytest.mark.parametrize("decimals", [0, 1, 12])
def test_a_cover_on_a_line_costs_what_the_cheapest_of_all_pairs_does(decimals, width):
    rng = np.random.default_rng(decimals)
    for _ in range(50):
        apart = rng.choice([0.0, 3.0])  # where the arms do not overlap, many pairs are worth looking at
        one, other = (rng.normal(size=rng.integers(1, 14)).round(decimals) for _ in range(2))
        one = one + apart
        distance = np.abs(one[:, None] - other[None, :])
        block = Block(np.arange(len(one)), np.arange(len(other)), distance, distance <= width)
        expected, found = cheapest_cover(block), cover_on_line(one, other, width, 1e-9 * min(distance.max(), width))
        assert distance[found].sum() == pytest.approx(distance[expected].sum(), abs=1e-9)
        assert [len(np.unique(ends)) for ends in found] == [len(np.unique(ends)) for ends in expected]
        assert len(found[0]) == len(expected[0])  # so as many sets
        links_of = [np.bincount(ends)[ends] for ends in found]
        assert (np.minimum(*links_of) == 1).all()


def test_full_matching_on_a_score_looks_at_few_of_the_distances():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"treated": (rng.random(60_000) < 0.12).astype(int), "x": rng.normal(size=60_000)})
    frame["x"] += 0.5 * frame["treated"]
    m = match(frame, "treated", ["x"], method="full")  # 380 million distances would be refused
    assert (m.sets > 0).all()
    table = pd.DataFrame({"set": m.sets, "arm": frame["treated"]}).groupby("set")["arm"].agg(["sum", "size"])
    assert (np.minimum(table["sum"], table["size"] - table["sum"]) == 1).all()


@pytest.mark.parametrize("seed", range(10))
def test_full_matching_of_tied_scores_still_makes_stars_and_as_many_as_it_can(seed):
    rng = np.random.default_rng(seed)
    score, rows = rng.integers(0, 4, 60) / 4, np.arange(60)
    problem = Problem(
        focal=rows[:20],
        candidates=rows[20:],
        score=score,
        points=None,
        stratum=np.zeros(60, dtype=int),
        limits=Limits(),
        caliper=np.inf,
        quota=np.ones(20, dtype=int),
        capacity=1,
        closest_first=False,
    )
    sets, links = match_full(problem)
    assert links.shape[1] == 60 - (sets.max() + 1)
    for number in range(sets.max() + 1):
        inside = np.flatnonzero(sets == number)
        assert min((inside < 20).sum(), (inside >= 20).sum()) == 1
    # Where both arms have the score, the smaller arm can have a set a row; a score of one arm only adds none.
    both = [min((score[:20] == value).sum(), (score[20:] == value).sum()) for value in np.unique(score)]
    assert sets.max() + 1 >= sum(both)


def test_optimal_with_several_controls_gives_each_its_own():
    frame = made()
    m = match(frame, "treated", ["x", "z"], method="optimal", ratio=2, exact="k")
    assert not m.pairs["control"].duplicated().any()
    assert m.pairs.groupby("set").size().max() == 2
    assert (frame.loc[m.pairs["treated"], "k"].to_numpy() == frame.loc[m.pairs["control"], "k"].to_numpy()).all()
    greedy = match(frame, "treated", ["x", "z"], ratio=2, exact="k")
    assert len(m.pairs) >= len(greedy.pairs)


def test_exact_sets_share_every_value_and_hold_both_arms():
    frame = made()
    m = match(frame, "treated", ["k", "n"], method="exact")
    used = frame.assign(set=m.sets)[m.weights > 0]
    assert (used.groupby("set")[["k", "n"]].nunique() == 1).all(axis=None)
    assert (used.groupby("set")["treated"].nunique() == 2).all()
    assert m.balance()["smd"].abs().max() < 1e-12
    table = used.groupby(["k", "n"])
    by_hand = (
        sum(
            (g.loc[g["treated"] == 1, "y"].mean() - g.loc[g["treated"] == 0, "y"].mean()) * g["treated"].sum()
            for _, g in table
        )
        / used["treated"].sum()
    )
    assert m.effect("y", adjust=False).estimate == pytest.approx(by_hand)


@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE"])
def test_strata_weights_bring_both_arms_to_the_same_strata(estimand):
    frame = made()
    m = match(frame, "treated", ["x", "z"], method="subclass", estimand=estimand)
    shares = (
        pd.DataFrame({"w": m.weights, "set": m.sets, "t": frame["treated"]})
        .groupby(["t", "set"])["w"].sum().unstack()
    )  # fmt: skip
    np.testing.assert_allclose(shares.loc[0], shares.loc[1])
    assert m.counts.loc["matched"].sum() == len(frame)


def test_coarsening_follows_cut_points_and_groupings():
    frame = made()
    m = match(frame, "treated", ["x", "k"], method="cem", cutpoints={"x": [-0.5, 0.5]}, groupings={"k": [["a", "b"]]})
    used = frame.assign(set=m.sets, bin=np.digitize(frame["x"], [-0.5, 0.5]))[m.weights > 0]
    assert used["set"].nunique() == used.groupby([used["bin"], used["k"] == "c"]).ngroups
    one = match(frame, "treated", ["x", "k"], method="cem", k2k=True)
    assert one.pairs["control"].is_unique
    assert one.counts.loc["matched", "treated"] == one.counts.loc["matched", "control"]
    with pytest.raises(InputError, match='"xx" is not a covariate'):
        match(frame, "treated", ["x", "k"], method="cem", cutpoints={"xx": 3})


@pytest.mark.parametrize("ratio", [1, 2])
@pytest.mark.parametrize("tolerance", [0.01, 0.1, 0.3])
def test_cardinality_is_as_large_as_a_search_over_all_rows_at_once_finds(tolerance, ratio):
    found, none = [], 0
    for seed in range(12):
        frame = made(36, seed=seed).assign(k=np.arange(36) % 2)
        treated, x, k = (frame[name].to_numpy() for name in ("treated", "x", "k"))
        signed = np.where(treated == 1, 1.0, -1.0 / ratio)
        slack = np.where(treated == 1, tolerance * x[treated == 1].std(ddof=1), 0.0)
        limits = [(signed * (k == 0), 0, 0), (signed * (k == 1), 0, 0)]
        limits += [(sign * signed * (x - x.mean()) - slack, -np.inf, 0) for sign in (1, -1)]
        best = milp(-np.ones(36), constraints=limits, integrality=np.ones(36), bounds=(0, 1))
        options = {"method": "cardinality", "exact": ["k"], "tolerance": tolerance, "ratio": ratio}
        if -best.fun < 0.5:
            none += 1
            with pytest.raises(InputError, match="No subset is balanced"):
                match(frame, "treated", ["x"], **options)
        else:
            m = match(frame, "treated", ["x"], **options)
            found.append(int(m.counts.loc["matched"].sum()))
            assert found[-1] == round(-best.fun)
            assert not any(note.code == "solver_out_of_time" for note in m.notes)
            sizes = frame[m.weights > 0].groupby("k")["treated"].agg(["sum", "size"])
            assert (sizes["size"] == (1 + ratio) * sizes["sum"]).all()
    assert found and none < 12


def test_cardinality_is_the_largest_balanced_subset():
    frame = made(14, seed=5)
    m = match(frame, "treated", ["x"], method="cardinality", tolerance=0.1)
    assert abs(m.balance().loc["x", "smd"]) <= 0.1 + 1e-9
    found = int(m.counts.loc["matched", "treated"])
    treated, controls = (frame.loc[frame["treated"] == arm, "x"].to_numpy() for arm in (1, 0))
    deviation = treated.std(ddof=1)
    larger = [
        True
        for size in range(found + 1, min(len(treated), len(controls)) + 1)
        for one in combinations(treated, size)
        for other in combinations(controls, size)
        if abs(np.mean(one) - np.mean(other)) <= 0.1 * deviation - 1e-12
    ]
    assert not larger


def test_what_would_need_too_much_is_refused_with_its_size():
    frame = made(40_000)
    with pytest.raises(InputError, match=r'would need [\d,]+ distances.*method="nearest"'):
        match(frame, "treated", ["x", "z"], method="full", distance="mahalanobis")
    with pytest.raises(InputError, match=r"20,000 rows; there are 40,000"):
        match(frame, "treated", ["x", "z"], method="cardinality")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "full", "replace": True}, "cannot do: replace"),
        ({"method": "exact", "caliper": 0.1}, "cannot do: caliper"),
        ({"method": "cardinality", "estimand": "ATE"}, "cannot do: estimand"),
        ({"method": "nearest", "estimand": "ATE"}, "Nearest matching estimates"),
        ({"method": "nearest", "k2k": True}, "k2k is for"),
        ({"distance": "mahalanobis", "caliper": 0.1}, 'caliper_in="sd" needs a score'),
    ],
)
def test_what_a_method_cannot_do_is_said(options, words):
    with pytest.raises(InputError, match=words):
        match(made(), "treated", ["x", "k"], **options)


@pytest.mark.parametrize("method", ["optimal", "full"])
def test_limits_hold_in_every_method_that_takes_them(method):
    frame = made()
    m = match(
        frame, "treated", ["x", "z"], method=method, caliper=0.5, covariate_calipers={"z": 1.0}, anti_exact="n",
        exact="k", distance="propensity",
    )  # fmt: skip
    used = frame.assign(set=m.sets, score=m.score)[m.weights > 0]
    for _, inside in used.groupby("set"):
        one, other = inside[inside["treated"] == 1], inside[inside["treated"] == 0]
        assert min(len(one), len(other)) == 1
        assert inside["k"].nunique() == 1
        for _, row in one.iterrows():
            assert ((other["z"] - row["z"]).abs() <= 1.0).all()
            assert ((other["score"] - row["score"]).abs() <= m.caliper).all()
            assert (other["n"] != row["n"]).all()
