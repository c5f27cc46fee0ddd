"""A whole county is as large and as busy as the scrutiny report's, and quick to make."""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd
import pytest

from toolkit.simulate import CountyOptions, simulate_county

MONTHS = "datetime64[M]"


def ages_on(tables: dict[str, pd.DataFrame], day: str) -> pd.DataFrame:
    known = tables["families"].set_index("family_id")[["known_from", "known_to"]]
    children = tables["children"].join(known, on="family_id")
    here = (children["known_from"] <= day) & ~(children["known_to"] <= day)
    age = np.datetime64(day, "M").astype(int) - children["birth_month"].to_numpy().astype(MONTHS).astype(int)
    return children.assign(age=age)[here & (age >= 0) & (age < 19 * 12)]


def test_it_has_the_reports_children_and_families(county) -> None:
    children = ages_on(county.tables, "2009-10-01")
    assert 121_500 < len(children) < 124_500
    assert 63_500 < children["family_id"].nunique() < 66_500


def test_referrals_a_year_and_a_quarter_are_near_the_reports(county) -> None:
    received = county.tables["referrals"]["received_on"]
    for year, expected in ((2007, 2805), (2008, 3140), (2009, 3140), (2010, 3290)):
        count = received.between(f"{year}-04-01", f"{year + 1}-03-31").sum()
        assert count == pytest.approx(expected, rel=0.08), year
    quarters = received.dt.to_period("Q").value_counts().sort_index()
    for quarter, expected in zip(
        pd.period_range("2009Q2", periods=6, freq="Q"), (758, 850, 795, 737, 855, 792), strict=True
    ):
        assert quarters[quarter] == pytest.approx(expected, rel=0.16), quarter


def test_november_2008_shows(county) -> None:
    received = county.tables["referrals"]["received_on"]
    before = received.between("2008-04-01", "2008-10-31").sum() / 7
    after = received.between("2008-11-01", "2009-03-31").sum() / 5
    assert after > 1.1 * before


def test_outcomes_sources_and_repeats_are_realistic(county) -> None:
    referrals = county.tables["referrals"].sort_values(["child_id", "received_on"])
    assert (referrals["outcome"] != "nfa").mean() == pytest.approx(0.94, abs=0.015)
    mix = referrals["source"].value_counts(normalize=True)
    assert mix["6"] == pytest.approx(0.25, abs=0.02)
    assert mix[["2A", "2B"]].sum() == pytest.approx(0.18, abs=0.03)
    assert mix[[code for code in mix.index if code.startswith("3")]].sum() == pytest.approx(0.17, abs=0.04)
    earlier = referrals.groupby("child_id")["received_on"].shift()
    is_repeat = (referrals["received_on"] - earlier).dt.days <= 365
    assert 0.17 < is_repeat[referrals["received_on"] >= "2008-04-01"].mean() < 0.25
    together = referrals.merge(county.tables["children"], on="child_id").groupby(["family_id", "received_on"]).size()
    assert 1.3 < together.mean() < 1.6  # brothers and sisters are referred together


def test_care_starts_are_near_table_1(county) -> None:
    care = county.tables["episodes"].query("kind == 'looked_after'")
    care = care.merge(county.tables["children"], on="child_id")
    started = care["started_on"]
    for year, expected in ((2007, 156), (2008, 232), (2009, 234)):
        assert started.between(f"{year}-04-01", f"{year + 1}-03-31").sum() == pytest.approx(expected, rel=0.25), year
    age = started.to_numpy().astype(MONTHS).astype(int) - care["birth_month"].to_numpy().astype(MONTHS).astype(int)
    recent = started >= "2007-04-01"
    assert (age[recent] < 60).mean() == pytest.approx(0.36, abs=0.07)


def test_needier_families_join_and_join_when_things_are_worst(county) -> None:
    tables = county.tables
    joined = tables["registrations"].groupby("family_id")["registered_on"].min()
    families = tables["families"].set_index("family_id")
    has_joined = families.index.isin(joined.index)
    assert families["idaci_decile"][has_joined].mean() < families["idaci_decile"][~has_joined].mean() - 0.5
    referrals = tables["referrals"].merge(tables["children"], on="child_id").join(joined, on="family_id")
    gap = (referrals["received_on"] - referrals["registered_on"]).dt.days
    just_before, long_before = gap.between(-90, 0).sum() / 91, gap.between(-730, -366).sum() / 365
    assert just_before > 2 * long_before


def test_eight_to_ten_thousand_families_join_in_the_trial_months(county) -> None:
    assert 8_000 < county.truth["any_referral_12m"]["n"] < 10_000


@pytest.mark.verify
def test_it_takes_under_a_minute_and_two_gigabytes() -> None:
    began = time.perf_counter()
    simulate_county(CountyOptions(seed=9, effect="both"))
    assert time.perf_counter() - began < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform != "darwin" else 1024**3) < 2
