"""Evened and augmented mixtures: what they must equal, worked out another way."""

import numpy as np
import pytest
from scipy import optimize

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.synthetic.augmented import augmented_control
from toolkit.stats.synthetic.weights import evenness_of, nearest_mixture

RNG = np.random.default_rng(7)


def factor_panel(times: int, units: int, seed: int = 1) -> Floats:
    rng = np.random.default_rng(seed)
    factors, loadings = rng.normal(0, 1, (times, 2)).cumsum(axis=0), rng.normal(0, 1, (2, units))
    return 5 + factors @ loadings + rng.normal(0, 0.1, (times, units))


def test_evenness_picks_the_mixture_a_general_solver_finds_and_only_one() -> None:
    donors, target = RNG.normal(0, 1, (2, 8)), RNG.normal(0, 0.3, 2)
    penalty = 0.4

    def cost(weights: Floats) -> float:
        return float(((target - donors @ weights) ** 2).sum() + penalty * (weights**2).sum())

    found = optimize.minimize(
        cost,
        np.full(8, 1 / 8),
        method="SLSQP",
        bounds=[(0, 1)] * 8,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert nearest_mixture(target, donors, evenness=penalty) == pytest.approx(found.x, abs=1e-4)
    assert nearest_mixture(target, donors, evenness=1e9) == pytest.approx(np.full(8, 1 / 8), abs=1e-4)


def test_evenness_is_the_variance_of_steps_for_every_time() -> None:
    donors = np.array([[0.0, 0.0], [1.0, 3.0], [1.0, 1.0]])
    assert evenness_of(donors) == pytest.approx(3 * np.mean([1, 1, 1, 1]))


def test_augmentation_is_the_ridge_regression_of_what_the_mixture_leaves() -> None:
    """Ben-Michael, Feller and Rothstein (2021), lemma 1: weights, or a model of the outcome after, say the same."""
    outcomes = factor_panel(9, 20)
    outcomes[:, 3] = outcomes[:, 3] * 3  # at the edge: no mixture fits
    before = 8
    found = augmented_control(outcomes, 3, before)
    assert found.is_augmented and found.before_rmse < found.mixture_rmse
    moved = outcomes - outcomes[:before].mean(axis=0)
    donors, unit = np.delete(moved, 3, axis=1), moved[:, 3]
    x, y = donors[:before].T, donors[before]
    centred = x - x.mean(axis=0)
    slope = np.linalg.solve(centred.T @ centred + found.penalty * np.eye(before), centred.T @ (y - y.mean()))
    mixture = found.mixture
    expected = mixture @ y + (unit[:before] - mixture @ x) @ slope
    assert found.gaps[before] == pytest.approx(unit[before] - expected, abs=1e-9)
    assert found.weights.sum() == pytest.approx(1) and found.mixture.min() >= 0


def test_the_penalty_is_the_largest_as_good_as_the_best_at_times_left_out() -> None:
    outcomes = factor_panel(9, 20)
    outcomes[:, 3] = outcomes[:, 3] * 3
    found = augmented_control(outcomes, 3, 8)
    assert np.isinf(found.penalties[0]) and (np.diff(found.penalties[1:]) < 0).all()
    assert found.errors[found.penalties == found.penalty][0] >= found.errors.min()
    assert found.penalty >= found.penalties[np.argmin(found.errors)]
    again = augmented_control(outcomes, 3, 8)
    assert (again.weights == found.weights).all()


def test_two_times_before_are_no_ground_for_augmentation() -> None:
    found = augmented_control(factor_panel(3, 12), 0, 2)
    assert not found.is_augmented and (found.weights == found.mixture).all()
    assert found.rests_on > 2
    assert augmented_control(factor_panel(3, 12), 0, 2, evened=False).rests_on < found.rests_on


def test_a_unit_shifted_by_a_constant_has_the_same_gaps() -> None:
    outcomes = factor_panel(8, 10)
    higher = outcomes + np.eye(10)[4] * 50
    one, two = augmented_control(outcomes, 4, 6), augmented_control(higher, 4, 6)
    assert two.gaps == pytest.approx(one.gaps, abs=1e-8)
    assert two.shift == pytest.approx(one.shift + 50)


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(InputError, match="before is 1 of 3 times"):
        augmented_control(np.ones((3, 4)), 0, 1)
