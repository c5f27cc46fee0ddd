"""The daily step: hazards are kept to, history counts for as long as it should, and joining acts from the next day."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.simulate.calendar import NEVER
from toolkit.simulate.hazards import DETECTION, REFERRAL
from toolkit.simulate.life import Lives
from toolkit.simulate.options import PREVENTION, CountyOptions


def lives_of(size: int, effect: str = "none", referral: float = 0.0, joining: float = 0.0, seed: int = 5) -> Lives:
    rngs = {kind: np.random.default_rng([seed, i]) for i, kind in enumerate(("referral", "centre", "joining"))}
    lives = Lives(size, CountyOptions(effect=effect), rngs)
    lives.base_referral[:], lives.base_joining[:] = referral, joining
    lives.refresh(slice(None))
    return lives


def first_day_counts(lives: Lives) -> tuple[int, int]:
    lives.begin(1)
    lives.refresh(slice(None))
    by_others, by_centre, _ = lives.run(1.0, 0.0)
    return len(by_others), len(by_centre)


def test_as_many_are_referred_as_the_hazard_says() -> None:
    count, _ = first_day_counts(lives_of(400_000, referral=0.01))
    expected = 400_000 * -np.expm1(-0.01)
    assert abs(count - expected) < 4 * np.sqrt(expected)


def test_a_higher_pace_is_a_higher_hazard_for_each_unit() -> None:
    lives = lives_of(200_000, referral=0.005)
    lives.begin(1)
    by_others, _, _ = lives.run(np.array([1.0, 3.0]), np.array([0.0, 0.0]))  # units alternate between the two
    slow, fast = (by_others % 2 == 0).sum(), (by_others % 2 == 1).sum()
    assert fast / slow == pytest.approx(3.0, rel=0.15)


def test_prevention_multiplies_the_hazard_from_the_day_after_joining() -> None:
    lives = lives_of(1, "prevent", referral=0.01)
    lives.begin(1)
    lives.run(0.0, 0.0)
    lives.join(np.array([0]), 1)
    assert lives.referral[0] == pytest.approx(0.01)
    lives.begin(2)
    assert lives.referral[0] == pytest.approx(0.01 * PREVENTION)
    lives.begin(900)
    lives.refresh(slice(None))
    assert lives.referral[0] == pytest.approx(0.01 * PREVENTION)


def test_detection_lasts_from_the_day_after_joining_for_a_year_and_leaves_others_alone() -> None:
    lives = lives_of(1, "detect", referral=0.01)
    lives.begin(1)
    lives.join(np.array([0]), 1)
    centre = []
    for day in range(2, 369):
        lives.begin(day)
        centre.append(lives.centre[0])
        assert lives.referral[0] == pytest.approx(0.01)
    assert np.allclose(centre[:365], 0.01 * DETECTION)
    assert centre[365:] == [0.0, 0.0]


def test_a_referral_rests_for_14_days_is_recent_for_91_and_remembered_for_365() -> None:
    lives = lives_of(1, referral=1e-9)
    lives.remember(np.array([0]), np.array([0]), today=0)
    lives.refresh(slice(None))
    factors = [1e-9]
    for day in range(1, 367):
        lives.begin(day)
        factors.append(lives.referral[0] / 1e-9)
    assert factors[1:14] == [0.0] * 13
    assert np.allclose(factors[14:91], np.exp(REFERRAL.recent_referral))
    assert np.allclose(factors[91:365], np.exp(REFERRAL.older_referral))
    assert np.allclose(factors[365:], 1.0)


def test_remembering_a_past_gives_the_hazard_of_having_lived_it() -> None:
    days = np.array([-300, -91, -90, -89, -60, -13, -12, -3, -364, -363])
    lives = lives_of(len(days), referral=1.0)
    lives.remember(np.arange(len(days)), days, today=0)
    lives.begin(1)
    lives.refresh(slice(None))
    ago = 1 - days
    expected = np.where(ago < 91, np.exp(REFERRAL.recent_referral), np.exp(REFERRAL.older_referral))
    expected = np.where(ago < 14, 0.0, np.where(ago < 365, expected, 1.0))
    assert lives.referral.tolist() == pytest.approx(expected.tolist())


def test_whoever_has_joined_or_is_not_here_does_not_join_and_the_absent_are_not_referred() -> None:
    lives = lives_of(3, referral=1.0, joining=1.0)
    lives.joined[0] = -5
    lives.is_here[1] = False
    lives.refresh(slice(None))
    assert lives.joining.tolist() == [0.0, 0.0, 1.0]
    assert lives.referral.tolist() == [1.0, 0.0, 1.0]
    assert lives.joined[2] == NEVER
