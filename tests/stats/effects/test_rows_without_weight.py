"""Rows that the effect is for and that weigh nothing in the fit, as families that moved and are stood for by others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import match
from toolkit.stats.matching.matched import Matched

OPTIONS = (
    {},
    {"outcome_model": "logit"},
    {"outcome_model": "ordinal", "outcome": "score", "measure": "mean_ordinal"},
    {"exposure": "days"},
)


@pytest.fixture(params=[1, 40], ids=["numbers", "levels"])
def matched(request: pytest.FixtureRequest) -> Matched:
    """A comparison whose covariate ``rare`` only rows without a weight have in the treated arm."""
    rng = np.random.default_rng(3)
    rows = 3_000
    frame = pd.DataFrame({"x": rng.normal(size=rows), "t": (rng.random(rows) < 0.25).astype(int)})
    frame["part"] = pd.Categorical(rng.integers(0, request.param, rows))
    frame["rare"] = (rng.random(rows) < 0.03).astype(int)
    frame["y"] = (rng.random(rows) < 0.3 + 0.1 * frame["t"]).astype(int)
    frame["score"], frame["days"] = rng.integers(1, 6, rows), rng.uniform(100, 365, rows)
    covariates = ["x", "rare"] if request.param == 1 else ["x", "rare", "part"]
    found = match(frame, "t", covariates, ratio=2)
    gone = (frame["rare"] == 1) & (frame["t"] == 1) & (found.weights > 0)
    assert gone.sum() > 2
    return found.reweighted(np.where(gone, 0.0, 1.0))


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: next(iter(options.values()), "linear"))
def test_a_covariate_that_only_they_vary_in_is_left_out_and_the_effect_stands(matched: Matched, options) -> None:
    usual = "rate_ratio" if "exposure" in options else "difference"
    asked = {"outcome": "y", "measure": usual, **options}
    found = matched.effect(asked.pop("outcome"), **asked)
    without = matched.effect("y", adjust=False) if not options else found
    assert np.isfinite([found.estimate, found.se, *found.interval]).all()
    assert abs(found.estimate - without.estimate) < 2 * found.se
