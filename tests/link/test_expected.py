"""The share of links that the report expects to be right, against the truth of made-up counties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.link.model import INSTALL, score
from toolkit.link.preprocessing import FAMILY_COLUMNS, REFERRAL_COLUMNS, alike
from toolkit.link.result import expected_at
from toolkit.link.threshold import likeliest

FEW, MANY = (20, 30), (600, 4000)
NAMES = (FEW, (40, 60), (60, 150), (250, 900), MANY)
"""First names and surnames there are in a county: from very few, shared by many families, to many."""
WITHIN = 0.02


def expected_and_true(people, *, seed: int, names: tuple[int, int], families: int) -> list[tuple[float, float, float]]:
    """Return, by threshold, the share of links the report expects to be right, and the share that is."""
    pytest.importorskip("splink", reason=INSTALL)
    made = people.people(seed=seed, names=names, families=families)
    rng = np.random.default_rng(seed)
    sides = [people.with_placeholders(rows, rng) for rows in (made.families, made.referrals)]
    pairs = score(alike(sides[0], FAMILY_COLUMNS, name="families"), alike(sides[1], REFERRAL_COLUMNS, name="referrals"))
    best = likeliest(pairs).merge(made.truth, on="referral_id", suffixes=("", "_true"))
    is_right: pd.Series = best["family_id"] == best["family_id_true"]
    return [
        (at, expected_at(pairs, at)["precision"], float(is_right[best["probability"] >= at].mean()))
        for at in (0.5, 0.9, 0.99)
    ]


@pytest.mark.parametrize("names", [(40, 60), MANY], ids=["few names", "many names"])
def test_the_expected_share_of_right_links_is_near_the_true_one(people, names: tuple[int, int]) -> None:
    for threshold, expected, true in expected_and_true(people, seed=31, names=names, families=1200):
        assert expected == pytest.approx(true, abs=WITHIN), threshold


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(20))
def test_the_expected_share_is_within_two_points_on_twenty_populations(people, seed: int) -> None:
    families = (2500, 1200)[seed % 2]
    names = NAMES[seed % 5]
    for threshold, expected, true in expected_and_true(people, seed=200 + seed, names=names, families=families):
        assert expected == pytest.approx(true, abs=WITHIN), threshold
