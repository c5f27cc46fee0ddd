"""Repeated simulation with a known effect: bias, root mean squared error, coverage and false positives by estimator.

``python tests/bench/truth.py --replicates 1000`` prints the table kept in ``docs/simulation-check.md``.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats import Effect, estimate_effect, match, weight

COVARIATES = [f"x{number}" for number in range(8)]
ROWS, AREAS = 3000, 34


@dataclass(frozen=True)
class World:
    """One simulated data set with the truths that estimates are held against."""

    frame: pd.DataFrame
    truth: dict[str, float]


def simulate(seed: int, *, is_null: bool) -> World:
    """Draw 3,000 families in 34 areas, about 12% treated, outcomes correlated within areas (0.02)."""
    rng = np.random.default_rng([seed, int(is_null)])
    numbers = rng.normal(size=(ROWS, 5))
    yes_no = (rng.random((ROWS, 3)) < [0.3, 0.5, 0.2]).astype(float)
    area = rng.integers(0, AREAS, ROWS)
    need = 0.5 * numbers[:, 0] + 0.4 * numbers[:, 1] - 0.3 * numbers[:, 2] + yes_no @ np.array([0.6, 0.4, -0.3])
    need = need + 0.15 * numbers[:, 0] * numbers[:, 1] + 0.3 * rng.normal(size=AREAS)[area]
    treated = rng.random(ROWS) < 1 / (1 + np.exp(2.75 - need))
    local = rng.normal(size=AREAS)[area]
    gain = 0.0 if is_null else 1.0
    frame = pd.DataFrame(np.column_stack([numbers, yes_no]), columns=COVARIATES)
    frame = frame.assign(treated=treated.astype(int), area=area)
    truth: dict[str, float] = {}
    risk = 0.10 + 0.02 * numbers[:, 0] + 0.02 * numbers[:, 1] - 0.01 * numbers[:, 2] + yes_no @ [0.04, 0.02, 0.0]
    risk = np.clip(risk + np.sqrt(0.02 * 0.12 * 0.88) * local, 0.005, 0.9)
    helped = np.clip(risk - gain * 0.015 * (1 + 0.3 * numbers[:, 0]), 0.002, 0.9)
    frame["referred"] = (rng.random(ROWS) < np.where(treated, helped, risk)).astype(int)
    truth["difference"] = float((helped - risk)[treated].mean())
    truth["ratio"] = float(helped[treated].mean() / risk[treated].mean())
    rate = np.exp(-1.0 + 0.2 * numbers[:, 0] + 0.15 * numbers[:, 1] + 0.2 * yes_no[:, 0] + 0.15 * local)
    frame["years"] = rng.uniform(0.5, 1.5, ROWS)
    effect = np.exp(-0.15 * gain)
    frame["contacts"] = rng.poisson(frame["years"] * np.where(treated, effect, 1.0) * rate)
    truth["rate_ratio"] = float(effect)
    hazard = 0.5 * np.exp(0.3 * numbers[:, 0] + 0.2 * yes_no[:, 0] + 0.15 * local)
    ended = rng.uniform(0.5, 1.5, ROWS)
    time = rng.exponential(1 / (hazard * np.where(treated, np.exp(-0.25 * gain), 1.0)))
    frame["event"], frame["time"] = (time <= ended).astype(int), np.maximum(np.minimum(time, ended), 1e-6)
    truth["hazard_ratio"] = marginal_hazard_ratio(hazard[treated], -0.25 * gain)
    latent = 0.5 * numbers[:, 0] + 0.3 * yes_no[:, 1] + 0.2 * local
    centre = 3 + latent + 0.2 * gain * treated
    frame["score"] = np.clip(np.round(centre + rng.normal(size=ROWS)), 1, 5)
    truth["mean_ordinal"] = float((mean_score(3 + latent + 0.2 * gain) - mean_score(3 + latent))[treated].mean())
    return World(frame, truth)


def mean_score(centre: np.ndarray) -> np.ndarray:
    """Return the mean of a normal score rounded and kept from 1 to 5."""
    from scipy.special import ndtr

    return 5.0 - sum(ndtr(cut - centre) for cut in (1.5, 2.5, 3.5, 4.5))


def marginal_hazard_ratio(hazard: np.ndarray, log_ratio: float) -> float:
    """Return the hazard ratio between the treated as they are and as they would be, that Cox regression aims at.

    Both worlds are followed as here (ends even between 0.5 and 1.5); the ratio is the root of the mean score.
    """
    if log_ratio == 0:
        return 1.0
    times = np.linspace(0.005, 1.495, 150)
    followed = np.clip(1.5 - np.maximum(times, 0.5), 0, 1)
    curves = []
    for factor in (1.0, np.exp(log_ratio)):
        alive = np.exp(-np.outer(times, hazard * factor))
        curves.append((alive.mean(axis=1) * followed, (alive * hazard * factor).mean(axis=1) * followed))
    (at_risk_0, events_0), (at_risk_1, events_1) = curves
    low, high = -3.0, 3.0
    for _ in range(60):
        beta = (low + high) / 2
        share = at_risk_1 * np.exp(beta) / (at_risk_1 * np.exp(beta) + at_risk_0)
        score = (events_1 - share * (events_0 + events_1)).sum()
        low, high = (beta, high) if score > 0 else (low, beta)
    return float(np.exp(low))


def estimators(frame: pd.DataFrame) -> Iterator[tuple[str, str, Callable[[], Effect]]]:
    """Yield name, measure and call of every estimator that is held against the truth."""
    one = match(frame, "treated", COVARIATES, caliper=0.2)
    three = match(frame, "treated", COVARIATES, caliper=0.2, ratio=3)
    entropy = weight(frame, "treated", COVARIATES)
    yield "naive difference", "difference", lambda: naive(frame)
    for name, design in (("match 1:1", one), ("match 3:1", three), ("entropy balancing", entropy)):
        for measure in ("difference", "ratio"):
            yield name, measure, lambda d=design, m=measure: d.effect("referred", m, cluster="area")
        yield name, "rate_ratio", lambda d=design: d.effect("contacts", "rate_ratio", cluster="area", exposure="years")
        yield name, "hazard_ratio", lambda d=design: d.effect("event", "hazard_ratio", cluster="area", duration="time")
        yield name, "mean_ordinal", lambda d=design: d.effect("score", "mean_ordinal", cluster="area")
    for measure in ("difference", "ratio"):
        yield (
            "AIPW",
            measure,
            lambda m=measure: estimate_effect(frame, "referred", "treated", COVARIATES, measure=m, cluster="area"),
        )
    yield (
        "full matching",
        "difference",
        lambda: match(frame, "treated", COVARIATES, method="full", caliper=0.2).effect("referred", cluster="area"),
    )
    yield (
        "Mahalanobis 1:1",
        "difference",
        lambda: match(frame, "treated", COVARIATES, distance="mahalanobis").effect("referred", cluster="area"),
    )
    yield (
        "subclass 6",
        "difference",
        lambda: match(frame, "treated", COVARIATES, method="subclass").effect("referred", cluster="area"),
    )
    yield (
        "IPW",
        "difference",
        lambda: weight(frame, "treated", COVARIATES, method="ipw").effect("referred", cluster="area"),
    )
    yield "match 1:1, set only", "difference", lambda: one.effect("referred")


def naive(frame: pd.DataFrame) -> Effect:
    """Return the plain difference in means, each row on its own."""
    from toolkit.stats.contrasts import with_t

    arms = [frame.loc[frame["treated"] == arm, "referred"] for arm in (0, 1)]
    difference = float(arms[1].mean() - arms[0].mean())
    found = with_t(
        difference, float(np.sqrt(sum(a.var() / len(a) for a in arms))), len(frame) - 2.0, 0.95, is_log=False
    )
    return Effect(
        "referred", "difference", "ATT", found.estimate, found.se, found.interval, found.p_value, len(frame) - 2.0,
        len(arms[1]), len(arms[0]), len(frame), float(arms[1].mean()), float(arms[0].mean()),
    )  # fmt: skip


def one_replicate(task: tuple[int, bool]) -> list[dict[str, float | str]]:
    """Return every estimator's error, standard error and whether its interval held the truth."""
    seed, is_null = task
    warnings.simplefilter("ignore")
    world = simulate(seed, is_null=is_null)
    rows: list[dict[str, float | str]] = []
    for name, measure, call in estimators(world.frame):
        truth = world.truth[measure]
        is_log = measure in ("ratio", "rate_ratio", "hazard_ratio")
        try:
            e = call()
        except InputError as problem:
            rows.append({"estimator": name, "measure": measure, "failed": str(problem)})
            continue
        error = float(np.log(e.estimate / truth)) if is_log else e.estimate - truth
        covered = e.interval[0] <= truth <= e.interval[1]
        rows.append(
            {"estimator": name, "measure": measure, "error": error, "se": e.se, "covered": float(covered),
             "rejected": float(e.p_value < 0.05)}
        )  # fmt: skip
    return rows


