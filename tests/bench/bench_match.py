"""How long matching, balance and effect take in one process: ``python tests/bench/bench_match.py [--rows 1000000 …]``.

Each case runs in a process of its own, so that memory above the frame can be told.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

ASKED = {
    ("propensity", 1_000_000): "asked: 2.5 s, 0.8 GB",
    ("propensity", 10_000_000): "asked: 30 s, 4 GB",
    ("mahalanobis with replacement", 1_000_000): "asked: 6 s",
    ("mahalanobis", 100_000): "asked: 5 s",
}


def families(rows: int, columns: int) -> pd.DataFrame:
    """Return a frame with about 12% treated, three of the columns 0/1, and six districts."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({f"x{number}": rng.normal(size=rows) for number in range(columns)})
    slopes = np.linspace(0.4, -0.3, columns)
    need = np.full(rows, -2.3)
    for number in range(columns):
        if columns >= 10 and number in (5, 6, 7):
            frame[f"x{number}"] = (frame[f"x{number}"] > 0).astype(np.int8)
        need += slopes[number] * frame[f"x{number}"].to_numpy()
    frame["treated"] = (rng.random(rows) < 1 / (1 + np.exp(-need))).astype(np.int8)
    frame["district"] = rng.integers(0, 6, rows).astype(np.int8)
    frame["area"] = (frame["district"] * 6 + rng.integers(0, 6, rows)).astype(np.int16)
    frame["y"] = (rng.random(rows) < 0.1).astype(np.int8)
    return frame


def used_gigabytes() -> float:
    """Return the largest memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def run(case: str, rows: int) -> None:
    """Time one case and print its row."""
    from toolkit.stats import match

    columns = {"propensity": 10, "mahalanobis": 10, "mahalanobis with replacement": 5}[case]
    frame = families(rows, columns)
    names = [f"x{number}" for number in range(columns)]
    before = used_gigabytes()
    options = (
        {"exact": ["district"], "caliper": 0.2}
        if case == "propensity"
        else {"distance": "mahalanobis", "replace": case != "mahalanobis"}
    )
    marks = [time.perf_counter()]
    m = match(frame, "treated", names, **options)
    marks.append(time.perf_counter())
    if case == "propensity":
        m.balance()
        marks.append(time.perf_counter())
        m.effect("y", cluster="area")
        marks.append(time.perf_counter())
    parts = " + ".join(f"{end - begin:.2f}" for begin, end in itertools.pairwise(marks))
    what = f"match{' + balance + effect' if case == 'propensity' else ''}: {case}, {rows:,} rows x {columns}"
    sys.stdout.write(
        f"{what:<72} {marks[-1] - marks[0]:7.2f} s ({parts}) {used_gigabytes() - before:5.2f} GB above the frame   "
        f"{ASKED.get((case, rows), '')}\n"
    )


def import_time() -> None:
    """Print what importing the package adds to importing pandas."""
    code = (
        "import time, pandas; a = time.perf_counter(); import toolkit.stats; "
        "print(f'{time.perf_counter() - a:.3f}')"
    )  # fmt: skip
    best = min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in "123"
    )
    sys.stdout.write(f"{'import toolkit.stats, beside import pandas':<72} {best:7.2f} s   asked: 0.3 s\n")


def main(arguments: list[str] | None = None) -> None:
    """Run every case, each in its own process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--case", help="one case only, in this process")
    given = parser.parse_args([] if arguments is None else arguments)
    if given.case:
        for rows in given.rows:
            run(given.case, rows)
        return
    cases = [("propensity", rows) for rows in given.rows]
    cases += [("mahalanobis with replacement", 1_000_000), ("mahalanobis", 100_000)]
    import_time()
    for case, rows in cases:
        command = [sys.executable, __file__, "--case", case, "--rows", str(rows)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
