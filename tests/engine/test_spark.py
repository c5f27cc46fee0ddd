"""A real Spark, with two worker processes: the same figures, whichever of them is killed in the middle."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from small_lake import small_lake
from spark_cluster import Cluster
from toolkit.engine.setting import SETTING
from toolkit.engine.workers import PAGE, lost_workers
from toolkit.errors import InputError
from toolkit.records.snapshots.lake import Lake
from toolkit.runs.strata.run import LOG, run_lake
from toolkit.studies.matched_cohort.strata.nation import Nation, nation_of
from toolkit.studies.matched_cohort.strata.sums import StratumSums

AUTHORITIES, FAMILIES = 25, 150
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet")


def _is_the_same(found: Nation, wanted: Nation) -> None:
    assert found.failed == wanted.failed
    for name in ("n_treated", "n_control", "clusters", "outcome", "design_hash"):
        assert getattr(found, name) == getattr(wanted, name)
    for name in ("estimate", "se", "low", "high", "degrees_of_freedom", "mean_treated", "mean_control"):
        assert getattr(found, name) == pytest.approx(getattr(wanted, name), rel=1e-9, abs=1e-12)
    for name in ("balance", "flow", "by_authority"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(wanted, name), rtol=1e-9, atol=1e-12)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch, spark: Cluster) -> Iterator[Cluster]:
    """Give the Spark as the engine that is set, whole again afterwards."""
    monkeypatch.setenv(SETTING, spark.address)
    monkeypatch.setenv(PAGE, spark.page_address)
    yield spark
    for name in ("worker-1", "worker-2"):
        if name not in spark.running:
            spark.begin_worker(name)
    if "server" not in spark.running:
        spark.begin_server()


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return small_lake(tmp_path_factory.mktemp("wide"), AUTHORITIES, FAMILIES, more=0)


@pytest.fixture(scope="module")
def wide_sums(wide: Lake, protocol: Path, tmp_path_factory: pytest.TempPathFactory) -> Nation:
    return run_lake(protocol, wide, tmp_path_factory.mktemp("wide-out"), processes=2)


@pytest.mark.verify
@pytest.mark.timeout(1200)
def test_sail_gives_25_authorities_figures(
    wide: Lake, wide_sums: Nation, protocol: Path, sail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, sail)
    _is_the_same(run_lake(protocol, wide, tmp_path, processes=2), wide_sums)


@pytest.mark.verify
@pytest.mark.timeout(3600)
def test_spark_gives_25_authorities_figures(
    wide: Lake, wide_sums: Nation, protocol: Path, on: Cluster, tmp_path: Path
) -> None:
    _is_the_same(run_lake(protocol, wide, tmp_path, processes=2), wide_sums)


@pytest.mark.verify
@pytest.mark.timeout(1800)
def test_a_worker_that_is_killed_costs_nothing_and_the_log_says_so(
    lake: Lake, protocol: Path, strata: list[StratumSums], on: Cluster, tmp_path: Path
) -> None:
    words = ["nation", str(protocol), "--lake", str(lake.folder), "--out", str(tmp_path), "--processes", "1"]
    running = subprocess.Popen([sys.executable, "-m", "toolkit.cli", *words], stdout=subprocess.DEVNULL)
    _wait_for(tmp_path / "strata/A001.json", running)
    time.sleep(3)  # the next one's queries are on their way
    on.kill("worker-1")
    assert running.wait(1200) == 0
    _is_the_same(run_lake(protocol, lake, tmp_path), nation_of(strata))  # reads what is done
    log = (tmp_path / LOG).read_text()
    assert "A003 done, 3 of 3" in log and "Spark lost a worker, and goes on" in log and "failed" not in log


@pytest.mark.verify
@pytest.mark.timeout(1800)
def test_a_driver_that_is_killed_leaves_what_is_done_and_only_the_rest_is_run_again(
    lake: Lake, protocol: Path, strata: list[StratumSums], on: Cluster, tmp_path: Path
) -> None:
    def kill(step: str, _: float) -> None:
        if step.startswith("A001 done"):
            on.kill("server")

    found = run_lake(protocol, lake, tmp_path, processes=1, progress=kill)
    assert sorted(found.failed) == ["A002", "A003"]
    assert all(why.startswith("tried 2 times: ") and on.address in why for why in found.failed.values())
    kept = (tmp_path / "strata/A001.json").stat().st_mtime_ns
    on.begin_server()
    said: list[str] = []
    again = run_lake(protocol, lake, tmp_path, processes=1, progress=lambda step, _: said.append(step))
    assert [step.split()[0] for step in said if step.endswith("of 3")] == ["A002", "A003"]
    assert (tmp_path / "strata/A001.json").stat().st_mtime_ns == kept
    _is_the_same(again, nation_of(strata))


def test_where_no_page_is_named_or_none_answers_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PAGE, raising=False)
    assert lost_workers() == {}
    monkeypatch.setenv(PAGE, "http://127.0.0.1:1")
    assert lost_workers() == {}
    monkeypatch.setenv(PAGE, "file:///etc/hostname")
    with pytest.raises(InputError, match="address of Spark's own page"):
        lost_workers()


def _wait_for(file: Path, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 900
    while not file.exists():
        assert running.poll() is None and time.monotonic() < until
        time.sleep(0.1)
