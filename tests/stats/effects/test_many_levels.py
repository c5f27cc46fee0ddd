"""Categories of many levels: the same numbers as from one column a level, at the cost of a few columns."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import match
from toolkit.stats.effects.linear_means import adjusted_means
from toolkit.stats.propensity.model import fit_propensity
from toolkit.stats.propensity.standardised_terms import independent_columns
from toolkit.stats.sample.columns import as_columns
from toolkit.stats.sample.covariates import as_matrix, every_term, model_terms
from toolkit.stats.sample.sample import read_sample


def families(rows: int, levels: int, seed: int = 0) -> pd.DataFrame:
    """Return a frame whose areas hold some schools wholly, and of whose schools some have one arm only."""
    rng = np.random.default_rng(seed)
    school = rng.integers(0, levels, rows)
    need = rng.normal(size=rows) + 0.3 * rng.normal(size=levels)[school]
    treated = rng.random(rows) < 1 / (1 + np.exp(1 - 0.5 * need))
    area = np.where(school < levels // 2, school % 12, rng.integers(0, 12, rows))
    frame = pd.DataFrame({"need": need, "age": rng.integers(0, 5, rows) + 2_000.0, "area": area})
    return frame.assign(
        school=pd.Categorical.from_codes(school, [f"s{number}" for number in range(levels)]),
        district=[f"d{number}" for number in school // 4],
        treated=treated.astype(int),
        y=0.5 * need + 0.2 * treated + rng.normal(size=rows) + 0.1 * (school % 3),
    )


def columns_of(frame: pd.DataFrame, names: list[str]) -> tuple[np.ndarray, object, np.ndarray]:
    """Return the same covariates as a matrix and without zeros, and who is treated."""
    sample = read_sample(frame, "treated", names)
    terms, rows = model_terms(sample.covariates), np.arange(len(frame))
    return as_matrix(terms, rows), as_columns(terms, rows), sample.treated


@pytest.mark.parametrize("small_sample", ["CR1", "CR2", "wild"])
@pytest.mark.parametrize(
    ("rows", "levels", "names"),
    [
        (1_400, 52, ["need", "school", "age"]),  # slopes by arm, clusters of more rows than columns
        (1_200, 60, ["school", "need"]),  # clusters of fewer
        (1_200, 60, ["need", "school", "district"]),  # districts are made of schools, so all are left out
        (400, 56, ["age", "need", "school"]),  # slopes shared; some schools are in one arm only
    ],
)
def test_means_and_variances_are_those_of_one_column_a_level(
    rows: int, levels: int, names: list[str], small_sample: str
) -> None:
    frame = families(rows, levels)
    dense, sparse, treated = columns_of(frame, names)
    assert not isinstance(sparse, np.ndarray)
    weights = np.random.default_rng(1).uniform(0.5, 2, rows)
    ways = [frame["area"].to_numpy(), np.arange(rows) % 15]
    one, other = (
        adjusted_means(frame["y"].to_numpy(), treated, columns, weights, weights * treated, ways, small_sample)
        for columns in (dense, sparse)
    )
    assert (one.slopes, one.left_out) == (other.slopes, other.left_out)
    assert one.slopes == ("common" if rows == 400 else "separate")
    assert (other.control, other.treated) == pytest.approx((one.control, one.treated), rel=1e-9)
    np.testing.assert_allclose(other.variance.covariance, one.variance.covariance, rtol=1e-9)
    assert other.variance.degrees_of_freedom == pytest.approx(one.variance.degrees_of_freedom, rel=1e-9)
    np.testing.assert_allclose(other.influence, one.influence, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("link", ["logit", "probit"])
@pytest.mark.parametrize("names", [["need", "school"], ["school", "kind", "need"], ["school", "district", "need"]])
def test_a_propensity_of_many_levels_solves_the_score_equations_of_one_column_a_level(
    names: list[str], link: str
) -> None:
    frame = families(4_000, 80).assign(kind=np.random.default_rng(5).choice(list("abcd"), 4_000))
    sample = read_sample(frame, "treated", names)
    terms = model_terms(sample.covariates)
    fit = fit_propensity(terms, sample.treated, link)
    kept = [term for term in terms if term.label not in fit.left_out]
    matrix = np.column_stack([np.ones(len(frame)), as_matrix(kept)])
    assert np.linalg.matrix_rank(matrix) == matrix.shape[1]
    assert len(fit.left_out) == (19 if "district" in names else 0)
    beta = np.array([fit.intercept, *(fit.coefficients[term.label] for term in kept)])
    np.testing.assert_allclose(matrix @ beta, fit.linear_predictor, atol=1e-9)
    p = fit.probability
    slope = p * (1 - p) if link == "logit" else np.exp(-(fit.linear_predictor**2) / 2) / np.sqrt(2 * np.pi)
    score = matrix.T @ ((sample.treated - p) * slope / (p * (1 - p)))
    assert np.abs(score).max() < 1e-7


@pytest.mark.parametrize("size", [3, 47, 48, 130])
def test_columns_made_of_earlier_ones_are_found_whatever_panel_they_are_in(size: int) -> None:
    rng = np.random.default_rng(size)
    base = rng.normal(size=(400, size))
    made = {place for place in range(2, size) if rng.random() < 0.3}
    for place in sorted(made):
        base[:, place] = base[:, :place] @ rng.normal(size=place)
    base = (base - base.mean(axis=0)) / base.std(axis=0)
    assert independent_columns(base.T @ base / len(base)) == set(range(size)) - made


def test_balance_of_levels_counted_together_is_that_of_each_by_its_definition() -> None:
    frame = families(1_500, 70)
    m = match(frame, "treated", ["need", "school"], caliper=0.3)
    table, weights = m.balance(), m.weights.to_numpy()
    treated = frame["treated"].to_numpy() == 1
    pairs = m.pairs
    for term in every_term([c for c in m.sample.covariates if c.is_category]):
        flag, row = term.numbers(), table.loc[term.label]
        share = flag[treated].mean()
        deviation = np.sqrt(share * (1 - share))
        before = share - flag[~treated].mean()
        inside, outside = (np.average(flag[arm], weights=weights[arm]) for arm in (treated, ~treated))
        gaps = np.abs(flag[pairs["treated"].to_numpy()] - flag[pairs["control"].to_numpy()])
        assert row["smd_before"] == pytest.approx(before / deviation, abs=1e-12)
        assert (row["mean_treated"], row["mean_control"]) == pytest.approx((inside, outside), abs=1e-12)
        assert row["smd"] == pytest.approx((inside - outside) / deviation, abs=1e-12)
        assert row["ks"] == pytest.approx(abs(inside - outside), abs=1e-12)
        assert row["pair_distance"] == pytest.approx(gaps.mean() / deviation, abs=1e-12)


def test_three_hundred_levels_cost_no_more_than_sixty_numbers() -> None:
    frame = families(8_000, 300)
    rng = np.random.default_rng(1)
    numbers = pd.DataFrame(rng.normal(size=(len(frame), 60)), columns=[f"x{place}" for place in range(60)])

    def seconds(covariates: list[str], data: pd.DataFrame) -> float:
        began = time.process_time()
        m = match(data, "treated", covariates, caliper=0.2)
        m.balance()
        m.effect("y", small_sample="CR1")
        return time.process_time() - began

    seconds(["need"], frame)
    assert seconds(["need", "school"], frame) < seconds(list(numbers), pd.concat([frame, numbers], axis=1))