def table(replicates: int, workers: int) -> pd.DataFrame:
    """Return one row an estimator and measure."""
    found = {}
    for is_null in (False, True):
        tasks = [(seed, is_null) for seed in range(replicates)]
        if workers > 1:
            with ProcessPoolExecutor(workers) as pool:
                rows = [row for some in pool.map(one_replicate, tasks, chunksize=10) for row in some]
        else:
            rows = [row for task in tasks for row in one_replicate(task)]
        frame = pd.DataFrame(rows)
        if "failed" not in frame:
            frame["failed"] = None
        found[is_null] = frame.groupby(["estimator", "measure"], sort=False)
    alive, null = found[False], found[True]
    error, se = alive["error"], alive["se"]
    return pd.DataFrame(
        {
            "bias": error.mean(),
            "bias / SD": error.mean() / error.std(),
            "RMSE": np.sqrt(alive["error"].apply(lambda e: (e**2).mean())),
            "SD": error.std(),
            "mean SE": se.mean(),
            "coverage %": 100 * alive["covered"].mean(),
            "false positives %": 100 * null["rejected"].mean(),
            "null coverage %": 100 * null["covered"].mean(),
            "failed": alive["failed"].count() + null["failed"].count(),
        }
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    result = table(asked.replicates, asked.workers)
    sys.stdout.write(result.round(4).to_string() + "\n")


if __name__ == "__main__":
    main()
