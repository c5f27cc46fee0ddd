"""Panels with memory in which nothing was done, and a unit chosen of them by how its outcome moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.synthetic.augmented import augmented_control
from toolkit.stats.synthetic.difference import CHOICES, Chosen, difference, rise_before
from toolkit.stats.synthetic.placebos import space_placebos


@dataclass(frozen=True, slots=True)
class ChoiceWorld:
    """How a panel is made: its size, how much is handed on from time to time, and how long the tail of shocks is."""

    units: int = 45
    before: int = 2
    after: int = 1
    memory: float = 0.5
    tail: float | None = None


def panel(world: ChoiceWorld, rng: np.random.Generator) -> Floats:
    """Logarithms of rates, (times, units): a wobble of 20 in 100 of which part is handed on, and shocks to all."""
    long = 40 + world.before + world.after
    size = long, world.units
    if world.tail is None:
        news = rng.normal(size=size)
    else:
        news = rng.standard_t(world.tail, size=size) / np.sqrt(world.tail / (world.tail - 2))
    values = np.zeros(size)
    for time in range(1, long):
        values[time] = world.memory * values[time - 1] + 0.2 * np.sqrt(1 - world.memory**2) * news[time]
    times = world.before + world.after
    return values[-times:] + rng.normal(0, 0.4, world.units) + rng.normal(0, 0.08, (times, 1))


def chosen_of(outcomes: Floats, before: int, chosen: Chosen) -> int:
    """The unit that was looked at: the first, which is any, or the one that rose most."""
    if chosen == "before":
        return int(np.argmax(rise_before(outcomes, before)))
    across = outcomes[before:].mean(axis=0) - outcomes[:before].mean(axis=0)
    return int(np.argmax(across)) if chosen == "across" else 0


def p_values(world: ChoiceWorld, chosen: Chosen, seed: int) -> dict[str, float]:
    """Of one panel and its chosen unit: by the ratio, by the plain difference, and corrected for the choice."""
    rng = np.random.default_rng([seed, world.units, world.before, CHOICES.index(chosen)])
    outcomes = panel(world, rng)
    unit = chosen_of(outcomes, world.before, chosen)
    found = space_placebos(outcomes, unit, world.before, fit=augmented_control)
    rises = rise_before(outcomes, world.before)
    plain = difference(found.difference, found.differences)
    corrected = difference(
        found.difference, found.differences, chosen=chosen, rise=float(rises[unit]), rises=np.delete(rises, unit)
    )
    return {"ratio": found.p_value, "plain": plain.p_value, "corrected": corrected.p_value}


def rejections(world: ChoiceWorld, chosen: Chosen, panels: int) -> dict[str, float]:
    """How often each test at 5% calls nothing something, of so many panels."""
    found = [p_values(world, chosen, seed) for seed in range(panels)]
    return {name: float(np.mean([one[name] <= 0.05 for one in found])) for name in found[0]}
