from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from score_worlds import VARIANTS, ScoreWorld, score_county

from toolkit.errors import ProtocolError
from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.members.view import member_view
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.stats.missing.bounds import with_interval
from toolkit.stats.missing.unseen import Measured, with_unseen
from toolkit.studies.progress_change.readings import first_and_last
from toolkit.studies.progress_missing.bounded import halves_at, of_families
from toolkit.studies.progress_missing.known import first_day
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study

PROTOCOL = load_protocol(ANALYSES / "para73_missing.toml")
START = date(2009, 1, 5)


def reading(family: str, on: date, score: float, stage: str = "start", **other) -> dict:
    row = {"family_id": family, "centre_id": "C01", "scored_on": on, "stage": stage, "dimension": "overall"}
    return row | {"score": score, "higher_is": "better", "scored_by": "W1"} | other


def scored(moves: list[tuple[float, float | None]], centres: int = 12) -> list[dict]:
    rows = []
    for number, (first, last) in enumerate(moves):
        said = {"family": f"F{number:04d}", "centre_id": f"C{number % centres + 1:02d}"}
        rows.append(reading(on=START, score=first, **said))
        if last is not None:
            rows.append(reading(on=START + timedelta(days=150), score=last, stage="end", **said))
    return [*rows, reading("late", date(2011, 6, 1), 3)]


