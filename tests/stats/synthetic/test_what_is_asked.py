"""What a synthetic control is asked wrongly is said in words, all of it at once, whatever it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.stats import synthetic_did
from toolkit.stats.synthetic.augmented import augmented_control
from toolkit.stats.synthetic.control import synthetic_control
from toolkit.stats.synthetic.placebos import space_placebos, time_placebos

Y = np.random.default_rng(1).normal(10, 1, (12, 7))
NOT_WHOLE = ["a", None, 7.5, 7.0, True, float("nan"), -1, [[1]], {}]
NOT_TABLES = [None, "a", 5, [], [[]], [["a", "b"]], [[1, 2], [3]], {"a": 1}, np.ones(4), np.ones((2, 2, 2)), object()]


def with_value(value: float) -> np.ndarray:
    wrong = Y.copy()
    wrong[3, 2] = value
    return wrong


@given(
    st.sampled_from(NOT_TABLES),
    st.sampled_from([*NOT_WHOLE, [0, 1], [0, 0]]),
    st.sampled_from(NOT_WHOLE),
    st.sampled_from([*NOT_WHOLE, 0]),
    st.sampled_from(NOT_TABLES[1:]),
    st.sampled_from(NOT_WHOLE[:5]),
)
@settings(max_examples=40, deadline=None)
def test_everything_is_said_at_once(y: Any, treated: Any, before: Any, starts: Any, predictors: Any, seed: Any) -> None:
    with pytest.raises(InputError) as of_did:
        synthetic_did(y, treated, before, placebos=starts, seed=seed)
    for said in ("outcomes", "before is", "placebos is", "seed is"):
        assert said in str(of_did.value)
    assert ("treated is" in str(of_did.value)) == (treated != [0, 1])
    with pytest.raises(InputError) as of_control:
        synthetic_control(y, treated, before, starts=starts, predictors=predictors, seed=seed)
    for said in ("outcomes", "treated is", "before is", "starts is", "predictors", "seed is"):
        assert said in str(of_control.value)
    for door in (augmented_control, space_placebos, lambda *asked: time_placebos(*asked, augmented_control)):
        with pytest.raises(InputError) as of_door:
            door(y, treated, before)
        for said in ("outcomes", "treated is", "before is"):
            assert said in str(of_door.value)


@pytest.mark.parametrize("value", [1e160, -1e160, 1e100, np.nan, np.inf])
def test_a_value_that_cannot_be_reckoned_with_is_named_by_row_and_column(value: float) -> None:
    wrong = with_value(value)
    for door in (synthetic_control, synthetic_did, augmented_control, space_placebos):
        with pytest.raises(InputError, match=r"outcomes .* at row 3, column 2"):
            door(wrong, 0, 8)
    with pytest.raises(InputError, match=r"predictors .* at row 3, column 2"):
        synthetic_control(Y, 0, 8, predictors=wrong)
    with pytest.raises(InputError, match="row 3, column 2"):
        synthetic_control(np.ma.masked_equal(with_value(-99.0), -99.0), 0, 8)


def test_values_as_large_as_are_taken_give_finite_figures() -> None:
    large = Y * 5e68
    assert np.isfinite(synthetic_control(large, 0, 8).after_rmse)
    assert np.isfinite(augmented_control(large, 0, 8).gaps).all()
    assert np.isfinite(synthetic_did(large, 0, 8, placebos=5).effect.interval()).all()


def test_a_list_and_a_frame_are_taken_as_arrays_are() -> None:
    plain = synthetic_control(Y, np.int64(2), 8)
    for other in (Y.tolist(), pd.DataFrame(Y), np.ma.masked_invalid(Y), Y.astype(object)):
        assert synthetic_control(other, 2, 8).gaps == pytest.approx(plain.gaps)
    matched = synthetic_control(Y, 2, 8, predictors=Y[:3].tolist(), starts=2)
    assert matched.importances.shape == (3,)


def test_only_whole_numbers_name_a_column() -> None:
    for wrong in (0.5, True, "a", None, [0, 0], [], [0.5], [True], np.array([0.0])):
        with pytest.raises(InputError, match="treated is"):
            synthetic_did(Y, wrong, 8, placebos=5)  # type: ignore[arg-type]
    one = synthetic_did(Y, 1, 8, placebos=5)
    for same in ([1], (1,), np.array([1]), np.int64(1)):
        assert synthetic_did(Y, same, 8, placebos=5).effect == one.effect  # type: ignore[arg-type]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_donors_alike_but_for_rounding_give_no_answer(scale: float) -> None:
    alike = np.tile(Y[:, :1], (1, 9)) * scale
    alike[:, 1:] += np.arange(8) * scale / 3  # shifts leave rounding behind
    alike[:, 0] = Y[:, 1] * scale
    with pytest.raises(InputError, match="no standard error"):
        synthetic_did(alike, 0, 8, placebos=20)
