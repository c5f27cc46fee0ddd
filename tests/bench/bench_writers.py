"""34 managers at once, without the browser: each a process that stores a different 500-row table, on both databases.

python tests/bench/bench_writers.py [--writers 34] [--rows 500] [--database postgresql://…]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from toolkit.records import Store

WRITER = """
import sys, time
from datetime import date
from pathlib import Path
import pandas as pd
from toolkit.records import Store

folder, who, rows = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
frame = pd.DataFrame({
    "family_id": [f"F{who:02d}{row:05d}" for row in range(rows)], "centre_id": f"C{who:02d}",
    "scored_on": date(2010, 3, 4), "stage": "start", "dimension": None, "score": 2, "higher_is": "better",
    "scored_by": None,
})
print("ready", flush=True)
sys.stdin.readline()
begun = time.perf_counter()
Store.open(folder).add({"progress_scores": frame}, by=f"manager {who}", source_name=f"scores {who}")
print(time.perf_counter() - begun, flush=True)
"""


def measure(store: Store, writers: int, rows: int) -> np.ndarray:
    """Return the seconds each writer waited."""
    command = [sys.executable, "-c", WRITER, str(store.folder)]
    started = [
        subprocess.Popen([*command, str(who), str(rows)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for who in range(writers)
    ]
    for writer in started:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    begun = time.perf_counter()
    for writer in started:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    seconds = np.array([float(writer.communicate(timeout=300)[0]) for writer in started])
    wall = time.perf_counter() - begun
    stored = store.read("progress_scores")
    assert len(stored) == writers * rows == stored["family_id"].nunique()
    assert store.check().is_whole
    print(
        f"{store.engine.dialect.name}: {writers} writers x {rows} rows: {wall:.2f} s in all, each waited "
        f"median {np.median(seconds):.2f}, p95 {np.quantile(seconds, 0.95):.2f}, max {seconds.max():.2f} s"
    )
    return seconds


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--writers", type=int, default=34)
    asked.add_argument("--rows", type=int, default=500)
    asked.add_argument("--database", default=None, help="an empty PostgreSQL database")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "store", database=options.database)
        measure(store, options.writers, options.rows)


if __name__ == "__main__":
    main()
