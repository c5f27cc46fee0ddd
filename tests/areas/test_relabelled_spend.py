"""Money that changes its name, on the real files."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.panel import SMALLEST, area_panel
from toolkit.areas.relabelled_spend import relabelled_spend
from toolkit.errors import InputError


def test_worcestershires_centre_line_was_relabelled_and_the_others_are_counted(real_counts: pd.DataFrame) -> None:
    found = relabelled_spend(area_panel(real_counts, leave_out=SMALLEST))
    own = found.fired[found.fired["name"] == "Worcestershire"]
    assert own["year"].tolist() == [2015]
    assert own["centres_after"].item() / own["centres_before"].item() - 1 == pytest.approx(-0.87, abs=0.005)
    assert own["targeted_after"].item() / own["targeted_before"].item() - 1 == pytest.approx(0.74, abs=0.005)
    assert (len(found.fired), found.looked_at) == (23, 997)


def test_without_the_lines_it_says_what_to_import(real_counts: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="Section 251"):
        relabelled_spend(area_panel(real_counts, measures=["referrals"]))
