"""How long matching, balance and effect take, and how much memory: ``python tests/bench/bench_match.py``.

Each case runs in a process of its own, so that memory above the frame can be told. Beside ours: a bare floor in
NumPy (`floor.py`), the same with scikit-learn and statsmodels by the textbook, and R's MatchIt where it is installed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from families import families
from floor import floor
from textbook import textbook

ASKED = {
    ("propensity", 1_000_000): "asked: 2.5 s, 0.8 GB",
    ("propensity", 10_000_000): "asked: 15 s, 1.6 GB in all",
    ("levels", 100_000): "asked: 3 s",
    ("full", 100_000): "asked: 8 s, 1 GB",
    ("cardinality", 5_000): "asked: 2 s",
    ("mahalanobis with replacement", 1_000_000): "asked: 6 s",
    ("mahalanobis", 100_000): "asked: 5 s",
    ("mahalanobis in a caliper", 100_000): "asked: 2 s",
    ("mahalanobis in a caliper, 30,000 strata", 1_000_000): "asked: 6 s",
    ("calipers on columns", 1_000_000): "asked: 2 s",
    ("units", 1_000_000): "asked: 2 s",
}
OPTIONS = {
    "propensity": {"exact": ["district"], "caliper": 0.2},
    "levels": {"exact": ["district"], "caliper": 0.2},
    "mahalanobis": {"distance": "mahalanobis"},
    "mahalanobis with replacement": {"distance": "mahalanobis", "replace": True},
    "mahalanobis in a caliper": {"mahalanobis_on": [f"x{number}" for number in range(10)], "caliper": 0.2},
    "mahalanobis in a caliper, 30,000 strata": {
        "mahalanobis_on": [f"x{number}" for number in range(10)], "caliper": 0.2, "exact": ["cell"],
    },
    "calipers on columns": {"covariate_calipers": {"x0": 0.5}, "exact": ["district"], "caliper": 0.2},
    "units": {"unit": "family", "exact": ["district"], "caliper": 0.2},
    "full": {"method": "full", "exact": ["district"]},
    "cardinality": {"method": "cardinality"},
}  # fmt: skip
COLUMNS = {case: 5 if case == "mahalanobis with replacement" else 10 for case in (*OPTIONS, "textbook", "floor")}
WHOLE = ("propensity", "levels")  # balance and effect too
LEVELS = 1_000
CELLS = 30_000
ROWS_A_UNIT = 3
GROWTH_ASKED = 12
FLOOR_ASKED = 1.5
PEER_ROWS = 100_000


def names(case: str) -> list[str]:
    """Return the covariates of a case."""
    return [f"x{number}" for number in range(COLUMNS[case])]


def held_gigabytes() -> float:
    """Return the memory this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**3


def most_gigabytes() -> float:
    """Return the largest memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def run(case: str, rows: int) -> dict[str, object]:
    """Time one case; return seconds by part on the clock and of the processors, and memory above the frame."""
    from toolkit.stats import match

    frame, covariates = families(rows, COLUMNS[case]), names(case)
    if case == "levels":
        codes = np.random.default_rng(3).integers(0, LEVELS, rows)  # no school of one arm only
        frame["school"] = pd.Categorical.from_codes(codes, [f"school {number}" for number in range(LEVELS)])
        covariates.append("school")
    if case.endswith("strata"):
        frame["cell"] = np.random.default_rng(2).integers(0, CELLS, rows)
    if case == "units":
        frame["family"] = np.random.default_rng(2).integers(0, rows // ROWS_A_UNIT, rows)
    before = held_gigabytes()
    marks, ran = [time.perf_counter()], time.process_time()
    m = match(frame, "treated", covariates, **OPTIONS[case])
    marks.append(time.perf_counter())
    if case in WHOLE:
        m.balance()
        marks.append(time.perf_counter())
        m.effect("y", cluster="area")
        marks.append(time.perf_counter())
    return {
        "parts": [end - begin for begin, end in itertools.pairwise(marks)],
        "wall": marks[-1] - marks[0],
        "processor": time.process_time() - ran,
        "gigabytes": most_gigabytes() - before,
        "in_all": most_gigabytes(),
    }


def beside_textbook(rows: int) -> dict[str, object]:
    """Time ours, warm, and the textbook's way on the same rows in this process; return both, and pairs in common."""
    from toolkit.stats import match

    frame = families(rows, 10)
    peer = textbook(frame, names("textbook"), 0.2)
    for _ in range(2):  # the first call also loads modules, as the textbook's has by now
        began, ran = time.perf_counter(), time.process_time()
        m = match(frame, "treated", names("textbook"), exact=["district"], caliper=0.2)
        m.balance()
        e = m.effect("y", cluster="area")
        wall, processor = time.perf_counter() - began, time.process_time() - ran
    theirs = dict(zip(peer.treated.tolist(), peer.control.tolist(), strict=True))
    same = np.mean([theirs.get(pair.treated) == pair.control for pair in m.pairs.itertuples()])
    return {
        "wall": wall, "processor": processor, "peer_wall": peer.wall, "peer_processor": peer.processor,
        "same": float(same), "estimates": [e.estimate, peer.estimate], "errors": [e.se, peer.se],
    }  # fmt: skip


