from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.link.model import INSTALL, score
from toolkit.link.preprocessing import FAMILY_COLUMNS, REFERRAL_COLUMNS, alike
from toolkit.link.sensitivity import error_rates, interval_put_right, moved, over_thresholds, put_right

SHARE = st.floats(0, 1)
RATE = st.floats(0, 0.4)


@given(SHARE, RATE, RATE)
def test_the_risk_behind_what_is_seen_is_found_again(risk: float, missed: float, false: float) -> None:
    seen = risk * (1 - missed) + (1 - risk) * false
    assert put_right(seen, missed, false) == pytest.approx(risk, abs=1e-9)


@given(SHARE, SHARE, RATE, RATE, RATE, RATE, RATE, RATE)
def test_no_rates_within_the_ranges_leave_them(
    joined: float, others: float, a: float, b: float, c: float, d: float, e: float, f: float
) -> None:
    missed, false = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    found = moved(joined, others, missed=missed, false=false)
    within = (missed[0] + e / 0.4 * (missed[1] - missed[0]), false[0] + f / 0.4 * (false[1] - false[0]))
    other = (missed[0] + f / 0.4 * (missed[1] - missed[0]), false[0] + e / 0.4 * (false[1] - false[0]))
    apart = put_right(joined, *within) - put_right(others, *other)
    assert found.low - 1e-9 <= apart <= found.high + 1e-9
    assert found.low - 1e-9 <= found.low_alike <= found.high_alike <= found.high + 1e-9


def test_links_that_err_alike_shrink_an_effect_and_never_turn_it() -> None:
    found = moved(0.10, 0.16, missed=(0.05, 0.20), false=(0.0, 0.01))
    assert found.seen == pytest.approx(-0.06)
    assert found.low_alike == pytest.approx(-0.06 / 0.79)
    assert found.high_alike == pytest.approx(-0.06 / 0.95)
    assert found.keeps_its_sign
    assert found.sentence.endswith("wrong links alone do not turn it round.")


def test_links_that_err_apart_can_explain_a_small_effect() -> None:
    found = moved(0.10, 0.11, missed=(0.05, 0.25), false=(0.0, 0.01))
    assert not found.keeps_its_sign
    assert found.low < 0 < found.high
    assert "wrong links alone could explain it" in found.sentence


def test_an_interval_is_widened_and_rates_that_say_nothing_are_refused() -> None:
    assert interval_put_right(-0.08, 0.02, missed=(0.1, 0.2), false=(0.0, 0.0)) == pytest.approx((-0.1, 0.025))
    with pytest.raises(InputError, match="say nothing"):
        interval_put_right(-0.08, 0.02, missed=(0.1, 0.9), false=(0.0, 0.1))
    with pytest.raises(InputError, match="must stay under 1 together"):
        put_right(0.1, 0.6, 0.4)
    with pytest.raises(InputError, match="are shares"):
        put_right(1.1, 0.0, 0.0)
    with pytest.raises(InputError, match=r"range of missed links goes from 0\.2 to 0\.1"):
        moved(0.1, 0.2, missed=(0.2, 0.1), false=(0, 0))


def test_a_familys_error_rates_follow_from_precision_and_recall() -> None:
    # 100 links, 90 right; 120 families truly referred; 10 wrong links among the 880 that were not.
    missed, false = error_rates(100, 0.90, 90 / 120, 1000)
    assert (missed, false) == pytest.approx((0.25, 10 / 880))


def test_on_a_county_with_known_links_the_effect_put_right_is_near_the_truth_where_the_one_seen_is_not(people) -> None:
    pytest.importorskip("splink", reason=INSTALL)
    county = people.people(families=2000, times=3)  # three times the usual errors
    pairs = score(
        alike(county.families, FAMILY_COLUMNS, name="families"),
        alike(county.referrals, REFERRAL_COLUMNS, name="referrals"),
    )
    families, truth = with_an_effect(county)
    found = over_thresholds(pairs, families).set_index("threshold")
    strict = found.loc[0.95:]
    assert truth < -0.15
    assert (strict["seen"] > truth + 0.02).all(), "missed links shrink the effect"
    assert found.loc[0.999, "seen"] > truth + 0.03
    error_seen, error_right = ((strict[name] - truth).abs() for name in ("seen", "put_right"))
    assert error_right.mean() < error_seen.mean() / 2
    assert error_right.max() < 0.02
    hardest = strict.loc[0.999]
    joined, others = (linked_share(pairs, families, 0.999, joined=arm) for arm in (1, 0))
    range_ = moved(joined, others, missed=(0.8 * hardest["missed"], 1.2 * hardest["missed"]), false=(0.0, 0.005))
    assert range_.seen == pytest.approx(hardest["seen"])
    assert range_.low <= truth <= range_.high
    assert range_.keeps_its_sign


def with_an_effect(county) -> tuple[pd.DataFrame, float]:
    """Return families that joined less often where they were referred, and the true difference of risks."""
    rng = np.random.default_rng(11)
    families = county.families[["family_id"]].drop_duplicates().reset_index(drop=True)
    referred = families["family_id"].isin(county.truth["family_id"])
    families["joined"] = (rng.random(len(families)) < np.where(referred, 0.35, 0.55)).astype(int)
    is_joined = families["joined"].astype(bool)
    return families, float(referred[is_joined].mean() - referred[~is_joined].mean())


def linked_share(pairs: pd.DataFrame, families: pd.DataFrame, threshold: float, *, joined: int) -> float:
    best = pairs.drop_duplicates("referral_id")
    linked = families["family_id"].isin(best.loc[best["probability"] >= threshold, "family_id"])
    return float(linked[families["joined"] == joined].mean())
