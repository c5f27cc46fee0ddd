"""The panel of councils and years."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.areas.panel import AreaPanel, area_panel
from toolkit.errors import InputError


def _rows(*rows: tuple[str, str, str, float | None, float | None, str]) -> pd.DataFrame:
    names = ["area", "period", "measure", "count", "population", "status"]
    return pd.DataFrame(rows, columns=names).astype({"count": float, "population": float}).assign(source="made by hand")


def _row(panel: AreaPanel, area: str, year: int) -> pd.Series:
    found = panel.frame[(panel.frame["area"] == area) & (panel.frame["year"] == year)]
    assert len(found) == 1
    return found.iloc[0]


def test_a_suppressed_count_is_an_interval_and_a_missing_one_is_none() -> None:
    counts = _rows(
        ("E10000034", "2018", "referrals", None, 1000, "suppressed"),
        ("E10000034", "2019", "referrals", None, 1000, "missing"),
    )
    panel = area_panel(counts)
    hidden, missing = _row(panel, "E10000034", 2018), _row(panel, "E10000034", 2019)
    assert np.isnan(hidden["referrals"]) and (hidden["referrals_low"], hidden["referrals_high"]) == (1, 5)
    assert missing[["referrals", "referrals_low", "referrals_high", "rate"]].isna().all()


def test_a_hidden_source_may_be_as_large_as_the_total_leaves_room_for(real_counts: pd.DataFrame) -> None:
    row = _row(area_panel(real_counts), "E10000034", 2018)
    for name in ("education_services", "unknown"):
        source = f"referrals_source_{name}"
        assert np.isnan(row[source]) and (row[f"{source}_low"], row[f"{source}_high"]) == (1, 51)


def test_councils_split_within_the_window_go_on_over_the_same_ground() -> None:
    counts = _rows(
        ("E10000021", "2021", "referrals", 300, 1000, "published"),
        ("E06000061", "2022", "referrals", 100, 500, "published"),
        ("E06000062", "2022", "referrals", None, 600, "suppressed"),
    )
    panel = area_panel(counts)
    after = _row(panel, "E10000021", 2022)
    assert np.isnan(after["referrals"]) and (after["referrals_low"], after["referrals_high"]) == (101, 105)
    assert after["population"] == 1100
    assert panel.changed["what"].str.contains("split in two").all() and len(panel.changed) == 1
    assert area_panel(counts, reorganisations="left_out").frame.empty
    assert area_panel(counts, first=2022, last=2022).frame["area"].tolist() == ["E06000061", "E06000062"]


def test_a_sum_lacking_one_of_its_councils_is_missing() -> None:
    counts = _rows(
        ("E10000021", "2021", "referrals", 300, 1000, "published"),
        ("E06000061", "2022", "referrals", 100, 500, "published"),
    )
    assert _row(area_panel(counts), "E10000021", 2022)[["referrals", "referrals_low", "population"]].isna().all()


def test_what_the_counts_lack_is_named() -> None:
    counts = _rows(("E10000034", "2018", "referrals", 10, 1000, "published"))
    with pytest.raises(InputError, match="section_47"):
        area_panel(counts, measures=["section_47"])


def test_the_real_panel_has_the_published_figures(real_counts: pd.DataFrame) -> None:
    panel = area_panel(real_counts)
    row = _row(panel, "E10000034", 2010)
    assert row["referrals"] == 3160 and row["rate"] == pytest.approx(272.9, abs=0.05)
    assert not panel.frame.duplicated(["area", "year"]).any()
    assert area_panel(real_counts, first=2011, last=2019).changed.empty
