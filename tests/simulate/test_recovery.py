"""The tables can tell the truth: adjusted for what is recorded the effect comes back, and without that it does not."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.timeout(900)
SEEDS = range(11, 15)


def _oracle():
    spec = importlib.util.spec_from_file_location("oracle", Path(__file__).with_name("oracle.py"))
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["oracle"] = module
    spec.loader.exec_module(module)
    return module


oracle = _oracle()


@pytest.mark.verify
@pytest.mark.parametrize("effect", ["none", "prevent"])
def test_recorded_need_is_enough_to_recover_the_effect(effect, tenth) -> None:
    errors = []
    for seed in SEEDS:
        county = tenth(effect, seed=seed)
        found = oracle.recover(oracle.trial_rows(county))
        errors.append((found.estimate - county.truth["any_referral_12m"]["att_difference"]) / found.se)
    assert abs(np.mean(errors)) < 3 / np.sqrt(len(errors))
    assert np.std(errors, ddof=1) < 1.8


@pytest.mark.verify
def test_with_a_hidden_cause_recorded_need_is_not_enough(tenth) -> None:
    errors = []
    for seed in SEEDS:
        county = tenth("none", seed=seed, hidden=0.8)
        found = oracle.recover(oracle.trial_rows(county))
        errors.append(found.estimate / found.se)
    assert np.mean(errors) > 3 / np.sqrt(len(errors))


@pytest.mark.parametrize("effect", ["none", "prevent", "detect", "both"])
def test_joiners_against_the_rest_is_far_from_the_truth(effect, tenth) -> None:
    county = tenth(effect)
    found = oracle.recover(oracle.trial_rows(county))
    truth = county.truth["any_referral_12m"]["att_difference"]
    assert found.naive - 1.96 * found.naive_se > truth


@pytest.mark.verify  # the road does the same on a whole county with the toolkit's own study
def test_in_a_whole_county_the_naive_difference_has_the_wrong_sign_and_excludes_the_truth(county) -> None:
    found = oracle.recover(oracle.trial_rows(county))
    truth = county.truth["any_referral_12m"]["att_difference"]
    assert truth < -0.008
    assert found.naive - 4 * found.naive_se > 0 > truth
    assert abs(found.estimate - truth) < 3 * found.se


@pytest.mark.verify
def test_without_confounding_the_naive_difference_is_nearly_right(tenth) -> None:
    errors = []
    for seed in SEEDS:
        found = oracle.recover(oracle.trial_rows(tenth("none", seed=seed, confounding=0.0)))
        errors.append(found.naive / found.naive_se)
    assert abs(np.mean(errors)) < 1.5
