"""A small lake and its sums; engines that speak Spark Connect: a Sail within this process, and a Spark with workers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import nullcontext
from pathlib import Path

import pytest

from small_lake import PROTOCOL, small_lake
from spark_cluster import INSTALL, Cluster, cluster, spark_home
from toolkit.engine.setting import MEMORY
from toolkit.errors import ToolkitError
from toolkit.records.snapshots.lake import Lake
from toolkit.runs.strata import run as strata_run
from toolkit.studies.matched_cohort.strata.stratum import stratum_sums
from toolkit.studies.matched_cohort.strata.sums import StratumSums
from toolkit.studies.protocol_file import load_protocol


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return small_lake(tmp_path_factory.mktemp("lake"), 3)


@pytest.fixture(scope="session")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("protocol") / "small.toml"
    path.write_text(PROTOCOL)
    return path


@pytest.fixture(scope="session")
def strata(lake: Lake, protocol: Path) -> list[StratumSums]:
    asked = load_protocol(protocol)
    return [stratum_sums(asked, lake.part(one), one, asked.seed) for one in lake.authorities]


class _Here:
    """A pool that runs an authority in this process, without what another costs to begin."""

    def submit(self, run: Callable[[object], str], task: object) -> Future[str]:
        future: Future[str] = Future()
        try:
            future.set_result(run(task))
        except ToolkitError as error:
            future.set_exception(error)
        return future


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strata_run, "pool", lambda _: nullcontext(_Here()))
    monkeypatch.setattr(strata_run, "PAUSE", 0.0)
    monkeypatch.setenv(MEMORY, "")  # a run sets it in processes of its own


@pytest.fixture(scope="session")
def sail() -> Iterator[str]:
    """Return the address of a Sail of this process's own: no Java, no outside service."""
    # Spark's client takes a program without a file, as a worker of the tests is, for its own doctests.
    vars(sys.modules["__main__"]).setdefault("__file__", __file__)
    server = pytest.importorskip("pysail.spark").SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Give a real Spark: a master, two workers, and the server that clients speak to."""
    home = spark_home()
    if home is None:
        pytest.skip(INSTALL)
    with cluster(home, tmp_path_factory.mktemp("spark")) as found:
        yield found
