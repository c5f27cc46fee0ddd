from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.sensitivity.hodges_lehmann import hodges_lehmann_bounds
from toolkit.stats.sensitivity.rosenbaum import amplify, signed_rank_bounds
from toolkit.stats.sensitivity.rosenbaum_binary import mantel_haenszel_bounds, mcnemar_bounds

# Lead in the blood of 33 children whose fathers worked with it and of 33 like them (Morton et al., 1982, American
# Journal of Epidemiology 115, 549-555; the data of the R package rbounds, help of psens).
EXPOSED = [38, 23, 41, 18, 37, 36, 23, 62, 31, 34, 24, 14, 21, 17, 16, 20, 15, 10, 45, 39, 22, 35, 49, 48, 44, 35, 43]
EXPOSED += [39, 34, 13, 73, 25, 27]
CONTROL = [16, 18, 18, 24, 19, 11, 10, 15, 16, 18, 18, 13, 19, 10, 16, 16, 24, 13, 9, 14, 21, 19, 7, 18, 19, 12, 11]
CONTROL += [22, 25, 16, 13, 11, 13]
LEAD = np.array(EXPOSED) - np.array(CONTROL)
GAMMAS = [1, 2, 3, 4, 5, 6]


def test_lead_has_the_published_bounds_of_its_p_value():
    bounds = signed_rank_bounds(LEAD, GAMMAS, side="greater")
    assert np.round(bounds.high, 4).tolist() == [0.0000, 0.0018, 0.0131, 0.0367, 0.0694, 0.1073]
    assert bounds.low.max() < 1e-4
    assert 4 < bounds.limit < 5
    assert signed_rank_bounds(LEAD, [bounds.limit], side="greater").high[0] == pytest.approx(0.05)
    assert "4.43 times the odds" in bounds.summary()


def test_lead_has_the_published_bounds_of_its_typical_difference():
    bounds = hodges_lehmann_bounds(LEAD, GAMMAS)
    # rbounds searches on a grid of 0.1 and from another start, so it is up to half a unit away.
    assert bounds.low == pytest.approx([15.5, 10.5, 8, 6.5, 5, 4], abs=0.51)
    assert bounds.high == pytest.approx([15.5, 19.6, 23.1, 25.1, 26.6, 28.1], abs=0.51)
    walsh = np.array([(LEAD[i] + LEAD[j]) / 2 for i in range(33) for j in range(i, 33)])
    assert bounds.low[0] == pytest.approx(np.median(walsh))
    assert bounds.low[1] == pytest.approx(np.quantile(walsh, 1 / 3, method="averaged_inverted_cdf"))
    assert bounds.high[1] == pytest.approx(np.quantile(walsh, 2 / 3, method="averaged_inverted_cdf"))


def test_without_hidden_bias_it_is_wilcoxons_test():
    rng = np.random.default_rng(1)
    differences = rng.normal(0.3, 1, 60)
    ours = signed_rank_bounds(differences, [1.0])
    theirs = stats.wilcoxon(differences, method="asymptotic", correction=False)
    assert ours.high[0] == ours.low[0] == pytest.approx(theirs.pvalue)


@given(st.integers(0, 10_000), st.sampled_from([1.0, 1.3, 2.0, 3.5]))
@settings(max_examples=30, deadline=None)
def test_the_interval_leaves_out_no_effect_just_when_the_test_does(seed, gamma):
    differences = np.random.default_rng(seed).normal(0.5, 1, 41)
    bounds = hodges_lehmann_bounds(differences, [gamma])
    excludes = bounds.interval_low[0] > 0 or bounds.interval_high[0] < 0
    assert excludes == (signed_rank_bounds(differences, [gamma]).high[0] <= 0.05)
    assert bounds.interval_low[0] <= bounds.low[0] <= bounds.high[0] <= bounds.interval_high[0]


def test_turning_all_differences_over_turns_the_sides_over():
    less = signed_rank_bounds(-LEAD, GAMMAS, side="less")
    greater = signed_rank_bounds(LEAD, GAMMAS, side="greater")
    assert less.high == pytest.approx(greater.high)
    assert less.limit == pytest.approx(greater.limit)


def test_twenty_thousand_pairs_are_no_trouble():
    differences = np.random.default_rng(2).normal(1, 5, 20_000)
    bounds = hodges_lehmann_bounds(differences, [1.0, 1.5])
    assert bounds.low[0] == pytest.approx(1.0, abs=0.15)
    assert bounds.low[1] < 0.5 < 1.5 < bounds.high[1]


def test_smoking_pairs_have_the_binomial_tail():
    # Hammond (1964): of 36,975 pairs, 122 in which one died of lung cancer, 110 of them the heavy smoker.
    exact = mcnemar_bounds(110, 12, GAMMAS, side="greater")
    assert exact.high == pytest.approx([stats.binom.sf(109, 122, g / (1 + g)) for g in GAMMAS])
    assert exact.low == pytest.approx([stats.binom.sf(109, 122, 1 / (1 + g)) for g in GAMMAS])
    assert 5 < exact.limit < 6


def test_the_figures_of_rbounds_are_those_of_one_pair_more():
    # binarysens(12, 110) prints the chance of more than 110; ours is of 110 or more.
    bounds = mcnemar_bounds(111, 11, GAMMAS, side="greater")
    assert np.round(bounds.high, 5).tolist() == [0, 0, 0.00001, 0.00080, 0.01154, 0.05638]


