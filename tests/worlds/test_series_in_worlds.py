"""A county's own series where the truth is known: what is said, how often it is right, and what keeps it silent."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from series_worlds import SOURCES, SeriesWorld, Truth, before_and_after, series_world

from toolkit.project_files import ANALYSES
from toolkit.publish.verdicts.rule import Interval, decide
from toolkit.studies.interrupted_series.counts import Counts
from toolkit.studies.interrupted_series.facts import Told
from toolkit.studies.interrupted_series.findings import findings_of
from toolkit.studies.interrupted_series.judged import gates_of, told
from toolkit.studies.interrupted_series.periods import days_in, periods_from
from toolkit.studies.interrupted_series.spec import SeriesSpec
from toolkit.studies.protocol_file import load_protocol

PROTOCOL = load_protocol(ANALYSES / "rec10_county_series.toml")
SPEC = PROTOCOL.spec_as(SeriesSpec)
ALONE = SPEC.model_copy(update={"compare_with": ()})
RECORDED = ((2.0, "Health"), (0.4, "Health"), (0.48, None), (2.0, None))
"""Breaks of recording: one of the two largest sources doubles or falls by three fifths; all referrals, as where a front
door changed (Warwickshire's fell to 0.48 in one year)."""
LEAST_SILENT = 0.95 - 2 * np.sqrt(0.05 * 0.95 / 60)
NOTHING = pd.DataFrame(columns=["on", "until", "as_printed", "area", "what"])


def counts_of(world: SeriesWorld) -> Counts:
    """The series that a council's records would give, without writing them."""
    money = pd.Period(SPEC.money_from, freq="Q-MAR" if world.truth.per_year == 4 else "M")
    by = "quarter" if world.truth.per_year == 4 else "month"
    frame = periods_from(pd.period_range(money - world.truth.before, periods=len(world.older)), by)
    frame = frame.assign(referrals=world.young.sum(axis=1), exposure=days_in(frame))
    frame = frame.assign(older_children=world.older, older_children_exposure=days_in(frame))
    return Counts(by, frame, "days", None, NOTHING, (), (), pd.DataFrame(world.young, columns=list(SOURCES)))


def said_of(world: SeriesWorld, spec: SeriesSpec = SPEC) -> tuple[str, list[str], Told | None]:
    """The verdict's code, the gates that failed, and the change found."""
    if world.truth.per_year == 12:
        spec = spec.model_copy(update={"by": "month"})
    found = findings_of(counts_of(world), spec)
    failed = [g.name for g in gates_of(found, spec, min_referrals=PROTOCOL.gates.min_treated) if g.status == "fail"]
    effect = told(found.main.effect)
    interval = None if effect is None else Interval(*effect)
    return decide(interval, margin=spec.margin, may_say=not failed), failed, effect


def rates(truth: Truth, counties: int, spec: SeriesSpec = SPEC, first: int = 1_000) -> dict[str, float]:
    """Of so many counties, how often each is said, and how often the range holds the truth."""
    found = [said_of(series_world(first + seed, truth), spec) for seed in range(counties)]
    said = Counter(code for code, _, _ in found)
    ranges = [effect for _, _, effect in found if effect is not None]
    covered = np.mean([low <= truth.effect - 1 <= high for _, low, high in ranges])
    return {code: number / counties for code, number in said.items()} | {"covered": float(covered)}


def test_a_county_whose_young_ones_fall_by_three_in_ten_is_told_so_and_by_how_little_it_could_have_seen() -> None:
    world = series_world(2, Truth(effect=0.7, before=24, after=12, own=0.02, who=0.02))
    code, failed, effect = said_of(world)
    assert (code, failed) == ("fewer", [])
    assert effect is not None and effect[1] <= -0.3 <= effect[2]
    visible = findings_of(counts_of(world), SPEC).main.visible
    assert visible is not None and 0.05 < visible < 0.3


def test_news_that_moves_all_ages_when_the_money_comes_is_no_effect_and_alone_it_would_look_like_one() -> None:
    truth = Truth(struck_at_money=True, lasting=0.3, common=0.03)
    beside = [said_of(series_world(seed, truth))[0] for seed in range(4)]
    assert beside == ["inconclusive"] * 4
    alone = [told(findings_of(counts_of(series_world(seed, truth)), ALONE).main.effect) for seed in range(4)]
    assert sum(effect is not None and not effect[1] <= 0 <= effect[2] for effect in alone) >= 2


def test_a_source_that_doubles_with_the_money_keeps_it_silent() -> None:
    found = [said_of(series_world(seed, Truth(recorded=2.2, source="Health", who=0.03))) for seed in range(4)]
    assert [code for code, _, _ in found] == ["cannot_say"] * 4
    assert all(failed == ["recording"] for _, failed, _ in found)


def test_too_few_quarters_are_said() -> None:
    assert said_of(series_world(1, Truth(before=6, after=4)))[:2] == ("cannot_say", ["quarters_before"])
    assert said_of(series_world(1, Truth(before=16, after=3)))[:2] == ("cannot_say", ["quarters_after"])


def way_of(world: SeriesWorld, spec: SeriesSpec) -> Told | None:
    """The main change alone, without the look at who refers."""
    counts = counts_of(world)
    by = spec.model_copy(update={"by": counts.by})
    return told(findings_of(replace(counts, sources=None), by).main.effect)


def claims(truth: Truth, counties: int, spec: SeriesSpec = SPEC) -> tuple[float, float, float]:
    """How often a change is shown, how often the range holds the truth, and what a plain before and after claims."""
    worlds = [series_world(10_000 + seed, truth) for seed in range(counties)]
    found = [effect for world in worlds if (effect := way_of(world, spec)) is not None]
    shown = np.mean([low > 0 or high < 0 for _, low, high in found])
    covered = np.mean([low <= truth.effect - 1 <= high for _, low, high in found])
    return float(shown), float(covered), float(np.mean([before_and_after(world) for world in worlds]))


def test_one_length_and_memory_of_those_tried_claims_no_change_too_often() -> None:
    shown, covered, naive = claims(Truth(memory=0.4), 30)
    assert shown <= 0.1 and covered >= 0.9
    assert naive >= 0.3  # a plain before and after


@pytest.mark.verify
@pytest.mark.parametrize("memory", [0.0, 0.4, 0.8])
@pytest.mark.parametrize(("before", "after"), [(8, 4), (16, 4), (16, 8), (24, 12), (40, 20)])
def test_a_change_is_claimed_where_there_is_none_in_6_of_100_counties_at_most(before, after, memory) -> None:
    """Acceptance 4; two standard errors of the simulation are allowed for."""
    shown, covered, naive = claims(Truth(before=before, after=after, memory=memory), 400)
    assert shown <= 0.06 + 2 * np.sqrt(0.06 * 0.94 / 400)
    assert covered >= 0.93 - 2 * np.sqrt(0.07 * 0.93 / 400)
    assert naive >= 0.3


@pytest.mark.verify
@pytest.mark.parametrize("memory", [0.0, 0.4, 0.8])
def test_months_claim_no_more_than_quarters(memory) -> None:
    shown, _, _ = claims(Truth(before=48, after=12, memory=memory, per_year=12), 200)
    assert shown <= 0.06 + 2 * np.sqrt(0.06 * 0.94 / 200)


@pytest.mark.verify
@pytest.mark.parametrize(("recorded", "source"), RECORDED)
def test_a_planted_break_of_recording_keeps_it_silent(recorded, source) -> None:
    found = rates(Truth(before=24, after=12, recorded=recorded, source=source), 60)
    assert found.get("cannot_say", 0) >= LEAST_SILENT
    assert found.get("fewer", 0) + found.get("more", 0) <= 0.05


@pytest.mark.verify
def test_clean_counties_are_barred_in_one_of_ten_at_most() -> None:
    found = rates(Truth(), 100)
    assert found.get("cannot_say", 0) <= 0.10
