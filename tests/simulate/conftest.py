"""Simulated counties that several tests look at, made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from toolkit.simulate import County, CountyOptions, simulate_county

CountyOf = Callable[..., County]


@pytest.fixture(scope="session")
def tenth() -> CountyOf:
    """Make a tenth-scale county, ``tenth(effect, seed=…)``; each is made once."""

    @cache
    def make(effect: str = "none", seed: int = 1, confounding: float = 1.0, hidden: float = 0.0) -> County:
        return simulate_county(CountyOptions(seed, "tenth", effect, confounding, hidden))

    return make


@pytest.fixture(scope="session")
def county() -> County:
    """Make one whole county in which centres prevent referrals."""
    return simulate_county(CountyOptions(seed=4, effect="prevent"))
