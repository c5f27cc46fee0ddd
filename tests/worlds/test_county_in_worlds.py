"""A council beside its mixture where the truth is known: how often its range is right, and what keeps it silent."""

from __future__ import annotations

import numpy as np
import pytest
from county_worlds import COUNCIL, FIRST, CountyWorld, counts_of, rates_of

from toolkit.publish.verdicts.rule import Interval, decide
from toolkit.stats.synthetic.augmented import augmented_control
from toolkit.stats.synthetic.difference import Difference, difference
from toolkit.stats.synthetic.placebos import space_placebos
from toolkit.studies.synthetic_county.findings import findings_of, told
from toolkit.studies.synthetic_county.gates import gates_of
from toolkit.studies.synthetic_county.panel import CountyPanel, county_panel
from toolkit.studies.synthetic_county.spec import SyntheticCountySpec

ON_RECORD = 16
"""Years the Department has published."""


def main_of(world: CountyWorld, seed: int) -> Difference:
    """The main sum of one made-up panel, as the study does it."""
    found = space_placebos(np.log(rates_of(world, seed)), 0, world.before, fit=augmented_control)
    return difference(found.difference, found.differences)


def shares(world: CountyWorld, panels: int, first: int = 0) -> dict[str, float]:
    """How often the range leaves nought out, and how often it holds the truth, of so many panels."""
    truth = np.log(world.effect * world.recording)
    ends = np.array([main_of(world, first + seed).interval() for seed in range(panels)])
    return {
        "leaves nought out": float(np.mean((ends[:, 0] > 0) | (ends[:, 1] < 0))),
        "holds the truth": float(np.mean((ends[:, 0] <= truth) & (truth <= ends[:, 1]))),
    }


def code_of(world: CountyWorld, seed: int) -> str:
    """The verdict's code on published counts, detectors and all; the treated year is the third."""
    treated = FIRST + world.before
    spec = SyntheticCountySpec(council=COUNCIL, treated_year=treated)
    panel = county_panel(counts_of(world, seed), spec)
    assert isinstance(panel, CountyPanel)
    found = findings_of(panel, spec)
    failed = [gate for gate in gates_of(panel, found, spec) if gate.status == "fail"]
    figures = None if found is None else told(found.main)
    interval = None if figures is None else Interval(*figures)
    return decide(interval, margin=spec.margin, may_say=not failed)


def test_a_break_of_recording_keeps_it_silent_and_a_quiet_council_cannot_be_told() -> None:
    broken = CountyWorld(years=ON_RECORD, recording=0.4)
    assert [code_of(broken, seed) for seed in range(3)] == ["cannot_say"] * 3
    assert code_of(CountyWorld(years=ON_RECORD), 1) == "inconclusive"


def test_one_made_up_effect_lies_in_its_range() -> None:
    low, high = main_of(CountyWorld(effect=0.85), 1).interval()
    assert low <= np.log(0.85) <= high


@pytest.mark.verify
@pytest.mark.parametrize("world", [CountyWorld(councils=40), CountyWorld(), CountyWorld(before=8, years=9)])
def test_where_nothing_was_done_a_change_is_found_in_6_of_100_at_most(world: CountyWorld) -> None:
    """Acceptance 4, within three standard errors of 300 panels."""
    assert shares(world, 300)["leaves nought out"] <= 0.06 + 3 * np.sqrt(0.06 * 0.94 / 300)


@pytest.mark.verify
@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_a_known_effect_lies_in_the_range_in_93_to_97_of_100(memory: float) -> None:
    """Acceptance 4, within three standard errors of 300 panels."""
    found = shares(CountyWorld(effect=0.85, memory=memory), 300)["holds the truth"]
    slack = 3 * np.sqrt(0.05 * 0.95 / 300)
    assert 0.93 - slack <= found <= 0.97 + slack


@pytest.mark.verify
@pytest.mark.parametrize("recording", [0.47, 2.1])
def test_a_planted_break_of_recording_keeps_it_silent_in_19_of_20(recording: float) -> None:
    codes = [code_of(CountyWorld(years=ON_RECORD, recording=recording), seed) for seed in range(100)]
    assert codes.count("cannot_say") >= 95
