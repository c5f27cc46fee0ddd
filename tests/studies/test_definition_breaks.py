"""What is counted came to mean another thing: the effect is looked at on both sides, and barred where it differs."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records.snapshots.files import write_snapshot
from toolkit.studies.definition_breaks import Break, breaks_of, touches
from toolkit.studies.matched_cohort.gates import definition_breaks as gate
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study
from toolkit.tables import TABLES

DAY = date(2010, 4, 1)
YEAR = OUTCOMES["any_referral_12m"]
CENTRE = ("8", "5D")


def one(touching: str = "referrals", *, area: str = "county", on: date = DAY, source: str = "") -> Break:
    return Break(area, on, "family_help", touching, source)


def compared(days, *, outcome=0.0, areas: int = 4, seed: int = 1):
    """Sets of two, each pair's time zero a day; the outcome a number for all, or one a row."""
    sets, rng = len(days), np.random.default_rng(seed)
    area = rng.integers(0, areas, sets)
    inside = pd.DataFrame(
        {
            "set": np.tile(np.arange(sets), 2),
            "role": np.repeat(["joined", "not_joined"], sets),
            "time_zero": np.tile(pd.to_datetime(days), 2),
            "district": pd.Categorical(np.tile(np.where(area % 2, "Southvale", "Northvale"), 2)),
            "reach_centre_id": pd.Categorical(np.tile(area.astype(str), 2)),
        }
    )
    values = np.broadcast_to(np.asarray(outcome, dtype=float), 2 * sets)
    ready = SimpleNamespace(covariates=())
    return SimpleNamespace(inside=inside, set_weights=np.ones(2 * sets), values_inside=lambda name: values, ready=ready)


@pytest.mark.parametrize(
    ("what", "outcome", "touched"),
    [
        (one(), "any_referral_12m", True),
        (one(), "section_47_or_plan_12m", False),
        (one("assessments"), "any_referral_12m", False),
        (one("assessments"), "assessed_referral_24m_excluding_centre_ages_5_9", True),
        (one("assessments"), "nfa_referral_12m", True),
        (one("protection"), "section_47_or_plan_12m_ages_0_4", True),
        (one("protection"), "care_entry_12m", False),
        (one("care"), "days_looked_after_24m", True),
        (one("care"), "care_entry_12m", True),
        (one(source="5D"), "any_referral_12m", True),
        (one(source="5D"), "any_referral_12m_excluding_centre", False),
        (one(source="6"), "any_referral_12m_excluding_centre", True),
        (one(source="6"), "centre_referral_12m", False),
        (one(source="8"), "referral_days_12m_ages_0_4", True),
    ],
)
def test_a_break_touches_what_rests_on_the_records_it_changed(what, outcome, touched) -> None:
    assert touches(what, OUTCOMES[outcome], CENTRE) is touched


def test_every_outcome_is_touched_by_one_kind_of_change_of_records_and_no_more() -> None:
    kinds = ("referrals", "protection", "care", "early_help")
    assert {sum(touches(one(kind), outcome, CENTRE) for kind in kinds) for outcome in OUTCOMES.values()} == {1}


def test_sets_followed_across_the_day_lie_on_neither_side() -> None:
    days = ["2009-03-31", "2009-04-01", "2010-03-30", "2010-03-31"]
    side = gate.sides_of(compared(days), YEAR, [one()])
    assert side[:4].tolist() == side[4:].tolist() == ["before", "", "", "from then on"]


def test_a_referral_again_rests_on_the_year_before_it_too() -> None:
    days = ["2009-03-01", "2010-04-01", "2011-03-30", "2011-03-31"]
    side = gate.sides_of(compared(days), OUTCOMES["re_referral_12m"], [one()])
    assert side[:4].tolist() == ["before", "", "", "from then on"]


@pytest.mark.parametrize("days", [["2008-05-01", "2009-03-31"], ["2010-03-31", "2011-01-01"]])
def test_an_outcome_on_one_side_alone_does_not_cross(days) -> None:
    assert gate.sides_of(compared(days), YEAR, [one()]) is None


def test_a_change_in_one_district_is_looked_at_there_and_one_nowhere_known_everywhere() -> None:
    sample = compared(["2008-05-01", "2010-06-01"] * 20)
    there = (sample.inside["district"] == "Southvale").to_numpy()
    side = gate.sides_of(sample, YEAR, [one(area=" southvale")])
    assert (side[there] != "").all() and (side[~there] == "").all()
    assert (gate.sides_of(sample, YEAR, [one(area="Worcestershire")]) != "").all()


def draws(number: int, before: float, after: float, *, sets: int):
    rng = np.random.default_rng(3)
    for _ in range(number):
        days = pd.Timestamp("2008-04-01") + pd.to_timedelta(rng.integers(0, 3 * 365, sets), unit="D")
        effect = np.where(days < pd.Timestamp(DAY) - pd.Timedelta(days=365), before, after)
        shares = np.concatenate([0.3 + effect, np.full(sets, 0.3)])
        yield compared(days, outcome=rng.random(2 * sets) < shares, areas=19)


def barred(sample) -> bool:
    side = gate.sides_of(sample, YEAR, [one()])
    return gate._compared(sample, YEAR, (one(),), side, "reach_centre_id", gate.ALPHA).differs


