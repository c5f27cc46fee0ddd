"""Weights that rest on few rows are said, and rows without a like can be left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import estimate_effect, estimate_effects, weight
from toolkit.stats.weighting.extreme import extreme_weight_notes


def sample(rng, rows=1_500, strength=0.4, heavy=False) -> pd.DataFrame:
    x = rng.standard_t(2, (rows, 4)) if heavy else rng.normal(size=(rows, 4))
    treated = rng.random(rows) < 1 / (1 + np.exp(1.6 - strength * x @ [1, 1, 1, 1]))
    made = pd.DataFrame(x, columns=list("abcd")).assign(t=treated.astype(int))
    return made.assign(y=x @ [0.5, 0.3, 0.2, 0.0] + rng.normal(0, 2, rows))


def codes(effect) -> list[str]:
    return [note.code for note in effect.notes]


ESTIMATES = {
    "ipw": lambda f, **o: weight(f, "t", list("abcd"), method="ipw", **o).effect("y"),
    "aipw": lambda f, **o: estimate_effect(f, "y", "t", list("abcd"), **o),
    "ipwra": lambda f, **o: estimate_effect(f, "y", "t", list("abcd"), method="ipwra", **o),
    "several": lambda f, **o: estimate_effects(f, ["y"], "t", list("abcd"), **o)[0],
}


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_thin_overlap_is_said_and_sound_overlap_is_not(estimate):
    thin = sum(
        "extreme_weights" in codes(ESTIMATES[estimate](sample(np.random.default_rng(run), heavy=True, strength=0.6)))
        for run in range(12)
    )
    sound = sum(
        "extreme_weights" in codes(ESTIMATES[estimate](sample(np.random.default_rng(run), rows=300)))
        for run in range(12)
    )
    assert thin >= 11
    assert sound <= 1


def test_the_note_has_its_figures():
    weights = np.r_[np.ones(50), 30.0, np.ones(40)]
    treated = np.arange(91) < 51
    (note,) = extreme_weight_notes(weights, treated)
    assert note.figures["arm"] == "treated" and note.figures["rows"] == 51
    assert note.figures["largest_share"] == pytest.approx(30 / 80)
    assert note.figures["effective_sample_size"] == pytest.approx(80**2 / 950)
    assert extreme_weight_notes(np.ones(91), treated) == ()
    # A large arm of which a part like the small one counts is sound.
    pool = np.r_[np.ones(100), np.where(np.arange(20_000) < 1_000, 1.0, 0.001)]
    assert extreme_weight_notes(pool, np.arange(20_100) < 100) == ()


@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE"])
@pytest.mark.parametrize("estimate", ESTIMATES)
def test_trimming_leaves_out_rows_without_a_like_and_says_whom_the_effect_is_for(estimate, estimand):
    made = sample(np.random.default_rng(1), strength=0.9)
    effect = ESTIMATES[estimate](made, trim=0.1, estimand=estimand)
    chance = weight(made, "t", list("abcd"), method="ipw", estimand=estimand).score
    low, high = {"ATT": (0, 0.9), "ATC": (0.1, 1), "ATE": (0.1, 0.9)}[estimand]
    kept = chance.between(low, high)
    (note,) = [note for note in effect.notes if note.code == "trimmed"]
    assert (effect.n_treated, effect.n_control) == tuple(made.loc[kept, "t"].value_counts().loc[[1, 0]])
    assert note.figures["treated_left_out"] == int((~kept & (made["t"] == 1)).sum())
    assert "The effect is for the" in effect.summary()
    again = ESTIMATES[estimate](made[kept].reset_index(drop=True), estimand=estimand)
    assert effect.estimate == pytest.approx(again.estimate)


def test_trimming_is_checked():
    made = sample(np.random.default_rng(2))
    for estimate in ESTIMATES.values():
        with pytest.raises(InputError, match=r"trim is 0\.5"):
            estimate(made, trim=0.5)
    with pytest.raises(InputError, match='trim is for method="ipw"'):
        weight(made, "t", list("abcd"), trim=0.1)
    with pytest.raises(InputError, match="trim is for weights"):
        estimate_effect(made, "y", "t", list("abcd"), method="regression", trim=0.1)
    with pytest.raises(InputError, match="the arms hardly overlap"):
        estimate_effect(
            sample(np.random.default_rng(2), strength=0.0), "y", "t", list("abcd"), trim=0.45, estimand="ATC"
        )
    weighted = weight(made, "t", list("abcd"), method="ipw", trim=0.3, estimand="ATE")
    assert len(weighted.weights) == len(made) and (weighted.weights == 0).any()


def test_heavy_tails_do_not_throw_augmented_weights():
    estimates = [
        estimate_effect(sample(np.random.default_rng(run), heavy=True, strength=0.8), "y", "t", list("abcd")).estimate
        for run in range(25)
    ]
    assert np.abs(estimates).max() < 4
