"""A change in referrals decomposed by source, on the real files."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.panel import area_panel
from toolkit.areas.who_refers import who_refers
from toolkit.errors import InputError


def test_worcestershires_rise_was_the_polices_and_not_the_centres(real_counts: pd.DataFrame) -> None:
    found = who_refers(area_panel(real_counts), "E10000034", 2014, 2017)
    changes = found.by_source.set_index("source")["change"]
    assert found.change == 2046
    assert changes[["police", "schools", "other"]].tolist() == [1218, 525, 105]
    assert changes["health_services"] == 243
    assert found.by_source["source"].iloc[0] == "police"


def test_a_hidden_source_leaves_an_interval_and_nothing_worked_out(real_counts: pd.DataFrame) -> None:
    found = who_refers(area_panel(real_counts), "E10000034", 2017, 2018)
    hidden = found.by_source[found.by_source["after"].isna()]
    assert set(hidden["source"]) == {"education_services", "unknown"}
    assert hidden["change"].isna().all() and (hidden["low"] < hidden["high"]).all()
    assert pd.isna(found.unexplained)


def test_a_year_that_is_not_there_is_named(real_counts: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="2030/31"):
        who_refers(area_panel(real_counts), "E10000034", 2014, 2031)
