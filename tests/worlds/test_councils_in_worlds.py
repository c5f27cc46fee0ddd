"""Councils' money where the truth is known: how often what is said is right, and what keeps it silent."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from council_worlds import Truth, council_codes, council_world

from toolkit.project_files import ANALYSES
from toolkit.publish.verdicts.area_panel import decided
from toolkit.publish.verdicts.rule import Interval
from toolkit.studies.area_panel.answer import facts_of, gates_of, told
from toolkit.studies.area_panel.councils import councils_of
from toolkit.studies.area_panel.findings import Findings, findings_of
from toolkit.studies.area_panel.spec import AreaPanelSpec
from toolkit.studies.protocol_file import load_protocol

PROTOCOL = load_protocol(ANALYSES / "rec10_panel_spend.toml")
SPEC = PROTOCOL.spec_as(AreaPanelSpec)
ASKED = council_codes().index(str(SPEC.council))


def said_of(seed: int, truth: Truth) -> tuple[str, list[str], Findings]:
    """The verdict's code, the gates that failed, and what was found."""
    councils = councils_of(council_world(seed, truth), SPEC)
    assert councils is not None
    found = findings_of(councils)
    limits = PROTOCOL.gates
    gates = gates_of(councils, found, SPEC, min_councils=limits.min_clusters, min_referrals=limits.min_treated)
    failed = [gate.name for gate in gates if gate.status == "fail"]
    effect = told(found.main)
    interval = None if effect is None else Interval(*effect)
    return decided(facts_of(councils, found, SPEC), interval, may_say=not failed), failed, found


def broken(seed: int, part: float, factor: float = 0.37) -> Truth:
    """A world in which the records of the council asked about (0), or of a part of the others, break at once."""
    rng = np.random.default_rng(seed)
    year = int(rng.integers(SPEC.first_year + 1, SPEC.last_year + 1))
    others = [place for place in range(len(council_codes())) if place != ASKED]
    places = rng.choice(others, int(part * len(others)), replace=False) if part else [ASKED]
    return Truth(broken={int(place): (year, factor) for place in places})


def rates(truth: Truth, worlds: int, first: int = 1_000) -> dict[str, float]:
    found = [said_of(first + seed, truth) for seed in range(worlds)]
    codes = Counter(code for code, _, _ in found)
    intervals = [one.main.interval() for _, _, one in found if one.main is not None]
    covered = np.mean([low <= truth.elasticity <= high for low, high in intervals])
    told_from_none = np.mean([low > 0 or high < 0 for low, high in intervals])
    shares = {code: number / worlds for code, number in codes.items()}
    return shares | {"covered": float(covered), "told_from_none": float(told_from_none)}


def test_a_clean_world_is_answered_and_one_of_a_large_effect_rightly() -> None:
    assert said_of(1, Truth())[0] in ("inconclusive", "little_or_no_difference")
    code, failed, found = said_of(2, Truth(elasticity=-0.2))
    assert (code, failed) == ("fewer", [])
    assert found.main is not None and found.main.estimate == pytest.approx(-0.2, abs=0.08)


@pytest.mark.parametrize("part", [0.0, 0.25])
def test_a_planted_break_keeps_it_silent(part: float) -> None:
    assert said_of(11, broken(11, part))[0] == "cannot_say"


@pytest.mark.verify
@pytest.mark.parametrize("memory", [0.7, 0.9])
def test_money_that_does_nothing_is_said_to_do_something_in_6_of_100_worlds_at_most(memory: float) -> None:
    """Acceptance 4: panels with memory and a shock to all, no effect."""
    found = rates(Truth(memory=memory), 60)
    assert found.get("fewer", 0) + found.get("more", 0) <= 0.06
    assert found["covered"] >= 0.93
    assert found.get("cannot_say", 0) <= 0.10


@pytest.mark.verify
def test_a_known_effect_is_in_the_range_as_often_as_it_should_be() -> None:
    found = rates(Truth(elasticity=-0.1), 60, 5_000)
    assert found["covered"] >= 0.92
    assert found.get("more", 0) == 0 and found["fewer"] >= 0.75


@pytest.mark.verify
@pytest.mark.parametrize("part", [0.0, 0.25])
def test_planted_breaks_keep_it_silent_in_19_of_20_worlds(part: float) -> None:
    codes = [said_of(3_000 + seed, broken(seed, part))[0] for seed in range(40)]
    assert codes.count("cannot_say") >= 38
