"""The traps of this field, each with a simulated case where the usual analysis fails and ours does not.

Immortal time, survivors only and later joining are in ``tests/cohort/test_strategies.py``, where the clock is set.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.stats import match
from toolkit.studies.protocol_file import load_protocol

PROTOCOL = Path(__file__).parents[2] / "analyses" / "rec11_referrals.toml"
REPEATS = 150


def _coverage(make, cluster: str) -> tuple[float, float]:
    """Return how often 95% intervals hold a true effect of nought: rows taken as independent, and clustered."""
    plain, ours = [], []
    for seed in range(REPEATS):
        frame = make(np.random.default_rng(seed))
        arms = [frame.loc[frame["treated"] == arm, "referred"] for arm in (1, 0)]
        reach = 1.96 * np.sqrt(sum(arm.var() / len(arm) for arm in arms))
        plain.append(abs(arms[0].mean() - arms[1].mean()) <= reach)
        low, high = match(frame, treatment="treated", covariates=["need"]).effect("referred", cluster=cluster).interval
        ours.append(low <= 0 <= high)
    return float(np.mean(plain)), float(np.mean(ours))


def test_brothers_and_sisters_are_not_independent():
    def siblings(rng: np.random.Generator) -> pd.DataFrame:
        families, each = 240, 4
        risk = rng.beta(0.4, 1.6, families)  # one family's children are referred together
        family = np.repeat(np.arange(families), each)
        treated = np.repeat(rng.permutation(families) < 80, each).astype(int)
        need = rng.normal(size=families * each)
        return pd.DataFrame(
            {"family": family, "treated": treated, "need": need, "referred": rng.random(len(family)) < risk[family]}
        ).astype({"referred": float})

    plain, ours = _coverage(siblings, "family")
    assert plain < 0.9
    assert 0.91 <= ours <= 0.99


def test_families_of_one_place_are_not_independent():
    def places(rng: np.random.Generator) -> pd.DataFrame:
        centres, each = 34, 40
        centre = np.repeat(np.arange(centres), each)
        level = rng.normal(0.25, 0.12, centres).clip(0.02, 0.9)
        # Where more join is a matter of the centre, not of the family: whole places lean one way.
        joins = rng.beta(0.5, 1.5, centres)
        treated = (rng.random(len(centre)) < joins[centre]).astype(int)
        need = rng.normal(size=len(centre))
        return pd.DataFrame(
            {"centre": centre, "treated": treated, "need": need, "referred": rng.random(len(centre)) < level[centre]}
        ).astype({"referred": float})

    plain, ours = _coverage(places, "centre")
    assert plain < 0.85
    assert 0.9 <= ours <= 0.99


@pytest.fixture(scope="module")
def noticing(counties, tmp_path_factory):
    """A county whose centres notice more and prevent nothing."""
    text = PROTOCOL.read_text(encoding="utf-8").replace('estimators = ["entropy", "doubly_robust", ', "estimators = [")
    text = text.replace("draws = 3\n", "")
    path = tmp_path_factory.mktemp("protocol") / "rec11_referrals.toml"
    path.write_text(
        text.replace(
            'must_pass = ["time_zero"',
            'checks = ["time_zero", "time_course", "detection"]\nmust_pass = ["time_zero"',
        ),
        "utf-8",
    )
    protocol = load_protocol(path)
    result = counties.result(protocol, counties.snapshot(2, "tenth", "detect"))
    return protocol, result, counties.county(2, "tenth", "detect").truth


@pytest.mark.slow
def test_noticing_more_is_shown_in_the_cascade_and_never_called_harm(noticing):
    _, result, truth = noticing
    found = {e.outcome: e for e in result.estimates if e.estimator == "matched" and e.measure == "difference"}
    assert found["centre_referral_12m"].low > 0
    assert truth["centre_referral_12m"]["att_difference"] > 0
    others = found["any_referral_12m_excluding_centre"]
    assert others.low <= truth["any_referral_12m_excluding_centre"]["att_difference"] <= others.high
    check = next(check for check in result.checks if check.name == "detection")
    assert check.status == "warn" and "noticing, not harm" in check.sentence
    verdict = verdict_for(result)
    assert verdict.code != "fewer"
    assert any("spot children at risk" in line for line in verdict.cannot_show)
    assert "harm" not in verdict.sentence
