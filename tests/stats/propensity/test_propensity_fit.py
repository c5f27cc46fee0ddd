"""The propensity fit: its likelihood and derivatives, its stages, and terms that are hard to standardise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats.arrays.chunks import CHUNK
from toolkit.stats.propensity.fisher_scoring import FEWEST_START_ROWS, START_STEPS, climb, climb_in_stages
from toolkit.stats.propensity.likelihood import BinaryModel, constant_fit, evaluate
from toolkit.stats.propensity.links import LINKS
from toolkit.stats.propensity.model import fit_propensity
from toolkit.stats.propensity.standardised_terms import standardise
from toolkit.stats.sample.covariates import model_terms, read_covariate


def sample(rows: int, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "number": rng.normal(size=rows) * 40 + 2_000_000,
            "single": rng.normal(size=rows).astype(np.float32),
            "whole": rng.integers(-3, 4, rows, dtype=np.int8),
            "flag": rng.random(rows) < 0.3,
            "kind": pd.Categorical(rng.choice(["a", "b", "c"], rows)),
        }
    )
    need = -1.5 + 0.01 * (frame["number"] - 2_000_000) + 0.3 * frame["flag"] - 0.2 * (frame["kind"] == "b")
    return frame, rng.random(rows) < 1 / (1 + np.exp(-need.to_numpy()))


def terms_of(frame: pd.DataFrame) -> tuple:
    return model_terms([read_covariate(name, frame[name]) for name in frame])


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("is_weighted", [False, True])
def test_gradient_and_information_are_the_derivatives_of_the_likelihood(link: str, is_weighted: bool) -> None:
    frame, treated = sample(CHUNK + 500)
    design, _ = standardise(terms_of(frame), len(frame))
    weights = np.random.default_rng(2).uniform(0.5, 2, len(frame)) if is_weighted else None
    model = BinaryModel(design, treated, LINKS[link], weights)
    beta = np.random.default_rng(3).normal(size=len(design.terms) + 1) * 0.2 + np.eye(len(design.terms) + 1)[0] * -1
    here, step = evaluate(model, beta), 1e-5
    for place, direction in enumerate(np.eye(len(beta)) * step):
        up, down = evaluate(model, beta + direction), evaluate(model, beta - direction)
        assert (up.log_likelihood - down.log_likelihood) / (2 * step) == pytest.approx(here.gradient[place], rel=1e-6)
        if link == "logit":  # observed and expected information agree
            slope = (up.gradient - down.gradient) / (2 * step)
            np.testing.assert_allclose(-slope, here.information[place], rtol=1e-5, atol=1e-3)


def test_a_constant_fit_is_that_of_the_intercept_alone() -> None:
    frame, treated = sample(3_000)
    design, _ = standardise(terms_of(frame), len(frame))
    weights = np.random.default_rng(2).uniform(0.5, 2, len(frame))
    model = BinaryModel(design, treated, LINKS["logit"], weights)
    alone = np.zeros(len(design.terms) + 1)
    alone[0] = LINKS["logit"].start(0.3)
    assert constant_fit(model, 0.3) == pytest.approx(evaluate(model, alone).log_likelihood, rel=1e-12)


def test_means_and_scales_are_those_of_all_rows() -> None:
    frame, _ = sample(3 * CHUNK)
    terms = terms_of(frame)
    design, left_out = standardise(terms, len(frame))
    assert not left_out
    np.testing.assert_allclose(design.centre, [term.numbers().mean() for term in terms], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(design.scale, [term.numbers().std() for term in terms], rtol=1e-9)


def test_a_term_that_never_varies_or_repeats_others_is_left_out() -> None:
    frame, treated = sample(5_000)
    frame["twice"] = 2 * frame["number"] + 7
    frame["constant"] = 0.1
    fit = fit_propensity(terms_of(frame), treated)
    assert fit.left_out == ("twice", "constant")
    without = fit_propensity(terms_of(frame.drop(columns=["twice", "constant"])), treated)
    np.testing.assert_allclose(fit.linear_predictor, without.linear_predictor, atol=1e-9)


def test_a_fit_in_stages_ends_where_one_without_ends() -> None:
    rows = FEWEST_START_ROWS * START_STEPS[-1]
    frame, treated = sample(rows)
    design, _ = standardise(terms_of(frame), rows)
    model = BinaryModel(design, treated, LINKS["logit"], None)
    start = np.zeros(len(design.terms) + 1)
    staged, whole = climb_in_stages(model, start), climb(model, start, 1e-12, 40)
    assert staged.has_settled
    assert staged.steps < whole.steps
    np.testing.assert_allclose(staged.beta, whole.beta, atol=1e-10)


def test_a_stage_whose_rows_are_separated_does_not_mislead_the_fit() -> None:
    rows = FEWEST_START_ROWS * START_STEPS[-1]
    frame, _ = sample(rows)
    rng = np.random.default_rng(5)
    rare = rng.random(rows) < 0.01
    treated = rng.random(rows) < 0.1 + 0.3 * rare
    some = np.arange(0, rows, START_STEPS[-1])
    treated[some] = rare[some]  # in the first stage's rows the column says it all, in the others it does not
    frame["rare"] = rare.astype(np.int8)
    fit = fit_propensity(terms_of(frame), treated)
    gradient = [float((term.numbers() * (treated - fit.probability)).sum()) for term in terms_of(frame)]
    np.testing.assert_allclose(np.array(gradient) / [abs(t.numbers()).sum() for t in terms_of(frame)], 0, atol=1e-8)


def test_rows_with_equal_covariates_have_equal_scores_whatever_their_place() -> None:
    frame, treated = sample(CHUNK)
    twice = pd.concat([frame, frame.sample(frac=1, random_state=1)], ignore_index=True)
    both = np.concatenate([treated, treated[frame.sample(frac=1, random_state=1).index]])
    fit = fit_propensity(terms_of(twice), both)
    moved = fit.linear_predictor[CHUNK:][np.argsort(frame.sample(frac=1, random_state=1).index)]
    assert np.array_equal(fit.linear_predictor[:CHUNK], moved)


def test_separated_arms_are_an_error_that_names_the_column() -> None:
    frame, _ = sample(2_000)
    with pytest.raises(InputError, match='"number"'):
        fit_propensity(terms_of(frame[["number", "single"]]), (frame["number"] > 2_000_010).to_numpy())
