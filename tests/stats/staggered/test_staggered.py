"""Staggered starts: what is compared with what, and the inference that few units allow."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.stats.regression.least_squares import least_squares
from toolkit.stats.staggered.balance import chance_of_imbalance
from toolkit.stats.staggered.changes import Changes, Rows, Windows, changes_of
from toolkit.stats.staggered.contrast import NEVER
from toolkit.stats.staggered.effect import Design, Effect, effect_of
from toolkit.stats.staggered.spread import Spread, spread_of
from toolkit.stats.staggered.visible import visible
from toolkit.stats.variance.wild_t import wild_t_interval

FAR = 10**6


def staggered(seed, starts, never, *, rows=40, effect=0.0, noise=1.0, luck=0.0, growing=0.0):
    """Units that began on the days given, and units that never did, over four years of 365 days."""
    rng = np.random.default_rng(seed)
    begins = np.array([*starts, *[FAR] * never])
    unit = np.repeat(np.arange(len(begins)), rows)
    day = rng.integers(0, 1460, len(unit))
    year = day // 365
    since = np.maximum(0, day - begins[unit]) / 365
    outcome = 0.001 * day + rng.normal(size=len(begins))[unit] + rng.normal(0, noise, len(unit))
    outcome += luck * rng.normal(size=(len(begins), 4))[unit, year] + (day >= begins[unit]) * (effect + growing * since)
    return Rows(unit, day, outcome, year), begins


def compared(rows, begins, *, length=730, covariates=None, draws=0, fewest=1) -> tuple[Effect | None, Changes, Design]:
    windows = Windows.around(begins[begins < FAR], length, 0, 1459)
    before, after = windows.before(rows.day), windows.after(rows.day)
    changes = changes_of(rows, len(begins), before, after, begins, fewest)
    place = np.searchsorted(windows.starts, begins)
    design = Design(
        assigned=np.where(begins < FAR, place, NEVER),
        windows=windows,
        variance=np.where(changes.is_known, changes.chance, 1.0),
        covariates=np.zeros((len(begins), 0)) if covariates is None else covariates,
        strata=np.zeros(len(begins), dtype=np.intp),
    )
    return effect_of(changes, design, draws=draws), changes, design


def test_with_one_start_it_is_the_weighted_difference_of_the_two_kinds_changes():
    rows, begins = staggered(1, [700] * 5, 7)
    effect, changes, _ = compared(rows, begins)
    precision = 1 / changes.chance[:, 0]
    means = [np.average(changes.change[some, 0], weights=precision[some]) for some in (begins < FAR, begins == FAR)]
    assert effect.clustered.estimate == pytest.approx(means[0] - means[1], abs=1e-12)
    assert (effect.clustered.treated, effect.clustered.controls) == (5, 7)
    by_hand = rows.outcome[(rows.unit == 0) & (rows.day >= 700) & (rows.day < 1430)].mean()
    by_hand -= rows.outcome[(rows.unit == 0) & (rows.day < 700)].mean()
    assert changes.change[0, 0] == pytest.approx(by_hand, abs=1e-12)


def test_a_unit_that_began_is_never_a_comparison_for_one_that_began_later():
    """An effect that grows with time turns the sign of a regression on units and times; here it does not."""
    starts = [300, 300, 300, 600, 600, 600, 900, 900, 900]
    rows, begins = staggered(2, starts, 3, rows=2000, noise=0.0, growing=1.0)
    effect, _, design = compared(rows, begins, length=400)
    weights, is_treated = effect.contrast.weights[0], effect.contrast.is_treated[0]
    for start, day in enumerate(design.windows.starts):
        used = np.flatnonzero((weights[:, start] > 0) & ~is_treated[:, start])
        assert (begins[used] >= day + 400).all() and (begins[used] == FAR).sum() == 3
        assert (weights[used, start] > 0).all() and is_treated[:, start].any()
    assert effect.clustered.estimate == pytest.approx(200 / 365, abs=0.05)  # the mean of time since, over 400 days


def test_what_made_units_unlike_is_held_the_same():
    rows, begins = staggered(3, [700] * 8, 8, rows=400, noise=0.1)
    poor = np.array([1.0] * 6 + [0.0] * 4 + [1.0] * 2 + [0.0] * 4)
    late = rows.day >= 700
    drifting = Rows(rows.unit, rows.day, rows.outcome + 0.8 * poor[rows.unit] * late, rows.year)
    plain, _, _ = compared(drifting, begins)
    adjusted, _, _ = compared(drifting, begins, covariates=poor[:, None])
    assert plain.clustered.estimate > 0.3 and abs(adjusted.clustered.estimate) < 0.05


def test_randomisation_finds_an_exact_effect_exactly_and_no_other():
    """With no noise every deal but the true one is refused unless its effect is the one tested."""
    rows, begins = staggered(4, [500, 500, 700, 700, 800, 900], 6, rows=3000, noise=0.0, effect=0.5)
    changed = Rows(rows.unit, rows.day, 0.5 * (rows.day >= begins[rows.unit]), rows.year)
    effect, _, _ = compared(changed, begins, draws=399)
    found = effect.randomised
    assert found.p_value < 0.02
    assert found.low == pytest.approx(0.5, abs=1e-6) and found.high == pytest.approx(0.5, abs=1e-6)


def test_the_wild_bootstrap_is_that_of_a_regression_fitted_again_with_every_draw():
    rng = np.random.default_rng(5)
    codes = np.repeat(np.arange(14), rng.integers(2, 9, 14))
    treated = (codes % 2 == 0) * 1.0
    design = np.column_stack([np.ones(len(codes)), treated, rng.normal(size=len(codes))])
    outcome = 0.6 * treated + rng.normal(size=14)[codes] + rng.normal(size=len(codes))
    weights = rng.uniform(0.5, 2, len(codes))
    contrast = np.array([0.0, 1.0, 0.0])
    fit = least_squares(design, outcome, weights, np.arange(len(codes)), 3)
    p_value, (low, high) = wild_t_interval(fit, contrast, codes, 0.95, 7, draws=199)

    def t_of(values, effect):
        again = least_squares(design, values, weights, np.arange(len(codes)), 3)
        loads = again.design @ (again.bread @ contrast)
        scores = np.bincount(codes, weights=loads * again.residual)
        return (again.coefficients[1] - effect) / np.sqrt(scores @ scores)

    def by_hand(effect):
        kept = least_squares(design[:, [0, 2]], outcome - effect * treated, weights, np.arange(len(codes)), 2)
        fitted = effect * treated + design[:, [0, 2]] @ kept.coefficients
        signs = np.random.default_rng(7).choice(np.array([-1.0, 1.0]), (199, 14))
        drawn = [abs(t_of(fitted + sign[codes] * (outcome - fitted), effect)) for sign in signs]
        return (1 + sum(t >= abs(t_of(outcome, effect)) * (1 - 1e-9) for t in drawn)) / 200

    assert p_value == pytest.approx(by_hand(0.0))
    for end, inward in ((low, 1), (high, -1)):
        assert by_hand(end - inward * 0.02) <= 0.05 < by_hand(end + inward * 0.02)


def test_the_spread_within_and_between_is_found_where_it_is_known():
    found = [spread_of(*_untreated(seed, luck=0.5)) for seed in range(25)]
    assert np.mean([one.within for one in found]) == pytest.approx(1.0, rel=0.03)
    assert np.mean([one.between for one in found]) == pytest.approx(0.25, rel=0.15)
    none = [spread_of(*_untreated(seed, luck=0.0)).between for seed in range(25)]
    assert np.mean(none) < 0.02 and min(none) == 0.0


def _untreated(seed, luck):
    rows, begins = staggered(seed, [], 20, rows=80, luck=luck)
    return rows, rows.day < begins[rows.unit]


def test_the_smallest_effect_is_reckoned_from_the_variance_that_estimates_have():
    known = Spread(1.0, 0.25, 50)
    estimates, expected = [], []
    for seed in range(150):
        rows, begins = staggered(seed, [400, 600, 600, 800, 900, 1000], 8, luck=0.5)
        effect, _, design = compared(rows, begins)
        estimates.append(effect.clustered.estimate)
        before, after = design.windows.before(rows.day), design.windows.after(rows.day)
        seen = visible(effect.contrast.parts[0], before, after, rows, known, 10.0)
        expected.append(seen.chance + seen.between)
    assert np.std(estimates) == pytest.approx(np.sqrt(np.mean(expected)), rel=0.15)  # three standard errors of 150
    assert seen.smallest(rows=4) < seen.smallest(rows=2) < seen.smallest()
    assert seen.smallest(units=2) < seen.smallest() / np.sqrt(2) * 1.0001
    goal = seen.smallest(rows=3)
    assert seen.rows_for(goal) == pytest.approx(3.0) and seen.rows_for(0.0) is None
    assert seen.smallest(units=seen.units_for(goal)) <= goal < seen.smallest(units=seen.units_for(goal) / 1.1)


def test_too_few_units_give_no_effect_and_no_interval_of_the_bootstrap():
    rows, begins = staggered(6, [700], 5)
    assert compared(rows, begins)[0] is None
    rows, begins = staggered(6, [700] * 5, 7)
    effect, _, _ = compared(rows, begins, draws=99)
    assert effect.wild is None and effect.widest[0] <= effect.clustered.interval()[0]


def test_units_unlike_by_more_than_a_deal_are_seen():
    rng = np.random.default_rng(7)
    has_begun = np.arange(34) < 19
    values = rng.normal(size=(34, 3))
    strata = np.zeros(34, dtype=np.intp)
    alike = [chance_of_imbalance(rng.normal(size=(34, 3)), has_begun, strata, draws=199, seed=n) for n in range(60)]
    assert np.mean([chance <= 0.1 for chance in alike]) == pytest.approx(0.1, abs=0.1)
    apart = values + 2.0 * has_begun[:, None]
    assert chance_of_imbalance(apart, has_begun, strata, draws=399, seed=1) < 0.01