def sets_of(pairs):
    outcome, treated, sets = [], [], []
    for number, (first, second) in enumerate(pairs):
        outcome += [first, second]
        treated += [1, 0]
        sets += [number, number]
    return outcome, treated, sets


def test_sets_of_two_are_pairs():
    rows = sets_of([(1, 0)] * 8 + [(0, 1)] * 25 + [(1, 1)] * 5 + [(0, 0)] * 40)
    for side in ("less", "greater", "two-sided"):
        ours = mantel_haenszel_bounds(*rows, [1, 1.5, 2], side=side)
        pairs = mcnemar_bounds(8, 25, [1, 1.5, 2], side=side)
        assert ours.high == pytest.approx(pairs.high)
        assert ours.low == pytest.approx(pairs.low)
        assert ours.limit == pytest.approx(pairs.limit)
        assert ours.sets == 33


def test_without_hidden_bias_sets_give_the_mantel_haenszel_test():
    from statsmodels.stats.contingency_tables import StratifiedTable

    rng = np.random.default_rng(3)
    sets = np.repeat(np.arange(3_000), 4)
    treated = np.tile([1, 0, 0, 0], 3_000)
    outcome = (rng.random(12_000) < np.where(treated == 1, 0.13, 0.16)).astype(int)
    ours = mantel_haenszel_bounds(outcome, treated, sets, [1.0], inflation=1 + 1e-12)
    tables = []
    for number in range(3_000):
        mine = sets == number
        table = [[((outcome == o) & (treated == t) & mine).sum() for o in (1, 0)] for t in (1, 0)]
        tables.append(np.array(table))
    theirs = StratifiedTable(tables).test_null_odds(correction=True)
    assert ours.high[0] == pytest.approx(theirs.pvalue, rel=1e-6)


def test_the_worst_case_of_sets_of_any_sizes_is_the_worst_of_all_hidden_causes():
    # Every way of giving a hidden 0 or 1 to the five rows of two sets, by enumeration.
    from itertools import product

    outcome, treated, sets = [1, 0, 0, 1, 0], [1, 0, 0, 1, 0], [0, 0, 0, 1, 1]
    gamma, worst = 2.0, 0.0
    for hidden in product([0, 1], repeat=5):
        weight = np.array([gamma**u for u in hidden])
        first = weight[:3] / weight[:3].sum()
        second = weight[3:] / weight[3:].sum()
        worst = max(worst, float(first[0] * second[0]))
    assert mantel_haenszel_bounds(outcome, treated, sets, [gamma], side="greater").high[0] == pytest.approx(worst)


def test_several_treated_in_a_set_follow_fishers_distribution():
    outcome, treated, sets = [1, 1, 0, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0], [9] * 7
    law = stats.nchypergeom_fisher(7, 3, 3, 2.5)
    assert mantel_haenszel_bounds(outcome, treated, sets, [2.5], side="greater").high[0] == pytest.approx(law.sf(1))


def test_more_sets_than_are_worked_out_exactly_change_little():
    exact = mcnemar_bounds(900, 1_050, [1.0, 1.05, 1.1])
    approximate = mcnemar_bounds(900, 1_050, [1.0, 1.05, 1.1], inflation=1 + 1e-9)
    assert approximate.high == pytest.approx(exact.high, abs=5e-4)


def test_sets_that_share_families_can_be_given_less_weight():
    plain, inflated = (mcnemar_bounds(60, 100, inflation=factor) for factor in (1.0, 1.5))
    assert inflated.limit < plain.limit
    assert inflated.high[0] > plain.high[0]


def test_no_effect_leaves_nothing_to_undo():
    result = mcnemar_bounds(50, 52)
    assert (result.limit, result.holds) == (1.0, False)
    assert "nothing for a hidden difference to undo" in result.summary()


def test_a_bias_can_be_told_as_two_strengths():
    # Rosenbaum and Silber (2009): gamma 1.25 is 2 times the odds of treatment and 2 times those of the outcome.
    assert amplify(1.25, 2.0) == pytest.approx(2.0)
    assert amplify(1.5, 2.0) == pytest.approx(4.0)
    with pytest.raises(InputError, match="more than it"):
        amplify(2.0, 1.5)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: signed_rank_bounds([0.0, 0.0]), "No pair differs"),
        (lambda: signed_rank_bounds([1.0, np.nan]), "1 of 2 differences are missing"),
        (lambda: signed_rank_bounds([1.0], [0.5]), "1 .no hidden bias. or more"),
        (lambda: signed_rank_bounds([1.0], side="lower"), "Known"),
        (lambda: mcnemar_bounds(-1, 3), "counts from 0"),
        (lambda: mcnemar_bounds(0, 0), "nothing to test"),
        (lambda: mcnemar_bounds(3, 4, inflation=0.5), "1 or more"),
        (lambda: mantel_haenszel_bounds([2, 0], [1, 0], [0, 0]), "1 of outcome are not 0 or 1"),
        (lambda: mantel_haenszel_bounds([1, 0], [1, 0], [0]), "one of each a row"),
    ],
)
def test_what_cannot_be_is_said(call, said):
    with pytest.raises(InputError, match=said):
        call()