MOVES = [(2, 3)] * 60 + [(3, 3)] * 40 + [(5, 5)] * 10 + [(2, None)] * 60 + [(5, None)] * 20 + [(1, None)] * 10


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A county in which who has no second score rests on what is recorded alone, with its truth and its result."""
    county = score_county(VARIANTS["missing by what is recorded"], 1)
    snapshot = county.write(tmp_path_factory.mktemp("recorded"))
    return county, snapshot, run_study(PROTOCOL, snapshot)


def compared(world: ScoreWorld, seed: int, folder) -> list[list[float]]:
    """Return, of the share improved and of the mean change, bias seen, bias weighted, and what holds the truth."""
    county = score_county(world, seed)
    snapshot = county.write(folder)
    readings = first_and_last(snapshot, dimension="overall", wait_days=183)
    found = of_families(first_day(snapshot, readings, PROTOCOL.spec.covariates), readings.instrument)
    so = county.truth.families.set_index("family_id").loc[readings.frame["family_id"]]
    rows = []
    for of, truth in (
        (found.improved, (so["end"] > so["start"]).mean()),
        (found.change, (so["end"] - so["start"]).mean()),
    ):
        holds = of.anything.lowest <= truth <= of.anything.highest
        covers = of.weighted.low <= truth <= of.weighted.high
        rows.append([of.seen.estimate - truth, of.weighted.estimate - truth, holds, covers])
    return rows


def test_the_figures_are_those_of_the_families(make_snapshot):
    result = run_study(PROTOCOL, make_snapshot({"progress_scores": scored(MOVES)}))
    facts = result.facts
    assert (facts.families, facts.families_scored_twice, facts.no_second_score) == (200, 110, 90)
    assert facts.share_complete[0] == pytest.approx(0.55) and facts.share_complete[1] < 0.55 < facts.share_complete[2]
    assert facts.share_improved_seen[0] == pytest.approx(60 / 110)
    # None of the unseen rose; or all did who did not begin at the top.
    assert facts.share_improved_lowest == pytest.approx(60 / 200)
    assert facts.share_improved_highest == pytest.approx((60 + 70) / 200)
    # As the seen of the same first score: of 2 all rose, of 5 none; of 1 nobody was seen, so anything goes.
    assert facts.share_improved_no_better == pytest.approx((60 + 60 + 10) / 200)
    assert facts.mean_change_lowest == pytest.approx((60 - 60 - 20 * 4) / 200)
    assert facts.mean_change_highest == pytest.approx((60 + 60 * 3 + 10 * 4) / 200)
    low, high = facts.share_improved_bounds
    assert low < facts.share_improved_lowest and high > facts.share_improved_highest
    assert facts.cannot_rise == 20 and facts.known == 0  # no table says anything of these families
    assert result.primary.outcome == "no_second_score" and result.primary.estimate == pytest.approx(0.45)
    by_group = result.tables["missing_by_group"]
    rows = by_group[by_group["group"] == "first_score"].set_index("label")
    assert rows["families"].to_dict() == {"1": 10, "2": 120, "3": 40, "5": 30}
    assert rows.loc["2", "share"] == 0.5
    assert rows.loc["5", "low"] < rows.loc["5", "share"] == 20 / 30 < rows.loc["5", "high"]
    assert result.tables["missing_by_centre"]["centre_id"].tolist() == [f"C{n:02d}" for n in range(1, 13)]
    assert result.tables["missing_counts"].to_dict("records") == [
        {"improved": 60, "not_better": 50, "lost_can_rise": 70, "lost_at_top": 20}
    ]


def test_weights_move_the_figure_towards_those_lost_and_say_what_they_are_worth(world):
    _, _, result = world
    assert result.facts.worth < result.facts.families_scored_twice / 2  # weights differ by much
    assert result.facts.share_improved_weighted[0] < result.facts.share_improved_seen[0] - 0.03
    assert not result.failed_gates


def test_over_a_few_counties_most_of_the_bias_goes_and_the_bounds_always_hold(tmp_path):
    """Of the world in which weights are right; `make verify` looks at 200."""
    found = []
    for seed in range(100, 104):
        (tmp_path / str(seed)).mkdir()
        found.append(compared(VARIANTS["missing by what is recorded"], seed, tmp_path / str(seed)))
    found = np.array(found, dtype=float)
    seen, weighted, holds, _ = found.mean(axis=0).T
    assert (holds == 1).all()
    assert (seen > 0.04).all() and (np.abs(weighted) < 0.4 * seen).all()


@pytest.mark.verify
@pytest.mark.timeout(1200)
def test_over_200_counties_the_weights_remove_four_fifths_of_the_bias(tmp_path):
    found = []
    for seed in range(1000, 1200):
        folder = tmp_path / str(seed)
        folder.mkdir()
        found.append(compared(VARIANTS["missing by what is recorded"], seed, folder))
    found = np.array(found, dtype=float)
    seen, weighted, holds, covers = found.mean(axis=0).T
    assert (holds == 1).all()
    assert (1 - np.abs(weighted) / seen >= 0.8).all()
    assert (covers >= 0.91).all()


@pytest.mark.verify
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", ["missing by the end state", "missing by what is recorded"])
def test_the_bounds_hold_whatever_decides_who_is_lost(tmp_path, name):
    for seed in range(2000, 2200):
        folder = tmp_path / str(seed)
        folder.mkdir()
        assert all(row[2] for row in compared(VARIANTS[name], seed, folder)), seed


def test_the_truth_may_lie_outside_the_weighted_figure_where_nobody_recorded_why_and_the_bounds_hold(tmp_path):
    rows = compared(VARIANTS["missing by the end state"], 5, tmp_path)
    for seen, weighted, holds, covers in rows:
        assert holds and not covers and weighted > 0.5 * seen > 0


def test_errors_carry_the_estimation_of_the_weights():
    """Families weighted by a chance that rests on a fit: left out clusters fit again, so the error is another one."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=400)
    cluster = np.arange(400) % 20
    seen = rng.random(400) < 1 / (1 + np.exp(-x))
    values = (x + rng.normal(size=400) > 0).astype(float)
    figure = Measured(np.where(seen, values, np.nan), np.zeros(400), np.ones(400), is_share=True, limits=(0.0, 1.0))
    design, stratum = np.column_stack([np.ones(400), x]), np.zeros(400, dtype=np.intp)
    penalty = np.array([0.0, 0.0])
    found = with_unseen((figure,), seen, design, penalty, stratum, cluster)
    weights = np.where(seen, 1 / found.chance, 0.0)
    whole = weights @ np.where(seen, values, 0) / weights.sum()
    assert found.figures[0].weighted.estimate == pytest.approx(whole)
    assert found.effective == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    held = []  # the same weights, not fitted again
    for group in range(20):
        kept = weights * (cluster != group)
        held.append(kept @ np.where(seen, values, 0) / kept.sum())
    error = np.sqrt(19 / 20 * ((np.array(held) - np.mean(held)) ** 2).sum())
    assert found.figures[0].weighted.se < 0.95 * error  # estimating what predicts the outcome makes it more exact


