from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from toolkit.studies.estimates import unadjusted_difference


def test_it_is_the_clustered_regression_on_treatment_alone():
    rng = np.random.default_rng(4)
    cluster = rng.integers(0, 20, 2_000)
    treated = rng.random(2_000) < 0.1 + 0.2 * (cluster % 3 == 0)
    values = (rng.random(2_000) < 0.1 + 0.05 * treated + 0.01 * (cluster % 5)).astype(np.int8)
    found = unadjusted_difference("any_referral_12m", values, treated, cluster)
    design = sm.add_constant(treated.astype(float))
    fit = sm.OLS(values.astype(float), design).fit()
    # CR2 by its definition: a cluster's residuals by the inverse root of its part of I - H.
    bread, parts = np.linalg.inv(design.T @ design), []
    for group in range(20):
        mine = design[cluster == group]
        share, turn = np.linalg.eigh(np.eye(len(mine)) - mine @ bread @ mine.T)
        parts.append(bread @ mine.T @ (turn / np.sqrt(share)) @ turn.T @ fit.resid[cluster == group])
    assert found.estimate == pytest.approx(fit.params[1], rel=1e-9)
    assert found.se == pytest.approx(np.sqrt((np.array(parts)[:, 1] ** 2).sum()), rel=1e-9)
    assert (found.clusters, found.n_treated, found.n_control) == (20, treated.sum(), (~treated).sum())
    assert found.low < found.estimate < found.high


def test_an_arm_in_one_cluster_has_no_interval():
    clusters = np.array([0, 0, 1, 2])
    found = unadjusted_difference("x", np.array([0, 1, 1, 0]), np.array([True, True, False, False]), clusters)
    assert found.se is None and found.low is None and found.p_value is None


def test_one_cluster_gives_no_interval():
    found = unadjusted_difference("x", np.array([0, 1, 1]), np.array([True, False, True]), np.zeros(3, dtype=int))
    assert found.se is None and found.low is None
    assert found.estimate == pytest.approx(-0.5)