def test_it_seldom_bars_what_is_the_same_and_mostly_bars_what_turns_round() -> None:
    assert sum(barred(sample) for sample in draws(40, -0.05, -0.05, sets=800)) <= 2
    assert sum(barred(sample) for sample in draws(8, -0.12, 0.12, sets=1600)) >= 7


def test_several_changes_share_one_level_and_one_is_enough_to_bar() -> None:
    fine, apart = (gate.Sides(YEAR, (one(),), -0.1, 0.1, p, 0.005) for p in (0.2, 0.004))
    found = gate.judge([fine, apart], [])
    assert found.status == "fail" and "1 April 2010" in found.sentence
    assert "10.0 fewer in every 100 before, 10.0 more from then on" in found.sentence
    assert gate.judge([fine], []).status == "pass" and "1 April 2010" in gate.judge([fine], []).sentence


def test_what_cannot_be_compared_and_other_outcomes_that_differ_are_named() -> None:
    unseen = gate.judge([gate.Sides(YEAR, (one(),))], [])
    assert unseen.status == "warn" and "Too few" in unseen.sentence
    other = gate.Sides(OUTCOMES["nfa_referral_12m"], (one(),), -0.1, 0.1, 0.001)
    found = gate.judge([], [other])
    assert found.status == "warn" and OUTCOMES["nfa_referral_12m"].label in found.sentence


def test_without_a_change_it_passes_and_says_what_it_rests_on() -> None:
    found = gate.judge([], [])
    assert found.status == "pass" and "confirmed no change" in found.sentence and found.table is None


def registered(snapshot, out, *, rows=(), referrals=None):
    """Write a snapshot again with a register and other referrals."""
    tables = {name: pq.read_table(snapshot.path(name)) for name in snapshot.rows}
    table = TABLES["definition_breaks"]
    tables["definition_breaks"] = pa.Table.from_pylist(list(rows), schema=table.arrow_schema)
    if referrals is not None:
        tables["referrals"] = referrals
    return write_snapshot(tables, simulated=True, version=1, beside=out, out=out)


ROW = {
    "area": "county",
    "starts_on": DAY,
    "kind": "family_help",
    "touches": "referrals",
    "source": "all",
    "what": "Early help moved in",
    "confirmed_by": "Head of performance",
    "confirmed_on": date(2010, 3, 1),
}


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A protocol that compares once, without other estimators, and lists no check."""
    path = tmp_path_factory.mktemp("protocol") / "quick.toml"
    path.write_text(
        """
title = "Are fewer referred?"
kind = "matched_cohort"
recommendation = "Recommendation 11"
seed = 11
[matched_cohort]
covariates = ["idaci_decile", "referral_days_last_12m"]
outcomes = ["any_referral_12m"]
checks = []
""",
        encoding="utf-8",
    )
    return load_protocol(path)


def test_a_study_whose_counting_changed_bars_its_answer(counties, quick, tmp_path) -> None:
    whole = counties.snapshot(1, "tenth", "prevent")
    first = whole.read("registrations").groupby("family_id")["registered_on"].min()
    referrals = whole.read("referrals").merge(whole.read("children"), on="child_id")
    joined = referrals["family_id"].map(first) <= referrals["received_on"]
    # Until the day, referrals of families that had joined were not recorded; from it on, those of the others are not.
    kept = joined == (referrals["received_on"] >= pd.Timestamp(DAY))
    kept |= referrals["received_on"] == referrals["received_on"].max()  # and the records are as long as they were
    arrow = pq.read_table(whole.path("referrals"))
    ids = set(referrals.loc[kept, "referral_id"])
    fewer = arrow.filter(pa.array([one in ids for one in arrow.column("referral_id").to_pylist()]))
    silent = run_study(quick, registered(whole, tmp_path / "silent", referrals=fewer))
    told = run_study(quick, registered(whole, tmp_path / "told", rows=[ROW], referrals=fewer))
    found = {gate.name: gate for gate in told.gates}["definition_breaks"]
    assert {gate.name: gate.status for gate in silent.gates}["definition_breaks"] == "pass"
    assert found.status == "fail", found.sentence
    assert "Family Help" in found.sentence and "Early help moved in" not in found.sentence
    assert told.estimates == silent.estimates
    assert verdict_for(told).code == "cannot_say"
    assert "not the same before and after" in verdict_for(told).sentence


def test_a_study_whose_counting_changed_and_not_its_answer_names_the_change(counties, quick, tmp_path) -> None:
    whole = counties.snapshot(1, "tenth", "prevent")
    plain = run_study(quick, whole)
    told = run_study(quick, registered(whole, tmp_path / "told", rows=[ROW]))
    found = {gate.name: gate for gate in told.gates}["definition_breaks"]
    assert found.status == "pass" and "1 April 2010" in found.sentence
    assert told.estimates == plain.estimates and verdict_for(told).code == verdict_for(plain).code


def test_a_snapshot_of_before_the_register_has_no_breaks(counties, tmp_path) -> None:
    whole = counties.snapshot(1, "tenth", "prevent")
    old = {name: pq.read_table(whole.path(name)) for name in whole.rows if name != "definition_breaks"}
    before = write_snapshot(old, simulated=True, version=1, beside=tmp_path, out=tmp_path / "before")
    assert breaks_of(before) == () and list(before.read("definition_breaks")) == list(TABLES["definition_breaks"].names)
    assert breaks_of(registered(whole, tmp_path / "now", rows=[ROW])) == (one(),)
