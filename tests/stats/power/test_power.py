from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import stdtrit

from toolkit.errors import InputError
from toolkit.stats.power.matched import Design
from toolkit.stats.power.two_groups import (
    detectable_from_error,
    detectable_share,
    n_for_means,
    n_for_proportions,
    power_of_means,
    power_of_proportions,
    power_within_margin,
)
from toolkit.stats.variance.cluster_robust import clustered_covariance, least_squares
from toolkit.stats.variance.intraclass import design_effect, intraclass_correlation, repeats


def test_rs_figures_are_had():
    # power.prop.test(p1 = .5, p2 = .75, power = .9); power.t.test(delta = 1, power = .9); power.prop.test(n = 200, …).
    assert n_for_proportions(0.5, 0.75, power=0.9) == pytest.approx(76.70693, abs=1e-4)
    assert n_for_means(1.0, power=0.9) == pytest.approx(22.0211, abs=1e-4)
    assert detectable_share(200, 0.2, fewer=False) == pytest.approx(0.3227348, abs=2e-6)


def test_power_and_number_are_each_others_opposite():
    n = n_for_proportions(0.15, 0.12, power=0.8)
    assert power_of_proportions(n, 0.15, 0.12) == pytest.approx(0.8)
    assert power_of_proportions(200, 0.2, detectable_share(200, 0.2)) == pytest.approx(0.8)
    assert power_of_means(n_for_means(0.3, 2.0), 0.3, 2.0) == pytest.approx(0.8)


def test_a_share_that_cannot_fall_enough_is_said_to_have_none():
    assert math.isnan(detectable_share(20, 0.05))


def test_a_known_error_gives_the_smallest_effect():
    assert detectable_from_error(0.01) == pytest.approx(0.028016, abs=1e-6)
    design = alone(2_000)
    se, freedom = design.spread(design.detectable())
    assert detectable_from_error(se, freedom) == pytest.approx(-design.detectable(), rel=1e-4)
    assert detectable_from_error(0.01, 6) > detectable_from_error(0.01, 30) > detectable_from_error(0.01)


def test_the_chance_of_showing_little_or_no_difference_is_had_by_drawing_too():
    drawn = np.random.default_rng(4).normal(0.002, 0.01, 200_000)
    reach = 1.959964 * 0.01
    shown = ((drawn - reach > -0.03) & (drawn + reach < 0.03)).mean()
    assert power_within_margin(0.01, 0.03, effect=0.002) == pytest.approx(shown, abs=0.004)
    assert power_within_margin(0.02, 0.03) == 0.0
    assert power_within_margin(0.01, 0.03, 5) < power_within_margin(0.01, 0.03)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: n_for_proportions(0.2, 0.2), "no number tells them apart"),
        (lambda: n_for_means(0.0), "no number shows it"),
        (lambda: n_for_proportions(0.2, 0.3, power=0.01), "power the larger"),
        (lambda: power_of_proportions(10, 0.2, 1.2), "between 0 and 1"),
        (lambda: power_of_means(1, 0.2), "more than 1"),
        (lambda: detectable_from_error(0.0), "above 0"),
        (lambda: power_within_margin(0.01, 0.0), "above 0"),
    ],
)
def test_what_cannot_be_is_said(call, said):
    with pytest.raises(InputError, match=said):
        call()


def alone(rows, baseline=0.15, **more):
    """Return a design in which every row is its own cluster."""
    return Design(np.r_[np.ones(rows), np.zeros(rows)], np.r_[np.zeros(rows), np.ones(rows)], baseline, **more)


def test_without_clusters_or_sets_it_is_the_textbook_figure():
    unpooled = alone(2_000).power(-0.03)
    se = math.sqrt((0.15 * 0.85 + 0.12 * 0.88) / 2_000)
    from scipy.stats import norm

    assert unpooled == pytest.approx(norm.sf(1.959964 - 0.03 / se), abs=2e-3)
    assert alone(2_000).detectable() == pytest.approx(detectable_share(2_000, 0.15) - 0.15, abs=6e-4)
    assert alone(500).power(0.0) == pytest.approx(0.05)


