"""The tobacco tax of California, published; the source is in `tests/stats/reference/README.md`."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.synthetic.control import synthetic_control
from toolkit.stats.synthetic.placebos import space_placebos

BEFORE = 19  # 1970 to 1988
PUBLISHED = {"Colorado": 0.164, "Connecticut": 0.069, "Montana": 0.199, "Nevada": 0.234, "Utah": 0.334}


@pytest.fixture(scope="module")
def smoking(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "reference" / "california_smoking_1970_2000.csv")


@pytest.fixture(scope="module")
def sales(smoking: pd.DataFrame) -> pd.DataFrame:
    return smoking.pivot(index="year", columns="state", values="cigsale")


@pytest.fixture(scope="module")
def predictors(smoking: pd.DataFrame, sales: pd.DataFrame) -> Floats:
    def mean(column: str, first: int) -> Floats:
        years = smoking[smoking["year"].between(first, 1988)]
        return years.groupby("state")[column].mean().reindex(sales.columns).to_numpy()

    means = [mean("lnincome", 1980), mean("beer", 1984), mean("age15to24", 1980), mean("retprice", 1980)]
    return np.vstack([*means, *(sales.loc[year].to_numpy() for year in (1975, 1980, 1988))])


def california(sales: pd.DataFrame) -> int:
    return list(sales.columns).index("California")


def test_california_is_as_published_and_says_how_many_starts_found_it(sales: pd.DataFrame, predictors: Floats) -> None:
    found = synthetic_control(sales.to_numpy(), california(sales), BEFORE, predictors=predictors)
    assert found.before_rmse <= 1.78
    assert found.gaps[-1] == pytest.approx(-25.73, abs=0.3)
    assert found.gaps[BEFORE:].mean() == pytest.approx(-18.97, abs=0.2)
    weights = dict(zip(sales.columns.delete(california(sales)), found.weights, strict=True))
    assert sum(weights[state] for state in PUBLISHED) > 0.99
    assert {state: weights[state] for state in PUBLISHED} == pytest.approx(PUBLISHED, abs=0.04)
    assert 1 <= found.reached_best < len(found.losses) == 24


def test_one_start_ends_in_a_local_best_that_the_published_fit_rules_out(
    sales: pd.DataFrame, predictors: Floats
) -> None:
    found = synthetic_control(sales.to_numpy(), california(sales), BEFORE, predictors=predictors, starts=1)
    assert found.before_rmse > 4


def test_california_ranks_among_the_first_of_the_states(sales: pd.DataFrame) -> None:
    found = space_placebos(sales.to_numpy(), california(sales), BEFORE)
    assert len(found.ratios) == 38
    assert found.rank <= 3
    assert found.p_value == found.rank / 39


def test_a_mixture_that_is_there_is_found_and_a_constant_only_where_it_is_asked_for() -> None:
    donors = np.random.default_rng(3).normal(100, 10, (20, 5))
    unit = donors @ [0.2, 0.0, 0.5, 0.3, 0.0] + 40
    unit[15:] += 6
    outcomes = np.column_stack([donors[:, :2], unit, donors[:, 2:]])
    found = synthetic_control(outcomes, 2, 15, shift=True)
    assert found.weights == pytest.approx([0.2, 0.0, 0.5, 0.3, 0.0], abs=1e-6)
    assert found.shift == pytest.approx(40)
    assert found.gaps[15:] == pytest.approx(np.full(5, 6.0))
    assert synthetic_control(outcomes, 2, 15).before_rmse > 20


def test_everything_wrong_is_said_at_once() -> None:
    outcomes = np.ones((4, 5))
    outcomes[1, 3] = np.nan
    with pytest.raises(InputError) as raised:
        synthetic_control(outcomes, 7, 4, predictors=np.ones((2, 4)), shift=True, starts=0)
    for said in ("row 1, column 3", "treated is 7", "before is 4", "starts is 0", "shape (2, 4)", "shift goes"):
        assert said in str(raised.value)
