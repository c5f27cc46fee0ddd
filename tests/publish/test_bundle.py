from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from toolkit.errors import StoreError
from toolkit.publish.bundle.bundle import read_bundle, stable, write_bundle
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.publish.verdicts.verdict import verdict_for


def test_the_same_result_gives_the_same_bytes_whatever_it_took(make_result, protocol, tmp_path):
    result = make_result()
    slower = replace(result, timings={"cohort": 99.0})
    for name, one in (("a", result), ("b", slower)):
        write_bundle(one, verdict_for(one), tmp_path / name)
    for file in ("result.json", "balance.parquet", "matched_sets.parquet"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert json.loads((tmp_path / "b" / "timings.json").read_text()) == {"cohort": 99.0}


def test_what_others_rely_on_is_there_by_name(make_result, protocol, tmp_path):
    result = make_result()
    bundle = read_bundle(write_bundle(result, verdict_for(result), tmp_path / "out"))
    assert set(bundle["estimates"][0]) == {
        *("outcome", "estimator", "measure", "estimate", "se", "low", "high"),
        *("p_value", "n_treated", "n_control", "clusters"),
    }
    for key in ("balance", "gates", "flow", "protocol_hash", "snapshot_hash", "version", "seed", "tables", "facts"):
        assert key in bundle
    assert bundle["verdict"]["code"] == "fewer"
    assert bundle["balance"] == [{"smd": 0.01, "term": "lone_parent"}]
    assert "timings" not in bundle


def test_simulated_results_say_so_in_every_file(make_result, protocol, tmp_path):
    result = make_result()
    folder = write_bundle(result, verdict_for(result), tmp_path / "simulated")
    assert read_bundle(folder)["notice"] == SIMULATED
    for file in ("balance.parquet", "matched_sets.parquet"):
        assert pq.read_schema(folder / file).metadata[b"notice"].decode() == SIMULATED
    real = replace(result, simulated=False)
    folder = write_bundle(real, verdict_for(real), tmp_path / "real")
    assert "notice" not in read_bundle(folder)
    assert b"notice" not in pq.read_schema(folder / "balance.parquet").metadata


def test_frames_survive_the_way_to_disk_and_back(make_result, protocol, tmp_path):
    result = make_result()
    folder = write_bundle(result, verdict_for(result), tmp_path)
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "matched_sets.parquet"), result.matched_sets)


def test_a_study_that_matches_nothing_leaves_no_frames_of_an_earlier_run(make_result, protocol, tmp_path):
    result = make_result()
    write_bundle(result, verdict_for(result), tmp_path)
    without = replace(result, balance=None, matched_sets=None)
    bundle = read_bundle(write_bundle(without, verdict_for(without), tmp_path))
    assert bundle["balance"] is None
    assert sorted(file.name for file in tmp_path.iterdir()) == ["result.json", "timings.json"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1) / 3, 0.3333333333),
        (1e-300, 1e-300),
        (float("inf"), None),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (pd.NaT, None),
        (pd.Timestamp("2010-04-01"), "2010-04-01"),
        (date(2010, 4, 1), "2010-04-01"),
        ({"a": (1, None)}, {"a": [1, None]}),
    ],
)
def test_values_become_what_json_holds(value, expected):
    assert stable(value) == expected


def test_a_folder_without_a_whole_result_is_an_error_that_says_so(tmp_path):
    with pytest.raises(StoreError, match=r"result\.json is missing"):
        read_bundle(tmp_path)
    (tmp_path / "result.json").write_text('{"format": 1,')
    with pytest.raises(StoreError, match="damaged"):
        read_bundle(tmp_path)
    (tmp_path / "result.json").write_text('{"format": 99}')
    with pytest.raises(StoreError, match="format 99"):
        read_bundle(tmp_path)
