"""``make bench``: how long the road takes as whole commands, with peak memory, each beside what was asked of it.

Nothing here passes or fails: machines differ, so figures are printed and read by a person.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOOLKIT = [sys.executable, "-m", "toolkit.cli"]


def measure(command: list[str]) -> tuple[float, float]:
    """Run a command to its end; return wall seconds and the largest memory of its process in GB."""
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with exit code {child.returncode}")
    return time.perf_counter() - began, used.ru_maxrss / 1024**2


def row(what: str, seconds: float, gigabytes: float, asked: str) -> None:
    print(f"{what:<58} {seconds:8.1f} s {gigabytes:7.2f} GB   {asked}", flush=True)


def road(scale: str, runs: int) -> None:
    """Time the issue's whole commands on a simulated county."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        made = measure([*TOOLKIT, "simulate", "--out", str(store), "--scale", scale])
        row(f"toolkit simulate --scale {scale}", *made, "asked: 60 s, 2 GB")
        row("toolkit snapshot", *measure([*TOOLKIT, "snapshot", "--store", str(store), "--out", f"{folder}/snap"]), "")
        for protocol in sorted(Path("analyses").glob("*.toml")):
            asked = "asked: 20 s, 2 GB" if protocol.stem == "rec11_referrals" else ""
            taken = [
                measure(
                    [
                        *TOOLKIT,
                        "run",
                        str(protocol),
                        "--store",
                        f"{folder}/snap",
                        "--out",
                        f"{folder}/{i}{protocol.stem}",
                    ]
                )
                for i in range(runs)
            ]
            seconds = sorted(s for s, _ in taken)[len(taken) // 2]
            row(f"toolkit run {protocol.stem} (median of {runs})", seconds, max(g for _, g in taken), asked)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--scale", default="county", choices=["county", "tenth"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=["road", "match", "pages"], help="only one part")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {given.scale} scale")
    if given.only in (None, "road"):
        road(given.scale, given.runs)
    if given.only in (None, "match"):
        sys.argv = [sys.argv[0]]  # its own options keep their defaults
        importlib.import_module("bench_match").main()
    if given.only in (None, "pages"):
        sys.argv = [sys.argv[0], "--scale", given.scale]
        sys.path.insert(0, str(Path(__file__).parent / "app"))
        importlib.import_module("pages").main()


if __name__ == "__main__":
    main()
