"""Engines that speak Spark Connect: a Sail within this process, and a Spark with two worker processes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


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
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Spark Connect server whose two executors are processes of their own."""
    home = os.environ.get("SPARK_HOME")
    if home is None or shutil.which("java") is None:
        pytest.skip("SPARK_HOME names no Spark (its folder, as unpacked), or there is no Java to run it")
    port, folder = _free_port(), tmp_path_factory.mktemp("spark")
    options = {
        "spark.connect.grpc.binding.port": port,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.local.dir": folder,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": 2,
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.ui.enabled": "false",
    }
    settings = [word for name, value in options.items() for word in ("--conf", f"{name}={value}")]
    command = [Path(home) / "bin/spark-submit", "--master", "local-cluster[2,1,1024]", *settings]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "SPARK_HOME": home, "SPARK_LOCAL_IP": "127.0.0.1"},
            cwd=folder,
        )
    try:
        _wait_for(port, server, folder / "log")
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise RuntimeError(f"Spark did not start:\n{log.read_text()[-3000:]}")
