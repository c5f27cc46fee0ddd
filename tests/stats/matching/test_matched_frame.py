"""`matched_frame`: the matched rows with weight, set and score, as one frame."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import match

METHODS = [
    {"replace": True, "ratio": 2},
    {"caliper": 0.1},
    {"method": "full"},
    {"method": "subclass"},
    {"method": "cem"},
]


def made(rows: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"x": rng.normal(size=rows), "z": rng.integers(0, 3, rows)})
    frame["t"] = (rng.random(rows) < 1 / (1 + np.exp(1 - frame["x"]))).astype(int)
    frame["y"] = frame["x"] + rng.normal(size=rows)
    return frame.set_index(pd.Index([f"r{i}" for i in range(rows)], name="label"))


@pytest.mark.parametrize("options", METHODS)
def test_each_row_is_there_once_for_each_set_with_its_weight_there(options):
    frame = made()
    before = frame.copy(deep=True)
    m = match(frame, "t", ["x", "z"], **options)
    rows = m.matched_frame()
    pd.testing.assert_frame_equal(frame, before)
    assert rows.columns.tolist() == [*frame.columns, "weight", "set", "score"]
    assert set(rows.index) == set(m.matched_rows.index)
    assert not pd.DataFrame({"row": rows.index, "set": rows["set"]}).duplicated().any()
    np.testing.assert_allclose(rows.groupby(level=0)["weight"].sum(), m.weights[m.weights > 0].sort_index())
    assert rows["set"].is_monotonic_increasing
    assert (rows.groupby("set")["t"].nunique() == 2).all()
    pd.testing.assert_frame_equal(rows[frame.columns], frame.loc[rows.index])
    np.testing.assert_array_equal(rows["score"], m.score[rows.index])
    # Sets have the same total in both arms, and weighted means are the effect's.
    totals = rows.groupby(["set", "t"])["weight"].sum().unstack()
    np.testing.assert_allclose(totals[0], totals[1])
    means = [np.average(arm["y"], weights=arm["weight"]) for _, arm in rows.groupby("t")]
    assert m.effect("y", adjust=False).estimate == pytest.approx(means[1] - means[0])


def test_pairs_are_its_sets():
    m = match(made(), "t", ["x", "z"], replace=True)
    rows = m.matched_frame().reset_index()
    sides = [rows[rows["t"] == arm].sort_values("set")["label"].tolist() for arm in (1, 0)]
    assert sides == [m.pairs["treated"].tolist(), m.pairs["control"].tolist()]


def test_columns_of_those_names_are_neither_hidden_nor_overwritten():
    frame = made().rename(columns={"z": "score", "y": "set"})
    m = match(frame, "t", ["x", "score"])
    with pytest.raises(InputError, match="columns of its own called set, score"):
        m.matched_frame()
    rows = m.matched_frame(prefix="matched_")
    assert rows.columns.tolist() == [*frame.columns, "matched_weight", "matched_set", "matched_score"]
    with pytest.raises(InputError, match="called matched_set"):
        match(frame.assign(matched_set=1), "t", ["x"]).matched_frame("matched_")
