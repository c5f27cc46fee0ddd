"""Councils' published counts where nothing was done but in one, and what was done there is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.intake.published.areas import is_authority, la_codes
from toolkit.stats.arrays.types import Floats

COUNCIL = "Worcestershire"
FIRST = 2010


@dataclass(frozen=True, slots=True)
class CountyWorld:
    """How a panel is made.

    Attributes
    ----------
    councils
        How many, the one asked about among them.
    before, years
        Years before the treated one, and years in all.
    effect, recording
        What the council's counts are multiplied by from the treated year on: by need, or by a change of recording.
    memory, tail
        The part of a council's wobble (20 in 100) that is handed on to the next year; degrees of freedom of the
        t-distribution its news is drawn from.
    """

    councils: int = 60
    before: int = 2
    years: int = 3
    effect: float = 1.0
    recording: float = 1.0
    memory: float = 0.5
    tail: float = 8.0


def rates_of(world: CountyWorld, seed: int) -> Floats:
    """Rates for every 10,000 children, (years, councils), the council asked about first."""
    rng = np.random.default_rng([seed, world.councils, world.before])
    long = 30 + world.years
    news = rng.standard_t(world.tail, (long, world.councils)) / np.sqrt(world.tail / (world.tail - 2))
    wobble = np.zeros((long, world.councils))
    for time in range(1, long):
        wobble[time] = world.memory * wobble[time - 1] + 0.2 * np.sqrt(1 - world.memory**2) * news[time]
    logs = np.log(480) + rng.normal(0, 0.35, world.councils) + wobble[-world.years :]
    logs += rng.normal(0.01, 0.06, (world.years, 1)).cumsum(axis=0)  # what strikes all alike
    logs[world.before :, 0] += np.log(world.effect * world.recording)
    return np.asarray(np.exp(logs))


def counts_of(world: CountyWorld, seed: int) -> pd.DataFrame:
    """The table `area_counts` that these councils' releases would give, with children from 40,000 to 200,000."""
    codes = la_codes()
    whole = codes[is_authority(codes["area"]) & codes["first_year_ending"].isna() & codes["last_year_ending"].isna()]
    own = whole[whole["name"] == COUNCIL]
    others = whole[(whole["name"] != COUNCIL) & ~whole["area"].isin(["E09000001", "E06000053"])]
    areas = [*own["area"], *others["area"]][: world.councils]
    rng = np.random.default_rng([seed, 7])
    children = rng.integers(40_000, 200_000, len(areas))
    rates = rates_of(world, seed)
    return pd.DataFrame(
        {
            "area": np.tile(areas, world.years),
            "period": np.repeat([str(FIRST + year) for year in range(world.years)], len(areas)),
            "measure": "referrals",
            "count": rng.poisson(rates * children / 10_000).reshape(-1) * 1.0,
            "population": np.tile(children, world.years) * 1.0,
            "status": "published",
            "source": "made up",
        }
    )
