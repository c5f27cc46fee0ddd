"""Random effects against statsmodels and published figures, and the intervals where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from toolkit.errors import InputError
from toolkit.stats.pooling.random_effects import leave_one_out, random_effects

# Trials of BCG against tuberculosis, logarithms of risk ratios, variances: Colditz and others (1994), JAMA 271,
# 698-702, table as worked out in Viechtbauer (2010), Journal of Statistical Software 36(3), section 3.1.
BCG = np.array([-0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.0120, -0.4694, -1.3713, -0.3394,
                0.4459, -0.0173])  # fmt: skip
BCG_VARIANCE = np.array([0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124, 0.5325,
                         0.0714])  # fmt: skip


def test_it_agrees_with_statsmodels() -> None:
    ours = random_effects(BCG, np.sqrt(BCG_VARIANCE))
    theirs = combine_effects(BCG, BCG_VARIANCE, method_re="pm", use_t=True, atol=1e-12)
    assert ours.mean == pytest.approx(theirs.mean_effect_re, rel=1e-9)
    assert ours.tau**2 == pytest.approx(theirs.tau2, rel=1e-8)
    assert ours.se**2 == pytest.approx(theirs.var_hksj_re, rel=1e-9)
    assert ours.i_squared == pytest.approx(theirs.i2, rel=1e-9)
    assert ours.weights == pytest.approx(theirs.weights_rel_re, rel=1e-9)
    assert ours.usual_interval == pytest.approx(tuple(theirs.conf_int()[3]), rel=1e-9)


def test_equal_errors_and_a_large_spread_give_student() -> None:
    """With errors that are nothing beside the spread both intervals are exact: a mean's and a next value's."""
    y = np.array([0.3, -0.2, 0.5, 0.1, -0.4, 0.0, 0.2])
    found = random_effects(y, np.full(7, 1e-6), draws=4000)
    reach = stats.t.isf(0.025, 6) * y.std(ddof=1)
    assert found.interval == pytest.approx((y.mean() - reach / np.sqrt(7), y.mean() + reach / np.sqrt(7)), rel=2e-3)
    assert found.prediction == pytest.approx(
        (y.mean() - reach * np.sqrt(8 / 7), y.mean() + reach * np.sqrt(8 / 7)), rel=2e-3
    )


def test_errors_that_are_less_well_known_widen_the_interval() -> None:
    y, s = np.tile([-0.03, 0.01, -0.04, -0.01], 3), np.full(12, 0.02)
    known, guessed = random_effects(y, s), random_effects(y, s, np.full(12, 3.0))
    assert np.diff(guessed.interval)[0] > 1.1 * np.diff(known.interval)[0]
    assert random_effects(y, s, np.full(12, 3.0)).interval == guessed.interval


def test_leaving_one_out_is_pooling_the_others() -> None:
    without = leave_one_out(BCG, np.sqrt(BCG_VARIANCE))
    assert without[3].mean == random_effects(np.delete(BCG, 3), np.sqrt(np.delete(BCG_VARIANCE, 3))).mean
    assert len(without) == 13 and {one.places for one in without} == {12}


@pytest.mark.parametrize(
    ("estimates", "errors", "freedom", "said"),
    [
        ([0.1], [0.1], None, "There are 1 estimates to put together. Give two or more"),
        ([0.1, 0.2], [0.1, 0.0], None, "errors above 0"),
        ([0.1, 0.2], [0.1], None, "2 estimates, 1 errors"),
        ([0.1, float("nan")], [0.1, 0.1], None, "must be numbers"),
        ([0.1, 0.2], [0.1, 0.1], [5, 0], "degrees of freedom above 0"),
    ],
)
def test_what_cannot_be_pooled_is_refused(estimates, errors, freedom, said: str) -> None:
    with pytest.raises(InputError, match=said):
        random_effects(estimates, errors, freedom)
