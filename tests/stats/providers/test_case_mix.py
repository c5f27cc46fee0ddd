from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import case_mix


def county(seed: int = 0, effect: float = 0.0, kind: str = "logistic") -> pd.DataFrame:
    """Families of 12 centres; the first centres' are harder; the last centre changes the outcome by `effect`."""
    rng = np.random.default_rng(seed)
    centre = np.repeat(np.arange(12), np.linspace(60, 280, 12).astype(int))
    hard = rng.normal(1.4 - centre / 4, 1)
    place = np.where(rng.random(len(centre)) < 0.3, "town", "village")
    at = 0.3 - 0.8 * hard + 0.4 * (place == "town") + effect * (centre == 11)
    if kind == "logistic":
        outcome = (rng.random(len(at)) < 1 / (1 + np.exp(-at))).astype(float)
    elif kind == "poisson":
        outcome = rng.poisson(np.exp(at / 2)).astype(float)
    elif kind == "linear":
        outcome = at + rng.normal(0, 1, len(at))
    else:
        outcome = np.clip(np.round(3 + at + rng.logistic(0, 0.6, len(at))), 1, 5)
    frame = pd.DataFrame({"centre": [f"C{code:02d}" for code in centre], "hard": hard, "place": place, "y": outcome})
    return frame.sample(frac=1, random_state=seed)


MODELS = ["logistic", "poisson", "linear", "ordinal"]


@pytest.mark.parametrize("kind", MODELS)
def test_harder_families_do_not_make_a_centre_stand_out(kind):
    frame = county(kind=kind)
    adjusted = case_mix(frame["y"], frame["centre"], frame[["hard", "place"]], model=kind)
    crude = case_mix(frame["y"], frame["centre"], model=kind)
    outside = [int((np.abs(made.funnel(over_dispersed=False).outside) == 2).sum()) for made in (crude, adjusted)]
    assert outside[0] >= 3 and outside[1] == 0
    assert np.ptp(adjusted.adjusted) < np.ptp(crude.adjusted) / 1.5


@pytest.mark.parametrize("kind", MODELS)
def test_a_centre_that_does_differ_is_seen_with_its_case_mix_taken_out(kind):
    frame = county(seed=1, effect=1.6, kind=kind)
    funnel = case_mix(frame["y"], frame["centre"], frame[["hard", "place"]], model=kind).funnel()
    beyond = dict(zip(funnel.unit, funnel.outside, strict=True))
    assert beyond.pop("C11") == 2 and not any(abs(value) == 2 for value in beyond.values())


@pytest.mark.parametrize("kind", ["logistic", "poisson", "linear"])
def test_with_one_model_of_all_rows_as_much_is_expected_as_observed(kind):
    frame = county(kind=kind)
    kept = case_mix(frame["y"], frame["centre"], frame[["hard", "place"]], model=kind, is_left_out=False)
    assert kept.expected.sum() == pytest.approx(kept.observed.sum(), rel=1e-8)
    given = case_mix(frame["y"], frame["centre"], model=kind, fitted=kept.fitted)
    assert given.expected == pytest.approx(kept.expected) and given.adjusted == pytest.approx(kept.adjusted)


def test_one_model_is_the_one_statsmodels_fits():
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    frame = county()
    ours = case_mix(frame["y"], frame["centre"], frame[["hard", "place"]], is_left_out=False)
    theirs = smf.glm("y ~ hard + place", frame, family=sm.families.Binomial()).fit().fittedvalues
    assert ours.fitted == pytest.approx(theirs.to_numpy(), abs=1e-7)


def test_what_is_expected_of_a_centre_rests_on_the_others_alone():
    frame = county()
    changed = frame.assign(y=np.where(frame["centre"] == "C11", 1.0, frame["y"]))
    one, other = (case_mix(some["y"], some["centre"], some[["hard"]]) for some in (frame, changed))
    place = list(one.unit).index("C11")
    assert one.expected[place] == other.expected[place]
    assert (np.delete(one.expected, place) < np.delete(other.expected, place)).all()


def test_families_unlike_any_elsewhere_are_counted_and_said():
    frame = county()
    frame = frame.assign(new=np.where((frame["centre"] == "C03") & (frame["place"] == "town"), "yes", "no"))
    found = case_mix(frame["y"], frame["centre"], frame[["new"]])
    only = int((frame["new"] == "yes").sum())
    assert [(note.code, note.figures["units"], note.figures["families"]) for note in found.notes] == [
        ("case_mix_apart", 1, only)
    ]
    assert found.unlike.sum() == only and found.notes[0] in found.summary()
    assert found.tidy()["unit"].tolist() == list(dict.fromkeys(frame["centre"]))


def test_little_expected_is_said():
    rng = np.random.default_rng(2)
    y = (rng.random(400) < 0.03).astype(float)
    found = case_mix(y, np.repeat(["A", "B", "C"], [10, 190, 200]))
    assert [note.code for note in found.notes] == ["little_expected"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"model": "probit"}, "model is 'probit'"),
        ({"outcome": [0, 1, 2, 1, 0, 1]}, "0 or 1"),
        ({"outcome": [0, 1, np.nan, 1, 0, 1]}, "missing"),
        ({"unit": ["A"] * 6}, "1 units"),
        ({"covariates": pd.DataFrame({"x": [1, 2, 3, None, 5, 6]})}, "missing in x"),
        ({"covariates": pd.DataFrame({"x": [0.0, 1, 0, 1, 0, 1]})}, "does not settle"),
        ({"fitted": [0.5, 0.5, 0.5, 1.0, 0.5, 0.5]}, "between 0 and 1"),
    ],
)
def test_what_cannot_be_adjusted_is_refused(change, says):
    given = {"outcome": [0, 1, 0, 1, 0, 1], "unit": list("AABBCC")} | change
    with pytest.raises(InputError, match=says):
        case_mix(given.pop("outcome"), given.pop("unit"), given.pop("covariates", None), **given)
