"""Made-up panels with a known truth, for designs with units that start at different times or at one.

``python tests/worlds/staggered_worlds.py`` prints the tables of ``docs/event-study-check.md``. Each unit wanders of
itself (what it is off by in one period is partly handed on to the next), all share a shock in each period, and units
have levels of their own.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.stats import honest_bounds, pre_trend_equivalence, staggered_effects, synthetic_did

PERIODS, HANDED_ON, SPREAD, LEVEL, SHOCK = 12, 0.6, 0.15, 0.4, 0.08
EFFECT = -0.15
PARTED = ("plain", "relative", "smooth", "alike")


@dataclass(frozen=True, slots=True)
class World:
    """Panels of one kind: how many units, how many start, and what is awkward about them."""

    name: str
    units: int
    starts: tuple[int, ...] = (6, 8, 10)
    share: float = 0.5
    uneven: float = 0.0  # of the logarithm of units' own spread
    heavy: bool = False
    trend: float = 0.0  # by which those that start move away each period, before and after


WORLDS = (
    World("30 units", 30),
    World("60 units", 60),
    World("150 units", 150),
    World("30 units, spread uneven", 30, uneven=0.6),
    World("150 units, spread uneven", 150, uneven=0.6),
    World("30 units, some far out", 30, heavy=True),
    World("40 units, 6 start", 40, share=0.15),
    World("40 units, 3 start, each alone", 40, share=0.075),
)


def panel(world: World, effect: float, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a long table and each unit's start, 0 for never."""
    rng = np.random.default_rng([seed, world.units])
    size = (world.units, PERIODS)
    shocks = rng.standard_t(3, size) / np.sqrt(3) if world.heavy else rng.normal(size=size)
    own = SPREAD * np.exp(rng.normal(0, world.uneven, world.units) - world.uneven**2)
    noise = np.zeros(size)
    noise[:, 0] = shocks[:, 0]
    for t in range(1, PERIODS):
        noise[:, t] = HANDED_ON * noise[:, t - 1] + np.sqrt(1 - HANDED_ON**2) * shocks[:, t]
    treated = round(world.units * world.share)
    starts = np.zeros(world.units, dtype=int)
    starts[:treated] = np.resize(world.starts, treated)
    time = np.arange(1, PERIODS + 1)
    outcome = LEVEL * rng.normal(size=(world.units, 1)) + SHOCK * rng.normal(size=PERIODS) + own[:, None] * noise
    begun = (starts[:, None] > 0) & (time >= starts[:, None])
    outcome = outcome + effect * begun + world.trend * (starts[:, None] > 0) * time
    table = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(world.units), PERIODS),
            "period": np.tile(time, world.units),
            "start": np.repeat(starts, PERIODS),
            "rate": outcome.ravel(),
        }
    )
    return table, starts


def staggered_trial(world: World, effect: float, seed: int) -> dict[str, float]:
    """Return whether intervals of one panel hold the truth, and leave out nothing."""
    found = staggered_effects(panel(world, effect, seed)[0], "rate", unit="unit", period="period", starts="start")
    row = {"noted": float(bool(found.notes))}
    for name in ("simple", "dynamic"):
        average = getattr(found, name)
        low, high = average.interval()
        row[name] = float(low <= effect <= high)
        row[f"{name} clear"] = float(not low <= 0 <= high)
        reach = 1.959964 * average.large_sample_se
        row[f"{name} as published"] = float(abs(average.estimate - effect) <= reach)
    return row


def synthetic_trial(units: int, treated: int, effect: float, seed: int, uneven: float = 0.0) -> dict[str, float]:
    """Return the same of a synthetic difference-in-differences, its treatment from the ninth period on."""
    table, _ = panel(World("", units, uneven=uneven, share=0.0), 0.0, seed)
    outcomes = table.pivot(index="period", columns="unit", values="rate").to_numpy().copy()
    outcomes[8:, :treated] += effect
    found = synthetic_did(outcomes, list(range(treated)), 8, placebos=60, seed=seed)
    low, high = found.effect.interval()
    return {"held": float(low <= effect <= high), "clear": float(not low <= 0 <= high), "rank": found.p_value <= 0.05}


def parting_trial(units: int, trend: float, seed: int, smooth: bool = False) -> dict[str, float]:
    """Return whether bounds hold a true effect of nothing where those that start move away all along."""
    world = World("", units, starts=(6,), trend=trend)
    found = staggered_effects(panel(world, 0.0, seed)[0], "rate", unit="unit", period="period", starts="start")
    row = {"plain": float(np.prod(found.dynamic.interval()) <= 0)}
    bounds = honest_bounds(found, sizes=[1.0])
    row["relative"] = float(bounds.low[0] <= 0 <= bounds.high[0])
    if smooth:
        bounds = honest_bounds(found, restriction="smooth", sizes=[0.0])
        row["smooth"] = float(bounds.low[0] <= 0 <= bounds.high[0])
    row["alike"] = float(pre_trend_equivalence(found, margin=max(4 * abs(trend), 1e-9)).is_alike)
    return row


def mean(rows: list[dict[str, float]]) -> dict[str, float]:
    """Return the mean of each figure, in 100."""
    return {name: round(100 * float(np.mean([row[name] for row in rows])), 1) for name in rows[0]}


def tables(repeats: int) -> str:
    """Return the tables as text."""
    lines = [
        "| panels | range holds the truth: simple | dynamic | as published: simple | dynamic | false alarms: simple | "
        "dynamic | noted |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for world in WORLDS:
        held = mean([staggered_trial(world, EFFECT, seed) for seed in range(repeats)])
        none = mean([staggered_trial(world, 0.0, seed) for seed in range(repeats, 2 * repeats)])
        cells = [held[key] for key in ("simple", "dynamic", "simple as published", "dynamic as published")] + [
            none["simple clear"],
            none["dynamic clear"],
            held["noted"],
        ]
        lines.append(f"| {world.name} | {' | '.join(map(str, cells))} |")
    lines += [
        "",
        "| synthetic | range holds the truth | false alarms | false alarms by rank |",
        "| --- | --- | --- | --- |",
    ]
    for units, treated, uneven in ((25, 1, 0.0), (60, 1, 0.0), (60, 5, 0.0), (60, 1, 0.6), (60, 5, 0.6)):
        held = mean([synthetic_trial(units, treated, EFFECT, seed, uneven) for seed in range(repeats)])
        none = mean([synthetic_trial(units, treated, 0.0, seed, uneven) for seed in range(repeats, 2 * repeats)])
        name = f"{treated} of {units}{', spread uneven' if uneven else ''}"
        lines.append(f"| {name} | {held['held']} | {none['clear']} | {none['rank']} |")
    lines += [
        "",
        "| moving away by | plain range holds nought | relative, once | smooth, none | said to be alike |",
    ]
    lines.append("| --- | --- | --- | --- | --- |")
    for units, trend in ((30, 0.04), (60, 0.04), (150, 0.04)):
        rows = [parting_trial(units, trend, seed, smooth=True) for seed in range(repeats)]
        found = mean(rows)
        cells = [f"{trend} a period, {units} units ({len(rows)})", *(found[key] for key in PARTED)]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeats", type=int, default=1000)
    sys.stdout.write(tables(options.parse_args().repeats) + "\n")