@pytest.mark.parametrize(("apart", "reach"), [(0.0, stats.norm.isf(0.025)), (50.0, stats.norm.isf(0.05))])
def test_the_interval_about_bounds_is_imbens_and_manskis(apart: float, reach: float) -> None:
    found = with_interval(0.3, 0.3 + apart * 0.01, (0.01, 0.01), degrees_of_freedom=np.inf)
    assert found.low == pytest.approx(0.3 - reach * 0.01, abs=1e-7)
    assert found.high == pytest.approx(0.3 + apart * 0.01 + reach * 0.01, abs=1e-7)
    near = with_interval(0.3, 0.305, (0.01, 0.005), degrees_of_freedom=np.inf)
    beyond = (0.3 - near.low) / 0.01
    assert stats.norm.cdf(beyond + 0.5) - stats.norm.cdf(-beyond) == pytest.approx(0.95)  # their equation 7


def test_bounds_stop_where_no_share_can_be() -> None:
    found = with_interval(0.01, 0.99, (0.1, 0.1), degrees_of_freedom=11, limits=(0.0, 1.0))
    assert (found.low, found.high) == (0.0, 1.0)
    assert np.isnan(with_interval(0.1, 0.2, (0.1, np.nan), degrees_of_freedom=11).low)


@pytest.mark.parametrize(
    ("complete", "improved", "expected"),
    [(0.4, 0.5, 0.05 / 0.6), (0.5, 0.5, 0.0), (0.6, 0.5, None), (1.0, 0.5, None), (0.4, 0.0, None)],
)
def test_the_headline_halves_at_what_the_sum_says(complete: float, improved: float, expected: float | None) -> None:
    at = halves_at(complete, improved)
    assert at == (None if expected is None else pytest.approx(expected))
    if at is not None:
        assert complete * improved + (1 - complete) * at == pytest.approx(improved / 2)


def test_the_words_give_the_range_first_and_the_weights_after(world, reading_grade):
    _, _, result = world
    verdict = verdict_for(result)
    assert (verdict.code, verdict.maryland_level) == ("cannot_say", 1)
    assert verdict.sentence == (
        "Of every 100 families that could have been scored again, 45 were not. Of every 100 families scored twice, 48 "
        "scored better at the end. Of every 100 in all, it could be anything from 26 to 68."
    )
    assert "Even if none of those lost scored better, it would be more than half of that." in verdict.detail
    assert "41 in every 100 scored better. The data fit anything from 36 to 47." in verdict.detail
    assert "First score made the most difference" in verdict.detail
    assert len(verdict.sentence.split(". ")[0].split()) <= 25
    assert reading_grade(verdict.summary()) <= 7.0
    for text in (verdict.sentence, verdict.detail, *verdict.cannot_show):
        assert reading_grade(text) <= 9.5, text
    assert not re.search(r"\bp\b|significan|confidence|statistic|nan|None", verdict.summary())


def test_fewer_than_half_seen_says_what_would_halve_the_headline(make_snapshot):
    moves = [(2, 3)] * 60 + [(2, 2)] * 40 + [(2, None)] * 150
    result = run_study(PROTOCOL, make_snapshot({"progress_scores": scored(moves)}))
    assert result.facts.halves_at == pytest.approx(0.1)
    said = "half of that or less only if at most 10 in every 100 of those lost scored better"
    assert said in verdict_for(result).detail


def test_members_read_shares_of_what_their_table_shows(world):
    _, _, result = world
    view = member_view(bundle_of(result, verdict_for(result)))
    rows = view.tables["missing_by_group"]
    assert set(view.tables) == {"missing_by_group"}  # nothing by centre
    shown = [row for row in rows if row["no_second_score"] is not None]
    assert shown and all(row["families"] % 5 == 0 and row["no_second_score"] % 5 == 0 for row in shown)
    assert {"first_score", "who_scored", "deprivation", "lone_parent"} <= {row["group"] for row in rows}
    assert "could be anything from 26 to 68" in view.verdict.sentence


