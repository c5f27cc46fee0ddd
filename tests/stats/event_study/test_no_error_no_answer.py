"""Effects with no standard error are refused or left blank, and what was asked for wrongly is said in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import honest_bounds, pre_trend_equivalence, staggered_effects

NOT_NUMBERS = ("a", None, True, [0.9], float("nan"), float("inf"))


def table(starts: list[int], periods: int = 6, seed: int = 1, noise: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        (n, t, start, t + noise * rng.normal() + 2.0 * (0 < start <= t))
        for n, start in enumerate(starts)
        for t in range(1, periods + 1)
    ]
    return pd.DataFrame(rows, columns=["area", "year", "start", "rate"])


def found_in(frame: pd.DataFrame, controls: str = "never"):  # type: ignore[no-untyped-def]
    return staggered_effects(frame, "rate", unit="area", period="year", starts="start", controls=controls)  # type: ignore[arg-type]


def test_one_unit_beside_one_other_is_no_answer() -> None:
    with pytest.raises(InputError, match="one unit beside one other"):
        found_in(table([3, 5]), "not_yet")


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_units_alike_but_for_rounding_are_no_answer(scale: float) -> None:
    for starts in ([4, 0, 0, 0], [4, 4, 5, 5, 0, 0]):
        frame = table(starts, noise=0.0)
        frame["rate"] = (frame["rate"] / 3 + 0.1 * frame["area"]) * scale  # shifts leave rounding behind
        with pytest.raises(InputError, match="no standard error for the averages simple, dynamic, group, calendar"):
            found_in(frame)


def test_a_part_that_rests_on_one_unit_beside_one_other_has_a_blank_error() -> None:
    found = found_in(table([3, 5, 7], periods=8), "not_yet")
    assert found.simple.se > 0
    by_group = found.by_group.set_index("group")
    assert by_group.loc[3, "se"] > 0
    assert by_group.loc[5, ["se", "low", "high"]].isna().all()


def test_trends_with_no_error_are_not_shown_to_be_alike() -> None:
    found = found_in(table([4, 4, 0, 0, 0]))
    study = found.event_study
    for without in (0.0, float("nan")):
        bare = replace(study, se=np.where(study.since == -2, without, study.se))
        with pytest.raises(InputError, match="effect -2 periods from the start has no standard error"):
            pre_trend_equivalence(bare, 0.5)
        with pytest.raises(InputError, match="no standard error"):
            honest_bounds(bare)
    with pytest.raises(InputError, match="no finite number"):
        pre_trend_equivalence(replace(study, degrees_of_freedom=study.degrees_of_freedom * np.nan), 0.5)


def test_outcomes_too_large_to_be_squared_are_said_to_be() -> None:
    for size in (1e100, 1e160):
        frame = table([4, 4, 0, 0, 0])
        frame["rate"] *= size
        with pytest.raises(InputError, match=r'"rate" holds .* in row 1, too large to be squared'):
            found_in(frame)
    frame = table([4, 4, 0, 0, 0])
    frame["rate"] *= 1e69
    found = found_in(frame)
    shown = pre_trend_equivalence(found, 1e70)
    assert np.isfinite([found.simple.se, found.simple.degrees_of_freedom, shown.p_value]).all()


def test_what_is_asked_wrongly_is_said_all_at_once() -> None:
    found = found_in(table([4, 4, 0, 0, 0]))
    for margin in (*NOT_NUMBERS, 0, -1):
        with pytest.raises(InputError) as raised:
            pre_trend_equivalence("effects", margin, level="a")  # type: ignore[arg-type]
        for said in ("effects is of the kind str", "margin is ", 'level is "a"'):
            assert said in str(raised.value)
    for wrong in ("a", 5, [], ["a"], [None], [[1]], [-1], [float("nan")], {"a": 1}, True):
        with pytest.raises(InputError) as raised:
            honest_bounds(found, restriction="b", sizes=wrong, since=wrong, level=None)  # type: ignore[arg-type]
        for said in ("restriction is", "sizes is", "since is", "level is None"):
            assert said in str(raised.value)
    for other in (None, 5, found.simple, "a"):
        with pytest.raises(InputError, match="effects is of the kind"):
            honest_bounds(other)  # type: ignore[arg-type]
