"""Counties whose truth about money is known, as one series: referrals by quarter or month, made without the package.

Under-fives and older children share a trend, a season, shocks that fade (`common`) and one lasting shock at a random
time (`lasting`); each also has shocks of its own (`own`), and counts vary as Poisson counts do. Who refers the
under-fives differs in its own course (`who`). The money multiplies under-fives' referrals by `effect`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SOURCES = {"Police": 0.3, "Schools and education": 0.15, "Health": 0.3, "Family, friends, self": 0.15, "Other": 0.1}
YOUNG = 0.4
"""Under-fives' part of all referrals."""
FEWEST, MOST = 400.0, 1500.0
"""Referrals of all ages a quarter."""


@dataclass(frozen=True)
class Truth:
    """What a county is made with; the defaults are six years of quarters with no effect.

    Attributes
    ----------
    effect
        What the money multiplies under-fives' referrals by.
    before, after
        Periods before the money, and from it on.
    memory
        How much of a shock is handed on to the next quarter (a month hands on its cube root).
    common, own, who
        Spread of shocks of all ages, of each age, and of each source, on the logarithm.
    lasting, struck_at_money
        Size of a lasting shock of all ages, up or down at a random time; in the money's very period.
    trend
        A quarter, on the logarithm.
    recorded, source
        What one source's referrals of under-fives are multiplied by from the money on; all referrals of all ages where
        no source is named.
    per_year
        4, or 12 for months.
    """

    effect: float = 1.0
    before: int = 16
    after: int = 8
    memory: float = 0.4
    common: float = 0.10
    own: float = 0.05
    who: float = 0.05
    lasting: float = 0.15
    struck_at_money: bool = False
    trend: float = 0.01
    recorded: float = 1.0
    source: str | None = "Health"
    per_year: int = 4


@dataclass(frozen=True)
class SeriesWorld:
    """A county: under-fives by period and source (shape (periods, sources)), and older children by period."""

    young: np.ndarray
    older: np.ndarray
    truth: Truth


def series_world(seed: int, truth: Truth = Truth()) -> SeriesWorld:
    """Make a county."""
    rng = np.random.default_rng(seed)
    periods, a_quarter = truth.before + truth.after, truth.per_year / 4
    memory = truth.memory ** (1 / a_quarter)
    time = np.arange(periods)
    level = rng.uniform(FEWEST, MOST) / a_quarter
    at = truth.before if truth.struck_at_money else rng.integers(1, periods)
    shared = (
        truth.trend / a_quarter * (time - periods / 2)
        + 0.07 * np.sin(2 * np.pi * time / truth.per_year + rng.uniform(0, 6))
        + 0.02 * np.cos(np.pi * time / a_quarter)
        + wander(rng, periods, truth.common, memory)
        + truth.lasting * rng.choice([-1, 1]) * (time >= at)
    )
    is_after = time >= truth.before
    young = shared + wander(rng, periods, truth.own, memory) + np.log(truth.effect) * is_after
    by_source = np.column_stack([wander(rng, periods, truth.who, memory) for _ in SOURCES])
    broken = np.array([truth.source in (None, name) for name in SOURCES])
    of_all = np.log(truth.recorded) * is_after if truth.source is None else np.zeros(periods)
    by_source = by_source + np.log(truth.recorded) * is_after[:, None] * broken
    rate = level * YOUNG * np.exp(young)[:, None] * np.array(list(SOURCES.values())) * np.exp(by_source)
    older = level * (1 - YOUNG) * np.exp(shared + of_all + wander(rng, periods, truth.own, memory))
    return SeriesWorld(rng.poisson(rate), rng.poisson(older), truth)


def wander(rng: np.random.Generator, periods: int, spread: float, memory: float) -> np.ndarray:
    """Return a first-order autoregression with a stationary spread."""
    path = rng.normal(size=periods) * spread
    for place in range(1, periods):
        path[place] = memory * path[place - 1] + np.sqrt(1 - memory**2) * path[place]
    return path


def before_and_after(world: SeriesWorld) -> bool:
    """Whether a plain before and after of under-fives, the year before against the year after, claims a change."""
    counts, at, year = world.young.sum(axis=1), world.truth.before, world.truth.per_year
    then, now = counts[max(0, at - year) : at], counts[at : at + year]
    log = np.log(now.mean() / then.mean())
    return bool(abs(log) > 1.96 * np.sqrt(1 / then.sum() + 1 / now.sum()))
