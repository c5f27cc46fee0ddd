from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.wording.amounts import BASES, Amounts, amounts_of, levels_apart, more_or_fewer, of_every, share_in_words

shares = st.floats(-0.3, 0.3, allow_nan=False)


@pytest.mark.parametrize(
    ("values", "amounts"),
    [
        ((-0.031, -0.052, -0.011), Amounts(100, -3, -5, -1)),
        ((-0.014, -0.026, -0.002), Amounts(1000, -14, -26, -2)),
        ((-0.0012, -0.0023, -0.0001), Amounts(10000, -12, -23, -1)),
        ((0.0, -0.02, 0.02), Amounts(100, 0, -2, 2)),
        ((0.0001, -0.02, 0.02), Amounts(10000, 1, -200, 200)),
    ],
)
def test_the_base_is_the_smallest_that_loses_no_figure(values, amounts):
    assert amounts_of(*values) == amounts


@given(st.tuples(shares, shares, shares).map(sorted))
def test_a_figure_keeps_its_sign_and_size(values):
    low, estimate, high = values
    amounts = amounts_of(estimate, low, high)
    for value, whole in ((estimate, amounts.estimate), (low, amounts.low), (high, amounts.high)):
        assert abs(whole - value * amounts.base) <= 0.5 + 1e-9
        words = more_or_fewer(whole, exactly=value)
        assert not words.startswith("0")
        if value < 0:
            assert words.endswith("fewer")
        elif value > 0:
            assert words.endswith("more")
        else:
            assert words == "no difference"


@given(st.tuples(st.floats(0, 1), st.floats(0, 1)), st.sampled_from(BASES))
def test_two_levels_lie_as_far_apart_as_their_difference_is_said_to(levels, base):
    treated, control = levels
    (difference,) = of_every(base, (treated - control,))
    joined, others = levels_apart(base, difference, control)
    assert joined - others == difference or joined == 0
    assert abs(joined - base * treated) <= 1.5 and abs(others - base * control) <= 0.5


@pytest.mark.parametrize(
    ("share", "base", "words"), [(0.0, 100, "none"), (0.004, 100, "fewer than 1"), (0.3, 1000, "about 300")]
)
def test_a_small_share_is_never_nought(share, base, words):
    assert share_in_words(share, base) == words
