"""The hard worlds judged: what each estimator covers there, and how often it says that something is wrong.

``python tests/bench/hard.py`` prints the table and puts it into ``docs/simulation-check.md``. The rule: where an
interval holds the truth in under 92% of data sets, or finds an effect that is not there in over 8%, nine in ten results
bear a note or are refused; where all is well, no more than one in ten does. A cell that breaks it ends the command
with 1.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd
from hard_worlds import SOUND, WORLDS, HardWorld

from toolkit.errors import InputError
from toolkit.stats import Effect, estimate_effect, match, weight

PAGE = Path(__file__).parents[2] / "docs" / "simulation-check.md"
BEGIN, END = "<!-- hard worlds: made by make verify -->", "<!-- end of hard worlds -->"
LEAST_COVERED, MOST_FALSE, LEAST_NOTED, MOST_NOTED = 92.0, 8.0, 90.0, 10.0
MATTERS_LITTLE = {"missing_values", "terms_left_out_of_score", "shared_slopes", "terms_not_adjusted_for"}
"""Notes on what was done rather than on what is wrong: they do not count."""


def estimators(world: HardWorld) -> Iterator[tuple[str, Callable[[], Effect]]]:
    """Yield every estimator's name and call."""
    frame, covariates = world.frame, world.covariates

    def matched(**options: object) -> Effect:
        return match(frame, "treated", covariates, **options).effect("y", cluster="area")

    def weighted(method: str) -> Effect:
        return weight(frame, "treated", covariates, method=method).effect("y", cluster="area")

    yield "match 5:1, caliper 0.2", lambda: matched(ratio=5, caliper=0.2)
    yield "match 5:1, no caliper", lambda: matched(ratio=5)
    yield "match 1:1, caliper 0.2", lambda: matched(caliper=0.2)
    yield "entropy balancing", lambda: weighted("entropy")
    yield "IPW", lambda: weighted("ipw")
    yield "AIPW", lambda: estimate_effect(frame, "y", "treated", covariates, cluster="area")


def one_replicate(task: tuple[str, int, bool]) -> list[dict[str, object]]:
    """Return, for every estimator, whether its interval held the truth, whether it found an effect, and its notes."""
    name, seed, is_null = task
    warnings.simplefilter("ignore")
    world = WORLDS[name](seed, is_null)
    rows: list[dict[str, object]] = []
    for estimator, call in estimators(world):
        row: dict[str, object] = {"world": name, "estimator": estimator, "is_null": is_null}
        try:
            e = call()
        except InputError as problem:
            rows.append(row | {"noted": 1.0, "refused": 1.0, "codes": ("refused",), "words": str(problem)})
            continue
        codes = tuple(sorted({note.code for note in e.notes} - MATTERS_LITTLE))
        low, high = e.interval
        figures = {"error": e.estimate - world.truth, "se": e.se, "covered": float(low <= world.truth <= high)}
        figures |= {"rejected": float(e.p_value < 0.05), "noted": float(bool(codes)), "refused": 0.0}
        rows.append(row | figures | {"codes": codes, "words": ""})
    return rows


def table(figures: pd.DataFrame) -> pd.DataFrame:
    """Return one row a world and estimator; rates in per cent, of results that were given."""
    rows = []
    for (world, estimator), mine in figures.groupby(["world", "estimator"], sort=False):
        given = mine[mine["refused"] == 0]
        alive, null = given[~given["is_null"]], given[given["is_null"]]
        said = Counter(code for codes in mine["codes"] for code in codes).most_common(3)
        rows.append(
            {
                "world": world,
                "estimator": estimator,
                "bias": alive["error"].mean(),
                "mean SE": alive["se"].mean(),
                "coverage %": 100 * alive["covered"].mean(),
                "false positives %": 100 * null["rejected"].mean(),
                "noted %": 100 * mine["noted"].mean(),
                "refused %": 100 * mine["refused"].mean(),
                "says": ", ".join(code for code, _ in said),
            }
        )
    return pd.DataFrame(rows)


def broken(result: pd.DataFrame) -> list[str]:
    """Return the cells that break the rule, in words."""
    found = []
    for row in result.to_dict("records"):
        fails = row["coverage %"] < LEAST_COVERED or row["false positives %"] > MOST_FALSE
        if fails and row["noted %"] < LEAST_NOTED:
            found.append(
                f"{row['world']}, {row['estimator']}: covers {row['coverage %']:.1f}%, false positives "
                f"{row['false positives %']:.1f}%, noted in only {row['noted %']:.1f}%"
            )
        if row["world"] in SOUND and row["noted %"] > MOST_NOTED and row["estimator"] != "match 5:1, no caliper":
            found.append(f"{row['world']}, {row['estimator']}: all is well, and noted in {row['noted %']:.1f}%")
    return found


def as_markdown(result: pd.DataFrame) -> str:
    """Return the table as it stands in the page."""
    digits = {"bias": 3, "mean SE": 3, "coverage %": 1, "false positives %": 1, "noted %": 1, "refused %": 1}
    lines = ["| " + " | ".join(("world", "estimator", *digits, "says")) + " |"]
    lines.append("| --- | --- |" + " ---: |" * len(digits) + " --- |")
    for row in result.to_dict("records"):
        cells = ["" if pd.isna(row[name]) else f"{row[name]:.{places}f}" for name, places in digits.items()]
        lines.append(f"| {row['world']} | {row['estimator']} | " + " | ".join(cells) + f" | {row['says']} |")
    return "\n".join(lines)


def main() -> None:
    """Make the table, print it, put it into the page, and say which cells break the rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=300)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--world", action="append", choices=list(WORLDS), help="only these")
    parser.add_argument("--only-print", action="store_true", help="leave the page as it is")
    asked = parser.parse_args()
    worlds = asked.world or list(WORLDS)
    tasks = [
        (world, seed, is_null) for world in worlds for seed in range(asked.replicates) for is_null in (False, True)
    ]
    with ProcessPoolExecutor(asked.workers) as pool:
        figures = pd.DataFrame([row for rows in pool.map(one_replicate, tasks, chunksize=5) for row in rows])
    result = table(figures)
    text = as_markdown(result)
    sys.stdout.write(text + "\n")
    if not asked.only_print:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}")
    wrong = broken(result)
    sys.stdout.write("".join(f"BREAKS THE RULE: {line}\n" for line in wrong))
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
