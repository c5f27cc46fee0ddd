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
    fit = sm.OLS(values.astype(float), sm.add_constant(treated.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False}
    )
    assert found.estimate == pytest.approx(fit.params[1], rel=1e-9)
    assert found.se == pytest.approx(fit.bse[1] * np.sqrt(20 / 19), rel=1e-9)
    assert (found.clusters, found.n_treated, found.n_control) == (20, treated.sum(), (~treated).sum())
    assert found.low < found.estimate < found.high


def test_one_cluster_gives_no_interval():
    found = unadjusted_difference("x", np.array([0, 1, 1]), np.array([True, False, True]), np.zeros(3, dtype=int))
    assert found.se is None and found.low is None
    assert found.estimate == pytest.approx(-0.5)
