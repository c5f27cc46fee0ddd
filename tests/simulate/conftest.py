"""Simulated counties that several tests look at, made once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from counties import Counties
from toolkit.simulate import County

CountyOf = Callable[..., County]


@pytest.fixture(scope="session")
def tenth(counties: Counties) -> CountyOf:
    """Return a tenth-scale county, ``tenth(effect, seed=…)``."""

    def made(effect: str = "none", seed: int = 1, confounding: float = 1.0, hidden: float = 0.0) -> County:
        return counties.county(seed, "tenth", effect, confounding=confounding, hidden=hidden)

    return made


@pytest.fixture(scope="session")
def county(counties: Counties) -> County:
    """Return one whole county in which centres prevent referrals."""
    return counties.county(1, "county", "prevent")
