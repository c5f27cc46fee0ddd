"""Synthetic difference-in-differences: California as published, known answers, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import synthetic_did


def panel(units: int = 25, times: int = 14, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 2, units) + np.arange(times)[:, None] * 0.3 + rng.normal(0, 0.3, (times, units))


def test_california_is_as_published_with_the_plain_difference_beside_it(shared_data: Path) -> None:
    smoking = pd.read_csv(shared_data / "reference" / "california_smoking_1970_2000.csv")
    sales = smoking.pivot(index="year", columns="state", values="cigsale")
    found = synthetic_did(sales.to_numpy(), list(sales.columns).index("California"), 19, placebos=100, seed=1)
    # Arkhangelsky et al. (2021), table 1: -15.6 and -27.3; R's synthdid gives -15.6038.
    assert found.effect.estimate == pytest.approx(-15.6038, abs=1e-4)
    assert found.difference_in_differences == pytest.approx(-27.3491, abs=1e-4)
    assert (found.unit_weights.shape, found.time_weights.shape) == ((38,), (19,))
    assert found.unit_weights.sum() == pytest.approx(1) and found.time_weights.sum() == pytest.approx(1)
    # R's synthdid vignette, 1986 to 1988.
    assert found.time_weights[-3:] == pytest.approx([0.366, 0.206, 0.427], abs=1e-3)
    assert 7 < found.effect.se < 14
    assert [note.code for note in found.notes] == ["units_vary_unevenly"]


def test_the_same_seed_gives_the_same_error_and_an_effect_is_added_as_it_is() -> None:
    outcomes = panel()
    before = synthetic_did(outcomes, [3, 8], 10, placebos=30, seed=5)
    again = synthetic_did(outcomes, [3, 8], 10, placebos=30, seed=5)
    other = synthetic_did(outcomes, [3, 8], 10, placebos=30, seed=6)
    assert before.effect == again.effect and before.effect.se != other.effect.se
    outcomes[10:, [3, 8]] -= 2
    after = synthetic_did(outcomes, [3, 8], 10, placebos=30, seed=5)
    assert after.effect.estimate == pytest.approx(before.effect.estimate - 2)
    assert after.effect.se == pytest.approx(before.effect.se)


def test_few_donors_note_themselves() -> None:
    found = synthetic_did(panel(units=9), 0, 10, placebos=20)
    assert "few_donors" in {note.code for note in found.notes}
    assert found.effect.degrees_of_freedom == 7
    assert synthetic_did(panel(units=40), 0, 10, placebos=20).notes == ()


def test_everything_wrong_is_said_at_once() -> None:
    outcomes = panel(units=4)
    outcomes[2, 1] = np.inf
    with pytest.raises(InputError) as raised:
        synthetic_did(outcomes, [0, 9], 14, placebos=0)
    for said in ("row 2, column 1", "treated is [0, 9]", "before is 14", "placebos is 0"):
        assert said in str(raised.value)
    with pytest.raises(InputError, match="2 units are left"):
        synthetic_did(panel(units=4), [0, 1], 10)
    with pytest.raises(InputError, match="not numeric"):
        synthetic_did([["a", "b"]], 0, 1)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="1 dimensions"):
        synthetic_did(np.ones(4), 0, 1)
    with pytest.raises(InputError):
        synthetic_did(np.ones((14, 9)), 0, 10, placebos=5)  # nothing varies
