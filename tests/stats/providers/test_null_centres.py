"""Nineteen centres of 5 to 300 families whose true rates differ as ordinary centres' do: who is outside the limits?"""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.stats import binomial_funnel, mean_funnel, poisson_funnel
from toolkit.stats.providers.funnel import Funnel

SIZES = np.array([5, 8, 12, 15, 20, 24, 30, 36, 44, 52, 60, 75, 90, 110, 130, 160, 200, 250, 300])
NAMES = [f"C{place:02d}" for place in range(1, 20)]
SHARE = 0.45


def county(
    kind: str, spread: float, seed: int, apart: tuple[float, ...] = (), *, over_dispersed: bool = True
) -> Funnel:
    """A county's funnel; the centres of 130, 110 ... families are so far apart on the scale of logits or logarithms."""
    rng = np.random.default_rng(seed)
    off = rng.normal(0, spread, 19)
    for place, distance in enumerate(apart):
        off[-5 - place] = distance
    if kind == "shares":
        count = rng.binomial(SIZES, 1 / (1 + (1 - SHARE) / SHARE * np.exp(-off)))
        return binomial_funnel(NAMES, count, SIZES, over_dispersed=over_dispersed)
    if kind == "ratios":
        expected = SHARE * SIZES
        return poisson_funnel(NAMES, rng.poisson(expected * np.exp(off)), expected, over_dispersed=over_dispersed)
    error = 1 / np.sqrt(SIZES)
    return mean_funnel(NAMES, off + rng.normal(0, error), error, size=SIZES, over_dispersed=over_dispersed)


def outside(kind: str, spread: float, seeds: range, **options: object) -> np.ndarray:
    return np.abs([county(kind, spread, seed, **options).outside for seed in seeds])  # type: ignore[arg-type]


def test_ordinary_centres_lie_inside_though_their_true_rates_differ():
    """Acceptance: at most 0.3% outside 99.8% limits. Of chance alone the limits put a tenth of them outside."""
    plain = outside("shares", 0.5, range(30), over_dispersed=False)
    wide = outside("shares", 0.5, range(30))
    assert (plain == 2).mean() > 0.08
    assert (wide == 2).sum() <= 3 and (wide >= 1).mean() <= 0.05


def test_a_centre_truly_apart_is_seen_and_two_of_them_do_not_hide_each_other():
    one = [county("shares", 0.15, seed, (1.5,)).outside for seed in range(12)]
    assert np.mean([row[-5] == 2 for row in one]) >= 0.8
    two = [county("shares", 0.15, seed, (1.5, -1.5)).outside for seed in range(12)]
    assert np.mean([row[-5] == 2 for row in two]) >= 0.5
    assert np.mean([row[-6] == -2 for row in two]) >= 0.5
    others = np.delete(np.array(one), -5, axis=1)
    assert (np.abs(others) == 2).mean() <= 0.006


def test_forty_units_of_a_dispersion_of_eighteen_are_not_mostly_outside():
    """The fault: of 40 such units 25 stood outside."""
    rng = np.random.default_rng(2)
    expected = rng.uniform(50, 900, 40)
    count = rng.poisson(expected * rng.gamma(1 / 0.035, 0.035, 40))
    plain, wide = (poisson_funnel(range(40), count, expected, over_dispersed=allowed) for allowed in (False, True))
    assert 15 < plain.dispersion < 25 and (np.abs(plain.outside) == 2).sum() >= 20
    assert (np.abs(wide.outside) == 2).sum() == 0 and (np.abs(wide.outside) >= 1).sum() <= 5


def test_limits_around_a_case_mix_are_those_of_the_shares_expected():
    """A centre with as many events as its case mix leads one to expect is ordinary, whatever its share."""
    expected = SIZES * np.linspace(0.2, 0.8, 19)
    crude = binomial_funnel(NAMES, expected.round(), SIZES)
    for allowed in (False, True):
        adjusted = binomial_funnel(NAMES, expected.round(), SIZES, expected=expected, over_dispersed=allowed)
        assert not adjusted.outside.any()
        assert adjusted.rate == pytest.approx(adjusted.target * expected.round() / expected)
    assert (np.abs(crude.outside) >= 1).sum() >= 10


def test_a_funnel_says_which_centres_are_too_small_or_too_few_to_tell():
    funnel = binomial_funnel(NAMES, SIZES // 2, SIZES)
    assert [(note.code, note.figures["units"]) for note in funnel.notes] == [("too_small_to_tell", 2)]
    assert funnel.outside[0] == 0 and funnel.low[1, 0] == 0 and funnel.high[1, 0] == 1
    few = binomial_funnel(["A", "B", "C", "D"], [10, 40, 20, 70], [100] * 4, over_dispersed=True)
    assert {note.code for note in few.notes} == {"over_dispersion_allowed_for", "few_units"}
    none = binomial_funnel(["A", "B"], [0, 0], [30, 40], over_dispersed=True)
    assert [note.code for note in none.notes] == ["all_alike"] and not none.outside.any()


@pytest.mark.verify
@pytest.mark.parametrize("kind", ["shares", "ratios", "means"])
@pytest.mark.parametrize("spread", [0.0, 0.15, 0.3, 0.5, 0.8])
def test_at_most_three_in_a_thousand_ordinary_centres_lie_outside(kind: str, spread: float):
    """Over 500 counties of 19, 9,500 centres."""
    assert (outside(kind, spread, range(500)) == 2).mean() <= 0.003


@pytest.mark.verify
@pytest.mark.parametrize("kind", ["shares", "ratios", "means"])
def test_centres_apart_are_seen(kind: str):
    for apart in [(1.5,), (1.5, 1.5), (1.5, -1.5)]:
        rows = np.array([county(kind, 0.15, seed, apart).outside for seed in range(200)])
        for place, distance in enumerate(apart):
            assert (rows[:, -5 - place] == 2 * np.sign(distance)).mean() >= (0.85 if len(apart) == 1 else 0.5)
