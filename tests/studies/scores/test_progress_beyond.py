"""Change beyond chance, against what is usual, by who scored and by dimension; and that the study assumes nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from score_worlds import VARIANTS, WORLDS, ScoreWorld, score_county

from toolkit.project_files import ANALYSES
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.progress_change.doubles import beyond_chance, with_second_scorings
from toolkit.studies.progress_change.readings import first_and_last
from toolkit.studies.progress_change.usual import usual_change
from toolkit.studies.protocol_file import load_protocol, protocol_of
from toolkit.studies.run import run_study

PROTOCOL = load_protocol(ANALYSES / "para73_change.toml")
START = date(2009, 1, 5)
NOTHING_CHANGES = VARIANTS["nothing changes, low scores followed"]


def reading(family: str, on: date, score: float, stage: str = "start", **other) -> dict:
    row = {"family_id": family, "centre_id": "C01", "scored_on": on, "stage": stage, "dimension": "overall"}
    return row | {"score": score, "higher_is": "better", "scored_by": "W1"} | other


def both(family: str, first: float, last: float, **said) -> list[dict]:
    return [
        reading(family, START, first, **said),
        reading(family, START + timedelta(days=150), last, "end", **said),
    ]


def run(rows: list[dict], make_snapshot, **tables):
    late = reading("late", date(2011, 6, 1), 3, instrument=rows[0].get("instrument"))
    return run_study(PROTOCOL, make_snapshot({"progress_scores": [*rows, late], **tables}))


def found_of(world: ScoreWorld, seed: int, folder):
    snapshot = score_county(world, seed).write(folder)
    readings = first_and_last(snapshot, dimension="overall", wait_days=183)
    return beyond_chance(with_second_scorings(snapshot, readings, "overall"), readings)


def test_where_nothing_changes_scores_rise_and_what_is_left_of_it_covers_nothing(tmp_path):
    """Families come back when they were scored low: their scores rise by themselves."""
    county = score_county(NOTHING_CHANGES, 2)
    result = run_study(PROTOCOL, county.write(tmp_path))
    estimates = {(e.outcome, e.measure): e for e in result.estimates}
    naive = estimates["progress", "mean_change"]
    assert naive.low > 0  # anyone would say that families got better
    left, low, high, pairs = result.facts.beyond
    assert low < 0 < high and pairs > 100
    assert estimates["progress", "change_beyond"].with_interval == (left, low, high)
    assert result.facts.expected_by_chance[0] == pytest.approx(naive.estimate - left)
    assert result.facts.beyond_unknown == ""
    lowest = result.tables["by_start"].set_index("start").loc[1]
    assert lowest["expected"] > 0.3 and lowest["mean_change"] > 0.3 and lowest["low_beyond"] < 0 < lowest["high_beyond"]
    gate = next(gate for gate in result.gates if gate.name == "chance")
    assert gate.status == "warn" and "could move scores by as much" in gate.sentence
    said = verdict_for(result).detail
    assert "If the same families were only scored again, chance alone would move them by" in said


@pytest.mark.verify
@pytest.mark.timeout(1800)
def test_of_500_counties_where_nothing_changes_ours_covers_nothing_in_93_of_100(tmp_path):
    covers, rises = [], []
    for seed in range(3000, 3500):
        folder = tmp_path / str(seed)
        folder.mkdir()
        found = found_of(NOTHING_CHANGES, seed, folder)
        covers.append(found.beyond.low <= 0 <= found.beyond.high)
        rises.append(found.change.estimate)
    assert np.mean(covers) >= 0.93
    assert np.mean(np.array(rises) > 0) > 0.9 and np.mean(rises) > 0.05


def test_what_workers_add_to_end_scores_is_not_there_as_others_scored_both_ends(tmp_path):
    world = replace(WORLDS["workers inflate"], double=0.4)
    found = found_of(world, 3, tmp_path)
    assert found.beyond.low > 0 and found.by_others.low < 0 < found.by_others.high
    assert found.beyond.estimate - found.by_others.estimate > 0.2


def test_second_scorings_are_of_the_same_day_of_another_worker_and_turned_as_the_first(make_snapshot):
    rows = [*both("F1", 2, 4), *both("F2", 2, 4), *both("F3", 4, 2, higher_is="worse"), *both("F4", 2, 4)]
    end = START + timedelta(days=150)
    rows += [
        reading("F1", START, 3, scored_by="W2", second_scoring=True),
        reading("F1", end, 5, "end", scored_by="W2", second_scoring=True),
        reading("F2", START, 3, scored_by="W1", second_scoring=True),  # by the worker who gave the first
        reading("F3", START, 4, scored_by="W2", higher_is="worse", second_scoring=True),
        reading("F4", START + timedelta(days=3), 3, scored_by="W2", second_scoring=True),  # another day
        reading("late", date(2011, 6, 1), 3),
    ]
    snapshot = make_snapshot({"progress_scores": rows})
    readings = first_and_last(snapshot, dimension="overall", wait_days=183)
    frame = with_second_scorings(snapshot, readings, "overall").set_index("family_id")
    assert frame["first"].to_dict() == {"F1": 2, "F2": 2, "F3": 2, "F4": 2}
    assert frame["second"].dropna().to_dict() == {"F1": 3.0, "F3": 2.0}
    assert frame["second_last"].dropna().to_dict() == {"F1": 5.0}


def test_with_too_few_second_scorings_nothing_is_assumed_and_the_reason_stands(make_snapshot):
    rows = [row for n in range(80) for row in both(f"F{n}", 2, 2 + n % 2, centre_id=f"C{n % 8:02d}")]
    rows += [
        reading(f"F{n}", START, 3, centre_id=f"C{n % 8:02d}", scored_by="W2", second_scoring=True) for n in range(9)
    ]
    result = run(rows, make_snapshot)
    assert result.facts.beyond is None and result.facts.expected_by_chance is None
    assert result.facts.beyond_unknown.startswith("Fewer than 20 families were scored by two workers")
    low, high = result.facts.beyond_bounds
    assert low < -1 and high > 1  # anything may be chance: certain, and wide
    verdict = verdict_for(result)
    assert "we do not know: too few families were scored by two workers on one day" in verdict.detail
    assert "0.7" not in verdict.summary()


def test_an_assumption_in_an_older_protocol_reads_and_changes_nothing(make_snapshot):
    text = PROTOCOL.text.replace("wait_days = 183\n", "wait_days = 183\ntest_retest = 0.2\n")
    older = protocol_of(text.encode(), "para73_change.toml")
    assert older.spec.test_retest == 0.2
    rows = [row for n in range(80) for row in both(f"F{n}", 2, 2 + n % 2, centre_id=f"C{n % 8:02d}")]
    snapshot = make_snapshot({"progress_scores": [*rows, reading("late", date(2011, 6, 1), 3)]})
    assert run_study(older, snapshot).facts == run_study(PROTOCOL, snapshot).facts


def test_what_is_usual_is_of_families_at_other_centres_that_began_alike():
    here = [("A", 2, 5)] * 10 + [("B", 2, 3)] * 5 + [("C", 2, 2)] * 5 + [("A", 4, 4)] * 6
    frame = pd.DataFrame(here, columns=["centre_id", "first", "last"]).astype({"first": float, "last": float})
    usual = frame.assign(usual=usual_change(frame)).groupby(["centre_id", "first"])["usual"].first()
    assert usual["A", 2] == pytest.approx(0.5)  # of B and C alone: its own 3 points have no part
    assert usual["B", 2] == pytest.approx(30 / 15) and usual["C", 2] == pytest.approx(35 / 15)
    assert np.isnan(usual.get(("A", 4), np.nan))  # nobody else began at 4


def test_by_who_scored_a_kind_stands_beside_what_is_usual_of_the_same_first_score(make_snapshot):
    rows = []
    for n in range(96):
        centre = f"C{n % 12:02d}"
        if n % 2:  # workers score those who began low, and give a point more
            rows += both(f"F{n}", 2, 4, centre_id=centre, who_scored="worker")
        else:
            rows += both(f"F{n}", 2, 3, centre_id=centre, who_scored="together")
    rows += [row for n in range(10) for row in both(f"G{n}", 3, 3, centre_id=f"C{n:02d}")]
    table = run(rows, make_snapshot).tables["change_by_scorer"].set_index("scorer")
    assert table.index.tolist() == ["The worker", "Family and worker together", "Not known"]
    assert table["families"].tolist() == [48, 48, 10]
    assert table.loc["The worker", "mean_change"] == 2.0
    assert table.loc["The worker", "against_usual"] > 0.4 > 0 > table.loc["Family and worker together", "against_usual"]
    assert table.loc["Not known", "against_usual"] == pytest.approx(0.0)


def test_families_scored_otherwise_the_last_time_stand_apart(make_snapshot):
    rows = []
    for n in range(12):
        first, last = both(f"F{n}", 2, 3, centre_id=f"C{n:02d}", who_scored="worker")
        rows += [first, last | {"who_scored": "family"}]
    table = run(rows, make_snapshot).tables["change_by_scorer"]
    assert table["scorer"].tolist() == ["Otherwise the last time"]


def test_each_thing_that_an_instrument_scores_has_its_row_in_the_instruments_order(make_snapshot):
    star = {"instrument_id": "star", "title": "Star", "lowest": 1, "highest": 10, "step": "half"}
    star |= {"higher_is": "better", "dimensions": "Money; Home", "edition": None}
    rows = []
    for n in range(24):
        said = {"instrument": "star", "centre_id": f"C{n % 6:02d}"}
        rows += both(f"F{n}", 2.5, 4.5, dimension="Home", **said)
        if n < 18:
            rows += both(f"F{n}", 5, 5 - n % 2, dimension="Money", **said)
    plan = PROTOCOL.model_copy(
        update={"spec": PROTOCOL.spec.model_copy(update={"instrument": "star", "dimension": "Home"})}
    )
    rows += [reading("late", date(2011, 6, 1), 3, dimension=name, instrument="star") for name in ("Home", "Money")]
    result = run_study(plan, make_snapshot({"progress_scores": rows, "instruments": [star]}))
    table = result.tables["change_by_dimension"].set_index("dimension")
    assert table.index.tolist() == ["Money", "Home"]
    assert table["families"].to_dict() == {"Money": 18, "Home": 24}
    assert table["mean_change"].to_dict() == {"Money": -0.5, "Home": 2.0}
    only = run(both("F1", 2, 3), make_snapshot)
    assert only.tables["change_by_dimension"].empty


def test_the_words_of_chance_are_plain(tmp_path, reading_grade):
    result = run_study(PROTOCOL, score_county(WORLDS["workers inflate"], 3).write(tmp_path))
    verdict = verdict_for(result)
    assert len(verdict.sentence.split(". ")[0].split()) <= 25
    assert reading_grade(verdict.detail) <= 9.5 and reading_grade(verdict.summary()) <= 7.0
    assert "As second workers scored both ends, families moved by" in verdict.detail
    gate = next(gate for gate in result.gates if gate.name == "chance")
    assert result.facts.beyond[1] > 0 and gate.status == "warn" and "scored too kindly" in gate.sentence
    below = replace(result.facts, beyond=(-0.1, -0.14, -0.06, 52), by_others=(-0.001, -0.2, 0.2, 52))
    said = verdict_for(replace(result, facts=below)).detail
    assert "They moved by −0.1 beyond that, and the data fit from −0.14 to −0.06" in said
    assert "families moved by 0, and the data fit from −0.2 to 0.2" in said
    assert not re.search(r"(?<!\w)-\d", said)