def test_sets_help_as_much_as_paired_shares_do():
    # McNemar: the variance of the difference of paired shares is (p1 + p0 - 2 p11 - difference²) / pairs.
    pairs, first, second, correlation = 800, 0.10, 0.14, 0.3
    both = first * second + correlation * math.sqrt(first * (1 - first) * second * (1 - second))
    expected = math.sqrt((first + second - 2 * both - (first - second) ** 2) / pairs)
    design = alone(pairs, second, set_size=1, set_correlation=correlation)
    assert design.spread(first - second)[0] == pytest.approx(expected)


def test_whole_clusters_given_one_treatment_have_the_usual_design_effect():
    sizes = np.full(20, 50.0)
    design = Design(np.r_[sizes, 0 * sizes], np.r_[0 * sizes, sizes], 0.2, icc=0.05)
    plain = Design(np.r_[sizes, 0 * sizes], np.r_[0 * sizes, sizes], 0.2)
    factor = (design.spread(0.0)[0] / plain.spread(0.0)[0]) ** 2
    assert factor == pytest.approx(design_effect(50, 0.05)) == pytest.approx(3.45)


def test_arms_that_are_spread_alike_lose_nothing_to_clusters():
    sizes = np.arange(10.0, 44.0)
    alike = Design(sizes, 3 * sizes, 0.15, icc=0.1)
    plain = Design(sizes, 3 * sizes, 0.15)
    assert alike.spread(0.0)[0] == pytest.approx(plain.spread(0.0)[0] * math.sqrt(0.9))
    assert alike.spread(0.0)[1] < plain.clusters - 1
    differing = Design(sizes, 3 * sizes, 0.15, effect_sd=0.03)
    assert differing.spread(0.0)[0] > plain.spread(0.0)[0]


def test_rows_of_one_family_counted_again_tell_no_more():
    rows = np.full(34, 30.0)
    once = Design(rows, rows, 0.15)
    again = Design(rows, 4 * rows, 0.15, control_repeats=4.0, family_correlation=1.0)
    assert again.spread(-0.02)[0] == pytest.approx(once.spread(-0.02)[0])


def test_more_rows_or_clusters_as_many_as_needed_show_the_difference():
    rng = np.random.default_rng(1)
    sizes = rng.integers(5, 60, 34).astype(float)
    design = Design(sizes, 3 * sizes, 0.15, icc=0.01, set_size=3, set_correlation=0.02, r_squared=0.05)
    times = design.rows_needed(-0.03)
    assert design.with_more_rows(times).power(-0.03) == pytest.approx(0.8)
    clusters = design.clusters_needed(-0.03)
    assert design.with_clusters(clusters).power(-0.03) >= 0.8 > design.with_clusters(clusters - 1).power(-0.03)
    assert design.with_clusters(49).treated.sum() == pytest.approx(sizes.sum() * 49 / 34)
    assert abs(design.with_clusters(49).detectable()) < abs(design.detectable())
    assert abs(design.with_more_rows(1.5).detectable()) < abs(design.detectable())


def test_no_number_of_rows_makes_up_for_effects_that_differ_between_centres():
    design = Design(np.full(6, 100.0), np.full(6, 300.0), 0.15, effect_sd=0.05)
    assert design.rows_needed(-0.02) == math.inf
    assert design.clusters_needed(-0.02) > 30
    assert design.clusters_needed(-0.0001) == 5_000


def test_the_curve_is_the_chance_at_each_effect():
    design = alone(800)
    curve = design.curve([-0.05, -0.02, 0.0, 0.02])
    assert curve["power"].tolist() == [design.power(size) for size in (-0.05, -0.02, 0.0, 0.02)]
    assert curve["risk"].tolist() == pytest.approx([0.10, 0.13, 0.15, 0.17])
    assert len(design.curve()) == 41


def test_it_says_what_it_could_show():
    text = alone(2_000).summary()
    assert "2,000 treated" in text
    assert "fewer of every 100" in text
    assert "No fall, however large" in alone(20, 0.05).summary()


def test_all_that_cannot_be_is_said_at_once():
    with pytest.raises(InputError) as caught:
        Design(np.zeros(3), np.ones(3), 1.5, icc=2, control_repeats=0.5)
    assert all(part in str(caught.value) for part in ("icc is 2", "baseline is 1.5", "control_repeats", "no rows"))
    with pytest.raises(InputError, match="no share from 0 to 1"):
        alone(10).power(-0.2)


