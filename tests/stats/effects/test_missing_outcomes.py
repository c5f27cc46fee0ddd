"""Rows whose outcome is missing are left out with their set, counted and said; or refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import match, weight


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    rows = 600
    x, part = rng.normal(size=rows), rng.integers(0, 4, rows)
    treated = (rng.random(rows) < 0.25).astype(int)
    made = pd.DataFrame({"x": x, "part": part, "t": treated, "y": x + rng.normal(size=rows)})
    made["late"] = made["y"].mask(rng.random(rows) < 0.15)
    return made


@pytest.mark.parametrize("options", [{}, {"ratio": 3}, {"replace": True}])
def test_pairs_are_left_out_whole(frame, options):
    matched = match(frame, "t", ["x"], **options)
    pairs = matched.pairs
    gone = frame["late"].isna()
    broken = pairs.loc[pairs["treated"].map(gone) | pairs["control"].map(gone), "set"].unique()
    left = pairs[~pairs["set"].isin(broken)]
    effect = matched.effect("late", adjust=False)
    assert (effect.n_treated, effect.n_control) == (left["treated"].nunique(), left["control"].nunique())
    same = match(frame, "t", ["x"], **options).from_pairs(frame, "t", ["x"], left[["treated", "control"]])
    assert effect.estimate == pytest.approx(same.effect("y", adjust=False).estimate)
    (note,) = [note for note in effect.notes if note.code == "missing_outcomes"]
    used = frame.loc[matched.weights > 0]
    assert note.figures["missing_treated"] == used.loc[used["t"] == 1, "late"].isna().sum()
    assert note.figures["missing_control"] == used.loc[used["t"] == 0, "late"].isna().sum()
    assert "were left out" in effect.summary()


def test_in_strata_the_arms_other_rows_take_the_weight(frame):
    matched = match(frame, "t", ["part"], method="exact")
    effect = matched.effect("late", adjust=False)
    known = frame.dropna(subset=["late"])
    means = known.groupby(["part", "t"])["late"].mean().unstack()
    share = frame.loc[frame["t"] == 1, "part"].value_counts(normalize=True).sort_index()
    assert effect.estimate == pytest.approx(float(((means[1] - means[0]) * share).sum()))
    assert (effect.n_treated, effect.n_control) == tuple(known["t"].value_counts()[[1, 0]])


def test_a_stratum_that_loses_an_arm_is_left_out(frame):
    frame.loc[(frame["part"] == 2) & (frame["t"] == 1), "late"] = np.nan
    effect = match(frame, "t", ["part"], method="exact").effect("late", adjust=False)
    assert effect.n_control == (frame["late"].notna() & (frame["t"] == 0) & (frame["part"] != 2)).sum()


@pytest.mark.parametrize("method", ["entropy", "ipw"])
def test_in_a_weighted_sample_the_row_is_left_out(frame, method):
    weighted = weight(frame, "t", ["x"], method=method)
    effect = weighted.effect("late", adjust=False)
    known = frame["late"].notna()
    weights = weighted.weights[known]
    arm = frame.loc[known, "t"] == 1
    late = frame.loc[known, "late"]
    assert effect.mean_control == pytest.approx(np.average(late[~arm], weights=weights[~arm]))
    assert (effect.n_treated, effect.n_control) == (arm.sum(), (~arm).sum())
    assert [note.code for note in effect.notes] == ["missing_outcomes"]


def test_groups_say_it_too(frame):
    found = weight(frame, "t", ["x"]).effect("late", by="part")
    assert [note.code for note in found.notes] == ["missing_outcomes"]
    assert sum(effect.n_treated + effect.n_control for effect in found) == frame["late"].notna().sum()


def test_they_can_be_refused(frame):
    matched = match(frame, "t", ["x"])
    with pytest.raises(InputError, match='"late" is missing in'):
        matched.effect("late", missing_outcome="error")
    with pytest.raises(InputError, match='missing_outcome is "ignore"'):
        matched.effect("late", missing_outcome="ignore")
    assert matched.effect("y", missing_outcome="error").notes == matched.notes


def test_an_outcome_nobody_of_an_arm_has_is_refused(frame):
    matched = match(frame, "t", ["x"])
    for gone in (frame["t"] == 1, frame["t"] == 0, frame["t"] >= 0):
        with pytest.raises(InputError, match="an arm has no rows"):
            matched.effect(frame["y"].mask(gone).rename("late"))


def test_the_frame_is_not_written_to(frame):
    before = frame.copy()
    match(frame, "t", ["x"]).effect("late", cluster=pd.Series(frame["part"], name="part"))
    pd.testing.assert_frame_equal(frame, before)
