"""Repeated simulation with a known effect: bias, root mean squared error, coverage and false positives by estimator.

``python tests/bench/truth.py`` prints the table and puts it into ``docs/simulation-check.md``. Each data set's figures
are written down as they are made (``--keep``), so a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from worlds import COVARIATES, HORIZON, World, simulate

from toolkit.errors import InputError
from toolkit.stats import Effect, estimate_effect, match, weight

PAGE = Path(__file__).parents[2] / "docs" / "simulation-check.md"
BEGIN, END = "<!-- table: made by make verify -->", "<!-- end of table -->"
RATIOS = ("ratio", "rate_ratio", "hazard_ratio")
Row = dict[str, float | str | bool]


def estimators(world: World) -> Iterator[tuple[str, str, Callable[[], Effect]]]:
    """Yield name, measure and call of every estimator that is held against the truth."""
    frame = world.frame
    one = match(frame, "treated", COVARIATES, caliper=0.2)
    designs = {
        "match 1:1": one,
        "match 3:1": match(frame, "treated", COVARIATES, caliper=0.2, ratio=3),
        "match 5:1": match(frame, "treated", COVARIATES, caliper=0.2, ratio=5),
        "entropy balancing": weight(frame, "treated", COVARIATES),
    }
    yield "naive difference", "difference", lambda: naive(frame)
    for name, design in designs.items():
        for measure in ("difference", "ratio"):
            yield name, measure, lambda d=design, m=measure: d.effect("referred", m, cluster="area")
        yield name, "rate_ratio", lambda d=design: d.effect("contacts", "rate_ratio", cluster="area", exposure="years")
        yield name, "hazard_ratio", lambda d=design: d.effect("event", "hazard_ratio", cluster="area", duration="time")
        yield (
            name,
            "rmst",
            lambda d=design: d.effect("event", "rmst", cluster="area", duration="time", horizon=HORIZON),
        )
        yield name, "mean_ordinal", lambda d=design: d.effect("score", "mean_ordinal", cluster="area")
    for measure in ("difference", "ratio"):
        yield "AIPW", measure, lambda m=measure: whole_sample(frame, measure=m, cluster="area")
    yield from further_designs(world)
    yield "match 1:1, set only", "difference", lambda: one.effect("referred")
    yield "match 1:1, wild", "difference", lambda: one.effect("referred", cluster="area", small_sample="wild")
    yield "Abadie-Imbens", "difference", lambda: whole_sample(frame, method="abadie_imbens", bias_adjust=True)


def further_designs(world: World) -> Iterator[tuple[str, str, Callable[[], Effect]]]:
    """Yield the other designs, for the difference of the 0/1 outcome."""
    frame, repeated = world.frame, world.repeated
    options = {
        "match 3:1 on average, 1 to 7": {"caliper": 0.2, "ratio": 3, "min_ratio": 1, "max_ratio": 7},
        "match 1:1, with replacement": {"caliper": 0.2, "replace": True},
        "match 3:1, each at most 3 times": {"caliper": 0.2, "ratio": 3, "max_reuse": 3},
        "full matching": {"method": "full", "caliper": 0.2},
        "Mahalanobis 1:1": {"distance": "mahalanobis"},
        "subclass 6": {"method": "subclass"},
    }
    for name, asked in options.items():
        yield (
            name,
            "difference",
            lambda asked=asked: match(frame, "treated", COVARIATES, **asked).effect("referred", cluster="area"),
        )
    for name, asked in (
        ("match 3:1, families once", {"ratio": 3}),
        ("match 3:1, families at most twice", {"ratio": 3, "max_reuse": 2}),
    ):
        yield (
            name,
            "difference",
            lambda asked=asked: match(repeated, "treated", COVARIATES, caliper=0.2, unit="family", **asked).effect(
                "referred", cluster="area"
            ),
        )
    yield (
        "IPW",
        "difference",
        lambda: weight(frame, "treated", COVARIATES, method="ipw").effect("referred", cluster="area"),
    )
    yield (
        "overlap weights",
        "difference in the overlap",
        lambda: weight(frame, "treated", COVARIATES, method="overlap").effect("referred", cluster="area"),
    )


def whole_sample(frame: pd.DataFrame, **options: object) -> Effect:
    return estimate_effect(frame, "referred", "treated", COVARIATES, **options)


def naive(frame: pd.DataFrame) -> Effect:
    """Return the plain difference in means, each row on its own."""
    from toolkit.stats.effects.contrasts import with_t

    arms = [frame.loc[frame["treated"] == arm, "referred"] for arm in (0, 1)]
    difference = float(arms[1].mean() - arms[0].mean())
    found = with_t(
        difference, float(np.sqrt(sum(a.var() / len(a) for a in arms))), len(frame) - 2.0, 0.95, is_log=False
    )
    return Effect(
        "referred", "difference", "ATT", found.estimate, found.se, found.interval, found.p_value, len(frame) - 2.0,
        len(arms[1]), len(arms[0]), len(frame), float(arms[1].mean()), float(arms[0].mean()),
    )  # fmt: skip


def one_replicate(task: tuple[int, bool]) -> list[Row]:
    """Return every estimator's error, standard error and whether its interval held the truth."""
    seed, is_null = task
    warnings.simplefilter("ignore")
    world = simulate(seed, is_null=is_null)
    rows: list[Row] = []
    for name, measure, call in estimators(world):
        row: Row = {"seed": seed, "is_null": is_null, "estimator": name, "measure": measure}
        truth = world.truth[measure]
        try:
            e = call()
        except InputError as problem:
            rows.append(row | {"failed": str(problem)})
            continue
        error = float(np.log(e.estimate / truth)) if measure in RATIOS else e.estimate - truth
        covered = e.interval[0] <= truth <= e.interval[1]
        rows.append(row | {"error": error, "se": e.se, "covered": float(covered), "rejected": float(e.p_value < 0.05)})
    return rows


