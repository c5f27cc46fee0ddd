"""Nearest matching on a score: the same pairs as trying every control, and every limit kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import balance_table, match


def made(rows: int = 600, seed: int = 1, **extra: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=rows), rng.normal(size=rows)
    treated = rng.random(rows) < 1 / (1 + np.exp(1.2 - x - 0.5 * z))
    frame = pd.DataFrame({"x": x, "z": z, "treated": treated.astype(int)}, index=[f"r{i}" for i in range(rows)])
    frame["district"] = rng.integers(0, 4, rows)
    frame["area"] = frame["district"] * 5 + rng.integers(0, 5, rows)
    frame["y"] = (rng.random(rows) < 0.2 + 0.1 * (x > 0) - 0.05 * treated).astype(int)
    return frame


def by_trying_every_control(frame, score, caliper, exact, ratio=1, replace=False):
    """The definition, written as plainly as can be: treated by score, largest first; nearest control; lowest row."""
    score = score.to_numpy()
    tie = 1e-9 * score.std()
    treated = frame["treated"].to_numpy() == 1
    strata = frame[list(exact)].apply(tuple, axis=1).to_numpy() if exact else np.zeros(len(frame))
    free = {row for row in range(len(frame)) if not treated[row]}
    pairs, own = [], {}
    order = sorted(np.flatnonzero(treated), key=lambda row: (-round(score[row] / tie), row))
    for _ in range(ratio):
        for row in order:
            good = [c for c in free if strata[c] == strata[row] and abs(score[c] - score[row]) <= caliper + tie]
            good = [c for c in good if c not in own.get(row, ())]
            if good:
                least = min(abs(score[c] - score[row]) for c in good)
                chosen = min(c for c in good if abs(score[c] - score[row]) <= least + tie)
                own.setdefault(row, []).append(chosen)
                pairs.append((frame.index[row], frame.index[chosen]))
                if not replace:
                    free.remove(chosen)
    return sorted(pairs)


@pytest.mark.parametrize("rounded", [False, True])
@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("ratio", [1, 3])
@pytest.mark.parametrize("exact", [(), ("district",)])
@pytest.mark.parametrize("caliper", [None, 0.2])
def test_the_pairs_are_those_found_by_trying_every_control(caliper, exact, ratio, replace, rounded):
    frame = made()
    if rounded:  # ties
        frame[["x", "z"]] = frame[["x", "z"]].round(0)
    m = match(frame, "treated", ["x", "z"], caliper=caliper, exact=exact, ratio=ratio, replace=replace)
    expected = by_trying_every_control(frame, m.score, m.caliper or np.inf, exact, ratio, replace)
    assert sorted(zip(m.pairs["treated"], m.pairs["control"], strict=True)) == expected
    walked = match(  # a limit that binds nobody takes the road for limits
        frame, "treated", ["x", "z"], caliper=caliper, exact=exact, ratio=ratio, replace=replace,
        covariate_calipers={"x": 1e6},
    )  # fmt: skip
    pd.testing.assert_frame_equal(walked.pairs, m.pairs)


def test_a_unit_is_used_once_and_never_as_its_own_match():
    frame = made(900)
    frame["family"] = np.arange(900) % 300
    m = match(frame, "treated", ["x", "z"], unit="family")
    families = frame["family"]
    controls = families[m.pairs["control"]]
    assert not controls.duplicated().any()
    assert (controls.to_numpy() != families[m.pairs["treated"]].to_numpy()).all()
    twice = match(frame, "treated", ["x", "z"], unit="family", max_reuse=2, ratio=2)
    counts = families[twice.pairs["control"]].value_counts()
    assert counts.max() == 2
    in_set = pd.DataFrame({"set": twice.pairs["set"], "family": families[twice.pairs["control"]].to_numpy()})
    assert not in_set.duplicated().any()


def test_calipers_on_columns_hold_and_negative_ones_keep_apart():
    frame = made()
    m = match(frame, "treated", ["x", "z"], covariate_calipers={"x": 0.3, "z": -0.1}, anti_exact="area", caliper=1.0)
    one, other = frame.loc[m.pairs["treated"]], frame.loc[m.pairs["control"]]
    assert len(m.pairs) > 20
    assert (np.abs(one["x"].to_numpy() - other["x"].to_numpy()) <= 0.3).all()
    assert (np.abs(one["z"].to_numpy() - other["z"].to_numpy()) >= 0.1).all()
    assert (one["area"].to_numpy() != other["area"].to_numpy()).all()
    assert (m.pairs["distance"] <= m.caliper).all()


@pytest.mark.parametrize("order", ["largest", "smallest", "closest", "farthest"])
def test_permuting_rows_changes_no_pair(order):
    frame = made()
    shuffled = frame.sample(frac=1, random_state=3)
    pairs = match(frame, "treated", ["x", "z"], order=order, caliper=0.2).pairs
    again = match(shuffled, "treated", ["x", "z"], order=order, caliper=0.2).pairs
    assert set(zip(pairs["treated"], pairs["control"], strict=True)) == set(
        zip(again["treated"], again["control"], strict=True)
    )


def test_closest_first_makes_the_closest_pair_first():
    frame = made(200)
    m = match(frame, "treated", ["x", "z"], order="closest")
    treated = frame.index[frame["treated"] == 1]
    controls = frame.index[frame["treated"] == 0]
    gaps = np.abs(m.score[treated].to_numpy()[:, None] - m.score[controls].to_numpy()[None, :])
    assert m.pairs["distance"].min() == gaps.min()


def test_the_caller_frame_is_not_written_to_and_the_same_call_gives_the_same():
    frame = made()
    before = frame.copy(deep=True)
    first, second = (match(frame, "treated", ["x", "z"], order="random", seed=5) for _ in range(2))
    first.effect("y")
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(first.pairs, second.pairs)


def test_weights_from_pairs_equal_weights_from_sets_and_sum_to_the_treated():
    m = match(made(), "treated", ["x", "z"], ratio=2, caliper=0.1)
    sizes = m.pairs.groupby("set")["control"].transform("size")
    from_pairs = (1 / sizes).groupby(m.pairs["control"]).sum()
    controls = m.weights[m.weights > 0].index.difference(m.pairs["treated"])
    np.testing.assert_allclose(m.weights[controls], from_pairs[controls])
    assert m.weights[controls].sum() == pytest.approx(m.pairs["treated"].nunique())
    assert (m.sets[m.pairs["control"]].to_numpy() == m.pairs["set"].to_numpy()).all()


def test_rows_without_a_match_are_listed_with_the_reason():
    frame = made()
    frame.loc[frame["treated"] == 0, "district"] = frame.loc[frame["treated"] == 0, "district"].replace(3, 2)
    m = match(frame, "treated", ["x", "z"], exact="district", caliper=0.01, discard="treated")
    assert set(m.unmatched["reason"]) >= {
        "no row of the other arm has the same exact values",
        "no row of the other arm within the caliper",
    }
    assert len(m.unmatched) + len(m.pairs) == frame["treated"].sum()
    assert m.counts.loc["matched", "treated"] == len(m.pairs)


def test_matching_controls_to_treated_for_the_atc():
    frame = made()
    m = match(frame, "treated", ["x", "z"], estimand="ATC", replace=True)
    assert (frame.loc[m.pairs["treated"], "treated"] == 1).all()
    assert m.pairs["control"].nunique() == (frame["treated"] == 0).sum()
    assert m.effect("y").estimand == "ATC"


def test_missing_values_are_an_error_unless_asked_for():
    frame = made()
    frame.iloc[:7, frame.columns.get_loc("x")] = np.nan
    with pytest.raises(InputError, match='"x" 7'):
        match(frame, "treated", ["x", "z"])
    dropped = match(frame, "treated", ["x", "z"], missing="drop")
    assert (dropped.weights.iloc[:7] == 0).all()
    assert len(dropped.weights) == len(frame)
    marked = match(frame, "treated", ["x", "z"], missing="indicator")
    assert "x(missing)" in marked.balance().index


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.assign(treated=f["treated"] * 2), "other than 0 and 1"),
        (lambda f: f.assign(treated="a"), "not numeric"),
        (lambda f: f.assign(treated=1), "No row is comparison"),
        (lambda f: f.assign(x=3.0), 'same value in every row: "x"'),
        (lambda f: f.assign(x=f["treated"] + f["x"] / 100), '"x"'),
        (lambda f: f.assign(x=np.where(f["treated"] == 1, "only", "other")), "tell the arms apart"),
        (lambda f: f.rename(columns={"x": "xx"}), 'Did you mean "xx"'),
        (lambda f: f.assign(x=pd.Timestamp("2010-04-01")), "dates"),
        (lambda f: f.set_axis(["a"] * len(f)), "repeated labels"),
    ],
)
def test_what_cannot_be_matched_is_an_error_that_says_why(change, words):
    with pytest.raises(InputError, match=words):
        match(change(made()), "treated", ["x", "z"])


def test_every_wrong_option_is_named_at_once():
    with pytest.raises(InputError) as error:
        match(made(), "treated", ["x"], method="nearst", caliper=-1, order="bigest", ratio=0)
    for word in ('"nearest"', "caliper is -1", '"largest"', "ratio is 0"):
        assert word in str(error.value)


def test_balance_table_of_a_frame_agrees_with_the_match():
    frame = made()
    m = match(frame, "treated", ["x", "district"], caliper=0.2)
    table = balance_table(frame, treatment="treated", covariates=["x", "district"], weights=m.weights)
    expected = m.balance().drop(index="score", columns="pair_distance")
    pd.testing.assert_frame_equal(table, expected)
    assert "x × district" in m.balance(interactions=True).index


def test_limits_on_columns_that_cannot_carry_them_are_errors():
    frame = made().assign(k="a")
    with pytest.raises(InputError, match='"k" is not numeric'):
        match(frame, "treated", ["x", "z"], covariate_calipers={"k": 1})
    frame["gap"] = np.where(frame["x"] > 2, np.nan, frame["x"])
    with pytest.raises(InputError, match='fill these, or ask for missing="drop"'):
        match(frame, "treated", ["x", "gap"], exact="gap", missing="indicator")
    with pytest.raises(InputError, match="below 0 or infinite in 600 rows"):
        balance_table(frame, treatment="treated", covariates=["x"], weights=-np.ones(600))


def test_formulas_and_names_give_the_same_match():
    frame = made()
    by_name = match(frame.assign(xx=frame["x"] ** 2), "treated", ["x", "z", "xx"])
    by_formula = match(frame, "treated", "treated ~ x + z + I(x**2)")
    pd.testing.assert_frame_equal(by_name.pairs, by_formula.pairs)
    assert "I(x**2)" in by_formula.balance().index