def test_a_file_keeps_the_result_and_the_same_snapshot_gives_the_same(world):
    _, snapshot, result = world
    bundle = bundle_of(result, verdict_for(result))
    assert Bundle.from_json(bundle.to_json()).to_json() == bundle.to_json()
    again = run_study(PROTOCOL, snapshot)
    assert bundle_of(again, verdict_for(again)).to_json() == bundle.to_json()
    kept = Bundle.from_json(bundle.to_json()).facts.share_complete
    assert kept == pytest.approx(result.facts.share_complete)


@pytest.mark.parametrize(
    ("rows", "gate"),
    [
        ([], "enough_families"),
        (scored([(2, 3)] * 5 + [(2, None)] * 18, 4), "centres"),
        (scored([(2, None)] * 90), "scored_twice"),
        (scored([(2, 3)] * 20 + [(2, None)] * 3, 1), "centres"),
    ],
)
def test_with_few_families_or_none_the_gates_say_so_and_nothing_fails(make_snapshot, rows, gate):
    result = run_study(PROTOCOL, make_snapshot({"progress_scores": rows} if rows else {}))
    assert gate in {one.name for one in result.failed_gates}
    verdict = verdict_for(result)
    assert verdict.code == "cannot_say" and not re.search(r"\bnan\b|None|\d+ in every 100", verdict.summary())
    view = member_view(bundle_of(result, verdict))
    assert all(row["families"] is None or row["families"] % 5 == 0 for row in view.tables.get("missing_by_group", []))


def test_everybody_seen_needs_no_weights(make_snapshot):
    result = run_study(PROTOCOL, make_snapshot({"progress_scores": scored([(2, 3)] * 60 + [(3, 3)] * 60)}))
    facts = result.facts
    assert facts.share_improved_weighted[0] == facts.share_improved_seen[0] == 0.5
    assert facts.share_improved_lowest == facts.share_improved_highest == 0.5
    assert facts.worth == pytest.approx(120) and facts.halves_at is None
    assert "Nearly all families were scored again" in verdict_for(result).sentence


def test_a_scale_of_one_to_ten_is_shown_in_fifths_and_bounded_by_its_own_ends(make_snapshot):
    star = {"instrument_id": "star", "title": "Star", "lowest": 1, "highest": 10, "step": "whole"}
    star |= {"higher_is": "worse", "dimensions": None, "edition": None}
    moves = [(first, 11 - first if first > 5 else None) for first in range(1, 11) for _ in range(20)]
    rows = [row | {"instrument": "star", "higher_is": "worse"} for row in scored(moves)]
    spec = PROTOCOL.model_copy(update={"spec": PROTOCOL.spec.model_copy(update={"instrument": "star"})})
    result = run_study(spec, make_snapshot({"instruments": [star], "progress_scores": rows}))
    by_group = result.tables["missing_by_group"]
    labels = by_group.loc[by_group["group"] == "first_score", "label"].tolist()
    assert labels == ["1 to 2", "3 to 4", "5 to 6", "7 to 8", "9 to 10"]
    # Given 1 to 5 is 10 to 6 turned: those were lost, and only one of them, at 10, cannot rise.
    assert result.facts.no_second_score == 100 and result.facts.cannot_rise == 20


def test_a_protocol_names_only_what_was_known_of_a_family(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(PROTOCOL.text.replace('"idaci_decile"', '"idaci_decil"').replace("wait_days", "wait_day"))
    with pytest.raises(ProtocolError) as caught:
        load_protocol(path)
    assert re.search(r'"idaci_decil" is nothing known of a family\. Did you mean "idaci_decile"', str(caught.value))
    assert re.search(r'wait_day is not a known key\. Did you mean "wait_days"', str(caught.value))


def test_a_family_known_by_its_score_alone_is_counted_and_said(world, make_snapshot):
    _, _, result = world
    assert next(gate for gate in result.gates if gate.name == "known").status == "pass"
    alone = run_study(PROTOCOL, make_snapshot({"progress_scores": scored(MOVES)}))
    assert next(gate for gate in alone.gates if gate.name == "known").status == "warn"
    assert pd.notna(alone.facts.share_improved_weighted[0])