def replicate(replicates: int, workers: int, kept: Path) -> pd.DataFrame:
    """Return the figures of every data set, making those that are not in the file yet."""
    done: set[tuple[int, bool]] = set()
    if kept.exists():
        lines = [json.loads(line) for line in kept.read_text().splitlines() if line.endswith("]")]
        done = {(rows[0]["seed"], rows[0]["is_null"]) for rows in lines}
    tasks = [task for seed in range(replicates) for task in ((seed, False), (seed, True)) if task not in done]
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("a") as file:
        for rows in _made(tasks, workers):
            file.write(json.dumps(rows) + "\n")
            file.flush()
    lines = [json.loads(line) for line in kept.read_text().splitlines() if line.endswith("]")]
    return pd.DataFrame([row for rows in lines if rows[0]["seed"] < replicates for row in rows])


def _made(tasks: list[tuple[int, bool]], workers: int) -> Iterator[list[Row]]:
    if workers == 1:
        yield from map(one_replicate, tasks)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(one_replicate, tasks, chunksize=5)


def table(figures: pd.DataFrame) -> pd.DataFrame:
    """Return one row an estimator and measure."""
    if "failed" not in figures:
        figures = figures.assign(failed=None)
    keys = ["estimator", "measure"]
    alive, null = (figures[figures["is_null"] == kind].groupby(keys, sort=False) for kind in (False, True))
    error, se = alive["error"], alive["se"]
    rmse = np.sqrt(error.apply(lambda e: (e**2).mean()))
    return pd.DataFrame(
        {
            "data sets": error.count(),
            "bias": error.mean(),
            "bias / SD": error.mean() / error.std(),
            "RMSE": rmse,
            "RMSE / least": rmse / rmse.groupby("measure").transform("min"),
            "mean SE": se.mean(),
            "coverage %": 100 * alive["covered"].mean(),
            "false positives %": 100 * null["rejected"].mean(),
            "failed": alive["failed"].count() + null["failed"].count(),
        }
    ).reset_index()


def as_markdown(result: pd.DataFrame) -> str:
    """Return the table as it stands in the page."""
    digits = {"data sets": 0, "bias": 4, "bias / SD": 3, "RMSE": 4, "RMSE / least": 2, "mean SE": 4}
    digits |= {"coverage %": 1, "false positives %": 1, "failed": 0}
    lines = ["| " + " | ".join(("estimator", "measure", *digits)) + " |", "| --- | --- |" + " ---: |" * len(digits)]
    for row in result.to_dict("records"):
        cells = [f"{row[name]:.{places}f}" for name, places in digits.items()]
        lines.append(f"| {row['estimator']} | {row['measure']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def put_into_page(text: str) -> None:
    """Replace the table in the page."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def main() -> None:
    """Make the table, print it and put it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only-print", action="store_true", help="leave the page as it is")
    parser.add_argument("--keep", type=Path, default=Path("build") / "truth.jsonl")
    asked = parser.parse_args()
    text = as_markdown(table(replicate(asked.replicates, asked.workers, asked.keep)))
    sys.stdout.write(text + "\n")
    if not asked.only_print:
        put_into_page(text)


if __name__ == "__main__":
    main()
