"""A level that is none is refused in words at every door that asks for one."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

import toolkit.stats as public
from toolkit.errors import InputError
from toolkit.stats import estimate_effect, internal_consistency, krippendorff_alpha, match
from toolkit.stats.inference.intervals import clopper_pearson, garwood, wilson
from toolkit.stats.inference.level import require_level
from toolkit.stats.inference.t_estimate import TEstimate
from toolkit.stats.power.two_groups import power_within_margin
from toolkit.stats.providers.funnel import require_levels
from toolkit.stats.synthetic.difference import difference

WRONG = ["a", None, True, [0.95], 0, 1, 95, -1, math.nan, math.inf, 0.9 + 0j]


@pytest.mark.parametrize("level", WRONG, ids=str)
def test_a_level_that_is_none_is_refused(level: Any) -> None:
    found = difference(1.0, np.arange(9.0))
    doors = [
        lambda: require_level(level),
        lambda: wilson(3, 9, level),
        lambda: clopper_pearson(3, 9, level),
        lambda: garwood(3, 9, level),
        lambda: TEstimate(1.0, 1.0, 9.0).interval(level),
        lambda: found.interval(level),
        lambda: found.smallest_visible(level),
        lambda: internal_consistency(np.random.default_rng(1).normal(size=(30, 4)), level=level),
        lambda: power_within_margin(1.0, 2.0, level=level),
    ]
    for door in doors:
        with pytest.raises(InputError, match="level is"):
            door()
    with pytest.raises(InputError, match="levels are"):
        require_levels((level, 0.998))


def test_levels_that_are_no_pair_are_refused() -> None:
    for levels in ("ab", None, 0.95, (0.95,), (0.998, 0.95), (0.95, 0.95), (0.9, 0.95, 0.99)):
        with pytest.raises(InputError, match="levels are"):
            require_levels(levels)  # type: ignore[arg-type]
    require_levels((0.95, 0.998))


def test_every_public_function_with_a_level_says_so_in_words() -> None:
    asked = 0
    for name in dir(public):
        door = getattr(public, name)
        parameters = inspect.signature(door).parameters if inspect.isfunction(door) else {}
        if "level" not in parameters:
            continue
        asked += 1
        needed = {one: None for one, how in parameters.items() if how.default is inspect.Parameter.empty}
        right = {"count": 3, "total": 9} if name in ("wilson", "clopper_pearson", "garwood") else {}
        with pytest.raises(InputError, match='level is "a"'):
            door(**needed | {one: value for one, value in right.items() if one in needed}, level="a")
    assert asked >= 30


@pytest.mark.parametrize("wrong", ["a", None, math.nan, -1, True, [0]], ids=str)
def test_numbers_and_seeds_that_are_none_are_named(wrong: Any) -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"t": np.arange(40) % 2, "x": rng.normal(size=40), "y": rng.normal(size=40)})
    with pytest.raises(InputError) as raised:
        estimate_effect(frame, "y", "t", ["x"], trim=wrong, seed=wrong, level=wrong)
    for said in ("trim is", "seed is", "level is"):
        assert said in str(raised.value)
    if wrong is not None:
        with pytest.raises(InputError, match="seed is"):
            match(frame, "t", ["x"], seed=wrong)
    with pytest.raises(InputError, match=r"draws is .* seed is"):
        krippendorff_alpha([[1, 1], [2, 2], [1, 2]], metric="nominal", draws=wrong, seed=wrong)
