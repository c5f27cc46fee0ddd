"""Two-way fixed effects beside statsmodels' least squares with a dummy a unit and a period."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from toolkit.errors import InputError
from toolkit.stats.panel.fixed_effects import two_way_fixed_effects


def _panel(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame([(u, t) for u in range(20) for t in range(6)], columns=["unit", "period"])
    frame["a"], frame["b"] = rng.normal(size=(2, len(frame)))
    frame["y"] = 0.3 * frame["a"] - 0.2 * frame["b"] + rng.normal(size=20)[frame["unit"]] + rng.normal(size=len(frame))
    frame.loc[rng.choice(len(frame), 15, replace=False), "y"] = np.nan
    return frame


@pytest.mark.parametrize("reference", ["normal", "t"])
def test_a_panel_with_holes_gives_what_statsmodels_gives(reference: str) -> None:
    frame = _panel(1)
    ours = two_way_fixed_effects(
        frame["y"], frame[["a", "b"]], unit=frame["unit"], period=frame["period"], reference=reference
    )
    whole = frame.dropna()
    theirs = smf.ols("y ~ a + b + C(unit) + C(period)", whole).fit(
        cov_type="cluster", cov_kwds={"groups": whole["unit"]}, use_t=reference == "t"
    )
    np.testing.assert_allclose(ours.coefficients, theirs.params[["a", "b"]], rtol=1e-9)
    np.testing.assert_allclose(ours.se, theirs.bse[["a", "b"]], rtol=1e-9)
    np.testing.assert_allclose(ours.low, theirs.conf_int()[0][["a", "b"]], rtol=1e-8)
    np.testing.assert_allclose(ours.p_values, theirs.pvalues[["a", "b"]], rtol=1e-7)
    assert (ours.rows, ours.left_out) == (105, 15)


def test_an_exposure_that_is_the_units_own_is_refused() -> None:
    frame = _panel(2)
    with pytest.raises(InputError, match="own does not vary"):
        two_way_fixed_effects(
            frame["y"], pd.DataFrame({"own": frame["unit"] * 2.0}), unit=frame["unit"], period=frame["period"]
        )


def test_a_unit_seen_once_is_counted_and_said() -> None:
    frame = _panel(3).dropna()
    frame = frame[(frame["unit"] != 0) | (frame.index == frame.index[0])]
    fit = two_way_fixed_effects(frame["y"], frame["a"], unit=frame["unit"], period=frame["period"])
    rest = frame[frame["unit"] != 0]
    without = two_way_fixed_effects(rest["y"], rest["a"], unit=rest["unit"], period=rest["period"])
    assert fit.alone == 1 and fit.units == 20
    np.testing.assert_allclose(fit.coefficients, without.coefficients, rtol=1e-9)


def test_errors_may_be_clustered_by_more_than_a_unit_and_few_clusters_are_said() -> None:
    frame = _panel(4).dropna()
    council = frame["unit"] // 2
    ours = two_way_fixed_effects(
        frame["y"], frame["a"], unit=frame["unit"], period=frame["period"], cluster=council, reference="t"
    )
    theirs = smf.ols("y ~ a + C(unit) + C(period)", frame).fit(
        cov_type="cluster", cov_kwds={"groups": council}, use_t=True
    )
    np.testing.assert_allclose(ours.se, theirs.bse[["a"]], rtol=1e-9)
    np.testing.assert_allclose([ours.low[0], ours.high[0]], theirs.conf_int().loc["a"], rtol=1e-8)
    assert ours.clusters == 10 and "With 10 clusters" in ours.note and ours.note in ours.summary()
