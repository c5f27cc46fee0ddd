"""The road end to end, as commands a person types: simulate, snapshot, run; and the answer held against the truth."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from toolkit.project_files import ANALYSES
from toolkit.records import Store, open_source
from toolkit.simulate import CountyOptions, simulate_county, write_county
from toolkit.studies.load import load_protocol
from toolkit.studies.run import run_study

PRIMARY = "any_referral_12m"
PROTOCOL = ANALYSES / "rec11_referrals.toml"


@pytest.fixture(scope="module")
def tenth(tmp_path_factory: pytest.TempPathFactory, command) -> Path:
    """A tenth-scale county made by the command line."""
    folder = tmp_path_factory.mktemp("road") / "county"
    made = command("simulate", "--out", folder, "--scale", "tenth", "--seed", "5", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["simulated"] is True
    return folder


def estimate(result: dict, measure: str, estimator: str | None = None) -> dict:
    chosen = [e for e in result["estimates"] if e["outcome"] == PRIMARY and e["measure"] == measure]
    return chosen[0] if estimator is None else next(e for e in chosen if e["estimator"] == estimator)


def test_simulate_is_the_same_for_a_seed_and_says_it_is_simulated(tenth, tmp_path, command) -> None:
    again = tmp_path / "again"
    assert command("simulate", "--out", again, "--scale", "tenth", "--seed", "5").returncode == 0
    assert (again / "truth.json").read_bytes() == (tenth / "truth.json").read_bytes()
    first, second = Store.open(tenth).snapshot(tmp_path / "s1"), Store.open(again).snapshot(tmp_path / "s2")
    assert first.hash == second.hash
    assert first.is_simulated
    assert "simulated" in (tenth / "SIMULATED.txt").read_text().lower()
    truth = json.loads((tenth / "truth.json").read_text())
    assert {"att_difference", "att_ratio", "n"} <= set(truth[PRIMARY])


def test_the_same_four_give_the_same_bytes(tenth, tmp_path, command) -> None:
    taken = command("snapshot", "--store", tenth, "--out", tmp_path / "snap", "--json")
    assert taken.returncode == 0, taken.stderr
    for name in ("one", "two"):
        done = command("run", PROTOCOL, "--store", tmp_path / "snap", "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert "SIMULATED" in done.stdout
    one, two = (tmp_path / name / "result.json" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    result = json.loads(one.read_text())
    assert result["snapshot_hash"] == json.loads(taken.stdout)["hash"]
    assert result["protocol_hash"] == load_protocol(PROTOCOL).hash
    assert result["simulated"] is True


def test_a_run_from_the_store_and_from_its_snapshot_agree(tenth, tmp_path, command) -> None:
    store = tmp_path / "store"
    shutil.copytree(tenth, store)
    command("snapshot", "--store", store, "--out", tmp_path / "snap")
    command("run", PROTOCOL, "--store", store, "--out", tmp_path / "from-store")
    command("run", PROTOCOL, "--store", tmp_path / "snap", "--out", tmp_path / "from-snapshot")
    assert (tmp_path / "from-store/result.json").read_bytes() == (tmp_path / "from-snapshot/result.json").read_bytes()


def test_the_bundle_holds_what_others_rely_on(tenth, tmp_path, command) -> None:
    assert command("run", PROTOCOL, "--store", tenth, "--out", tmp_path / "out").returncode == 0
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    expected = {"estimates", "balance", "gates", "flow", "verdict", "protocol_hash", "snapshot_hash", "version", "seed"}
    assert expected <= set(result)
    for measure in ("difference", "ratio"):
        keys = {"outcome", "estimator", "measure", "estimate", "se", "low", "high", "p_value", "n_treated", "n_control"}
        assert keys | {"clusters"} <= set(estimate(result, measure))
    assert result["estimates"][0]["measure"] == "difference"
    codes = {"fewer", "more", "little_or_no_difference", "inconclusive", "cannot_say"}
    assert result["verdict"]["code"] in codes
    assert result["verdict"]["sentence"]
    assert len(pd.read_parquet(tmp_path / "out" / "balance.parquet")) > 5
    assert len(pd.read_parquet(tmp_path / "out" / "matched_sets.parquet")) >= 2 * estimate(result, "ratio")["n_treated"]


@pytest.mark.parametrize("protocol", sorted(ANALYSES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_protocol_gives_a_bundle_of_the_same_shape(protocol, tenth, tmp_path, command) -> None:
    done = command("run", protocol.stem, "--store", tenth, "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result == json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["question"] == protocol.stem
    assert result["gates"] and result["flow"] and result["verdict"]["sentence"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_a_county_with_prevention_the_interval_covers_the_truth_and_the_naive_one_does_not(seed, tmp_path) -> None:
    truth, result = county_answer("prevent", seed, tmp_path)
    matched = result.primary
    assert matched.low <= truth["att_difference"] <= matched.high
    naive = next(e for e in result.estimates if e.estimator == "unadjusted" and e.measure == "difference")
    assert not naive.low <= truth["att_difference"] <= naive.high


@pytest.mark.slow
def test_on_a_county_without_an_effect_none_is_claimed(tmp_path) -> None:
    from toolkit.publish.verdicts.verdict import verdict_for

    truth, result = county_answer("none", 1, tmp_path)
    assert abs(truth["att_difference"]) < 0.001
    assert verdict_for(result).code in {"inconclusive", "little_or_no_difference"}


def county_answer(effect: str, seed: int, folder: Path):
    county = simulate_county(CountyOptions(seed=seed, scale="county", effect=effect))
    write_county(county, folder / "store")
    return county.truth[PRIMARY], run_study(load_protocol(PROTOCOL), open_source(folder / "store"))
