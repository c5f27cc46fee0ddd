from __future__ import annotations

import math

import numpy as np
import pytest

from toolkit.errors import InputError
from toolkit.stats.power.from_rows import design_from_rows
from toolkit.stats.variance.cluster_robust import clustered_covariance, least_squares


def rows(rng, *, families=1_200, months=4, clusters=34, likeness=0.02):
    """Return rows of families in centres: comparison families are seen in several months, treated ones once."""
    part = (1 - likeness) / likeness
    risk = rng.beta(0.2 * part, 0.8 * part, clusters)
    place = rng.integers(0, clusters, families)
    treated = rng.random(families) < 0.2
    seen = np.where(treated, 1, rng.integers(1, 2 * months, families))
    family = np.repeat(np.arange(families), seen)

    def outcome():
        # A family's months share most of their year, so that three in four rows are the family's own draw again.
        own = (rng.random(families) < risk[place])[family]
        other = rng.random(len(family)) < risk[place][family]
        return np.where(rng.random(len(family)) < math.sqrt(0.75), own, other).astype(float)

    return treated[family].astype(int), place[family], family, outcome(), outcome()


def test_the_error_foretold_from_before_is_the_one_had_after():
    rng = np.random.default_rng(1)
    foretold, had, estimates, freedom = [], [], [], []
    for _ in range(80):
        treated, cluster, family, before, after = rows(rng)
        design = design_from_rows(treated, cluster, before, family=family)
        foretold.append(design.spread(0.0))
        columns = np.column_stack([np.ones(len(treated)), treated])
        fit = least_squares(columns, after, np.ones(len(treated)), np.arange(len(treated)), 2)
        got = clustered_covariance([fit], [np.array([[0.0, 1.0]])], [cluster])
        had.append(math.sqrt(got.covariance[0, 0]))
        estimates.append(fit.coefficients[1])
        freedom.append(got.degrees_of_freedom)
    assert np.mean([error for error, _ in foretold]) == pytest.approx(np.mean(had), rel=0.06)
    assert np.mean([error for error, _ in foretold]) == pytest.approx(np.std(estimates), rel=0.2)
    assert np.mean([number for _, number in foretold]) == pytest.approx(np.mean(freedom), rel=0.1)


def test_what_is_alike_is_read_from_the_comparison_rows():
    treated, cluster, family, before, _ = rows(np.random.default_rng(2), families=20_000, likeness=0.05)
    design = design_from_rows(treated, cluster, before, family=family)
    assert design.icc == pytest.approx(0.05, abs=0.025)
    assert design.family_correlation == pytest.approx(0.75, abs=0.05)
    assert design.treated_repeats == 1
    assert design.control_repeats > 4
    assert design.treated.sum() == pytest.approx(treated.sum())
    assert design_from_rows(treated, cluster, before, baseline=0.1).baseline == 0.1
    assert design_from_rows(treated, cluster, before).family_correlation == 0


def test_unequal_weights_count_as_fewer_rows():
    treated, cluster = np.tile([1, 0], 200), np.arange(400) // 20
    before = np.random.default_rng(3).integers(0, 2, 400)
    weights = np.where(treated == 1, 1.0, np.tile([1.0, 0.2, 1.0, 1.8], 100))
    design = design_from_rows(treated, cluster, before, weights=weights)
    assert design.treated.sum() == pytest.approx(200)
    assert design.control.sum() == pytest.approx(200 / (1 + 0.8**2))
    halved = design_from_rows(treated, cluster, before, weights=weights / 2)
    assert halved.control == pytest.approx(design.control)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"treated": [1, 0, 3, 0]}, "1 of treated are not 0 or 1"),
        ({"before": [1, 0, 1]}, "same length"),
        ({"treated": [0, 0, 0, 0]}, "An arm has no rows"),
        ({"weights": [1, 1, -1, 1]}, "weight is missing or below 0"),
        ({"baseline": 1.0}, "baseline is 1"),
    ],
)
def test_what_cannot_be_is_said(changed, said):
    given = {"treated": [1, 0, 1, 0], "cluster": [1, 1, 2, 2], "before": [0, 1, 0, 1]} | changed
    with pytest.raises(InputError, match=said):
        design_from_rows(given.pop("treated"), given.pop("cluster"), given.pop("before"), **given)
