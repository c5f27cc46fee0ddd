from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.stats import (
    adjusted_p_values,
    benjamini_hochberg,
    holm,
    independent_interaction_test,
    interaction_test,
)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_adjusted_p_values_are_as_their_authors_define_them(values):
    count, order = len(values), np.argsort(values, kind="stable")
    ranked = np.array(values)[order]
    step_down = [max(min(1.0, (count - j) * ranked[j]) for j in range(i + 1)) for i in range(count)]
    step_up = [min(min(1.0, count / (j + 1) * ranked[j]) for j in range(i, count)) for i in range(count)]
    assert holm(values)[order] == pytest.approx(step_down)
    assert benjamini_hochberg(values)[order] == pytest.approx(step_up)


def test_a_comparison_that_could_not_be_made_does_not_count():
    assert holm([0.02, np.nan, 0.04])[[0, 2]].tolist() == [0.04, 0.04]
    assert np.isnan(holm([0.02, np.nan])[1])
    assert np.isnan(holm([np.nan])).all() and not len(holm([]))
    table = adjusted_p_values(["a", "b"], [0.01, 0.04])
    assert table["holm"].tolist() == [0.02, 0.04]


def test_two_groups_are_welchs_t_test():
    from scipy import stats

    rng = np.random.default_rng(1)
    first, second = rng.normal(0, 1, 12), rng.normal(0.8, 3, 30)
    effects = [first.mean(), second.mean()]
    errors = [first.std(ddof=1) / 12**0.5, second.std(ddof=1) / 30**0.5]
    ours = independent_interaction_test(effects, errors, [11, 29])
    theirs = stats.ttest_ind(first, second, equal_var=False)
    assert ours.p_value == pytest.approx(theirs.pvalue)
    assert ours.denominator == pytest.approx(theirs.df)


def test_more_groups_are_welchs_analysis_of_variance():
    from statsmodels.stats.oneway import anova_oneway

    rng = np.random.default_rng(2)
    groups = [rng.normal(mean, spread, size) for mean, spread, size in [(0, 1, 8), (0.5, 2, 15), (1, 3, 11)]]
    ours = independent_interaction_test(
        [group.mean() for group in groups],
        [group.std(ddof=1) / len(group) ** 0.5 for group in groups],
        [len(group) - 1 for group in groups],
    )
    theirs = anova_oneway(groups, use_var="unequal", welch_correction=True)
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_a_joint_covariance_without_covariances_is_independence():
    effects, errors = np.array([-0.05, -0.01, 0.02]), np.array([0.02, 0.03, 0.025])
    joint = interaction_test(effects, np.diag(errors**2))
    apart = independent_interaction_test(effects, errors)
    assert joint.p_value == pytest.approx(apart.p_value)
    assert joint.common == pytest.approx(apart.common)
    assert joint.spread == pytest.approx(0.07)


def test_it_does_not_matter_which_group_is_first():
    rng = np.random.default_rng(3)
    root = rng.normal(size=(4, 4))
    covariance, effects = root @ root.T, rng.normal(size=4)
    order = [2, 0, 3, 1]
    first = interaction_test(effects, covariance, degrees_of_freedom=20)
    second = interaction_test(effects[order], covariance[np.ix_(order, order)], degrees_of_freedom=20)
    assert first.p_value == pytest.approx(second.p_value)


def test_with_few_clusters_alike_effects_are_called_different_as_seldom_as_asked():
    # Three groups' effects in each of 15 clusters, which share their cluster's ups and downs.
    rng = np.random.default_rng(4)
    runs, clusters = 4_000, 15
    values = rng.normal(size=(runs, clusters, 3)) + rng.normal(size=(runs, clusters, 1))
    naive = hotelling = 0
    for sample in values:
        covariance = np.cov(sample.T) / clusters
        hotelling += interaction_test(sample.mean(axis=0), covariance, degrees_of_freedom=clusters - 1).differs
        naive += interaction_test(sample.mean(axis=0), covariance).differs
    assert hotelling / runs == pytest.approx(0.05, abs=0.01)
    assert naive / runs > 0.07


def test_significant_here_and_not_there_is_not_a_difference():
    result = independent_interaction_test([-0.040, -0.025], [0.015, 0.020])
    assert not result.differs
    assert "do not show that the effect differs" in result.summary()
    assert independent_interaction_test([-0.06, 0.05], [0.015, 0.020]).differs


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: holm([0.1, 1.5]), "1 p-values are below 0 or above 1"),
        (lambda: interaction_test([1.0], [[1.0]]), "two or more"),
        (lambda: interaction_test([1.0, 2.0, 3.0], np.eye(3), degrees_of_freedom=2), "cannot tell 3 groups apart"),
        (lambda: independent_interaction_test([1.0, 2.0], [1.0, 0.0]), "above 0"),
    ],
)
def test_what_cannot_be_is_said(call, said):
    with pytest.raises(InputError, match=said):
        call()


@pytest.mark.parametrize(
    "covariance",
    [
        np.zeros((2, 2)),
        np.diag([0.0, 0.01]),
        np.diag([1e-40, 0.01]),
        np.array([[0.01, 0.01], [0.01, 0.01]]),
    ],
)
def test_effects_without_an_error_of_their_own_cannot_be_compared_and_it_is_said(covariance) -> None:
    with pytest.raises(InputError, match="The covariance is singular"):
        interaction_test([0.0, -0.1], covariance, degrees_of_freedom=20.0)
    assert interaction_test([0.0, -0.1], np.diag([1e-9, 0.01]), degrees_of_freedom=20.0).p_value > 0
