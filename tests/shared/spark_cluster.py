"""A real Spark on this machine: a master, two workers, and the server that clients speak to; each may be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALL = "there is no Spark, or no Java to run it. Both are had with: make spark"


def spark_home() -> Path | None:
    """Return where Spark is: what ``SPARK_HOME`` says, or what ``make spark`` put into ``.spark``; or none."""
    named = os.environ.get("SPARK_HOME")
    home = Path(named) if named else ROOT / ".spark" / "pyspark"
    return home if (home / "bin" / "spark-submit").is_file() and shutil.which("java") else None


@dataclass
class Cluster:
    """Four processes, and two more that the workers begin."""

    home: Path
    folder: Path
    master: int
    connect: int
    page: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return what ``TOOLKIT_ENGINE`` names."""
        return f"sc://127.0.0.1:{self.connect}"

    @property
    def page_address(self) -> str:
        """Return where Spark's own page is."""
        return f"http://127.0.0.1:{self.page}"

    def log(self, name: str) -> str:
        """Return what one of the processes wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def start(self) -> None:
        """Begin all of them, and wait until clients are answered."""
        self.begin("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1",
                   "--port", str(self.master), "--webui-port", "0")  # fmt: skip
        self._wait_for(self.master, "master")
        for name in ("worker-1", "worker-2"):
            self.begin_worker(name)
        self.begin_server()

    def begin_worker(self, name: str) -> None:
        """Begin a worker process, of one core and one gigabyte."""
        self.begin(name, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1",
                   "--memory", "1g", "--webui-port", "0", "--work-dir", str(self.folder / name),
                   f"spark://127.0.0.1:{self.master}")  # fmt: skip

    def begin_server(self) -> None:
        """Begin the driver, which is the server that clients speak to."""
        options = {
            "spark.connect.grpc.binding.port": self.connect,
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.executor.memory": "768m",
            "spark.local.dir": self.folder / "local",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": 2,
            "spark.sql.warehouse.dir": self.folder / "warehouse",
            "spark.ui.port": self.page,
        }
        settings = [word for name, value in options.items() for word in ("--conf", f"{name}={value}")]
        where = ["--master", f"spark://127.0.0.1:{self.master}"]
        named = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
        self._run("server", ["spark-submit", *where, *settings, *named])
        self._wait_for(self.connect, "server")

    def begin(self, name: str, kind: str, *words: str) -> None:
        """Begin one of Spark's own processes."""
        self._run(name, ["spark-class", kind, *words])

    def kill(self, name: str) -> None:
        """Kill a process as a power cut does."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait(60)

    def stop(self) -> None:
        """End all of them, the server first."""
        for name in ("server", "worker-1", "worker-2", "master"):
            if name in self.running:
                self.running[name].terminate()
        for process in self.running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()

    def _run(self, name: str, words: list[str]) -> None:
        memory = "1g" if name == "server" else "256m"  # the server too takes it from here
        environment = {**os.environ, "SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1",
                       "SPARK_DAEMON_MEMORY": memory}  # fmt: skip
        with (self.folder / f"{name}.log").open("a") as log:
            self.running[name] = subprocess.Popen(
                [self.home / "bin" / words[0], *words[1:]],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self.folder,
            )

    def _wait_for(self, port: int, name: str) -> None:
        for _ in range(600):
            if self.running[name].poll() is not None:
                break
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.5)
        raise RuntimeError(f"Spark's {name} did not start:\n{self.log(name)[-3000:]}")


@contextmanager
def cluster(home: Path, folder: Path) -> Iterator[Cluster]:
    """Give a Spark that is running, and end it."""
    found = Cluster(home, folder, *_free_ports(3))
    try:
        found.start()
        yield found
    finally:
        found.stop()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports
