"""Small councils put together: how often the mean, and what the next council should expect, are right."""

from __future__ import annotations

import numpy as np
import pytest
from pooled_worlds import World, covered, real_council


def test_a_few_repeats_hold_the_truth_more_often_than_the_usual_formula() -> None:
    """The long form is below; this one finds an interval that is grossly wrong."""
    found = covered(World(12, 0.02), 40, 3)
    assert found.share("mean") >= 0.85 and found.share("next") >= 0.85
    assert found.share("next") >= found.share("usual_next")
    assert np.mean(found.alone) < 0.3  # councils each too small to answer


@pytest.mark.verify
@pytest.mark.parametrize(("tau", "seed", "least"), [(0.01, 8, 0.93), (0.02, 7, 0.93), (0.03, 9, 0.915)])
def test_twelve_small_councils(tau: float, seed: int, least: float) -> None:
    """2,000 repeats: at 0.02 both in 93 to 97 of 100; docs/pooling.md says where the next falls short or is wide."""
    found = covered(World(12, tau), 2000, seed)
    most = 0.97 if tau == 0.02 else 0.98
    assert np.mean(found.alone) < 0.25
    assert 0.93 <= found.share("mean") <= most
    assert least <= found.share("next") <= most
    assert found.share("next") > found.share("usual_next") + 0.05


@pytest.mark.verify
def test_twelve_councils_that_the_house_matched() -> None:
    """200 repeats of the house's own matching in each council: the thirteenth's truth in 93 to 97 of 100."""
    found = covered(World(12, 0.02), 200, 7, real_council)
    assert np.mean(found.alone) < 0.25
    assert 0.93 <= found.share("mean") <= 0.97
    assert 0.93 <= found.share("next") <= 0.97
