"""Money by reach area where the truth is known: what is said, how often it is right, and what keeps it silent."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from money_records import CENTRES, quarters_of, write_money
from money_worlds import MoneyWorld, Truth, money_world

from toolkit.project_files import ANALYSES
from toolkit.publish.verdicts.reach_areas import spoken_against
from toolkit.publish.verdicts.rule import Interval, decide
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.reach_areas.facts import ReachAreasFacts
from toolkit.studies.reach_areas.findings import Findings, facts_of, findings_of, gates_of, told
from toolkit.studies.reach_areas.panel import AreaQuarters
from toolkit.studies.reach_areas.spec import ReachAreasSpec
from toolkit.studies.run import run_study

PROTOCOL = load_protocol(ANALYSES / "rec10_reach_areas.toml")
SPEC = PROTOCOL.spec_as(ReachAreasSpec)
SOME_AREAS = Truth(before=16, after=8, to_the_poorer_half=True)
"""A county of which the poorer half of areas got the money: those are its dosed reach areas."""
ALL_AREAS = Truth(before=16, after=8)
"""A county in which every area got some, the poorest three times as much for a child."""


def panel_of(world: MoneyWorld) -> AreaQuarters:
    """The panel that a council's records would give, without writing them."""
    plain = AreaQuarters(
        areas=tuple(CENTRES),
        district=tuple(f"District {one + 1}" for one in world.district),
        starts=tuple(day.date() for day in quarters_of(world)),
        referrals=world.counts,
        families=world.counts,
        child_years=world.exposure,
        pounds=np.zeros_like(world.dose),
        deprivation=world.deprivation,
        opened=(None,) * len(CENTRES),
        elsewhere=0.0,
        flow=(),
    )
    return replace(plain, pounds=world.dose * plain.children)


def said_of(world: MoneyWorld) -> tuple[str, list[str], Findings]:
    """The verdict's code, the gates that failed, and what was found."""
    found = findings_of(panel_of(world), SPEC, 1)
    limits = PROTOCOL.gates
    gates = gates_of(found, SPEC, min_areas=limits.min_clusters, min_referrals=limits.min_treated)
    failed = [gate.name for gate in gates if gate.status == "fail"]
    effect = told(found.effect)
    interval = None if effect is None else Interval(*effect)
    against = spoken_against(facts_of(found, SPEC))
    return decide(interval, margin=SPEC.margin, may_say=not failed, against=against), failed, found


def test_a_county_of_records_gives_what_its_panel_gives(tmp_path: Path) -> None:
    world = money_world(3, replace(SOME_AREAS, effect=0.7))
    world = replace(world, exposure=np.full_like(world.exposure, 15.0), dose=np.round(world.dose, 2))
    result = run_study(PROTOCOL, write_money(world, tmp_path))
    code, failed, found = said_of(world)
    facts = result.facts_as(ReachAreasFacts)
    assert (facts.before, facts.after) == tuple(
        int(world.counts[:, side].sum()) for side in (slice(16), slice(17, None))
    )
    effect = told(found.effect)
    assert effect is not None
    assert facts.effect == pytest.approx(effect, abs=0.01)  # quarters of 90 to 92 days
    assert (code, failed) == ("fewer", [])
    said = verdict_for(result)
    assert said.code == "fewer"
    assert said.sentence.startswith("With 34 areas and 7 quarters of money, a fall of less than about ")
    assert "fewer came than without the money, in an area with a typical share of it." in said.sentence
    assert said.maryland_level == 2
    assert result.tables["money_groups"][["before", "after"]].to_numpy().sum() == facts.before + facts.after


def test_a_district_that_begins_to_record_otherwise_keeps_it_silent() -> None:
    codes = [said_of(money_world(seed, replace(ALL_AREAS, recording=0.47)))[:2] for seed in range(4)]
    assert [code for code, _ in codes] == ["cannot_say"] * 4
    assert all("recording" in failed for _, failed in codes)


def test_money_that_went_where_referrals_had_just_risen_is_no_effect_of_it() -> None:
    """Half the county's areas rise by a fifth before, for a year, and get all the money; then they go back."""
    world = money_world(1, replace(SOME_AREAS, wander=0.0))
    got = world.dose[:, -1] > 0
    rng = np.random.default_rng(1)
    rate = world.counts.mean(axis=1, keepdims=True) * np.where(got[:, None] & _is_last_year(world), 1.6, 1.0)
    code, failed, _ = said_of(replace(world, counts=rng.poisson(rate) * 1.0))
    assert code == "cannot_say" and "rise_before" in failed


def _is_last_year(world: MoneyWorld) -> np.ndarray:
    place = np.arange(world.counts.shape[1])
    return (place >= world.before - 4) & (place < world.before)


def test_too_few_quarters_or_money_alike_everywhere_is_said_and_nothing_else() -> None:
    world = money_world(2, ALL_AREAS)
    short = MoneyWorld(
        world.counts[:, :18], world.exposure[:, :18], world.dose[:, :18], world.deprivation, world.district, 16
    )
    assert said_of(short)[:2] == ("cannot_say", ["quarters_after"])
    flat = replace(world, dose=np.where(world.dose > 0, 20.0, 0.0))
    code, failed, found = said_of(flat)
    assert code == "cannot_say" and {"areas", "dose_varies", "rests_on"} <= set(failed)
    assert found.effect is None
    none = replace(world, dose=world.dose * 0)
    assert facts_of(said_of(none)[2], SPEC).money_from is None


def rates(truth: Truth, counties: int) -> dict[str, float]:
    found = [said_of(money_world(1_000 + seed, truth)) for seed in range(counties)]
    codes = Counter(code for code, _, _ in found)
    effects = [told(one.effect) for _, _, one in found]
    covered = np.mean([low <= truth.effect - 1 <= high for effect in effects if effect for _, low, high in [effect]])
    return {code: number / counties for code, number in codes.items()} | {"covered": float(covered)}


@pytest.mark.verify
def test_money_that_prevents_15_in_100_where_it_went_is_found_in_three_of_five_counties() -> None:
    """Acceptance 5, with a hundred counties; areas with money against areas with none."""
    found = rates(replace(SOME_AREAS, effect=0.85), 100)
    assert found.get("fewer", 0) >= 0.60
    assert found.get("more", 0) <= 0.02
    assert found.get("cannot_say", 0) <= 0.10


@pytest.mark.verify
@pytest.mark.parametrize("truth", [SOME_AREAS, ALL_AREAS], ids=["half the areas", "all areas"])
def test_money_that_does_nothing_is_said_to_do_something_in_6_of_100_counties_at_most(truth: Truth) -> None:
    """Acceptance 4 and 5: areas with memory, a shock common to all, no effect."""
    found = rates(truth, 400)
    assert found.get("fewer", 0) + found.get("more", 0) <= 0.06
    assert found.get("cannot_say", 0) <= 0.10
    assert found["covered"] >= 0.93


@pytest.mark.verify
def test_where_every_area_got_some_the_sign_is_never_wrong_and_the_range_is_right() -> None:
    found = rates(replace(ALL_AREAS, effect=0.85), 400)
    assert found.get("more", 0) <= 0.02
    assert found.get("cannot_say", 0) <= 0.10
    assert 0.93 <= found["covered"] <= 0.98


@pytest.mark.verify
@pytest.mark.parametrize("recording", [0.47, -0.69])
def test_a_planted_break_of_recording_keeps_it_silent_in_19_of_20_counties(recording: float) -> None:
    found = rates(replace(ALL_AREAS, recording=recording), 100)
    assert found.get("cannot_say", 0) >= 0.95
