"""The road end to end, as commands a person types: simulate, snapshot, run; and the answer held against the truth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from counties import Counties
from toolkit.project_files import ANALYSES
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store
from toolkit.runs.answer import latest
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.result import StudyResult
from toolkit.studies.run import run_study

PRIMARY = "any_referral_12m"
PROTOCOL = ANALYSES / "rec11_referrals.toml"
ALONE = ANALYSES / "rec12_reach.toml"
"""One that is quick to answer. That recommendation 11 has the same bytes from another process is in `test_wheel.py`."""


@dataclass(frozen=True)
class Run:
    """What `toolkit run` left, and said of it where that was heard; and what it left of other protocols beside."""

    said: str
    folder: Path
    others: tuple[tuple[str, Path], ...] = ()

    @property
    def bytes(self) -> bytes:
        return (self.folder / "result.json").read_bytes()


@pytest.fixture(scope="module")
def tenth(counties: Counties, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a tenth-scale county."""
    return counties.copy(tmp_path_factory.mktemp("road") / "county").folder


@pytest.fixture(scope="module")
def snapshot(tenth: Path, tmp_path_factory: pytest.TempPathFactory, command_alone) -> tuple[Path, str]:
    """A snapshot taken by the command line: its folder and its hash."""
    folder = tmp_path_factory.mktemp("road") / "snapshot"
    taken = command_alone("snapshot", "--store", tenth, "--out", folder, "--json")
    assert taken.returncode == 0, taken.stderr
    return folder, json.loads(taken.stdout)["hash"]


@pytest.fixture(scope="module")
def from_store(counties: Counties, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The protocol as a run of the store answered it, in another process and at another time."""
    answered = counties.answered(tmp_path_factory.mktemp("road") / "answered").folder
    found = latest(answered)
    return Run("", found[PROTOCOL.stem], tuple(found.items()))


@pytest.fixture(scope="module")
def from_snapshot(snapshot: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory, command_alone) -> Run:
    """A protocol's file run on the snapshot in a process of its own, told in words."""
    folder = tmp_path_factory.mktemp("road") / "from-snapshot"
    done = command_alone("run", ALONE, "--store", snapshot[0], "--out", folder)
    assert done.returncode == 0, done.stderr
    return Run(done.stdout, folder)


def estimate(result: dict, measure: str, estimator: str | None = None) -> dict:
    chosen = [e for e in result["estimates"] if e["outcome"] == PRIMARY and e["measure"] == measure]
    return chosen[0] if estimator is None else next(e for e in chosen if e["estimator"] == estimator)


def test_simulate_is_the_same_for_a_seed_and_says_it_is_simulated(tenth, tmp_path, command_alone) -> None:
    again = tmp_path / "again"
    made = command_alone("simulate", "--out", again, "--scale", "tenth", "--seed", "1", "--effect", "none", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["simulated"] is True
    assert (again / "truth.json").read_bytes() == (tenth / "truth.json").read_bytes()
    first, second = Store.open(tenth).snapshot(tmp_path / "s1"), Store.open(again).snapshot(tmp_path / "s2")
    assert first.hash == second.hash
    assert first.is_simulated
    assert "simulated" in (again / "SIMULATED.txt").read_text().lower()
    truth = json.loads((again / "truth.json").read_text())
    assert {"att_difference", "att_ratio", "n"} <= set(truth[PRIMARY])


def test_a_run_of_the_store_and_one_of_its_snapshot_give_the_same_bytes(snapshot, from_store, from_snapshot) -> None:
    assert "SIMULATED" in from_snapshot.said
    result = json.loads(from_snapshot.bytes)
    assert result["snapshot_hash"] == snapshot[1]
    assert result["protocol_hash"] == load_protocol(ALONE).hash
    assert result["simulated"] is True
    assert from_snapshot.bytes == (dict(from_store.others)[ALONE.stem] / "result.json").read_bytes()


def test_the_bundle_holds_what_others_rely_on(from_store) -> None:
    result = json.loads(from_store.bytes)
    expected = {"estimates", "balance", "gates", "flow", "verdict", "protocol_hash", "snapshot_hash", "version", "seed"}
    assert expected <= set(result)
    for measure in ("difference", "ratio"):
        keys = {"outcome", "estimator", "measure", "estimate", "se", "low", "high", "p_value", "n_treated", "n_control"}
        assert keys | {"clusters"} <= set(estimate(result, measure))
    assert result["estimates"][0]["measure"] == "difference"
    codes = {"fewer", "more", "little_or_no_difference", "inconclusive", "cannot_say"}
    assert result["verdict"]["code"] in codes
    assert result["verdict"]["sentence"]
    assert len(pd.read_parquet(from_store.folder / "balance.parquet")) > 5
    assert (
        len(pd.read_parquet(from_store.folder / "matched_sets.parquet")) >= 2 * estimate(result, "ratio")["n_treated"]
    )


OF_SCORES = {*ANALYSES.glob("para73_*.toml")} - {ANALYSES / "para73_change.toml"}
"""Answers that are looked at as the demo's own run left them; the others are run anew by the command line."""


@pytest.mark.parametrize(
    "protocol", sorted({*ANALYSES.glob("*.toml")} - {PROTOCOL, ALONE} - OF_SCORES), ids=lambda path: path.stem
)
def test_every_other_protocol_gives_those_bytes_too(protocol, snapshot, from_store, tmp_path, command) -> None:
    ran = command("run", protocol.stem, "--store", snapshot[0], "--out", tmp_path / "out", "--json")
    assert ran.returncode == 0, ran.stderr
    written = (tmp_path / "out" / "result.json").read_bytes()
    assert written == (dict(from_store.others)[protocol.stem] / "result.json").read_bytes()
    result = json.loads(ran.stdout)
    assert result == json.loads(written)
    assert result["question"] == protocol.stem
    assert result["gates"] and result["flow"] and result["verdict"]["sentence"]


def test_every_study_of_scores_gives_one_too(from_store) -> None:
    found = {question: json.loads((folder / "result.json").read_bytes()) for question, folder in from_store.others}
    assert {path.stem for path in OF_SCORES} <= set(found)
    for path in OF_SCORES:
        result = found[path.stem]
        assert result["question"] == path.stem and result["protocol_hash"] == load_protocol(path).hash
        assert result["gates"] and result["flow"] and result["verdict"]["sentence"]


@pytest.mark.verify
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_a_county_with_prevention_the_interval_covers_the_truth_and_the_naive_one_does_not(seed, counties) -> None:
    result = run_study(load_protocol(PROTOCOL), counties.snapshot(seed, "county", "prevent"))
    check_covers(result, counties.county(seed, "county", "prevent").truth[PRIMARY])


def check_covers(result: StudyResult, truth: dict[str, float]) -> None:
    matched = result.primary
    assert matched.low <= truth["att_difference"] <= matched.high
    naive = next(e for e in result.estimates if e.estimator == "unadjusted" and e.measure == "difference")
    assert not naive.low <= truth["att_difference"] <= naive.high


@pytest.mark.verify
def test_on_a_county_without_an_effect_none_is_claimed(counties) -> None:
    result = run_study(load_protocol(PROTOCOL), counties.snapshot(1, "county", "none"))
    assert abs(counties.county(1, "county", "none").truth[PRIMARY]["att_difference"]) < 0.001
    assert verdict_for(result).code in {"inconclusive", "little_or_no_difference"}
