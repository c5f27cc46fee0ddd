"""The quick sort gives NumPy's stable order, whatever the values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.stats.arrays.sorting import FEW, PART, sorted_with_order, stable_order

SIZES = [0, 1, 2, FEW - 1, FEW, 30_000, PART, 4 * PART + 1]
SHAPES = {
    "normal": lambda rng, n: rng.normal(size=n),
    "tied": lambda rng, n: np.round(rng.normal(size=n), 1),
    "a few closer than can be told at once": lambda rng, n: (
        rng.normal(size=n) // 1e-3 * 1e-3 + np.where(rng.random(n) < 0.001, 1e-15, 1e-13) * rng.integers(0, 9, n)
    ),
    "many so close": lambda rng, n: np.where(rng.random(n) < 0.5, rng.normal(size=n), rng.normal(size=n) * 1e-14),
    "constant": lambda _, n: np.full(n, 0.1),
    "two values": lambda rng, n: rng.integers(0, 2, n).astype(float),
    "very skewed": lambda rng, n: np.exp(9 * rng.normal(size=n)),
    "one far away": lambda rng, n: np.append(rng.normal(size=max(n - 1, 0)), 1e300)[:n],
    "too small to part": lambda rng, n: rng.normal(size=n) * 1e-300,
    "too far to part": lambda rng, n: rng.uniform(-1, 1, size=n) * 1.7e308,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", SIZES)
def test_the_order_is_the_stable_one(size: int, shape: str) -> None:
    values = SHAPES[shape](np.random.default_rng(size), size)
    ordered, order = sorted_with_order(values)
    assert np.array_equal(order, np.argsort(values, kind="stable"))
    assert np.array_equal(ordered, values[order])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=30), st.integers(0, 2**32 - 1))
def test_any_finite_numbers_in_any_mixture_are_ordered(numbers: list[float], seed: int) -> None:
    values = np.random.default_rng(seed).choice(np.array(numbers), 5_000)
    assert np.array_equal(stable_order(values), np.argsort(values, kind="stable"))
