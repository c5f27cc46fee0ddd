"""A trait that only some clusters have: a fold is then fitted on rows that do not vary in it, and predicts for some."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import estimate_effect, estimate_effects


@pytest.fixture(params=[0.0, 7.3], ids=["nought", "another number"])
def frame(request: pytest.FixtureRequest) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    rows = 3_000
    place = rng.integers(0, 30, rows)
    made = pd.DataFrame({"x": rng.normal(size=rows), "place": place, "t": (rng.random(rows) < 0.3).astype(int)})
    made["rare"] = request.param + np.where((place == 3) & (rng.random(rows) < 0.4), 1.0, 0.0)
    made["y"] = 0.5 * made["t"] + made["x"] + rng.normal(size=rows)
    return made


def test_the_trait_moves_neither_the_estimate_nor_its_error(frame: pd.DataFrame) -> None:
    asked = {"treatment": "t", "cluster": "place", "folds": 5, "seed": 1}
    (several,) = estimate_effects(frame, ["y"], covariates=["x", "rare"], **asked)
    alone = estimate_effect(frame, "y", covariates=["x", "rare"], method="aipw", **asked)
    without = estimate_effect(frame, "y", covariates=["x"], method="aipw", **asked)
    for found in (several, alone):
        assert found.estimate == pytest.approx(without.estimate, abs=0.3 * without.se)
        assert found.se == pytest.approx(without.se, rel=0.2)
