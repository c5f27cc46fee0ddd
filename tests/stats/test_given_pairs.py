"""Pairs made elsewhere become a matched sample, and parts and other weights of one need no second matching."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import toolkit
from toolkit.errors import InputError
from toolkit.stats import Matched, match


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    generator = np.random.default_rng(5)
    need, age = generator.normal(size=600), generator.integers(0, 5, 600)
    joined = generator.random(600) < 0.3 / (1 + np.exp(-need))
    referred = generator.random(600) < 0.2 + 0.1 * (need > 0)
    columns = {"joined": joined.astype(int), "need": need, "age": age, "referred": referred.astype(int)}
    area = generator.choice(["east", "north", "south", "west"], 600)
    index = pd.Index([f"f{number}" for number in generator.permutation(600)], name="family")
    return pd.DataFrame(columns | {"area": area}, index=index)


@pytest.fixture(scope="module")
def matched(frame: pd.DataFrame) -> Matched:
    return match(frame, "joined", ["need", "age"], ratio=2, caliper=0.3, exact="area")


def test_pairs_given_back_are_the_match_they_came_from(frame: pd.DataFrame, matched: Matched):
    shuffled = matched.pairs.sample(frac=1, random_state=1)
    again = Matched.from_pairs(frame, "joined", ["need", "age"], shuffled, score=matched.score)
    pd.testing.assert_series_equal(again.weights, matched.weights)
    pd.testing.assert_series_equal(again.sets, matched.sets)
    pd.testing.assert_frame_equal(again.balance(), matched.balance())
    pd.testing.assert_frame_equal(
        again.effect("referred", cluster="area").tidy(), matched.effect("referred", cluster="area").tidy(), rtol=1e-12
    )
    assert set(again.unmatched["row"]) == set(matched.unmatched["row"])


def test_a_control_given_to_two_treated_rows_links_their_sets(frame: pd.DataFrame, matched: Matched):
    pairs = matched.pairs.copy()
    pairs.loc[pairs["set"] == 2, "control"] = pairs.loc[pairs["set"] == 1, "control"].to_list()[:1] * int(
        (pairs["set"] == 2).sum()
    )
    pairs = pairs.drop_duplicates(["treated", "control"])
    again = Matched.from_pairs(frame, "joined", ["need", "age"], pairs)
    shared = pairs.loc[pairs["set"] == 2, "control"].iloc[0]
    assert again.memberships.is_reused
    assert again.weights[shared] > 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda pairs: pairs.rename(columns={"control": "controls"}), '"control" is not a column.*controls'),
        (lambda pairs: pairs.iloc[:0], "not one pair"),
        (lambda pairs: pd.concat([pairs, pairs.iloc[[0]]]), "more than once"),
        (lambda pairs: pairs.assign(control=pairs["treated"]), "not of a control row"),
        (lambda pairs: pairs.assign(treated="nobody"), "not of a treated row.*'nobody'"),
    ],
    ids=["column", "empty", "twice", "arm", "label"],
)
def test_pairs_that_are_none_are_refused(frame: pd.DataFrame, matched: Matched, change, message: str):
    with pytest.raises(InputError, match=message):
        Matched.from_pairs(frame, "joined", ["need", "age"], change(matched.pairs))


def test_a_part_is_what_matching_those_sets_again_gives(frame: pd.DataFrame, matched: Matched):
    elsewhere = frame.index[frame["area"] != "north"]
    part = matched.part(elsewhere)
    alone = match(
        frame.loc[elsewhere],
        "joined",
        ["need", "age"],
        distance=matched.score[elsewhere].to_numpy(),
        ratio=2,
        caliper=matched.caliper,
        caliper_in="raw",
        exact="area",
    )
    kept = ["treated", "control"]
    assert set(map(tuple, part.pairs[kept].to_numpy())) == set(map(tuple, alone.pairs[kept].to_numpy()))
    pd.testing.assert_frame_equal(part.effect("referred").tidy(), alone.effect("referred").tidy(), rtol=1e-10)
    assert part.matched_rows.index.equals(frame.index[(part.weights > 0).to_numpy()])


def test_a_set_with_one_row_outside_is_left_out_whole_and_counted(frame: pd.DataFrame, matched: Matched):
    first = matched.pairs.iloc[0]
    part = matched.part(frame.index.drop(first["control"]))
    assert first["set"] not in set(part.pairs["set"])
    assert len(part.pairs["set"].unique()) == len(matched.pairs["set"].unique()) - 1
    added = part.unmatched[~part.unmatched["row"].isin(matched.unmatched["row"])]
    assert added["row"].to_list() == [first["treated"]]
    assert part.weights[matched.pairs.loc[matched.pairs["set"] == first["set"], "control"]].sum() == 0


def test_a_part_of_strata_keeps_whole_strata(frame: pd.DataFrame):
    strata = match(frame, "joined", ["need", "age"], method="cem")
    number = strata.sets.dropna().iloc[0]
    part = strata.part(strata.sets.index[strata.sets == number])
    assert set(part.sets.dropna()) == {number}
    pd.testing.assert_series_equal(part.weights[strata.sets == number], strata.weights[strata.sets == number])


def test_without_a_whole_set_there_is_no_part(frame: pd.DataFrame, matched: Matched):
    with pytest.raises(InputError, match="No matched set lies wholly among these rows"):
        matched.part(frame.index[frame["joined"] == 1])


def test_other_weights_multiply_those_of_the_sets(frame: pd.DataFrame, matched: Matched):
    worth = pd.Series(np.linspace(0.5, 2.0, len(frame)), index=frame.index)
    again = matched.reweighted(worth.sample(frac=1, random_state=3))
    pd.testing.assert_series_equal(again.weights, matched.weights * worth, check_names=False)
    means = again.effect("referred", adjust=False)
    used = again.weights > 0
    by_hand = np.average(
        frame["referred"][used & (frame["joined"] == 1)], weights=again.weights[used & (frame["joined"] == 1)]
    )
    assert means.mean_treated == pytest.approx(by_hand, rel=1e-12)


def test_a_matched_row_without_a_weight_is_refused(frame: pd.DataFrame, matched: Matched):
    worth = pd.Series(1.0, index=frame.index).drop(matched.pairs["treated"].iloc[0])
    with pytest.raises(InputError, match="no value for 1 of the rows"):
        matched.reweighted(worth)


def test_no_other_room_reaches_into_a_matched_sample():
    package = Path(toolkit.__file__).parent
    others = [path for path in package.rglob("*.py") if "stats" not in path.relative_to(package).parts]
    inside = re.compile(r"(?m)^(?!from ).*\.(memberships|sample\.frame|sample\.covariates|row_pairs|pair_sets)\b")
    assert len(others) > 100
    assert [str(path) for path in others if inside.search(path.read_text(encoding="utf-8"))] == []
