"""What stays apart after matching or weighting is said in the result, by name, and nothing is said when all is well."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import Matched, Weighted, match, weight
from toolkit.stats.balance.derived import made_of_others

NAMES = ["x1", "x2", "x3", "x4", "x5"]


def poor_overlap(seed: int, rows: int = 600) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, 5)), columns=NAMES)
    chance = 1 / (1 + np.exp(-(-0.7 + 1.8 * frame["x1"] + 0.6 * frame["x2"])))
    frame["t"] = (rng.random(rows) < chance).astype(int)
    return frame.assign(y=frame["x1"] + rng.normal(size=rows))


def curved(seed: int, rows: int = 3000) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, 5)), columns=NAMES)
    shape = frame["x1"] ** 2 + frame["x2"] * frame["x3"]
    chance = 1 / (1 + np.exp(-(-1.9 + 0.4 * frame["x1"] + 0.3 * frame["x2"] + 0.6 * shape)))
    frame["t"] = (rng.random(rows) < chance).astype(int)
    return frame.assign(y=-0.4 * frame["t"] + 0.5 * frame["x1"] + 0.5 * shape + rng.normal(size=rows))


def sound(seed: int, rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, 5)), columns=NAMES)
    frame["x4"] = np.exp(frame["x4"])
    frame["x5"] = np.array(list("abcd"))[np.digitize(frame["x5"], [-1, 0, 1])]
    chance = 1 / (1 + np.exp(-(-1.3 + 0.5 * frame["x1"] + 0.4 * frame["x2"] + 0.3 * (frame["x5"] == "d"))))
    return frame.assign(t=(rng.random(rows) < chance).astype(int))


def codes(result: Matched | Weighted) -> list[str]:
    return [note.code for note in result.notes]


@pytest.mark.parametrize("seed", range(4))
def test_a_match_that_leaves_the_score_apart_says_so_first_and_in_the_effect(seed: int) -> None:
    matched = match(poor_overlap(seed), "t", NAMES, ratio=5)
    note = matched.notes[0]
    assert note.code == "terms_apart"
    assert "score by 1." in note and "caliper=0.2" in note
    assert note.figures["largest"] == pytest.approx(matched.balance()["smd"].abs().max())
    assert matched.summary().startswith(note)
    assert matched.summary().count(note) == 1
    effect = matched.effect("y")
    assert effect.notes[0] == note
    assert "terms_apart" in effect.tidy().loc[0, "note_codes"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("design", ["pairs", "five", "entropy", "ipw", "overlap"])
def test_the_square_and_the_product_left_out_are_named(seed: int, design: str) -> None:
    frame = curved(seed)

    def made(covariates: str) -> Matched | Weighted:
        if design in ("pairs", "five"):
            return match(frame, "t", covariates, caliper=0.2, ratio=1 if design == "pairs" else 5)
        return weight(frame, "t", covariates, method=design)

    missing = made("x1 + x2 + x3 + x4 + x5")
    note = next(note for note in missing.notes if note.code == "squares_or_products_apart")
    assert "I(x1**2)" in note and "I(x2*x3)" in note
    assert float(note.figures["variance_ratio"]) > 1.3
    assert missing.summary().startswith(missing.notes[0])
    mended = made("x1 + x2 + x3 + x4 + x5 + I(x1**2) + I(x2*x3)")
    assert mended.found_notes == ()
    assert mended.summary().startswith(("Matching", "Weighting"))


def test_squares_made_as_columns_are_not_squared_again() -> None:
    frame = curved(1).assign(square=lambda f: f["x1"] ** 2, both=lambda f: f["x2"] * f["x3"])
    matrix = frame[[*NAMES, "square", "both"]].to_numpy()
    assert made_of_others(matrix) == {5, 6}
    centred = matrix.copy()
    centred[:, 5] = (centred[:, 0] - 0.3) ** 2
    assert made_of_others(centred) == {5, 6}
    sums = np.column_stack([matrix[:, :2], matrix[:, 0] + matrix[:, 1]])
    assert made_of_others(sums) == set()
    assert weight(frame, "t", [*NAMES, "square", "both"]).found_notes == ()


@pytest.mark.parametrize("rows", [300, 1500])
def test_a_sound_design_bears_no_note(rows: int) -> None:
    fired = 0
    for seed in range(12):
        frame = sound(seed, rows)
        fired += bool(match(frame, "t", NAMES, caliper=0.2).notes)
        fired += bool(match(frame, "t", NAMES, ratio=5, caliper=0.2).notes)
        fired += bool(weight(frame, "t", NAMES).notes)
    assert fired <= 2


def test_small_councils_are_not_told_by_chance_what_large_ones_are_by_the_same_difference() -> None:
    rng = np.random.default_rng(0)
    few = pd.DataFrame({"x": rng.normal(size=60), "t": [1, 0] * 30})
    few.loc[few["t"] == 1, "x"] += 0.25 - (few.groupby("t")["x"].mean() @ [-1, 1])
    many = pd.concat([few] * 20, ignore_index=True)
    for frame, expected in ((few, []), (many, ["terms_apart"])):
        matched = match(frame, "t", ["x"], distance=np.zeros(len(frame)))
        assert abs(matched.balance().loc["x", "smd"]) == pytest.approx(
            0.25 / few.loc[few["t"] == 1, "x"].std(), rel=0.03
        )
        assert [code for code in codes(matched) if code == "terms_apart"] == expected


def test_a_part_looked_at_of_a_large_sample_gives_the_figures_of_all() -> None:
    frame = pd.concat([poor_overlap(seed, 20_000) for seed in range(2)], ignore_index=True)
    matched = match(frame, "t", NAMES, ratio=2)
    assert matched.notes[0].figures["largest"] == pytest.approx(matched.balance()["smd"].abs().max())
    assert matched.notes == match(frame, "t", NAMES, ratio=2).notes


def test_notes_follow_what_is_made_of_a_match_and_pickle() -> None:
    frame = poor_overlap(0)
    matched = match(frame, "t", NAMES, ratio=5)
    before = matched.notes
    assert pickle.loads(pickle.dumps(matched)).notes == before == copy.copy(matched).notes
    near = matched.part(frame.index[(frame["x1"].abs() < 0.3) | (matched.weights == 0)])
    assert near.notes != before
    again = matched.reweighted(pd.Series(np.where(frame["x1"] > 0.5, 0.01, 1.0), index=frame.index))
    assert again.notes[0].figures["largest"] == pytest.approx(again.balance()["smd"].abs().max())
    assert again.notes != before
    assert matched.notes is not before and matched.notes == before


def test_whom_the_effect_is_for_is_said_where_most_rows_have_no_match() -> None:
    frame = poor_overlap(0)
    few = match(frame, "t", NAMES, caliper=0.001)
    note = few.notes[-1]
    assert note.code == "few_matched"
    used = int(few.counts.loc["matched", "treated"])
    assert note.figures == {"matched": used, "sought": int(frame["t"].sum())}
    assert "few_matched" not in codes(match(sound(0, 300), "t", NAMES, caliper=0.2))


@pytest.mark.parametrize("rows", [1, 2])
def test_an_arm_of_hardly_any_rows_says_nothing_of_chance(rows: int) -> None:
    frame = pd.DataFrame(
        {"t": [1] * rows + [0] * 6, "x": np.arange(rows + 6.0), "c": list("ababab"[:rows]) + list("abcdab")}
    )
    assert match(frame, "t", ["x", "c"], distance="mahalanobis").notes == ()
