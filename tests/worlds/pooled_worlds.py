"""Councils that truly differ, each too small to answer, written apart from the code that pools them.

Plain: families in pairs that are alike, in centres; a council's effect moves the share of its joiners that have the
outcome. Real: families differ in need, those in need join more, and the house's own matching has to find the pairs.
What a council hands on is what its file would hold: rounded, with degrees of freedom rounded down.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.errors import InputError
from toolkit.pooling.rounding import Told, freedom_told, keeps_enough, told_of
from toolkit.publish.disclosure import HOUSE_POLICY
from toolkit.stats import match
from toolkit.stats.pooling.random_effects import random_effects

MEAN = -0.02
NAMES = ("normal", "mean", "usual_mean", "next", "usual_next")


@dataclass(frozen=True)
class World:
    """Councils' number, the spread of their true effects, and the families that join in each, from least to most."""

    councils: int
    tau: float
    least: int = 80
    most: int = 400


@dataclass(frozen=True)
class Handed:
    """What a council hands on, the truth behind it, and whether it could have answered alone."""

    estimate: float
    se: float
    freedom: float
    truth: float
    answers: bool


Council = Callable[[World, np.random.Generator], Handed | None]


def plain_council(world: World, rng: np.random.Generator) -> Handed | None:
    """Draw pairs of families that are alike, in centres that differ; the error is that of centres' sums."""
    families = int(math.exp(rng.uniform(math.log(world.least), math.log(world.most))))
    centres = int(rng.integers(10, 31))
    centre = rng.integers(0, centres, families)
    rate, truth = rng.uniform(0.09, 0.16), MEAN + world.tau * rng.standard_normal()
    need = rng.gamma(4.0, 0.25, families) * np.exp(0.2 * rng.standard_normal(centres))[centre]
    need /= need.mean()
    effect = truth * (1 + 0.3 * rng.standard_normal(centres))[centre]
    risk, helped = np.clip(rate * need, 0.0, 0.95), np.clip((rate + effect) * need, 0.0, 0.95)
    apart = (rng.random(families) < helped) * 1.0 - (rng.random(families) < risk)
    estimate = float(apart.mean())
    sums = np.bincount(centre, weights=apart - estimate, minlength=centres)
    sizes = np.bincount(centre, minlength=centres)
    alike = families**2 / float(sizes @ sizes)  # as many centres of one size would tell as much
    se = math.sqrt(alike / (alike - 1) * float(sums @ sums)) / families
    return handed(estimate, se, alike - 1, families, float((helped - risk).mean()))


def real_council(world: World, rng: np.random.Generator) -> Handed | None:
    """Draw families in need, of whom those in greater need join more; the house matches and estimates."""
    many = int(math.exp(rng.uniform(math.log(world.least), math.log(world.most))) * 5)
    centre = rng.integers(0, int(rng.integers(12, 31)), many)
    need, poor = rng.standard_normal(many), rng.random(many) < 0.3
    joins = rng.random(many) < 1 / (1 + np.exp(1.6 - 0.5 * need - 0.4 * poor))
    truth = MEAN + world.tau * rng.standard_normal()
    risk = 1 / (1 + np.exp(2.4 - 0.5 * need - 0.4 * poor - 0.2 * rng.standard_normal(31)[centre]))
    helped = np.clip(risk + truth * risk / risk[joins].mean(), 0.0, 1.0)
    had = rng.random(many) < np.where(joins, helped, risk)
    frame = pd.DataFrame(
        {"joined": joins.astype(int), "need": need, "poor": poor.astype(int), "centre": centre, "had": had.astype(int)}
    )
    try:
        sets = match(frame, treatment="joined", covariates=["need", "poor"])
        found = sets.effect("had", cluster="centre")
    except InputError:
        return None
    return handed(
        found.estimate, found.se, found.degrees_of_freedom, found.n_treated, float((helped - risk)[joins].mean())
    )


def handed(estimate: float, se: float, freedom: float, families: int, truth: float) -> Handed | None:
    """Return what a council's file would hold; ``None`` where nothing may be told."""
    reach = float(stats.t.isf(0.025, freedom)) * se
    told_freedom, told = freedom_told(reach, se), told_of(estimate, se, families, HOUSE_POLICY)
    if told_freedom is None or families < HOUSE_POLICY.minimum_denominator or not _keeps_enough(told):
        return None
    return Handed(told.estimate, told.se, told_freedom, truth, abs(estimate) > reach)


@cache
def _keeps_enough(told: Told) -> bool:
    return keeps_enough(told, HOUSE_POLICY)


@dataclass
class Coverage:
    """How often each interval held the truth, how wide it was, and how often one council could answer alone."""

    held: dict[str, list[bool]]
    width: dict[str, list[float]]
    alone: list[bool]
    none_told: int = 0

    def share(self, name: str) -> float:
        """Return the share of repeats in which an interval held the truth."""
        return float(np.mean(self.held[name]))

    def line(self) -> str:
        """Return it in a line: per cent held and mean width in every 1,000."""
        parts = [f"{name} {100 * self.share(name):.1f} ({1000 * np.mean(self.width[name]):.0f})" for name in NAMES]
        return f"{'  '.join(parts)}  alone {100 * np.mean(self.alone):.0f}%  untold {self.none_told}"


def covered(world: World, repeats: int, seed: int, council: Council = plain_council, draws: int = 300) -> Coverage:
    """Pool so many councils again and again, and see whether the mean, and the truth of one council more, is held."""
    rng = np.random.default_rng(seed)
    found = Coverage({name: [] for name in NAMES}, {name: [] for name in NAMES}, [])
    for _ in range(repeats):
        told: list[Handed] = []
        while len(told) < world.councils + 1:
            one = council(world, rng)
            found.none_told += one is None
            told += [] if one is None else [one]
        *shared, another = told
        found.alone += [one.answers for one in shared]
        errors = np.array([one.se for one in shared])
        pooled = random_effects([one.estimate for one in shared], errors, [one.freedom for one in shared], draws=draws)
        reach = 1.96 / math.sqrt((1 / (errors**2 + pooled.tau**2)).sum())
        intervals = {
            "normal": (pooled.mean - reach, pooled.mean + reach),
            "mean": pooled.interval,
            "usual_mean": pooled.usual_interval,
            "next": pooled.prediction,
            "usual_next": pooled.usual_prediction,
        }
        for name, (low, high) in intervals.items():
            truth = another.truth if name.endswith("next") else MEAN
            found.held[name].append(low <= truth <= high)
            found.width[name].append(high - low)
    return found


def main() -> None:
    """Print the tables of docs/pooling.md: how many repeats, and which part."""
    repeats, part = int(sys.argv[1]), sys.argv[2]
    worlds = {
        "twelve": [World(12, tau) for tau in (0.02, 0.01, 0.03, 0.0)],
        "others": [World(councils, tau) for councils in (3, 5, 30) for tau in (0.0, 0.02)],
        "unequal": [World(12, 0.02, 60, 1500)],
        "real": [World(12, 0.02)],
    }[part]
    for world in worlds:
        found = covered(world, repeats, 20_260 + world.councils, real_council if part == "real" else plain_council)
        of = f"{world.councils} councils of {world.least} to {world.most:,}, tau {world.tau}"
        print(f"{of}: {found.line()}", flush=True)  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
