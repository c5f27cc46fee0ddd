"""`unit`: a unit is in at most as many sets as asked, whether its rows seek matches or are matches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import match

OPTIONS: list[dict[str, Any]] = [
    {},
    {"ratio": 3},
    {"max_reuse": 2},
    {"max_reuse": 3, "ratio": 2},
    {"order": "closest"},
    {"order": "smallest", "estimand": "ATC"},
    {"covariate_calipers": {"x": 1.0}},
    {"covariate_calipers": {"x": 1.0}, "order": "closest", "max_reuse": 2},
    {"anti_exact": "g"},
    {"exact": "g"},
    {"distance": "mahalanobis"},
    {"distance": "mahalanobis", "order": "closest", "ratio": 2},
    {"mahalanobis_on": ["x"], "caliper": 0.5, "max_reuse": 2},
]


def several_rows_a_unit(mixed: bool, seed: int = 0, rows: int = 400) -> pd.DataFrame:
    """Return four rows a unit: all in one arm, or in both."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.normal(size=rows), "z": rng.normal(size=rows), "unit": np.arange(rows) // 4})
    by_unit = rng.random(rows // 4) < 0.3
    frame["t"] = (rng.random(rows) < 0.3 if mixed else by_unit[frame["unit"]]).astype(int)
    frame["g"] = rng.integers(0, 3, rows)
    return frame


def sets_of_units(frame: pd.DataFrame, m) -> pd.Series:
    """Return in how many sets each unit is, counting one it is in twice as two."""
    sides = ("treated", "control") if m.estimand == "ATT" else ("control", "treated")
    seeking = m.pairs.drop_duplicates("set")[sides[0]]
    rows = pd.concat([seeking, m.pairs[sides[1]]])
    return frame.loc[rows, "unit"].value_counts()


@pytest.mark.parametrize("mixed", [True, False])
@pytest.mark.parametrize("options", OPTIONS)
def test_a_unit_is_in_no_more_sets_than_it_may(options, mixed):
    frame = several_rows_a_unit(mixed)
    m = match(frame, "t", ["x", "z"], unit="unit", **options)
    assert sets_of_units(frame, m).max() == options.get("max_reuse", 1)
    units = frame["unit"].to_numpy()
    inside = pd.DataFrame(
        {"set": m.pairs["set"], "unit": units[m.pairs["control" if m.estimand == "ATT" else "treated"]]}
    )
    assert not inside.duplicated().any()
    assert (units[m.pairs["treated"]] != units[m.pairs["control"]]).all()


def test_with_replacement_a_unit_may_be_in_any_number_of_sets_but_once_in_each():
    frame = several_rows_a_unit(mixed=True)
    m = match(frame, "t", ["x", "z"], unit="unit", replace=True, ratio=2)
    assert len(m.pairs) == 2 * frame["t"].sum()
    assert (frame["unit"].to_numpy()[m.pairs["treated"]] != frame["unit"].to_numpy()[m.pairs["control"]]).all()


def test_rows_whose_unit_was_used_are_listed_with_that_reason():
    frame = several_rows_a_unit(mixed=False)
    m = match(frame, "t", ["x", "z"], unit="unit")
    assert m.unmatched["reason"].unique().tolist() == ["another row of its unit was already used"]
    assert len(m.unmatched) == 3 * frame.loc[frame["t"] == 1, "unit"].nunique()


@pytest.mark.parametrize("method", ["optimal", "full", "exact", "cem", "subclass", "cardinality"])
def test_methods_that_do_not_know_units_refuse_them_by_name(method):
    with pytest.raises(InputError, match=f'method="{method}" cannot do: unit'):
        match(several_rows_a_unit(mixed=True), "t", ["x", "z"], method=method, unit="unit")


@pytest.mark.parametrize("options", [{}, {"distance": "mahalanobis"}, {"covariate_calipers": {"x": 1.0}}])
def test_a_random_order_without_a_seed_is_the_same_each_time(options):
    frame = several_rows_a_unit(mixed=True)
    first, second, seeded = (
        match(frame, "t", ["x", "z"], order="random", **options, **more).pairs for more in ({}, {}, {"seed": 5})
    )
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(seeded)
