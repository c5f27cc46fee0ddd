"""What a series is asked wrongly is said in words, all of it at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.stats.series.segmented import segmented_poisson
from toolkit.stats.series.visible import observations_for, smallest_visible, wobble_of

COUNTS = 200 + np.random.default_rng(1).poisson(50, 28)
WRONG = {
    "change_at": ["a", 7.5, None, True, [12], float("nan")],
    "period": ["a", 0, -4, 4.0, True],
    "harmonics": ["a", 0, 1.5],
    "lags": ["a", -1, 1.5, True],
    "steps": [[3], 3, "a", {"law": 3.5}, {"law": "a"}, {3: 3}],
    "careful": ["a", None, float("nan"), float("inf"), -1],
    "least_memory": ["a", None, float("nan"), -1, 1, True],
    "level": ["a", None, 0, 1, float("nan"), True],
}
VISIBLE = ("period", "harmonics", "steps", "level")
WOBBLE = ("period", "harmonics", "steps", "careful", "least_memory")


def of(name: str) -> str:
    return "step" if name == "steps" else f"{name} is"


@pytest.mark.parametrize("name", list(WRONG))
def test_each_option_that_is_none_is_named(name: str) -> None:
    wobble = wobble_of(COUNTS)
    assert wobble is not None
    for wrong in WRONG[name]:
        with pytest.raises(InputError, match=of(name)):
            segmented_poisson(COUNTS, **{"change_at": 16, name: wrong})  # type: ignore[arg-type]
        if name in WOBBLE:
            with pytest.raises(InputError, match=of(name)):
                wobble_of(COUNTS, **{name: wrong})
        if name in VISIBLE:
            with pytest.raises(InputError, match=of(name)):
                smallest_visible(wobble, 12, **{name: wrong})
    for after in ("a", 7.5):
        with pytest.raises(InputError, match="after is"):
            smallest_visible(wobble, after)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="wanted is"):
        observations_for(wobble, "a", most=12)  # type: ignore[arg-type]


@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in WRONG.items()}))
def test_all_that_is_wrong_is_said_at_once(asked: dict[str, object]) -> None:
    with pytest.raises(InputError) as raised:
        segmented_poisson(COUNTS, **asked)  # type: ignore[arg-type]
    assert all(of(name) in str(raised.value) for name in WRONG)


def test_what_is_right_is_taken() -> None:
    plain = segmented_poisson(COUNTS, change_at=16)
    asked = segmented_poisson(
        COUNTS,
        change_at=np.int64(16),
        period=np.int32(4),
        lags=int(plain.lags),
        careful=np.float64(1.5),
        least_memory=0,
    )
    assert asked.low == pytest.approx(plain.low)
    assert np.isfinite(segmented_poisson(COUNTS, change_at=16, least_memory=0.9, lags=0, period=1).high).all()