def beside_floor(rows: int) -> dict[str, object]:
    """Time ours and the bare floor in turn on the same rows in this process; return the best of three of each."""
    from toolkit.stats import match

    frame, ours, bare = families(rows, COLUMNS["floor"]), [], []
    for _ in range(3):
        peer = floor(frame, names("floor"), 0.2)
        bare.append((peer.processor, peer.wall))
        began, ran = time.perf_counter(), time.process_time()
        m = match(frame, "treated", names("floor"), **OPTIONS["propensity"])
        m.balance()
        e = m.effect("y", cluster="area")
        ours.append((time.process_time() - ran, time.perf_counter() - began))
    return {
        "processor": min(ours)[0], "wall": min(seconds for _, seconds in ours),
        "floor_processor": min(bare)[0], "floor_wall": min(seconds for _, seconds in bare),
        "same": float(np.mean(peer.pairs[1] == m.row_pairs.other)),
        "estimates": [e.estimate, peer.estimate], "errors": [e.se, peer.se],
    }  # fmt: skip


def in_own_process(case: str, rows: int) -> dict[str, object]:
    """Run a case in a process of its own."""
    command = [sys.executable, __file__, "--case", case, "--rows", str(rows)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def say(what: str, figures: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{what:<66} {figures}\n")
    sys.stdout.flush()


def import_time() -> None:
    """Print what importing the package adds to importing pandas."""
    code = (
        "import time, pandas; a = time.perf_counter(); import toolkit.stats; "
        "print(f'{time.perf_counter() - a:.3f}')"
    )  # fmt: skip
    best = min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in "123"
    )
    say("import toolkit.stats, beside import pandas", f"{best:7.2f} s wall   asked: 0.3 s")


def above_floor(rows: int) -> None:
    """Print the bare floor beside ours."""
    found = in_own_process("floor", rows)
    say(
        f"the same as a bare NumPy floor, {rows:,} rows x {COLUMNS['floor']}",
        f"{found['floor_wall']:7.2f} s wall, ours {found['wall']:.2f} s; {found['floor_processor']:.2f} s CPU, ours "
        f"{found['processor']:.2f} s: {found['processor'] / found['floor_processor']:.2f} x; {found['same']:.2%} of "
        f"pairs the same   asked: {FLOOR_ASKED} x",
    )


def one_case(case: str, rows: int) -> float:
    """Print a case's row and return its seconds on the clock."""
    found = in_own_process(case, rows)
    parts = " + ".join(f"{seconds:.2f}" for seconds in found["parts"])
    what = f"match{' + balance + effect' if case in WHOLE else ''}: {case}, {rows:,} rows x {COLUMNS[case]}"
    what += f" and {LEVELS:,} levels" if case == "levels" else ""
    say(
        what,
        f"{found['wall']:7.2f} s wall ({parts}) {found['processor']:7.2f} s CPU {1024 * found['gigabytes']:6.0f} MB "
        f"above the frame, {found['in_all']:.2f} GB in all   {ASKED.get((case, rows), '')}",
    )
    return found["wall"]


def growth(seconds: dict[int, float]) -> None:
    """Print how much longer ten times the rows took."""
    for rows, taken in seconds.items():
        if 10 * rows in seconds:
            ratio = seconds[10 * rows] / taken
            say(f"time at {10 * rows:,} rows / at {rows:,}", f"{ratio:7.1f} x          asked: {GROWTH_ASKED} x")


def peers() -> None:
    """Print the textbook's way and R's MatchIt beside ours."""
    found = in_own_process("textbook", PEER_ROWS)
    say(
        f"the same by the textbook, {PEER_ROWS:,} rows x 10",
        f"{found['peer_wall']:7.2f} s wall, ours {found['wall']:.2f} s: {found['peer_wall'] / found['wall']:.0f} x; "
        f"{found['peer_processor']:.2f} s CPU, ours {found['processor']:.2f} s: "
        f"{found['peer_processor'] / found['processor']:.0f} x; {found['same']:.1%} of pairs the same",
    )
    beside_matchit(found["wall"])


def beside_matchit(ours: float) -> None:
    """Print R's MatchIt beside ours, where it is installed."""
    what = f"R's MatchIt, {PEER_ROWS:,} rows x 10"
    if shutil.which("Rscript") is None:
        say(what, "        not compared: R is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "families.csv"
        families(PEER_ROWS, 10).to_csv(path, index=False)
        done = subprocess.run(
            ["Rscript", str(Path(__file__).with_name("matchit.R")), str(path)], capture_output=True, text=True
        )
    if done.returncode:
        say(what, f"        not compared: {done.stderr.strip().splitlines()[-1]}")
        return
    version, *numbers = done.stdout.splitlines()[-1].split()
    parts = [float(number) for number in numbers if number != "NA"]
    say(
        f"{what}, version {version}",
        f"{sum(parts):7.2f} s wall ({' + '.join(f'{part:.2f}' for part in parts)}), ours {ours:.2f} s: "
        f"{sum(parts) / ours:.0f} x",
    )


def main(arguments: list[str] | None = None) -> None:
    """Run every case, each in its own process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--case", choices=[*COLUMNS], help="one case only, in this process, as JSON")
    given = parser.parse_args([] if arguments is None else arguments)
    if given.case:
        for rows in given.rows:
            beside = {"textbook": beside_textbook, "floor": beside_floor}.get(given.case)
            found = run(given.case, rows) if beside is None else beside(rows)
            sys.stdout.write(json.dumps(found) + "\n")
        return
    import_time()
    growth({rows: one_case("propensity", rows) for rows in sorted(given.rows)})
    one_case("mahalanobis with replacement", 1_000_000)
    one_case("mahalanobis", 100_000)
    one_case("mahalanobis in a caliper", 100_000)
    one_case("mahalanobis in a caliper, 30,000 strata", 1_000_000)
    one_case("calipers on columns", 1_000_000)
    one_case("units", 1_000_000)
    one_case("levels", 100_000)
    one_case("full", 100_000)
    one_case("cardinality", 5_000)
    above_floor(1_000_000)
    peers()


if __name__ == "__main__":
    main(sys.argv[1:])
