"""Breaks in recording, on the real files and on councils that only wobble."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.areas.panel import SMALLEST, AreaPanel, area_panel
from toolkit.areas.recording_breaks import recording_breaks


def _wobbling(seed: int, step_in: int | None = None) -> AreaPanel:
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 0.15, (150, 16))
    if step_in is not None:
        noise[0, step_in:] -= 1.0
    rates = 500 * np.exp(noise + rng.normal(0, 0.3, (150, 1)) + rng.normal(0, 0.1, 16))
    rows = [(f"area {a}", f"Area {a}", 2010 + t, rates[a, t]) for a in range(150) for t in range(16)]
    frame = pd.DataFrame(rows, columns=["area", "name", "year", "rate"])
    return AreaPanel(frame, ("referrals",), pd.DataFrame())


def test_the_known_breaks_fire_and_the_others_are_counted(real_counts: pd.DataFrame) -> None:
    panel = area_panel(real_counts, measures=["referrals"], first=2010, leave_out=SMALLEST)
    found = recording_breaks(panel)
    fired = set(zip(found.fired["name"], found.fired["year"], strict=True))
    assert ("Warwickshire", 2019) in fired
    assert {year for name, year in fired if name == "East Sussex"} == {2013, 2015}
    named = found.fired["name"].isin(["Warwickshire", "East Sussex"])
    assert (len(found.fired), int((~named).sum()), found.looked_at) == (23, 19, 2201)
    assert "Worcestershire" not in set(found.fired["name"])
    assert found.wobble == pytest.approx(0.16, abs=0.01)


def test_councils_that_only_wobble_seldom_fire() -> None:
    fired = [len(recording_breaks(_wobbling(seed)).fired) for seed in range(5)]
    assert np.mean(fired) / 2250 < 0.005


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_step_fires_where_it_is(seed: int) -> None:
    found = recording_breaks(_wobbling(seed, step_in=8)).fired
    own = found[found["area"] == "area 0"]
    assert (own["year"].tolist(), own["kind"].tolist()) == ([2018], ["level"]) and own["step"].iloc[0] < -0.5
    assert own["before"].iloc[0] > 1.5 * own["after"].iloc[0]
