"""A council beside its region and England, by hand and on the real files."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.beside import beside
from toolkit.areas.panel import area_panel
from toolkit.errors import InputError


def test_a_council_without_a_count_is_in_no_sum(real_counts: pd.DataFrame) -> None:
    panel = area_panel(real_counts, measures=["referrals"], reorganisations="as_published")
    found = beside(panel, "E10000034").rates.set_index("year")
    known = panel.frame[(panel.frame["year"] == 2012) & panel.frame["referrals"].notna() & panel.frame["rate"].notna()]
    assert found.loc[2012, "england"] == pytest.approx(10_000 * known["referrals"].sum() / known["population"].sum())
    assert found.loc[2012, "england_councils"] == len(known) < 152
    assert found.loc[2025, "council"] == pytest.approx(400.0, abs=0.1)
    assert found.loc[2019, "region_councils"] == 14


def test_england_is_what_the_department_publishes(real_counts: pd.DataFrame) -> None:
    """To 1 in 100: the Department's own row counts councils that publish nothing of their own, and is rounded."""
    panel = area_panel(real_counts, measures=["referrals"], reorganisations="as_published")
    theirs = real_counts[(real_counts["area"] == "E92000001") & (real_counts["measure"] == "referrals")]
    theirs = theirs.set_index("period")
    found = beside(panel, "E10000034").rates.set_index("year")
    for year in (2014, 2018):
        rate = 10_000 * theirs.loc[str(year), "count"] / theirs.loc[str(year), "population"]
        assert found.loc[year, "england"] == pytest.approx(rate, rel=0.01)


def test_a_council_that_is_not_there_is_named(real_counts: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="E99999999"):
        beside(area_panel(real_counts, measures=["referrals"]), "E99999999")


def test_neighbours_are_the_sum_of_those_named_and_nothing_without_any(real_counts: pd.DataFrame) -> None:
    panel = area_panel(real_counts, measures=["referrals"], reorganisations="as_published")
    two = ["E10000031", "E10000012"]
    rates = beside(panel, "E10000034", neighbours=two).rates.set_index("year")
    rows = panel.frame[panel.frame["area"].isin(two) & (panel.frame["year"] == 2017)]
    assert rates.loc[2017, "neighbours"] == pytest.approx(1e4 * rows["referrals"].sum() / rows["population"].sum())
    assert rates.loc[2017, "neighbours_councils"] == 2
    assert beside(panel, "E10000034").rates["neighbours"].isna().all()