def rows_of(design):
    """Return each row's cluster, arm and set: sets of a treated row and its controls, or all rows apart."""
    groups, sets = np.arange(len(design.treated)), int(design.set_size)
    treated, control = design.treated.astype(int), design.control.astype(int)
    if not sets:
        cluster = np.r_[np.repeat(groups, treated), np.repeat(groups, control)]
        return cluster, np.r_[np.ones(treated.sum()), np.zeros(control.sum())], np.arange(len(cluster))
    arm = np.tile(np.r_[1, np.zeros(sets)], treated.sum())
    return np.repeat(groups, treated * (1 + sets)), arm, np.repeat(np.arange(treated.sum()), 1 + sets)


def simulate(design, difference, rng, runs):
    """Return how often a clustered t test sees the difference, its estimates' spread, its degrees of freedom."""
    cluster, arm, sets = rows_of(design)
    clusters, part = len(design.treated), (1 - design.icc) / design.icc
    columns, places = np.column_stack([np.ones(len(arm)), arm]), np.arange(len(arm))
    seen, estimates, freedom = 0, [], 0.0
    for _ in range(runs):
        base = rng.beta(design.baseline * part, (1 - design.baseline) * part, clusters)
        effect = difference + design.effect_sd * rng.normal(size=clusters)
        risk = np.clip(base[cluster] + arm * effect[cluster], 0, 1)
        own, shared = rng.random(len(arm)), rng.random(len(arm))[sets]
        drawn = np.where(rng.random(len(arm)) < math.sqrt(design.set_correlation), shared, own)
        fit = least_squares(columns, (drawn < risk).astype(float), np.ones(len(arm)), places, 2)
        got = clustered_covariance([fit], [np.array([[0.0, 1.0]])], [cluster])
        estimates.append(fit.coefficients[1])
        freedom = got.degrees_of_freedom
        seen += abs(estimates[-1]) > stdtrit(freedom, 0.975) * math.sqrt(got.covariance[0, 0])
    return seen / runs, float(np.std(estimates)), freedom


SIZES = np.random.default_rng(5)
DESIGNS = {
    "sets in 34 centres": {"treated": SIZES.integers(8, 60, 34), "set_size": 3},
    "sets alike": {"treated": SIZES.integers(8, 60, 34), "set_size": 3, "set_correlation": 0.15},
    "effects that differ": {"treated": SIZES.integers(8, 60, 34), "set_size": 3, "effect_sd": 0.04},
    "arms spread unevenly": {"treated": SIZES.integers(0, 80, 34), "control": SIZES.integers(20, 200, 34)},
    "8 centres": {"treated": SIZES.integers(20, 90, 8), "control": SIZES.integers(50, 250, 8), "effect_sd": 0.02},
}


@pytest.mark.parametrize("name", list(DESIGNS))
def test_simulated_samples_have_the_power_foretold(name):
    given = DESIGNS[name]
    design = Design(**{"control": 3 * given["treated"], "baseline": 0.2, "icc": 0.02} | given)
    difference = design.detectable()
    power, spread, freedom = simulate(design, difference, np.random.default_rng(2), 500)
    assert power == pytest.approx(0.8, abs=0.06)
    assert spread == pytest.approx(design.spread(difference)[0], rel=0.08)
    assert freedom == pytest.approx(design.spread(difference)[1], rel=0.05)


def test_likeness_within_groups_is_had_from_data():
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(400), rng.integers(5, 40, 400))
    risk = rng.beta(0.2 * 19, 0.8 * 19, 400)  # likeness 1 / (1 + 19)
    values = rng.random(len(groups)) < risk[groups]
    assert intraclass_correlation(values, groups) == pytest.approx(0.05, abs=0.012)
    assert intraclass_correlation([0, 1, 0, 1], [1, 1, 2, 2]) == 0.0
    assert intraclass_correlation([0, 0, 1, 1], [1, 1, 2, 2]) == 1.0
    assert repeats(["a", "a", "b", "c"]) == pytest.approx(1.5)
    with pytest.raises(InputError, match="two groups of two"):
        intraclass_correlation([0, 1], [1, 2])
    with pytest.raises(InputError, match="correlation 2"):
        design_effect(3, 2)
